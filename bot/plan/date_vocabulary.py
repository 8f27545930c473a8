"""The words dates are made of: months, seasons, quarters, weekdays, and the remarks beside a date."""

import calendar
import re
from datetime import MAXYEAR, MINYEAR, date, timedelta

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|"
    r"sat(?:urday)?|sun(?:day)?)"
)
# The last month of each season; winter runs over two years, so it needs both to be named.
SEASONS = {"spring": 5, "summer": 8, "autumn": 11}
# A financial year runs from April to March: its quarters end in these months.
QUARTER_ENDS = {1: 6, 2: 9, 3: 12, 4: 3}
_MAX_YEARS_AWAY = 40
_MAX_TWO_DIGIT_YEAR = 99

ONGOING = re.compile(
    r"\b(?:on-?\s?going|continuous(?:ly)?|continual|rolling(?: programme)?)\b", re.IGNORECASE
)
ONWARDS = re.compile(r"\bonwards?\b", re.IGNORECASE)
UNTIL = re.compile(r"\b(?:to|until|till|through|ends?|ending|by)\b", re.IGNORECASE)
STARTS = re.compile(
    r"\b(?:from|since|start(?:s|ed|ing)?|begin(?:s|ning)?|began|commenc\w+|initial|"
    r"(?:first|inaugural) meeting|kick-?off)\b",
    re.IGNORECASE,
)
UNCONFIRMED = re.compile(
    r"\b(?:tbc|tba|tbd|t\.b\.c|to be (?:confirmed|agreed|advised|decided)|provisional(?:ly)?|indicative|"
    r"estimated?|est|approx(?:imately|\.)?|circa|tentative(?:ly)?|unconfirmed)\b|\?",
    re.IGNORECASE,
)
_DATELIKE = re.compile(
    rf"[0-9]|\b(?:{MONTH}|term|half|quarter|year|week|month|spring|summer|autumn|winter|easter|christmas)\b",
    re.IGNORECASE,
)


def looks_like_a_date(text: str) -> bool:
    """Tell whether words hold what may be meant as a date: a digit, a month, "end of term"."""
    return bool(_DATELIKE.search(text) or ONGOING.search(text) or UNCONFIRMED.search(text))


def month_number(word: str) -> int:
    """Give 1 to 12 for a month written in full or short."""
    return _MONTHS.index(word[:3].casefold()) + 1


def weekday_number(word: str) -> int:
    """Give 0 (Monday) to 6 for a weekday written in full or short."""
    return _WEEKDAYS.index(word[:3].casefold())


def full_year(digits: str) -> int:
    """Give 2021 for "21", "'21" and "2021"."""
    number = int(digits.lstrip("'"))
    return number if number > _MAX_TWO_DIGIT_YEAR else 2000 + number


def day_of(year: int, month: int, day: int, *, as_at: date) -> date | None:
    """Give the day; None when the calendar has none such, or it lies over 40 years from the plan's date."""
    if abs(year - as_at.year) > _MAX_YEARS_AWAY:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_of_month(year: int, month: int, *, as_at: date) -> date | None:
    """Give the month's last day, or None as `day_of` does."""
    if not 1 <= month <= len(_MONTHS) or not MINYEAR <= year <= MAXYEAR:
        return None
    return day_of(year, month, calendar.monthrange(year, month)[1], as_at=as_at)


def days_after(day: date | None, days: int) -> date | None:
    """Move a day; None stays None, and so does a day beyond the calendar."""
    if day is None:
        return None
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
