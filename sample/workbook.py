"""Writes the sample plan as a workbook, as an officer might have maintained it for three years."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from bot.plan.wording import format_month
from sample import practice, savings
from sample.model import PracticePriority, SavingsProject


@dataclass(frozen=True)
class _DateFormat:
    """A date format; the format spec is the number of days or months from today: "{day:+3}"."""

    write: Callable[[int], str]

    def __format__(self, spec: str) -> str:
        return self.write(int(spec))


def month_from(today: date, months: int) -> date:
    """The first day of the month so many months from today's."""
    years, month = divmod(today.month - 1 + months, 12)
    return date(today.year + years, month + 1, 1)


def fill_in_dates(text: str, today: date) -> str:
    """Fill in the dates of a cell.

    {day:-9} 09/03/26, {full:-9} 09/03/2026, {dots:-9} 09.03.26, {month:+1} April 2026, {mon:+1} Apr 26,
    {span:+1} the three months from then on.
    """

    def day(days: int) -> date:
        return today + timedelta(days=days)

    def month(months: int) -> date:
        return month_from(today, months)

    return text.format(
        day=_DateFormat(lambda days: f"{day(days):%d/%m/%y}"),
        full=_DateFormat(lambda days: f"{day(days):%d/%m}/{day(days).year}"),
        dots=_DateFormat(lambda days: f"{day(days):%d.%m.%y}"),
        month=_DateFormat(lambda months: format_month(month(months))),
        mon=_DateFormat(lambda months: f"{month(months):%b %y}"),
        span=_DateFormat(
            lambda months: f"{month(months):%b}-{month(months + 2):%b} {month(months + 2).year}"
        ),
    )


PLAN_NAME = "Wexbourne Children's Services Improvement Plan"
_SAVINGS_HEADING = ("Ref", "Actions", "Owner", "By when", "Progress")
_PRACTICE_HEADING = (
    "Ref", "Priorities and key activity", "Delivered through", "Lead (s)", "By when",
    "Success measures: what families will notice", "Progress",
)  # fmt: skip
_WIDTHS = {"A": 8, "B": 64, "C": 30, "D": 22, "E": 26, "F": 48, "G": 16}


def write_sample(path: Path, *, today: date) -> None:
    """Write the sample plan to an .xlsx file, its dates counted from today."""
    book = Workbook()
    money, priorities = book.worksheets[0], book.create_sheet(f"2. {practice.TITLE}")
    money.title = "1. Savings"
    _write_savings(money, today)
    _write_practice(priorities, today)
    for sheet in (money, priorities):
        _format_sheet(sheet)
    book.save(path)


def plan_title(today: date) -> str:
    """The plan's title, with the years it covers."""
    first = _financial_year(today)
    return f"{PLAN_NAME} {first}-{(first + 3) % 100:02}"


def printed_date(today: date) -> str:
    """The month the plan is printed for: the one before today's."""
    return format_month(month_from(today, -1))


def _financial_year(today: date) -> int:
    return month_from(today, -3).year


def _write_savings(sheet: Worksheet, today: date) -> None:
    sheet.append([f"{plan_title(today)} \u2013 {savings.TITLE} ({printed_date(today)})"])
    for project in savings.PROJECTS:
        sheet.append([])
        _write_project(sheet, project, today)


def _write_project(sheet: Worksheet, project: SavingsProject, today: date) -> None:
    year = _financial_year(today)
    sheet.append([
        project.number, f"{project.title}  \u2013  Project manager: {project.manager}", None, None,
        f"Finance ref: {project.finance_ref}",
    ])  # fmt: skip
    figures = (
        f"{year + ahead}/{(year + ahead + 1) % 100:02}: {amount}"
        for ahead, amount in enumerate(project.savings)
    )
    sheet.append([None, "Savings identified \u00a3000s", *figures])
    sheet.append(_SAVINGS_HEADING)
    for action in project.actions:
        text, due = fill_in_dates(action.text, today), fill_in_dates(action.due, today)
        sheet.append([action.ref, text, action.owner, due, action.status or None])


def _write_practice(sheet: Worksheet, today: date) -> None:
    sheet.append(_PRACTICE_HEADING)
    for priority in practice.PRIORITIES:
        _write_priority(sheet, priority, today)


def _write_priority(sheet: Worksheet, priority: PracticePriority, today: date) -> None:
    sheet.append([priority.number, priority.title, None, None, None, priority.measures or None])
    for item in priority.items:
        due = fill_in_dates(item.due, today)
        row = [
            item.ref,
            item.text,
            item.delivered_through,
            item.lead,
            due,
            item.success_measures,
            item.status,
        ]
        sheet.append([cell or None for cell in row])


def _format_sheet(sheet: Worksheet) -> None:
    """Wrap the text, set the widths of columns, and print headings and projects in bold."""
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    for number, row in enumerate(sheet.iter_rows(), start=1):
        heads = "." not in str(row[0].value or "").rstrip(".")
        for cell in row:
            cell.alignment = Alignment(wrap_text=number > 1, vertical="top")
            cell.font = Font(bold=heads)
