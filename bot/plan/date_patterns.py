"""Every form a date is written in, day first, with the last day each covers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.plan.date_vocabulary import (
    MONTH,
    QUARTER_ENDS,
    SEASONS,
    day_of,
    days_after,
    full_year,
    last_of_month,
    month_number,
)
from bot.plan.due_dates import Precision


@dataclass(frozen=True)
class DateMatch:
    """A date at text[start:end]. day: the last day it covers, None when the calendar has no such day."""

    start: int
    end: int
    day: date | None
    precision: Precision


_Reading = tuple[date | None, Precision]
_Reader = Callable[[re.Match[str], date], _Reading]
_Form = tuple[re.Match[str] | None, re.Pattern[str], _Reader]

_YEAR = r"(?:[0-9]{4}|'?[0-9]{2})(?![0-9]|(?:st|nd|rd|th)\b)"
_ORDINAL = r"(?:st|nd|rd|th)?"
_WEEKDAY_BEFORE = r"(?:(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?,?\s+)?"
_NUMERIC = (
    r"(?P<d>[0-9]{1,2})\s*(?P<sep>[/.-])\s*(?P<m>[0-9]{1,2})\s*(?P=sep)\s*"
    rf"(?P<y>{_YEAR})(?!(?P=sep)[0-9])"
)
_NAMED = rf"(?P<d>[0-9]{{1,2}}){_ORDINAL}(?:\s+of)?[\s/-]*(?P<m>{MONTH})\b\.?,?[\s'/-]*(?P<y>{_YEAR})"
_MONTH_YEAR = rf"(?P<m>{MONTH})\b\.?,?(?:\s+of)?[\s'/-]*(?P<y>{_YEAR})(?![./][0-9])"
_END_OF = r"(?:(?:the\s+)?(?:end|close)(?:\s+of)?\s+)"
_MONTH_RANGE_SEPARATOR = r"\s*(?:-|/|&|\bto\b|\band\b|\buntil\b)\s*"
_DAY_RANGE_SEPARATOR = r"\s*(?:-|\bto\b|\buntil\b)\s*"


def _read_numeric(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(full_year(found["y"]), int(found["m"]), int(found["d"]), as_at=as_at), Precision.DAY


def _read_named(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(
        full_year(found["y"]), month_number(found["m"]), int(found["d"]), as_at=as_at
    ), Precision.DAY


def _read_iso(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(int(found["y"]), int(found["m"]), int(found["d"]), as_at=as_at), Precision.DAY


def _read_numeric_month(found: re.Match[str], as_at: date) -> _Reading:
    return last_of_month(int(found["y"]), int(found["m"]), as_at=as_at), Precision.MONTH


def _read_month(found: re.Match[str], as_at: date) -> _Reading:
    return last_of_month(full_year(found["y"]), month_number(found["m"]), as_at=as_at), Precision.MONTH


def _read_part_of_month(found: re.Match[str], as_at: date) -> _Reading:
    """Read early as the first ten days, mid as the next ten, late as what is left."""
    last = {"mid": 20, "lat": 0}.get(found["part"][:3].casefold(), 10)
    month, year = month_number(found["m"]), full_year(found["y"])
    day = day_of(year, month, last, as_at=as_at) if last else last_of_month(year, month, as_at=as_at)
    return day, Precision.RANGE


def _read_day_range(found: re.Match[str], as_at: date) -> _Reading:
    month = found["m"]
    number = int(month) if month.isdigit() else month_number(month)
    end = day_of(full_year(found["y"]), number, int(found["d"]), as_at=as_at)
    return end, Precision.RANGE


def _read_same_month_range(found: re.Match[str], as_at: date) -> _Reading:
    end, precision = _read_day_range(found, as_at)
    return (end if int(found["d1"]) < int(found["d"]) else None), precision


def _read_month_range(found: re.Match[str], as_at: date) -> _Reading:
    return _read_month(found, as_at)[0], Precision.RANGE


def _read_week(found: re.Match[str], as_at: date) -> _Reading:
    """Read a week commencing as the working week: five days, the last being the Friday."""
    first = (_read_numeric if found["m"].isdigit() else _read_named)(found, as_at)[0]
    return days_after(first, 4), Precision.RANGE


def _read_quarter(found: re.Match[str], as_at: date) -> _Reading:
    """Read a quarter of a financial year: Q3 2021/22 ends on 31 December 2021."""
    return _end_of_quarter(int(found["q"]), found["y"], found["n"], as_at), Precision.RANGE


def _read_year_and_quarter(found: re.Match[str], as_at: date) -> _Reading:
    return _end_of_quarter(int(found["q2"]), found["y2"], found["n2"], as_at), Precision.RANGE


def _end_of_quarter(quarter: int, first: str, second: str, as_at: date) -> date | None:
    if not _is_next_year(full_year(first), second):
        return None
    year = full_year(second if quarter == len(QUARTER_ENDS) else first)
    return last_of_month(year, QUARTER_ENDS[quarter], as_at=as_at)


def _read_season(found: re.Match[str], as_at: date) -> _Reading:
    return last_of_month(full_year(found["y"]), SEASONS[found["s"].casefold()], as_at=as_at), Precision.RANGE


def _read_winter(found: re.Match[str], as_at: date) -> _Reading:
    first = full_year(found["y"])
    day = last_of_month(first + 1, 2, as_at=as_at) if _is_next_year(first, found["n"]) else None
    return day, Precision.RANGE


def _read_financial_year(found: re.Match[str], as_at: date) -> _Reading:
    first = full_year(found["y"])
    day = last_of_month(first + 1, 3, as_at=as_at) if _is_next_year(first, found["n"]) else None
    return day, Precision.RANGE


def _read_year_end(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(full_year(found["y"]), 12, 31, as_at=as_at), Precision.RANGE


def _read_this_year_end(found: re.Match[str], as_at: date) -> _Reading:
    """Read "end of calendar year" as the plan's own, "end of financial year" as the next 31 March."""
    if found["kind"].casefold() == "calendar":
        return day_of(as_at.year, 12, 31, as_at=as_at), Precision.RANGE
    year = as_at.year if as_at <= date(as_at.year, 3, 31) else as_at.year + 1
    return day_of(year, 3, 31, as_at=as_at), Precision.RANGE


def _is_next_year(first: int, second: str) -> bool:
    return full_year(second) == first + 1


_TWO_YEARS = r"(?P<y>[0-9]{4}|[0-9]{2})\s*[/-]\s*(?P<n>[0-9]{4}|[0-9]{2})"
_TWO_YEARS_FIRST = r"(?P<y2>[0-9]{4}|[0-9]{2})\s*[/-]\s*(?P<n2>[0-9]{4}|[0-9]{2})"
_TIME = r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_ISO = rf"(?P<y>[0-9]{{4}})(?P<sep>[-/.])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<d>[0-9]{{1,2}}){_TIME}(?![0-9])"
_WEEK = rf"(?:w/c|wc|w/b|week\s+(?:commencing|beginning|starting))\s*+:?+\s*+{_WEEKDAY_BEFORE}"
_END_OF_RANGE = rf"(?P<d>[0-9]{{1,2}})(?P<sep>[/.])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<y>{_YEAR})"
_QUARTER = r"q(?:uarter|tr)?\s*"
_OF_THE = rf"{_END_OF}(?:of\s+)?(?:the\s+)?"
_PART = r"(?P<part>early|mid(?:dle)?(?:\s+of)?|late|(?:start|beginning)\s+of)"
_FROM = r"(?:(?:between|from)\s+)?(?:(?:early|mid|late)[\s-]*)?"

# At one place in the text the first form that fits wins, so the fuller ones stand first.
_FORMS: tuple[tuple[str, _Reader], ...] = (
    (_ISO, _read_iso),
    (rf"{_WEEK}{_NUMERIC}", _read_week),
    (rf"{_WEEK}{_NAMED}", _read_week),
    (rf"(?P<d1>[0-9]{{1,2}}){_DAY_RANGE_SEPARATOR}{_END_OF_RANGE}", _read_same_month_range),
    (rf"[0-9]{{1,2}}[/.][0-9]{{1,2}}{_DAY_RANGE_SEPARATOR}{_END_OF_RANGE}", _read_day_range),
    (rf"(?P<d1>[0-9]{{1,2}}){_ORDINAL}{_DAY_RANGE_SEPARATOR}{_NAMED}", _read_same_month_range),
    (rf"[0-9]{{1,2}}{_ORDINAL}(?:\s+of)?\s*{MONTH}\b\.?{_DAY_RANGE_SEPARATOR}{_NAMED}", _read_day_range),
    (rf"{_WEEKDAY_BEFORE}{_NUMERIC}", _read_numeric),
    (rf"{_WEEKDAY_BEFORE}{_NAMED}", _read_named),
    (rf"(?P<m>{MONTH})\b\.?\s+(?P<d>[0-9]{{1,2}}){_ORDINAL},?\s+(?P<y>[0-9]{{4}})(?![0-9])", _read_named),
    (rf"{_FROM}{_END_OF}?{MONTH}\b\.?{_MONTH_RANGE_SEPARATOR}{_END_OF}?{_MONTH_YEAR}", _read_month_range),
    (rf"{_PART}[\s-]*{_MONTH_YEAR}", _read_part_of_month),
    (rf"{_END_OF}?{_MONTH_YEAR}", _read_month),
    (r"(?P<m>[0-9]{1,2})\s*[/.-]\s*(?P<y>[0-9]{4})(?![0-9])", _read_numeric_month),
    (rf"{_END_OF}?{_QUARTER}(?P<q>[1-4])(?:\s+of)?,?\s*(?:fy\s*)?{_TWO_YEARS}(?![0-9])", _read_quarter),
    (rf"{_END_OF}?{_TWO_YEARS_FIRST}\s*{_QUARTER}(?P<q2>[1-4])(?![0-9])", _read_year_and_quarter),
    (rf"{_END_OF}?(?P<s>spring|summer|autumn)\s+(?:of\s+)?(?P<y>{_YEAR})(?!\s*term)", _read_season),
    (rf"{_END_OF}?winter\s+(?:of\s+)?{_TWO_YEARS}(?![0-9])", _read_winter),
    (rf"(?:{_OF_THE})?(?:fy\s*|financial\s+year\s+){_TWO_YEARS}(?![0-9])", _read_financial_year),
    (rf"{_END_OF}?(?P<y>20[0-9]{{2}})/(?P<n>20[0-9]{{2}}|[0-9]{{2}})(?![0-9/])", _read_financial_year),
    (r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})(?![0-9-])", _read_numeric_month),
    (rf"{_OF_THE}(?:calendar\s+)?(?:year\s+)?(?P<y>20[0-9]{{2}})(?![0-9/-])", _read_year_end),
    (
        rf"{_OF_THE}(?:this\s+|current\s+)?(?P<kind>calendar|financial)\s+year(?!\s*[0-9])",
        _read_this_year_end,
    ),
)
_COMPILED = tuple((re.compile(rf"(?<![0-9A-Za-z_.]){form}", re.IGNORECASE), read) for form, read in _FORMS)
_BETWEEN_RANGE = re.compile(rf"\s*(?:-|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*{_END_OF}?", re.IGNORECASE)


def find_dates(text: str, *, as_at: date) -> list[DateMatch]:
    """Find every date in the text (plain marks), left to right; "X - Y" and "X to Y" become one range."""
    joined: list[DateMatch] = []
    for found in _find_single_dates(text, as_at):
        if joined and _BETWEEN_RANGE.fullmatch(text, joined[-1].end, found.start):
            joined[-1] = _join_range(joined[-1], found)
        else:
            joined.append(found)
    return joined


def _find_single_dates(text: str, as_at: date) -> Iterator[DateMatch]:
    """Walk from date to date. Each form's next match is kept until passed, so that long texts cost little."""
    position = 0
    ahead = [(pattern.search(text), pattern, read) for pattern, read in _COMPILED]
    while ahead := [form for form in (_advance(form, text, position) for form in ahead) if form[0]]:
        match, _, read = min(ahead, key=_match_start)
        assert match is not None
        day, precision = read(match, as_at)
        yield DateMatch(match.start(), match.end(), day, precision)
        position = match.end()


def _advance(form: _Form, text: str, position: int) -> _Form:
    match, pattern, read = form
    if match is None or match.start() >= position:
        return form
    return pattern.search(text, position), pattern, read


def _match_start(form: _Form) -> int:
    return form[0].start() if form[0] else 0


def _join_range(first: DateMatch, last: DateMatch) -> DateMatch:
    sound = first.day is not None and last.day is not None and first.day <= last.day
    return DateMatch(first.start, last.end, last.day if sound else None, Precision.RANGE)
