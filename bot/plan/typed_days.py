"""The days that people type in a line: "Friday 18 December", "COP Friday", "31 Jan to 28 Feb"."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.plan.date_revisions import DatePair, relate_dates, revision_start
from bot.plan.day_drafts import DayDraft, DayKind, DayProblem, is_far, judge, vague
from bot.plan.day_finder import FoundDay, find_drafts
from bot.plan.day_surroundings import LOOK_BACK, PREPOSITIONS
from bot.plan.day_tokens import NormalLine, normalise_line

_MAX_LEADING, _MAX_WHOLE = 400, 60
_WEEK_AFTER = re.compile(r" week\b(?! (?:commencing|beginning|starting|ending|of|after|before)\b)")
_MARKS_ONLY = re.compile(r"[ .,;!?\"')*]*+")


@dataclass(frozen=True)
class DayReading:
    """What is said of a day at text[start:end]. day: None where it has to be asked, and `problem` says why.
    alternatives: the days that may be meant, the likeliest first.
    """

    start: int
    end: int
    day: date | None
    problem: DayProblem | None
    alternatives: tuple[date, ...] = ()


def find_days(text: str, *, today: date) -> list[DayReading]:
    """Every day, or what is meant as one, from left to right; at each place the longest words that are one.

    "from X to Y" and "was X, now Y" are one reading, as are "31 Jan or 7 Feb" and others side by side. A day
    without a year is the next to come, today included.
    """
    line = normalise_line(text)
    return [
        _reading(line, found, today)
        for found in _join_pairs(line, find_drafts(line, today, is_wanted=False), today)
    ]


def leading_day(text: str, *, today: date) -> DayReading | None:
    """The day that the text begins with, after prepositions; None where it begins with something else."""
    line = normalise_line(text[:_MAX_LEADING])
    found = _join_pairs(line, find_drafts(line, today, is_wanted=True), today)
    if not found or not PREPOSITIONS.fullmatch(line.text, 0, found[0].start):
        return None
    return _reading(line, found[0], today)


def read_day(text: str, *, today: date) -> date | None:
    """The day that the text is, as `find_days` reads it, but one that is past or far is read as well; None
    where it is something else, more than a day, or has to be asked about.
    """
    line = normalise_line(text[: _MAX_WHOLE + 1])
    found = _join_pairs(line, find_drafts(line, today, is_wanted=True), today)
    if (
        len(text.strip()) > _MAX_WHOLE
        or len(found) != 1
        or not PREPOSITIONS.fullmatch(line.text, 0, found[0].start)
    ):
        return None
    return found[0].draft.day if _MARKS_ONLY.fullmatch(line.text, found[0].draft.end) else None


def _reading(line: NormalLine, found: FoundDay, today: date) -> DayReading:
    draft = judge(found.draft, today=today, said_past=found.said_past)
    start, end = line.original(found.start, draft.end)
    likely = tuple(
        day for day in dict.fromkeys(draft.alternatives) if day >= today and not is_far(day, today)
    )
    return DayReading(start, end, draft.day, draft.problem, likely)


def _join_pairs(line: NormalLine, drafts: list[FoundDay], today: date) -> list[FoundDay]:
    """Make one of each two days that belong together."""
    joined: list[FoundDay] = []
    for each in (_week_after(line, each) for each in drafts):
        pair = _relate(line, joined[-1], each) if joined else DatePair.APART
        if pair is DatePair.APART:
            joined.append(each)
        elif pair is DatePair.RANGE and _are_working_days(line, joined[-1], each):
            joined.pop()
        else:
            joined[-1] = _join(line, joined[-1], each, pair)
    return [_alone(line, each, today) for each in joined]


def _week_after(line: NormalLine, found: FoundDay) -> FoundDay:
    """`tomorrow week`: seven days after that day."""
    week = _WEEK_AFTER.match(line.text, found.draft.end)
    words = line.text[found.start : found.draft.end]
    if week is None or found.draft.day is None or words not in {"today", "tomorrow"}:
        return found
    later = found.draft.day + timedelta(days=7)
    return replace(found, draft=replace(found.draft, end=week.end(), day=later, kind=DayKind.DATE))


def _are_working_days(line: NormalLine, first: FoundDay, second: FoundDay) -> bool:
    """Whether two weekdays say when something is open, as "Mon to Fri" does, and not what was moved."""
    before = line.text[max(0, first.start - LOOK_BACK) : first.start]
    weekdays = first.draft.kind is DayKind.WEEKDAY and second.draft.kind is DayKind.WEEKDAY
    return weekdays and revision_start(before) == len(before)


def _relate(line: NormalLine, first: FoundDay, second: FoundDay) -> DatePair:
    between = line.text[first.draft.end : second.start]
    before, after = (
        line.text[max(0, first.start - LOOK_BACK) : first.start],
        line.text[second.draft.end :][:LOOK_BACK],
    )
    return relate_dates(before, between, after)


def _join(line: NormalLine, first: FoundDay, second: FoundDay, pair: DatePair) -> FoundDay:
    before = line.text[max(0, first.start - LOOK_BACK) : first.start]
    start = first.start - len(before) + revision_start(before)
    opened = "(" in line.text[first.draft.end : second.start]
    end = second.draft.end + (opened and line.text.startswith(")", second.draft.end))
    if pair is DatePair.FIRST:
        return replace(first, start=start, draft=replace(first.draft, end=end))
    if pair is DatePair.EITHER:
        return FoundDay(start, _either(first.draft, second.draft, end))
    return replace(second, start=start, draft=replace(second.draft, end=end), said_past=False)


def _either(first: DayDraft, second: DayDraft, end: int) -> DayDraft:
    """Two days side by side: one where both say the same."""
    if first.day and first.day == second.day:
        return replace(first, end=end)
    days = [day for each in (first, second) for day in (each.day, *each.alternatives) if day]
    return DayDraft(end, None, DayKind.DATE, DayProblem.SEVERAL, tuple(days))


def _alone(line: NormalLine, found: FoundDay, today: date) -> FoundDay:
    """An old date without its new one ("from 31 Jan", "was 31 Jan") is no day to record."""
    before = line.text[max(0, found.start - LOOK_BACK) : found.start]
    lead = revision_start(before)
    if found.draft.problem or lead == len(before) or before[lead:].startswith("between"):
        return found
    if judge(found.draft, today=today, said_past=found.said_past).problem is DayProblem.PAST:
        return found
    return FoundDay(found.start - len(before) + lead, vague(found.draft.end))
