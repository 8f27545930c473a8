"""Write dates back into a cell, so that the cell reads as the very same dates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from bot.plan.date_parser import read_due_dates
from bot.plan.due_dates import DueDate, Precision, Role

_JOINS = ("\n", " and ", ", ", " ")
_MOST_MIXED = 4


def readable(due: DueDate, *, as_at: date) -> DueDate:
    """Give the date with words a plan can hold. What was said in chat ("next Friday") becomes its day."""
    if due.date is None or any(_means(found, due) for found in read_due_dates(due.text, as_at=as_at)):
        return due
    text = f"{due.date:%d/%m}/{due.date.year}" + ("" if due.confirmed else " (TBC)")
    return replace(due, text=text, precision=Precision.DAY)


def cell_of(dates: Sequence[DueDate], *, as_at: date) -> str | None:
    """Give the cell that reads as these dates, a step's as due ones; None when no joining of them does."""
    if not dates:
        return ""
    wanted = [_plainly(due) for due in dates]
    for joins in _joins(len(dates) - 1):
        cell = "".join(f"{due.text}{join}" for due, join in zip(dates, [*joins, ""], strict=True))
        if read_due_dates(cell, as_at=as_at) == wanted:
            return cell
    return None


def _joins(count: int) -> Iterator[tuple[str, ...]]:
    yield from ((join,) * count for join in _JOINS)
    if 1 < count < _MOST_MIXED:
        yield from product(_JOINS, repeat=count)


def _plainly(due: DueDate) -> DueDate:
    return replace(due, role=Role.DUE) if due.role is Role.MILESTONE else due


def _means(found: DueDate, due: DueDate) -> bool:
    return (found.date, found.confirmed) == (due.date, due.confirmed)
