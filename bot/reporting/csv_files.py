"""A tracker as .csv: UTF-8 that spreadsheets open as it is, dates as printed, days as 31/03/2027."""

import csv
import io
from datetime import date

from bot.plan.text import escape_formula
from bot.plan.tracker_format import AS_AT, EXPORTED, PLAN
from bot.plan.wording import format_day
from bot.reporting.report_pages import format_moment
from bot.reporting.rows import CellValue, build_table
from bot.reporting.tracker import Tracker


def write_csv(tracker: Tracker) -> bytes:
    """Write every section below one heading row. The history is in the workbook and the JSON only."""
    grid = build_table(tracker, tracker.sections)
    target = io.StringIO(newline="")
    target.write("\ufeff")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([PLAN, escape_formula(tracker.printed_title)])
    if tracker.as_at:
        writer.writerow([AS_AT, format_day(tracker.as_at)])
    writer.writerow([EXPORTED, format_moment(tracker.exported_at)])
    writer.writerow([field.value for field in grid.columns])
    for row in grid.rows:
        writer.writerow([_text(cell) for cell in grid.values(row)])
    return target.getvalue().encode()


def _text(cell: CellValue) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m}/{cell.year}"
    return escape_formula(cell or "")
