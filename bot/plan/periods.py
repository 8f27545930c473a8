"""Periods that several rooms go by."""

from calendar import monthrange
from datetime import date, timedelta

# Two weeks, which is when the first reminder of a date goes out unless a board says otherwise
# (CIP_PROMPT_DAYS). What is due within it is due soon, and what is as late is very late; a question is kept
# up to date, and answered in its thread, for as long.
FORTNIGHT_DAYS = 14
FORTNIGHT = timedelta(days=FORTNIGHT_DAYS)


def move_by(day: date, *, months: int, days: int) -> date:
    """The day so many months, then days, later; a month on from 31 January is the last of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) + timedelta(days=days)
