"""How far `due` looks ahead: `14d`, `this month`, `31 March`, anywhere among the other words."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.plan.date_parser import read_day
from bot.plan.date_vocabulary import MONTH
from bot.plan.text import one_line, plain_marks
from handlers.command_parser.option_values import in_words
from handlers.command_parser.typed import Typed, said

USUAL_DAYS = 14
_LONGEST_DAYS = 3650
_DAYS = re.compile(
    r"(?:(?:in|for|within|over|the)\s+)*(?:next\s+)?(?P<n>[0-9]{1,5})\s*-?(?P<unit>d|days?|w|wks?|weeks?)",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?:^|\s)-[0-9]{1,5}\s*-?(?:d|days?|w|wks?|weeks?|m|months?)(?!\w)", re.IGNORECASE)
_SOON = {"this week", "next week", "this month", "next month", "today", "tomorrow"}
_NO_DAY = re.compile(
    r"(?:s|p|section|project|sect|sec|proj|priority)\.?[\s-]*[0-9]+|[0-9]+|@.*|<.*", re.IGNORECASE
)
_SCOPE = re.compile(
    r"\b(?:s|p|section|project|sect|sec|proj|priority)\.?[\s-]*[0-9]+[a-z]?(?!\w|\.[0-9])|<[^>]*>|@\S*",
    re.IGNORECASE,
)
_TRIED = re.compile(
    rf"(?<![\w.])(?:[0-9]+[\w/.-]*(?:\s+{MONTH}.*)?|(?:{MONTH}|next|this|end\s+of)\s.*[0-9a-z].*)",
    re.IGNORECASE | re.DOTALL,
)
_MOST_WORDS, _MOST_DATE_WORDS = 12, 6


@dataclass(frozen=True)
class Window:
    """until: the last day counted. words: how it was asked for. rest: the other words."""

    until: date
    words: str
    rest: str


def read_window(typed: Typed, text: str) -> Window:
    """Find the window; 14 days when none is given. Raises NotUnderstoodError for one that lies behind."""
    if _BEHIND.search(plain_marks(text)):
        raise typed.misread("due looks ahead. For what is late, use overdue.", "overdue")
    window = _found(typed, text)
    tried = _TRIED.search(plain_marks(_SCOPE.sub("", window.rest if window else text)))
    if tried:
        what = text if window else tried[0]
        raise typed.misread(
            f"I can't read {said(what)} as a date. Type it like 14d, this month or 31 March.", "due 31 March"
        )
    return window or Window(_ahead(typed.today, USUAL_DAYS), f"the next {USUAL_DAYS} days", text)


def _found(typed: Typed, text: str) -> Window | None:
    """Look at every run of words, the longest first from each."""
    words = text.split()
    for start in range(min(len(words), _MOST_WORDS)):
        for end in range(min(len(words), start + _MOST_DATE_WORDS), start, -1):
            window = _window(typed, " ".join(words[start:end]))
            if window:
                return Window(window[0], window[1], " ".join([*words[:start], *words[end:]]))
    return None


def _window(typed: Typed, words: str) -> tuple[date, str] | None:
    plain = one_line(plain_marks(words)).strip(" .,;!?-").casefold()
    counted = _DAYS.fullmatch(plain)
    if counted:
        days = int(counted["n"]) * (7 if counted["unit"].startswith("w") else 1)
        if days > _LONGEST_DAYS:
            raise typed.misread("I can look up to 10 years ahead.", "due 14d")
        return _ahead(typed.today, days), f"the next {days} days" if days != 1 else "the next day"
    day = None if _NO_DAY.fullmatch(plain) else read_day(plain, today=typed.today)
    if day is None:
        return None
    if day < typed.today:
        raise typed.misread(f"{in_words(day)} has passed. For what is late, use overdue.", "overdue")
    return day, plain if plain in _SOON else f"up to {in_words(day)}"


def _ahead(today: date, days: int) -> date:
    return min(today, date.max - timedelta(days=days)) + timedelta(days=days)
