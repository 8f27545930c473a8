"""Build small workbooks and CSV files in memory, and read them as plans."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from openpyxl import Workbook

from bot.importing.drafting.draft import PlanDraft
from bot.importing.pipeline import read_plan_bytes

TODAY = date(2026, 3, 18)
HEADING: Sequence[object] = ("Ref", "Action", "Owner", "By when", "Progress")
Cells = Sequence[Sequence[object]]


def workbook_bytes(sheets: Mapping[str, Cells]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def csv_bytes(rows: Cells, separator: str = ",", encoding: str = "utf-8") -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator).writerows(rows)
    return target.getvalue().encode(encoding)


def plan_of(
    *rows: Sequence[object], heading: Sequence[object] = HEADING, as_at: date | None = None
) -> PlanDraft:
    """A plan of one sheet, with a heading above the rows."""
    content = workbook_bytes({"1. Savings": [heading, *rows]})
    return read_plan_bytes("plan.xlsx", content, as_at=as_at, today=TODAY)


def messages(draft: PlanDraft, field: str) -> list[str]:
    return [problem.message for problem in draft.problems if problem.field == field]
