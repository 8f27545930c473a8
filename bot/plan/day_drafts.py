"""A day as one form reads it, before it is judged whether it can be meant."""

import calendar
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

from dateutil.easter import easter

from bot.plan.date_vocabulary import day_of, days_after, last_of_month

MAX_YEARS_AHEAD = 5
# A day without a year that is behind by no more than this is meant as past, if a word says so.
RECENT_DAYS = 45
_LAST_EASTER, _FIRST_EASTER = 4099, 1583
_A_LEAP_YEAR, _MONTHS = 2000, 12


class DayProblem(StrEnum):
    """Why a day has to be asked about."""

    CONTRADICTS = "contradicts"
    PAST = "past"
    FAR = "far"
    SEVERAL = "several"
    VAGUE = "vague"
    IMPOSSIBLE = "impossible"


class DayKind(StrEnum):
    """What is named. What may follow it, and what must stand before it, depends on it."""

    DATE = "date"
    DAY_OF_MONTH = "day of month"
    WEEKDAY = "weekday"
    MONTH = "month"
    PERIOD = "period"
    OFFSET = "offset"
    VAGUE = "vague"


@dataclass(frozen=True)
class DayDraft:
    """end: where the words end in the normal form. needs_lead: no day unless a word such as "by" stands
    before. without_year: the next of its kind was taken; last: the one before it.
    """

    end: int
    day: date | None
    kind: DayKind = DayKind.DATE
    problem: DayProblem | None = None
    alternatives: tuple[date, ...] = ()
    needs_lead: bool = False
    last: date | None = None

    @property
    def without_year(self) -> bool:
        return self.last is not None


def impossible(end: int, *alternatives: date | None, needs_lead: bool = False) -> DayDraft:
    days = tuple(day for day in alternatives if day)
    return DayDraft(end, None, problem=DayProblem.IMPOSSIBLE, alternatives=days, needs_lead=needs_lead)


def vague(end: int, *alternatives: date | None, needs_lead: bool = True) -> DayDraft:
    days = tuple(day for day in alternatives if day)
    return DayDraft(end, None, DayKind.VAGUE, DayProblem.VAGUE, days, needs_lead=needs_lead)


def several(
    end: int, *alternatives: date | None, kind: DayKind = DayKind.DATE, needs_lead: bool = False
) -> DayDraft:
    days = tuple(day for day in alternatives if day)
    return DayDraft(end, None, kind, DayProblem.SEVERAL, days, needs_lead=needs_lead)


def next_of_year(day: int, month: int, today: date) -> tuple[date | None, date | None]:
    """Give this year's day if it is still to come, else next year's, and the one before it; 29 February waits
    for a leap year. None twice where no year has such a day.
    """
    if not 1 <= month <= _MONTHS or not 1 <= day <= calendar.monthrange(_A_LEAP_YEAR, month)[1]:
        return None, None
    years = [day_of(today.year + ahead, month, day, as_at=today) for ahead in range(-8, 9)]
    days = [found for found in years if found]
    return next(((after, before) for before, after in pairwise(days) if after >= today), (None, None))


def next_of_month(day: int, today: date) -> date | None:
    """The next day of that number, today included."""
    days = (month_day(today, ahead, day) for ahead in range(4))
    return next((found for found in days if found and found >= today), None)


def month_day(today: date, months: int, day: int) -> date | None:
    """That day of the month so many months on; None where the month has none."""
    years, month = divmod(today.month - 1 + months, _MONTHS)
    return day_of(today.year + years, month + 1, day, as_at=today)


def month_end(today: date, months: int) -> date | None:
    years, month = divmod(today.month - 1 + months, _MONTHS)
    return last_of_month(today.year + years, month + 1, as_at=today)


def months_ahead(today: date, months: int) -> date | None:
    last = month_end(today, months)
    return last and last.replace(day=min(today.day, last.day))


def part_of_month(last: date | None, part: str) -> date | None:
    """Take early and the start as a month's first ten days, mid as the next ten, late as what is left."""
    days = {"mid": 20, "ear": 10, "sta": 10, "beg": 10}.get(part[:3])
    return last and (last.replace(day=days) if days else last)


def next_easter(today: date, offset: int = 0) -> date | None:
    """The next day that lies so many days from Easter Sunday, today included."""
    years = [year for year in (today.year, today.year + 1) if _FIRST_EASTER <= year <= _LAST_EASTER]
    days = (days_after(easter(year), offset) for year in years)
    return next((day for day in days if day and day >= today), None)


def financial_year_end(today: date, years: int = 0) -> date | None:
    """31 March of the financial year that today lies in, or of one so many years later."""
    return day_of(today.year + (today.month > 3) + years, 3, 31, as_at=today)  # noqa: PLR2004 - March


def with_weekday(draft: DayDraft, weekday: int, today: date) -> DayDraft:
    """The draft with the weekday that was said before it: asked about where the day is another one."""
    day = draft.day
    if day is None or day.weekday() == weekday:
        return draft
    if draft.last and draft.last.weekday() == weekday and (today - draft.last).days <= RECENT_DAYS:
        return replace(draft, day=draft.last, last=None)
    ahead = (weekday - day.weekday()) % 7
    near = sorted((ahead, ahead - 7), key=abs)
    days = (day, *(days_after(day, each) for each in near))
    alternatives = tuple(each for each in days if each and each >= today)
    if day < today:
        return draft
    return replace(draft, day=None, problem=DayProblem.CONTRADICTS, alternatives=alternatives)


def judge(draft: DayDraft, *, today: date, said_past: bool) -> DayDraft:
    """The draft with what is wrong with its day, which is None where it lies too far off to be one.

    said_past: a word such as "since" stands before it.
    """
    if draft.problem:
        return draft
    if draft.day is None:
        return replace(draft, problem=DayProblem.FAR)
    recent = draft.last is not None and (today - draft.last).days <= RECENT_DAYS
    if draft.day < today or (said_past and recent):
        return replace(draft, day=None, problem=DayProblem.PAST)
    if is_far(draft.day, today):
        return replace(draft, day=None, problem=DayProblem.FAR)
    return draft


def is_far(day: date, today: date) -> bool:
    return (day.year - MAX_YEARS_AHEAD, day.month, day.day) > (today.year, today.month, today.day)
