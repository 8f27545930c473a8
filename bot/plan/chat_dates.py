"""The days people type in chat: `14d`, `friday`, `end of march`, `31/3`."""

import calendar
import re
from collections.abc import Callable
from datetime import date

from bot.plan.date_patterns import find_dates
from bot.plan.date_vocabulary import (
    MONTH,
    WEEKDAY,
    day_of,
    days_after,
    last_of_month,
    month_number,
    weekday_number,
)
from bot.plan.periods import FORTNIGHT_DAYS
from bot.plan.text import one_line, plain_marks

_Reader = Callable[[re.Match[str], date], date | None]
_NUMBER_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}
_PREPOSITIONS = re.compile(r"^(?:(?:by|on|due|until|till|for|the)\s+)+", re.IGNORECASE)
_MAX_LENGTH = 60
_MONTHS, _A_LEAP_YEAR = 12, 2000


def read_day(text: str, *, today: date) -> date | None:
    """Read one day as typed in chat; None when it cannot be read or is no day of the calendar.

    - `today`, `tomorrow`, `yesterday`; `14d`, `in 3 days`, `2 weeks`, `2w`, `1 month`;
    - `friday` is the next Friday after today (typed on a Friday: a week later); `next friday` is the one
      in next week, Monday to Sunday; `friday week` is a week after `friday`;
    - `this week` and `next week` are their Friday; `this month`, `next month`, `end of march` and
      `june 2027` are the month's last day;
    - `31/3`, `31 March` and `March` without a year are the next to come, today included;
    - `31/03/2027`, `31/3/27`, `31 March 2027`, `2027-03-31`: day first always, and everything a plan may
      say (`Q3 2026/27`, `w/c 05/07/27`) that is one date.
    """
    words = _PREPOSITIONS.sub("", one_line(plain_marks(text[: _MAX_LENGTH * 2])).strip(" .,;!?\"'"))
    if not words or len(words) > _MAX_LENGTH:
        return None
    for pattern, read in _FORMS:
        found = pattern.fullmatch(words)
        if found:
            return read(found, today)
    return _read_written_date(words, today)


def _read_written_date(words: str, today: date) -> date | None:
    dates = find_dates(words, as_at=today)
    whole = len(dates) == 1 and dates[0].start == 0 and dates[0].end == len(words)
    return dates[0].day if whole else None


def _read_named_day(found: re.Match[str], today: date) -> date | None:
    return days_after(today, {"yesterday": -1, "tomorrow": 1}.get(found[0].casefold(), 0))


def _read_offset(found: re.Match[str], today: date) -> date | None:
    number = _NUMBER_WORDS.get(found["n"].casefold()) or int(found["n"])
    unit = found["unit"][0].casefold()
    if unit == "m":
        return _months_ahead(today, number)
    return days_after(today, number * {"w": 7, "f": FORTNIGHT_DAYS}.get(unit, 1))


def _months_ahead(today: date, months: int) -> date | None:
    years, month = divmod(today.month - 1 + months, 12)
    last = last_of_month(today.year + years, month + 1, as_at=today)
    return last and last.replace(day=min(today.day, last.day))


def _read_weekday(found: re.Match[str], today: date) -> date | None:
    wanted = weekday_number(found["day"])
    if (found["which"] or "").casefold() == "next":
        return days_after(today, 7 - today.weekday() + wanted)
    ahead = (wanted - today.weekday() - 1) % 7 + 1
    return days_after(today, ahead + (7 if found["week"] else 0))


def _read_week_end(found: re.Match[str], today: date) -> date | None:
    friday = 4 - today.weekday()
    return days_after(today, friday + (7 if found["which"].casefold() == "next" else 0))


def _read_month_end(found: re.Match[str], today: date) -> date | None:
    ahead = 1 if (found["which"] or "").casefold() == "next" else 0
    years, month = divmod(today.month - 1 + ahead, 12)
    return last_of_month(today.year + years, month + 1, as_at=today)


def _read_month(found: re.Match[str], today: date) -> date | None:
    month = month_number(found["m"])
    return last_of_month(today.year + (month < today.month), month, as_at=today)


def _read_day_and_month(found: re.Match[str], today: date) -> date | None:
    month = int(found["m"]) if found["m"].isdigit() else month_number(found["m"])
    return _next_occurrence(int(found["d"]), month, today)


def _next_occurrence(day: int, month: int, today: date) -> date | None:
    """Give this year's day if it is still to come, else next year's; 29 February waits for a leap year."""
    if not 1 <= month <= _MONTHS or not 1 <= day <= calendar.monthrange(_A_LEAP_YEAR, month)[1]:
        return None
    years = (day_of(today.year + ahead, month, day, as_at=today) for ahead in range(9))
    return next((found for found in years if found and found >= today), None)


_ORDINAL = r"(?:st|nd|rd|th)?"
_NUMBER = "|".join(_NUMBER_WORDS)
_UNIT = r"(?P<unit>d|days?|w|wks?|weeks?|fortnights?|months?)"
_FROM_NOW = r"(?:'?\s*time|\s+from\s+(?:now|today))?"
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(form, re.IGNORECASE), read)
    for form, read in (
        (r"today|tonight|now|tomorrow|yesterday", _read_named_day),
        (rf"(?:in\s+|\+\s*)?(?P<n>[0-9]{{1,4}}|{_NUMBER})\s*-?{_UNIT}{_FROM_NOW}", _read_offset),
        (rf"(?:(?P<which>next|this|on)\s+)?(?P<day>{WEEKDAY})(?P<week>\s+week)?", _read_weekday),
        (r"(?:end\s+of\s+)?(?P<which>this|next)\s+week", _read_week_end),
        (r"(?:end\s+of\s+)?(?:the\s+)?(?:(?P<which>this|next)\s+)?month(?:\s+end)?", _read_month_end),
        (rf"(?:the\s+)?(?:end\s+(?:of\s+)?)?(?P<m>{MONTH})\.?", _read_month),
        (r"(?P<d>[0-9]{1,2})\s*[/.]\s*(?P<m>[0-9]{1,2})", _read_day_and_month),
        (rf"(?P<d>[0-9]{{1,2}}){_ORDINAL}(?:\s+of)?\s*(?P<m>{MONTH})\.?", _read_day_and_month),
        (rf"(?P<m>{MONTH})\.?\s+(?P<d>[0-9]{{1,2}}){_ORDINAL}", _read_day_and_month),
    )
)  # fmt: skip
