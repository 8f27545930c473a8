"""A tracker as a workbook that a chair would accept and the importer reads back without a difference."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from bot.plan.text import escape_formula
from bot.plan.tracker_format import (
    AS_AT,
    COLOURS_SHEET,
    EXPORTED,
    HISTORY_SHEET,
    PLAN,
    REMOVED_SHEET,
    RowType,
)
from bot.plan.wording import format_day
from bot.reporting.report_pages import format_moment
from bot.reporting.rows import TrackerColumn, TrackerTable, TypedRow, build_table
from bot.reporting.tracker import Tracker, TrackerSection
from bot.reporting.xlsx_style import (
    WIDTHS,
    set_sizes,
    set_up_printing,
    style_banner,
    style_colour,
    style_heading,
    style_label,
    style_table,
)
from bot.sentences import sentence

MAX_CELL_LENGTH = 32_000
_DAY_PATTERN = re.compile(r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4}|[0-9]{2})")
_EARLIEST_YEAR = 1901
_CENTURY = 2000
_MAX_SHEET_NAME_LENGTH = 31
_FORBIDDEN_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_HISTORY_COLUMNS = (
    ("Changed at", 18), ("Ref", 9), ("Step", 30), ("By", 8), ("Said where", 18), ("From", 14), ("To", 14),
    ("Declared", 11), ("Date before", 13), ("Date after", 13), ("Note", 50), ("Reason", 40), ("Evidence", 40),
    ("Taken back", 11), ("Route to Green", 40), ("Help needed", 40),
)  # fmt: skip
_REMOVED_COLUMNS = (
    ("Ref", 9),
    ("Was", 60),
    ("For", 14),
    ("Status then", 14),
    ("Gone since", 14),
    ("Reason", 40),
    ("Last word", 50),
)


def write_xlsx(tracker: Tracker) -> bytes:
    """Write a sheet for each section, one of the history, one of removed actions, and one of the colours."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = tracker.title, tracker.board
    for section in tracker.sections:
        _write_section(book.create_sheet(_sheet_name(section, book.sheetnames)), tracker, section)
    _write_history(book.create_sheet(HISTORY_SHEET), tracker)
    if tracker.removed:
        _write_removed(book.create_sheet(REMOVED_SHEET), tracker)
    _write_colours(book.create_sheet(COLOURS_SHEET), tracker)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet_name(section: TrackerSection, used_names: Sequence[str]) -> str:
    """Name a sheet after its section, as short as Excel wants it and like no other."""
    words = " ".join(section.title.translate(_FORBIDDEN_IN_SHEET_NAMES).split())
    name = f"{section.number}. {words}"[:_MAX_SHEET_NAME_LENGTH].strip() if words else section.number
    same = {each.casefold() for each in used_names}
    return name if name.casefold() not in same else f"{section.number}. Section"[:_MAX_SHEET_NAME_LENGTH]


def _write_section(sheet: Worksheet, tracker: Tracker, section: TrackerSection) -> None:
    grid = build_table(tracker, [section])
    heads = [(PLAN, tracker.printed_title)]
    heads += [(AS_AT, format_day(tracker.as_at))] if tracker.as_at else []
    heads += [(EXPORTED, format_moment(tracker.exported_at))]
    for number, (label, words) in enumerate(heads, start=1):
        write_cell(sheet.cell(number, 1), label)
        write_cell(sheet.cell(number, 2), words)
        style_label(sheet, number, is_title=label == PLAN)
    first = len(heads) + 2
    _write_heading(sheet, first, [field.value for field in grid.columns])
    for number, row in enumerate(grid.rows, start=first + 1):
        _write_row(sheet, number, grid, row)
    set_sizes(sheet, [WIDTHS[field] for field in grid.columns])
    last = sheet.cell(first + len(grid.rows), len(grid.columns)).coordinate
    _finish_sheet(sheet, first, last, title=f"{tracker.title}: {section.title}")


def _write_heading(sheet: Worksheet, number: int, names: Sequence[str]) -> None:
    for column, name in enumerate(names, start=1):
        write_cell(sheet.cell(number, column), name)
    style_heading(sheet, number, len(names))


def _write_row(sheet: Worksheet, number: int, grid: TrackerTable, row: TypedRow) -> None:
    for column, value in enumerate(grid.values(row), start=1):
        write_cell(sheet.cell(number, column), value)
    if row.type is RowType.ACTION:
        style_colour(sheet.cell(number, grid.columns.index(TrackerColumn.COLOUR) + 1))
    elif row.type is not RowType.STEP:
        style_banner(sheet, number, len(grid.columns), row.type)


def _finish_sheet(sheet: Worksheet, heading: int, last: str, *, title: str) -> None:
    """Headings that stay, with filters, also at the top of each printed page; lines between the cells."""
    sheet.freeze_panes = f"C{heading + 1}"
    sheet.auto_filter.ref = f"A{heading}:{last}"
    style_table(sheet, heading, last)
    set_up_printing(sheet, heading, title)


def _write_table(
    sheet: Worksheet,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str | date | datetime | None]],
    *,
    title: str,
) -> None:
    _write_heading(sheet, 1, [name for name, _ in columns])
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            write_cell(sheet.cell(number, column), value)
    set_sizes(sheet, [width for _, width in columns])
    _finish_sheet(sheet, 1, sheet.cell(len(rows) + 1, len(columns)).coordinate, title=title)


def _write_history(sheet: Worksheet, tracker: Tracker) -> None:
    """Write every change, oldest first. The sheet's name keeps an import from reading it as a plan."""
    rows = [
        (
            each.at, each.ref, each.step, each.by, each.where, each.from_status.capitalize(),
            each.to_status.capitalize(), each.declared, each.old_due, each.new_due, each.note, each.reason,
            each.evidence, "Yes" if each.undone else "", each.route_to_green, each.help_needed,
        )
        for each in tracker.history
    ]  # fmt: skip
    _write_table(sheet, _HISTORY_COLUMNS, rows, title=f"{tracker.title}: what was said")
    if not rows:
        write_cell(sheet.cell(2, 1), sentence("reporting.no_changes"))


def _write_removed(sheet: Worksheet, tracker: Tracker) -> None:
    rows = [
        (
            each.ref,
            each.title,
            ", ".join(each.owners),
            each.status.words.capitalize(),
            each.removed_on,
            each.reason or "No reason was recorded",
            each.last_word,
        )
        for each in tracker.removed
    ]
    _write_table(sheet, _REMOVED_COLUMNS, rows, title=f"{tracker.title}: no longer in the plan")


def _write_colours(sheet: Worksheet, tracker: Tracker) -> None:
    lines = [line.partition(": ") for line in tracker.legend]
    _write_table(sheet, (("Colour", 12), ("Means", 110)), [(a, b) for a, _, b in lines], title="The colours")
    for number in range(2, len(lines) + 2):
        style_colour(sheet.cell(number, 1))


def write_cell(cell: Cell | MergedCell, value: str | date | datetime | None) -> None:
    """Write the value. A day printed as 31/03/2027 or 31/03/27 becomes a date shown in the same format."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        _write_text(cell, value)
    else:
        cell.value = value
        cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"


def _write_text(cell: Cell | MergedCell, text: str) -> None:
    day = _parse_day(text)
    if day is not None:
        cell.value = day
        cell.number_format = "dd/mm/yyyy" if len(text) > len("31/03/27") else "dd/mm/yy"
        return
    cell.value = escape_formula(ILLEGAL_CHARACTERS_RE.sub("", text))[:MAX_CELL_LENGTH]
    cell.data_type = "s"


def _parse_day(text: str) -> date | None:
    match = _DAY_PATTERN.fullmatch(text)
    if match is None:
        return None
    year = int(match["y"]) + (_CENTURY if len(match["y"]) == 2 else 0)  # noqa: PLR2004 - two digits of a year
    try:
        day = date(year, int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return day if day.year >= _EARLIEST_YEAR else None
