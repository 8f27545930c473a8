"""The parts a document is read as, from top to bottom: lines, and grids of rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

TITLE = 0
RUNNING_TEXT = 99


@dataclass(frozen=True)
class Paragraph:
    """A line or paragraph outside any grid.

    level: TITLE for the document's own title, 1 for the highest heading and so on, RUNNING_TEXT for the rest.
    location: where people find it, "page 3".
    """

    text: str
    level: int = RUNNING_TEXT
    location: str = ""

    @property
    def is_heading(self) -> bool:
        return self.level != RUNNING_TEXT


@dataclass(frozen=True)
class GridRow:
    """A row of a grid. merged_columns: the columns (from 0) whose cell is merged with the one above."""

    cells: tuple[str, ...]
    location: str = ""
    merged_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TextGrid:
    """A table as drawn or typed, its rows of any width."""

    rows: tuple[GridRow, ...]

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)


Part = Paragraph | TextGrid


@dataclass(frozen=True)
class DocumentCell:
    """A cell as a document holds it. is_merged_above: merged with the cell above.

    contents: its text above the first table drawn within it, that table, the text below it, and so on.
    """

    contents: tuple[str | TextGrid, ...]
    column: int
    is_merged_above: bool = False


def split_into_rows(cells: Sequence[DocumentCell], location: str) -> Iterator[GridRow]:
    """Give a row's cells as grid rows: those of a table within a cell follow the words above it."""
    width = max((cell.column for cell in cells), default=-1) + 1
    carried = frozenset(cell.column for cell in cells if cell.is_merged_above)
    for index, pieces in enumerate(zip_longest(*(cell.contents for cell in cells))):
        texts = [""] * width
        for cell, piece in zip(cells, pieces, strict=True):
            if isinstance(piece, TextGrid):
                yield from piece.rows
            else:
                texts[cell.column] = piece or ""
        if index == 0 or any(map(str.strip, texts)):
            yield GridRow(tuple(texts), location, carried if index == 0 else frozenset())
