"""Make clean rows out of raw ones, within limits that a plan never needs and a hostile file meets."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from bot.errors import UnreadableFileError
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, Row, Table, clean_text
from bot.plan.formulas import restored

_NO_MERGES: Mapping[tuple[int, int], tuple[int, int]] = {}
_NO_SPOTS: Mapping[int, str] = {}


def table_of(
    place: str,
    rows: Iterable[Iterable[str]],
    notes: ProblemLog,
    *,
    merged: Mapping[tuple[int, int], tuple[int, int]] = _NO_MERGES,
    spots: Mapping[int, str] = _NO_SPOTS,
    starts: Container[int] = (),
) -> Table:
    """Build a table from raw rows; blank rows at the end go, everything else keeps its place.

    merged: the cells that repeat another, as (row from 1, column from 0), each with the cell it repeats.
    spots: see Table. starts: the numbers of the rows that start anew, see Row.
    Raises UnreadableFileError when there are more rows than a plan can have.
    """
    blank = Table(place, (), spots)
    made: list[Row] = []
    too_wide = 0
    for number, raw in enumerate(rows, start=1):
        cells = list(raw)
        if number > MOST_ROWS:
            _refuse_if_filled(place, cells)
            continue
        too_wide = too_wide or number * any(cells[MOST_COLUMNS:])
        clean = (
            _cell(blank, number, column, text, notes) for column, text in enumerate(cells[:MOST_COLUMNS])
        )
        made.append(_with_merges(Row(number, tuple(clean), starts=number in starts), made, merged))
    while made and not made[-1].filled:
        made.pop()
    _tell_too_wide(blank, too_wide, notes)
    return Table(place, tuple(made), spots)


def _cell(table: Table, row: int, column: int, text: str, notes: ProblemLog) -> str:
    clean = restored(clean_text(text))
    if len(clean) <= MOST_CHARACTERS:
        return clean
    where = table.where(row, column)
    message = f"This cell has {len(clean):,} characters. Only the first {MOST_CHARACTERS:,} were taken."
    notes.error(where, "cell", clean[:80], message)
    return clean[:MOST_CHARACTERS]


def _with_merges(row: Row, above: list[Row], merged: Mapping[tuple[int, int], tuple[int, int]]) -> Row:
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
    return replace(row, cells=tuple(cells), carried=repeated)


def _tell_too_wide(table: Table, row: int, notes: ProblemLog) -> None:
    if row:
        message = f"Only the first {MOST_COLUMNS} columns were read. Move the plan to the left of the sheet."
        notes.error(table.where(row), "columns", "", message)


def _refuse_if_filled(place: str, cells: list[str]) -> None:
    if any(map(str.strip, cells)):
        raise too_many_rows(place)


def too_many_rows(place: str) -> UnreadableFileError:
    """Make the error for a table that goes on for longer than any plan."""
    name = f"The sheet \u201c{place}\u201d" if place else "The file"
    return UnreadableFileError(
        f"{name} goes on below row {MOST_ROWS:,}, which is more than any plan has. "
        "Delete the rows below the plan, save it and try again."
    )
