"""The one table model that every reader builds: rows of plain text cells, each with its location."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.errors import UnreadableFileError
from bot.importing.table.problems import MAX_SHOWN_LENGTH, Diagnostic, DiagnosticLog
from bot.plan.rag import Colour
from bot.plan.text import unescape_formula
from bot.sentences import sentence

MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL_CHARACTERS = 4_000
_NEW_LINES = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_LETTERS = 26
# Control characters, halves of a pair, and marks that turn text round or show nothing.
_UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u2060\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_NO_MERGES: Mapping[tuple[int, int], tuple[int, int]] = {}
_NO_LOCATIONS: Mapping[int, str] = {}


@dataclass(frozen=True)
class TableRow:
    """One row. number: as the document counts, from 1. cells: clean text, "" when blank.

    merged_columns: the columns (from 0) whose cell is merged with the one above and only repeats it.
    is_start: a table or a single line begins here, so a heading further up does not apply to it.
    stored_dates: the columns whose value a spreadsheet stores as a date. fills: the colour of a cell's
    background by its column, where it is one that a plan declares.
    """

    number: int
    cells: tuple[str, ...]
    merged_columns: frozenset[int] = frozenset()
    is_start: bool = False
    stored_dates: frozenset[int] = frozenset()
    fills: Mapping[int, Colour] = field(default_factory=dict)

    @property
    def filled_columns(self) -> list[int]:
        """The columns that hold text of this row's own."""
        return [
            column for column, cell in enumerate(self.cells) if cell and column not in self.merged_columns
        ]

    def cell(self, column: int | None) -> str:
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column]


@dataclass(frozen=True)
class Table:
    """A sheet, or the tables of one section of a document.

    name: what people call it, "" for a file that is one table. locations: where people find a row, by its
    number, where that is not what they can count: "page 3, row 2".
    """

    name: str
    rows: tuple[TableRow, ...]
    locations: Mapping[int, str] = field(default_factory=dict)

    def where(self, row: int | None = None, column: int | None = None) -> str:
        """A location in words: "1. MTFS, row 12, column D", or "page 3, row 2, column 4"."""
        if row is not None and (location := self.locations.get(row)):
            return f"{location}, column {column + 1}" if column is not None else location
        parts = [self.name] if self.name else []
        parts += [f"row {row}"] if row is not None else []
        parts += [f"column {column_letter(column)}"] if column is not None else []
        return ", ".join(parts) or "the file"


@dataclass(frozen=True)
class ParsedDocument:
    """What a reader gives: the tables in order, and the diagnostics of what it left out."""

    tables: tuple[Table, ...]
    problems: tuple[Diagnostic, ...] = ()


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

    The indentation of inner lines stays: it distinguishes a sub-bullet from a bullet.
    """
    lines = _NEW_LINES.sub("\n", text).expandtabs(4).split("\n")
    return "\n".join(map(_clean_line, lines)).strip("\n").strip()


def _clean_line(line: str) -> str:
    return _UNWANTED.sub("", line).rstrip()


def build_table(
    table_name: str,
    rows: Iterable[Iterable[str]],
    notes: DiagnosticLog,
    *,
    merged: Mapping[tuple[int, int], tuple[int, int]] = _NO_MERGES,
    locations: Mapping[int, str] = _NO_LOCATIONS,
    starts: Container[int] = (),
) -> Table:
    """Build a table from raw rows; blank rows at the end go, everything else stays in its row and column.

    merged: the cells that repeat another, as (row from 1, column from 0), each with the cell it repeats.
    locations: see Table. starts: the numbers of the rows with is_start, see TableRow.
    Raises UnreadableFileError when there are more rows than a plan can have.
    """
    blank = Table(table_name, (), locations)
    built: list[TableRow] = []
    too_wide = 0
    for number, raw in enumerate(rows, start=1):
        cells = list(raw)
        if number > MAX_ROWS:
            _refuse_if_filled(table_name, cells)
            continue
        too_wide = too_wide or number * any(cells[MAX_COLUMNS:])
        clean = (_cell(blank, number, column, text, notes) for column, text in enumerate(cells[:MAX_COLUMNS]))
        row = TableRow(number, tuple(clean), is_start=number in starts)
        built.append(_with_merges(row, built, merged))
    while built and not built[-1].filled_columns:
        built.pop()
    _report_too_wide(blank, too_wide, notes)
    return Table(table_name, tuple(built), locations)


def _cell(table: Table, row: int, column: int, text: str, notes: DiagnosticLog) -> str:
    clean = unescape_formula(clean_text(text))
    if len(clean) <= MAX_CELL_CHARACTERS:
        return clean
    where = table.where(row, column)
    message = sentence("table.cell_too_long", characters=len(clean), limit=MAX_CELL_CHARACTERS)
    notes.error(where, "cell", clean[:MAX_SHOWN_LENGTH], message)
    return clean[:MAX_CELL_CHARACTERS]


def _with_merges(
    row: TableRow, above: list[TableRow], merged: Mapping[tuple[int, int], tuple[int, int]]
) -> TableRow:
    """Fill a cell that is merged with one in a row above."""
    carried = {
        column: above[first - 1].cell(source)
        for column in range(len(row.cells))
        for first, source in [merged.get((row.number, column), (row.number, column))]
        if first < row.number
    }
    cells = [carried.get(column, cell) for column, cell in enumerate(row.cells)]
    while cells and not cells[-1]:
        cells.pop()
    repeated = frozenset(column for column, text in carried.items() if text)
    return replace(row, cells=tuple(cells), merged_columns=repeated)


def _report_too_wide(table: Table, row: int, notes: DiagnosticLog) -> None:
    if row:
        notes.error(table.where(row), "columns", "", sentence("table.too_many_columns", limit=MAX_COLUMNS))


def _refuse_if_filled(table_name: str, cells: list[str]) -> None:
    if any(map(str.strip, cells)):
        raise too_many_rows_error(table_name)


def too_many_rows_error(table_name: str) -> UnreadableFileError:
    """The error for a table that has more rows than any plan. table_name: as for Table."""
    return UnreadableFileError(sentence("table.too_many_rows", sheet=table_name, limit=MAX_ROWS))
