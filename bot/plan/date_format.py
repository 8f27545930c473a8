"""Write dates back into a cell, so that the cell reads as the very same dates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from bot.plan.date_parser import read_due_dates
from bot.plan.due_dates import DueDate, Precision, Role

_SEPARATORS = ("\n", " and ", ", ", " ")
_MIXED_SEPARATORS_BELOW = 4


def with_readable_text(due: DueDate, *, as_at: date) -> DueDate:
    """Give the date with words a plan can hold. What was said in chat ("next Friday") becomes its day."""
    if due.date is None or any(_has_same_date(found, due) for found in read_due_dates(due.text, as_at=as_at)):
        return due
    text = f"{due.date:%d/%m}/{due.date.year}" + ("" if due.confirmed else " (TBC)")
    return replace(due, text=text, precision=Precision.DAY)


def format_cell(dates: Sequence[DueDate], *, as_at: date) -> str | None:
    """Give the cell that reads as these dates, a step's as due ones; None when no joining of them does."""
    if not dates:
        return ""
    wanted = [_as_due(due) for due in dates]
    for joins in _separator_choices(len(dates) - 1):
        cell = "".join(f"{due.text}{join}" for due, join in zip(dates, [*joins, ""], strict=True))
        if read_due_dates(cell, as_at=as_at) == wanted:
            return cell
    return None


def _separator_choices(count: int) -> Iterator[tuple[str, ...]]:
    yield from ((join,) * count for join in _SEPARATORS)
    if 1 < count < _MIXED_SEPARATORS_BELOW:
        yield from product(_SEPARATORS, repeat=count)


def _as_due(due: DueDate) -> DueDate:
    return replace(due, role=Role.DUE) if due.role is Role.MILESTONE else due


def _has_same_date(found: DueDate, due: DueDate) -> bool:
    return (found.date, found.confirmed) == (due.date, due.confirmed)
