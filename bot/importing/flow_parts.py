"""The parts a document is read as, from top to bottom: lines, and grids of rows."""

from dataclasses import dataclass

TITLE = 0
RUNNING_TEXT = 99


@dataclass(frozen=True)
class Line:
    """A line or paragraph outside any grid.

    level: TITLE for the document's own title, 1 for the highest heading and so on, RUNNING_TEXT for the rest.
    spot: where people find it, "page 3".
    """

    text: str
    level: int = RUNNING_TEXT
    spot: str = ""

    @property
    def is_heading(self) -> bool:
        return self.level != RUNNING_TEXT


@dataclass(frozen=True)
class GridRow:
    """A row of a grid. carried: the columns (from 0) whose cell is merged with the one above."""

    cells: tuple[str, ...]
    spot: str = ""
    carried: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Grid:
    """A table as drawn or typed."""

    rows: tuple[GridRow, ...]

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)


Part = Line | Grid
