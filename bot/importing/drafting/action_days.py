"""Which of an action's dates counts: revised before original, planned before actual."""

from dataclasses import dataclass, replace
from datetime import date

from bot.importing.drafting.rows import ActionRow
from bot.importing.table.column_kinds import Column
from bot.plan.date_parser import read_due_lines
from bot.plan.date_patterns import find_dates
from bot.plan.due_dates import DueDate, Precision
from bot.plan.text import one_line, plain_marks

_COUNTING = (Column.REVISED, Column.DUE, Column.ORIGINAL)


@dataclass(frozen=True)
class ActionDays:
    """lines: the dates that count, as read_due_lines gives them. first_day: an earlier one that another took
    the place of. kept: cells of dates that do not count, by their headings.
    """

    lines: list[list[DueDate]]
    first_day: date | None
    kept: dict[str, str]


def read_days(row: ActionRow, reference: date) -> ActionDays:
    read = {column: read_lines(row, column, reference) for column in _COUNTING if row.text(column)}
    counting = next((column for column in read if _has_day(read[column])), next(iter(read), Column.DUE))
    lines = list(read.get(counting, []))
    if counting is not Column.REVISED:
        # A revision that cannot be read is asked about, never passed over.
        lines += [
            line
            for line in read.get(Column.REVISED, [])
            if any(due.precision is Precision.NONE for due in line)
        ]
    others = [column for column in read if column is not counting and _has_day(read[column])]
    earlier = [due.date for column in others for line in read[column] for due in line if due.date]
    if counting is not Column.REVISED or not earlier:
        earlier += _replaced_days(lines, reference)
    kept = {
        one_line(row.names.get(column, "")) or column.value: one_line(row.text(column)) for column in others
    }
    return ActionDays(lines, min(earlier, default=None), kept)


def read_lines(row: ActionRow, column: Column, reference: date) -> list[list[DueDate]]:
    """The dates of one column, in their printed words."""
    cell = row.cells.get(column)
    lines = read_due_lines(row.reading(column), as_at=reference)
    if cell is None or not cell.rewritten:
        return lines
    return [[replace(due, text=_printed(due.text, cell.rewritten)) for due in line] for line in lines]


def _printed(text: str, rewritten: tuple[tuple[str, str], ...]) -> str:
    for meant, printed in rewritten:
        text = text.replace(meant, printed, 1)
    return text


def read_one_day(row: ActionRow, column: Column, reference: date) -> date | None:
    """The one day of a column such as Date raised; None where it has none."""
    days = [due.date for line in read_lines(row, column, reference) for due in line if due.date]
    return days[0] if days else None


def _has_day(lines: list[list[DueDate]]) -> bool:
    return any(due.date for line in lines for due in line)


def _replaced_days(lines: list[list[DueDate]], reference: date) -> list[date]:
    """Days in the words of a date that are not the one that counts: "was 14/05/26 now 30/09/27"."""
    earlier: list[date] = []
    for due in (due for line in lines for due in line):
        days = [found.day for found in find_dates(plain_marks(due.text), as_at=reference)]
        if due.date and due.precision is Precision.DAY and len(days) > 1 and due.date in days:
            earlier += [day for day in days if day and day != due.date]
    return earlier
