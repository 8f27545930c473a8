"""The parts of a page of text: lines, headings, and grids of cells, whose lines may be bold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Para:
    """One line of a cell. strong: it begins in bold, as a title does."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class TextBlock:
    """A paragraph, or a heading of level 1 to 6 (0: no heading). number: of its line or row, from 1."""

    text: str
    number: int
    level: int = 0


@dataclass(frozen=True)
class RichRow:
    """A row of a grid. nested: the tables inside its cells. merged_columns: as for TableRow."""

    number: int
    cells: tuple[tuple[Para, ...], ...]
    merged_columns: frozenset[int] = frozenset()
    nested: tuple["RichGrid", ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple("\n".join(para.text for para in cell) for cell in self.cells)


@dataclass(frozen=True)
class RichGrid:
    """A table as printed on a page, which may be only a part of one."""

    rows: tuple[RichRow, ...]


Block = TextBlock | RichGrid
