"""A tracker as a workbook that a chair would accept and the importer reads back without a difference."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from bot.plan.text import harmless
from bot.plan.tracker_format import AS_AT, COLOURS, EXPORTED, GONE, HISTORY, PLAN, RowType
from bot.reporting.report_pages import day_words, moment_words
from bot.reporting.rows import Field, Grid, TypedRow, grid_of
from bot.reporting.tracker import SectionFacts, Tracker
from bot.reporting.xlsx_style import (
    WIDTHS,
    for_printing,
    look_like_a_banner,
    look_like_a_colour,
    look_like_a_heading,
    look_like_a_label,
    look_like_a_table,
    set_sizes,
)

LONGEST = 32_000
_DAY = re.compile(r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4}|[0-9]{2})")
_EARLIEST = 1901
_CENTURY = 2000


def put(cell: Cell | MergedCell, value: str | date | datetime | None) -> None:
    """Write the value. A day printed as 31/03/2027 or 31/03/27 becomes a date that is shown just so."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        _put_text(cell, value)
    else:
        cell.value = value
        cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"


def _put_text(cell: Cell | MergedCell, text: str) -> None:
    day = _day(text)
    if day is not None:
        cell.value = day
        cell.number_format = "dd/mm/yyyy" if len(text) > len("31/03/27") else "dd/mm/yy"
        return
    cell.value = harmless(ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST]
    cell.data_type = "s"


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year = int(found["y"]) + (_CENTURY if len(found["y"]) == 2 else 0)  # noqa: PLR2004 - two digits of a year
    try:
        day = date(year, int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return day if day.year >= _EARLIEST else None


NOTHING_SAID = "Nothing has been said of this plan in chat yet."
_SHEET_NAME = 31
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_CHANGES = (
    ("Changed at", 18), ("Ref", 9), ("Step", 30), ("By", 8), ("Said where", 18), ("From", 14), ("To", 14),
    ("Declared", 11), ("Date before", 13), ("Date after", 13), ("Note", 50), ("Reason", 40), ("Evidence", 40),
    ("Taken back", 11),
)  # fmt: skip
_GONE = (
    ("Ref", 9),
    ("Was", 60),
    ("For", 14),
    ("Status then", 14),
    ("Gone since", 14),
    ("Reason", 40),
    ("Last word", 50),
)


def write_xlsx(tracker: Tracker) -> bytes:
    """Write a sheet for each section, one of what was said, one of what is gone, and the colours' meaning."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = tracker.title, tracker.board
    for section in tracker.sections:
        _write_section(book.create_sheet(_sheet_name(section, book.sheetnames)), tracker, section)
    _write_history(book.create_sheet(HISTORY), tracker)
    if tracker.gone:
        _write_gone(book.create_sheet(GONE), tracker)
    _write_colours(book.create_sheet(COLOURS), tracker)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet_name(section: SectionFacts, taken: Sequence[str]) -> str:
    """Name a sheet after its section, as short as Excel wants it and like no other."""
    words = " ".join(section.title.translate(_NOT_IN_NAMES).split())
    name = f"{section.number}. {words}"[:_SHEET_NAME].strip() if words else section.number
    same = {each.casefold() for each in taken}
    return name if name.casefold() not in same else f"{section.number}. Section"[:_SHEET_NAME]


def _write_section(sheet: Worksheet, tracker: Tracker, section: SectionFacts) -> None:
    grid = grid_of(tracker, [section])
    heads = [(PLAN, tracker.printed_title)]
    heads += [(AS_AT, day_words(tracker.as_at))] if tracker.as_at else []
    heads += [(EXPORTED, moment_words(tracker.exported_at))]
    for number, (label, words) in enumerate(heads, start=1):
        put(sheet.cell(number, 1), label)
        put(sheet.cell(number, 2), words)
        look_like_a_label(sheet, number, is_title=label == PLAN)
    first = len(heads) + 2
    _write_heading(sheet, first, [field.value for field in grid.fields])
    for number, row in enumerate(grid.rows, start=first + 1):
        _write_row(sheet, number, grid, row)
    set_sizes(sheet, [WIDTHS[field] for field in grid.fields])
    last = sheet.cell(first + len(grid.rows), len(grid.fields)).coordinate
    _finish(sheet, first, last, title=f"{tracker.title}: {section.title}")


def _write_heading(sheet: Worksheet, number: int, names: Sequence[str]) -> None:
    for column, name in enumerate(names, start=1):
        put(sheet.cell(number, column), name)
    look_like_a_heading(sheet, number, len(names))


def _write_row(sheet: Worksheet, number: int, grid: Grid, row: TypedRow) -> None:
    for column, value in enumerate(grid.values(row), start=1):
        put(sheet.cell(number, column), value)
    if row.type is RowType.ACTION:
        look_like_a_colour(sheet.cell(number, grid.fields.index(Field.COLOUR) + 1))
    elif row.type is not RowType.STEP:
        look_like_a_banner(sheet, number, len(grid.fields), row.type)


def _finish(sheet: Worksheet, heading: int, last: str, *, title: str) -> None:
    """Headings that stay, with filters, also at the top of each printed page; lines between the cells."""
    sheet.freeze_panes = f"C{heading + 1}"
    sheet.auto_filter.ref = f"A{heading}:{last}"
    look_like_a_table(sheet, heading, last)
    for_printing(sheet, heading, title)


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
            put(sheet.cell(number, column), value)
    set_sizes(sheet, [width for _, width in columns])
    _finish(sheet, 1, sheet.cell(len(rows) + 1, len(columns)).coordinate, title=title)


def _write_history(sheet: Worksheet, tracker: Tracker) -> None:
    """Write every change on record, oldest first. No import takes it for a plan."""
    rows = [
        (
            each.at, each.ref, each.step, each.by, each.where, each.from_status.capitalize(),
            each.to_status.capitalize(), each.declared, each.old_due, each.new_due, each.note, each.reason,
            each.evidence, "Yes" if each.taken_back else "",
        )
        for each in tracker.history
    ]  # fmt: skip
    _write_table(sheet, _CHANGES, rows, title=f"{tracker.title}: what was said")
    if not rows:
        put(sheet.cell(2, 1), NOTHING_SAID)


def _write_gone(sheet: Worksheet, tracker: Tracker) -> None:
    rows = [
        (
            each.ref,
            each.title,
            ", ".join(each.owners),
            each.status.words.capitalize(),
            each.gone_on,
            each.reason or "No reason was recorded",
            each.last_word,
        )
        for each in tracker.gone
    ]
    _write_table(sheet, _GONE, rows, title=f"{tracker.title}: no longer in the plan")


def _write_colours(sheet: Worksheet, tracker: Tracker) -> None:
    lines = [line.partition(": ") for line in tracker.legend]
    _write_table(sheet, (("Colour", 12), ("Means", 110)), [(a, b) for a, _, b in lines], title="The colours")
    for number in range(2, len(lines) + 2):
        look_like_a_colour(sheet.cell(number, 1))
