"""How a column writes its dates and amounts, decided from all its cells: day first or month first, with or
without a year; shares of one or of a hundred.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.importing.drafting.rows import ActionRow, CellText, PlanRow
from bot.importing.table.column_kinds import Column
from bot.importing.table.problems import DiagnosticLog, Doubt, list_first
from bot.plan.date_vocabulary import MONTH, WEEKDAY, day_of, month_number
from bot.plan.text import plain_marks
from bot.sentences import sentence

DATE_COLUMNS = (
    Column.DUE, Column.REVISED, Column.ORIGINAL, Column.START, Column.RAISED_ON, Column.CLOSED_ON
)  # fmt: skip
_NUMERIC = re.compile(
    r"(?<![0-9/.-])(?P<a>[0-9]{1,2})(?P<sep>[/.-])(?P<b>[0-9]{1,2})(?P=sep)(?P<y>[0-9]{4}|[0-9]{2})(?![0-9])"
)
_MONTH_DAY = re.compile(
    rf"(?:{WEEKDAY},? )?(?:(?P<m>{MONTH})\.?[ -](?P<d>[0-9]{{1,2}})(?P<o>st|nd|rd|th)?"
    rf"|(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<m2>{MONTH}))",
    re.IGNORECASE,
)
_SHARE = re.compile(r"[01](?:\.[0-9]{1,6})?")
_MONTHS, _MAX_DAY, _NEAR_YEARS = 12, 31, 4
# A day without a year that is behind the plan's own date by no more than this is meant as past.
_RECENT_DAYS = 92
_MAX_NAMED = 12


@dataclass(frozen=True)
class _PlacedCell:
    """A cell of a column. row: its row, in words."""

    cell: CellText
    row: str


def settle_styles(rows: Sequence[PlanRow], reference: date, notes: DiagnosticLog) -> list[PlanRow]:
    """The rows, with the text of their dates and percentages as it is meant. reference: the plan's date."""
    settled = list(rows)
    is_month_first = _is_month_first(rows)
    for column in DATE_COLUMNS:
        cells = [each for row in settled if isinstance(row, ActionRow) for each in _cells(row, column)]
        rewriters = _date_rewriters(cells, reference, column, notes, is_month_first=is_month_first)
        for rewrite in rewriters:
            settled = [
                _rewritten(row, column, rewrite) if isinstance(row, ActionRow) else row for row in settled
            ]
    shares = [each for row in settled if isinstance(row, ActionRow) for each in _cells(row, Column.PERCENT)]
    if shares and all(_SHARE.fullmatch(each.cell.text) for each in shares):
        settled = [
            _rewritten(row, Column.PERCENT, _as_percent) if isinstance(row, ActionRow) else row
            for row in settled
        ]
    return settled


_Rewriter = Callable[[CellText], CellText]


def _cells(row: ActionRow, column: Column) -> list[_PlacedCell]:
    every = [row, *row.steps]
    return [
        _PlacedCell(each.cells[column], each.where)
        for each in every
        if column in each.cells and each.cells[column].text
    ]


def _rewritten(row: ActionRow, column: Column, rewrite: _Rewriter) -> ActionRow:
    cells = dict(row.cells)
    if column in cells and cells[column].text:
        cells[column] = rewrite(cells[column])
    return replace(row, cells=cells, steps=tuple(_rewritten(step, column, rewrite) for step in row.steps))


def _date_rewriters(
    cells: Sequence[_PlacedCell],
    reference: date,
    column: Column,
    notes: DiagnosticLog,
    *,
    is_month_first: bool,
) -> list[_Rewriter]:
    """is_month_first: other columns of the table are, and none is day first."""
    written = [each for each in cells if not each.cell.stored_date]
    pairs = _pairs(cells)
    day_first = [pair for pair in pairs if pair[0] > _MONTHS >= pair[1]]
    month_first = [pair for pair in pairs if pair[1] > _MONTHS >= pair[0]]
    rewriters: list[_Rewriter] = []
    if pairs and len(pairs) in {len(day_first), len(month_first)} and len(written) < len(cells):
        _report_swapped(cells, column, notes)
    if (month_first or (is_month_first and pairs)) and not day_first:
        rewriters.append(_swap)
        _report_style(cells[0].cell.where, column, notes)
    elif month_first:
        _report_both_styles(written, column, notes)
    if _holds_days(written, reference):
        rewriters.append(lambda cell: _with_year(cell, reference))
    return rewriters


def _pairs(cells: Sequence[_PlacedCell]) -> list[tuple[int, int]]:
    """The first two numbers of each date that is written as text."""
    written = [each.cell.text for each in cells if not each.cell.stored_date]
    return [(int(found["a"]), int(found["b"])) for text in written for found in _numerics(text)]


def _is_month_first(rows: Sequence[PlanRow]) -> bool:
    """Whether some dates of the table fit only month first, and none only day first."""
    actions = [row for row in rows if isinstance(row, ActionRow)]
    pairs = [
        pair
        for column in DATE_COLUMNS
        for pair in _pairs([each for row in actions for each in _cells(row, column)])
    ]
    return any(b > _MONTHS >= a for a, b in pairs) and not any(a > _MONTHS >= b for a, b in pairs)


def _numerics(text: str) -> list[re.Match[str]]:
    return list(_NUMERIC.finditer(plain_marks(text)))


def _swap(cell: CellText) -> CellText:
    """The cell with its days before the months."""
    if cell.stored_date:
        return cell
    changes = [(f"{found['b']}/{found['a']}/{found['y']}", found[0]) for found in _numerics(cell.text)]
    return _meant(cell, changes)


def _meant(cell: CellText, changes: Sequence[tuple[str, str]]) -> CellText:
    text = plain_marks(cell.meant or cell.text)
    for meant, printed in changes:
        text = text.replace(printed, meant, 1)
    return replace(cell, meant=text, rewritten=(*cell.rewritten, *changes)) if changes else cell


def _report_swapped(cells: Sequence[_PlacedCell], column: Column, notes: DiagnosticLog) -> None:
    """Report stored days that a spreadsheet may have read the other way round: all of them could be, and no
    day that it left as text could be read its way.
    """
    stored = [each for each in cells if each.cell.stored_date]
    pairs = [(int(found["a"]), int(found["b"])) for each in stored for found in _numerics(each.cell.text)]
    if not pairs or any(max(pair) > _MONTHS for pair in pairs) or all(a == b for a, b in pairs):
        return
    rows = list_first([each.row for each in stored], _MAX_NAMED, "; ")
    message = sentence("drafting.dates_swapped", rows=rows)
    notes.warning(cells[0].cell.where, column.value, rows, message, Doubt.DATES_SWAPPED)


def _report_style(where: str, column: Column, notes: DiagnosticLog) -> None:
    notes.info(where, column.value, "", sentence("drafting.month_first"))


def _report_both_styles(cells: Sequence[_PlacedCell], column: Column, notes: DiagnosticLog) -> None:
    unsure = [
        each
        for each in cells
        if any(max(int(found["a"]), int(found["b"])) <= _MONTHS for found in _numerics(each.cell.text))
    ]
    if unsure:
        rows = list_first([each.row for each in unsure], _MAX_NAMED, "; ")
        message = sentence("drafting.dates_of_two_styles", rows=rows)
        notes.warning(cells[0].cell.where, column.value, rows, message, Doubt.DATES_SWAPPED)


def _holds_days(cells: Sequence[_PlacedCell], reference: date) -> bool:
    """Whether "May 14" is a day here: all of them are, where one of them can be no year."""
    found = [match for each in cells if (match := _month_day(each.cell))]
    return any(
        match["d2"] or match["o"] or len(match["d"]) == 1 or not _may_be_year(match, reference)
        for match in found
    )


def _may_be_year(match: re.Match[str], reference: date) -> bool:
    return abs(2000 + int(match["d"]) - reference.year) <= _NEAR_YEARS or int(match["d"]) > _MAX_DAY


def _month_day(cell: CellText) -> re.Match[str] | None:
    return _MONTH_DAY.fullmatch(plain_marks(cell.text).strip(" .,"))


def _with_year(cell: CellText, reference: date) -> CellText:
    match = _month_day(cell)
    if match is None:
        return cell
    day, month = int(match["d"] or match["d2"]), month_number(match["m"] or match["m2"])
    years = (reference.year - 1, reference.year, reference.year + 1)
    days = [found for year in years if (found := day_of(year, month, day, as_at=reference))]
    coming = next((found for found in days if (reference - found).days <= _RECENT_DAYS), None)
    printed = plain_marks(cell.text).strip(" .,")
    return _meant(cell, [(f"{coming:%d/%m}/{coming.year}", printed)]) if coming else cell


def _as_percent(cell: CellText) -> CellText:
    return replace(cell, meant=f"{float(cell.text) * 100:.0f}%")
