"""Words that belong to a day and stand before or behind it: its weekday, its time, "a week on", "w/c"."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.plan.date_vocabulary import days_after
from bot.plan.day_drafts import DayDraft, DayKind, DayProblem, vague, with_weekday
from bot.plan.day_forms import WEEKDAY_NAME
from bot.plan.day_tokens import CARDINALS, WEEKDAYS

_TIME = r"(?:[0-9]{1,2}(?:[:.][0-9]{2})? ?(?:am|pm)|[0-9]{1,2}:[0-9]{2}|noon|midnight|lunchtime|lunch time)"
_TIME_AFTER = re.compile(
    rf",?(?: (?:at|by|before))? (?:{_TIME}|am|pm|lunch|morning|afternoon|evening"
    rf"|close of play|close of business|cop|cob|eod|end of(?: the)? day|(?:at"
    rf"|by) [0-9]{{1,2}}(?![./:][0-9]))(?![0-9a-z])"
)
_WEEKDAY_AFTER = re.compile(
    rf"(?:,? | ?\()(?:a )?(?P<w>{WEEKDAY_NAME})(?![0-9a-z']| week| \(?(?:the )?[0-9]| [a-z]+ week)\)?"
)


def with_words_after(text: str, draft: DayDraft, today: date) -> DayDraft:
    """The draft with its weekday and its time, where they stand behind it: "18 December (Friday) at 5pm"."""
    found = _WEEKDAY_AFTER.match(text, draft.end)
    if found and draft.kind in {DayKind.DATE, DayKind.DAY_OF_MONTH} and draft.day:
        draft = replace(with_weekday(draft, WEEKDAYS.index(found["w"]), today), end=found.end())
    found = _TIME_AFTER.match(text, draft.end)
    return replace(draft, end=found.end()) if found else draft


def _on_that_date(found: re.Match[str], core: DayDraft, today: date) -> DayDraft | None:
    """A weekday before a date or its number."""
    if core.kind not in {DayKind.DATE, DayKind.DAY_OF_MONTH} or core.problem is DayProblem.SEVERAL:
        return None
    closed = "(" in found[0] and found.string.startswith(")", core.end)
    dated = with_weekday(core, WEEKDAYS.index(found["w"]), today)
    return replace(dated, end=core.end + closed, kind=DayKind.DATE, needs_lead=False)


def _weeks_on(found: re.Match[str], core: DayDraft, _today: date) -> DayDraft | None:
    """Read "a week on Friday", "two weeks on Monday"."""
    word = found["n"] or "a"
    number = int(word) if word.isdigit() else (1 if word in {"a", "an"} else CARDINALS.index(word) + 1)
    days = number * (14 if found["u"].startswith("f") else 7)
    return (
        replace(core, day=days_after(core.day, days), needs_lead=False)
        if core.kind is DayKind.WEEKDAY
        else None
    )


def _beside(found: re.Match[str], core: DayDraft, _today: date) -> DayDraft | None:
    """Read "the Friday before Christmas", "the day after 31 January"; a week beside a day is no day."""
    if core.day is None or core.kind not in {DayKind.DATE, DayKind.MONTH}:
        return None
    if found["what"] == "week":
        return vague(core.end, needs_lead=False)
    step = 1 if found["side"] == "after" else -1
    days = (
        1
        if found["what"] == "day"
        else (step * (WEEKDAYS.index(found["what"]) - core.day.weekday()) - 1) % 7 + 1
    )
    return replace(
        core, day=days_after(core.day, step * days), kind=DayKind.DATE, needs_lead=False, last=None
    )


def _working_week(_found: re.Match[str], core: DayDraft, _today: date) -> DayDraft | None:
    """The Friday of a week that is named by its Monday."""
    return replace(core, day=days_after(core.day, 4), kind=DayKind.DATE, needs_lead=False, last=None)


def _same_day(_found: re.Match[str], core: DayDraft, _today: date) -> DayDraft | None:
    return None if core.kind is DayKind.VAGUE else replace(core, needs_lead=False)


_WEEK = (
    r"(?:w/c|wc|w/b|w\.c\.|week (?:commencing|beginning|starting|of)|wk (?:commencing"
    r"|beginning)) ?:? ?(?:the )?"
)
_DAY_END = (
    r"cop|cob|eod|close of play|close of business|(?:the )?end of (?:the )?(?:day|play)"
    r"|first thing|last thing|by close"
)
WordReader = Callable[[re.Match[str], DayDraft, date], DayDraft | None]
WRAPPERS: tuple[tuple[re.Pattern[str], WordReader], ...] = (
    (re.compile(rf"(?P<w>{WEEKDAY_NAME})\.?,? \(?(?:the )?"), _on_that_date),
    (re.compile(rf"(?:the )?(?P<what>{WEEKDAY_NAME}|day|week) (?P<side>before|after) (?:the )?"), _beside),
    (
        re.compile(
            rf"(?:(?P<n>an?|[0-9]{{1,2}}|{'|'.join(CARDINALS[:12])}) )?(?P<u>weeks?|fortnights?) "
            rf"(?:on |from )?"
        ),
        _weeks_on,
    ),
    (re.compile(_WEEK), _working_week),
    (re.compile(r"(?:w/e|week ending|wk ending) ?:? ?(?:the )?"), _same_day),
    (re.compile(rf"(?:{_TIME}|{_DAY_END}),? (?:on |this |by )?(?:the )?"), _same_day),
)
