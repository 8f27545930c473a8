"""The one table model behind every reader: rows of plain text cells that know where they stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.importing.table.problems import Problem

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 4_000
_NEW_LINES = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_LETTERS = 26
# Control characters, halves of a pair, and marks that turn text round or show nothing.
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2060\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True)
class Row:
    """One row. number: as the document counts, from 1. cells: clean text, "" when blank.

    carried: the columns (from 0) whose cell is merged with the one above and only repeats it.
    starts: the row begins a table or line of its own, so a heading further up is not about it.
    """

    number: int
    cells: tuple[str, ...]
    carried: frozenset[int] = frozenset()
    starts: bool = False

    @property
    def filled(self) -> list[int]:
        """The columns that hold text of this row's own."""
        return [place for place, cell in enumerate(self.cells) if cell and place not in self.carried]

    def cell(self, column: int | None) -> str:
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column]


@dataclass(frozen=True)
class Table:
    """A sheet, or the tables of one section of a document.

    place: what people call it, "" for a file that is one table. spots: where people find a row, by its
    number, when counting rows from the top would not help them: "page 3, row 2".
    """

    place: str
    rows: tuple[Row, ...]
    spots: Mapping[int, str] = field(default_factory=dict)

    def where(self, row: int | None = None, column: int | None = None) -> str:
        """Say where something stands: "1. MTFS, row 12, column D", or "page 3, row 2, column 4"."""
        if row is not None and (spot := self.spots.get(row)):
            return f"{spot}, column {column + 1}" if column is not None else spot
        parts = [self.place] if self.place else []
        parts += [f"row {row}"] if row is not None else []
        parts += [f"column {column_letter(column)}"] if column is not None else []
        return ", ".join(parts) or "the file"


@dataclass(frozen=True)
class Document:
    """What a reader found, with what it had to leave out."""

    tables: tuple[Table, ...]
    problems: tuple[Problem, ...] = ()


def column_letter(column: int) -> str:
    """Give the spreadsheet's letters for a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def clean_text(text: str) -> str:
    """Give the text without control characters, with plain line ends and no blank edges.

    The indentation of inner lines is kept: it tells a sub-bullet from a bullet.
    """
    lines = _NEW_LINES.sub("\n", text).expandtabs(4).split("\n")
    return "\n".join(map(_clean_line, lines)).strip("\n").strip()


def _clean_line(line: str) -> str:
    return _UNWANTED.sub("", line).rstrip()
