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
class Found:
    """A date at text[start:end]. day: the last day it covers, None when the calendar has no such day."""

    start: int
    end: int
    day: date | None
    precision: Precision


_Reading = tuple[date | None, Precision]
_Reader = Callable[[re.Match[str], date], _Reading]
_Form = tuple[re.Match[str] | None, re.Pattern[str], _Reader]

_YEAR = r"(?:[0-9]{4}|'?[0-9]{2})(?![0-9])"
_ORDINAL = r"(?:st|nd|rd|th)?"
_WEEKDAY_BEFORE = r"(?:(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?,?\s+)?"
_NUMERIC = (
    r"(?P<d>[0-9]{1,2})\s*(?P<sep>[/.-])\s*(?P<m>[0-9]{1,2})\s*(?P=sep)\s*"
    rf"(?P<y>{_YEAR})(?!(?P=sep)[0-9])"
)
_NAMED = rf"(?P<d>[0-9]{{1,2}}){_ORDINAL}(?:\s+of)?[\s-]*(?P<m>{MONTH})\b\.?,?[\s'-]*(?P<y>{_YEAR})"
_MONTH_YEAR = rf"(?P<m>{MONTH})\b\.?,?(?:\s+of)?[\s'/-]*(?P<y>{_YEAR})(?![./][0-9])"
_EDGE = r"(?:(?:the\s+)?(?:end|close)(?:\s+of)?\s+)"
_SPAN = r"\s*(?:-|/|&|\bto\b|\band\b|\buntil\b)\s*"
_DASH = r"\s*(?:-|\bto\b|\buntil\b)\s*"


def _numeric(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(full_year(found["y"]), int(found["m"]), int(found["d"]), as_at=as_at), Precision.DAY


def _named(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(
        full_year(found["y"]), month_number(found["m"]), int(found["d"]), as_at=as_at
    ), Precision.DAY


def _iso(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(int(found["y"]), int(found["m"]), int(found["d"]), as_at=as_at), Precision.DAY


def _numeric_month(found: re.Match[str], as_at: date) -> _Reading:
    return last_of_month(int(found["y"]), int(found["m"]), as_at=as_at), Precision.MONTH


def _month(found: re.Match[str], as_at: date) -> _Reading:
    return last_of_month(full_year(found["y"]), month_number(found["m"]), as_at=as_at), Precision.MONTH


def _part_of_month(found: re.Match[str], as_at: date) -> _Reading:
    """Read early as the first ten days, mid as the next ten, late as what is left."""
    last = {"mid": 20, "lat": 0}.get(found["part"][:3].casefold(), 10)
    month, year = month_number(found["m"]), full_year(found["y"])
    day = day_of(year, month, last, as_at=as_at) if last else last_of_month(year, month, as_at=as_at)
    return day, Precision.RANGE


def _day_range(found: re.Match[str], as_at: date) -> _Reading:
    month = found["m"]
    number = int(month) if month.isdigit() else month_number(month)
    end = day_of(full_year(found["y"]), number, int(found["d"]), as_at=as_at)
    return end, Precision.RANGE


def _same_month_range(found: re.Match[str], as_at: date) -> _Reading:
    end, precision = _day_range(found, as_at)
    return (end if int(found["d1"]) < int(found["d"]) else None), precision


def _month_range(found: re.Match[str], as_at: date) -> _Reading:
    return _month(found, as_at)[0], Precision.RANGE


def _week(found: re.Match[str], as_at: date) -> _Reading:
    """Read a week commencing as the working week: five days, the last being the Friday."""
    first = (_numeric if found["m"].isdigit() else _named)(found, as_at)[0]
    return days_after(first, 4), Precision.RANGE


def _quarter(found: re.Match[str], as_at: date) -> _Reading:
    """Read a quarter of a financial year: Q3 2021/22 ends on 31 December 2021."""
    return _end_of_quarter(int(found["q"]), found["y"], found["n"], as_at), Precision.RANGE


def _quarter_last(found: re.Match[str], as_at: date) -> _Reading:
    return _end_of_quarter(int(found["q2"]), found["y2"], found["n2"], as_at), Precision.RANGE


def _end_of_quarter(quarter: int, first: str, second: str, as_at: date) -> date | None:
    if not _follows(full_year(first), second):
        return None
    year = full_year(second if quarter == len(QUARTER_ENDS) else first)
    return last_of_month(year, QUARTER_ENDS[quarter], as_at=as_at)


def _season(found: re.Match[str], as_at: date) -> _Reading:
    return last_of_month(full_year(found["y"]), SEASONS[found["s"].casefold()], as_at=as_at), Precision.RANGE


def _winter(found: re.Match[str], as_at: date) -> _Reading:
    first = full_year(found["y"])
    day = last_of_month(first + 1, 2, as_at=as_at) if _follows(first, found["n"]) else None
    return day, Precision.RANGE


def _financial_year(found: re.Match[str], as_at: date) -> _Reading:
    first = full_year(found["y"])
    day = last_of_month(first + 1, 3, as_at=as_at) if _follows(first, found["n"]) else None
    return day, Precision.RANGE


def _year_end(found: re.Match[str], as_at: date) -> _Reading:
    return day_of(full_year(found["y"]), 12, 31, as_at=as_at), Precision.RANGE


def _this_year_end(found: re.Match[str], as_at: date) -> _Reading:
    """Read "end of calendar year" as the plan's own, "end of financial year" as the next 31 March."""
    if found["kind"].casefold() == "calendar":
        return day_of(as_at.year, 12, 31, as_at=as_at), Precision.RANGE
    year = as_at.year if as_at <= date(as_at.year, 3, 31) else as_at.year + 1
    return day_of(year, 3, 31, as_at=as_at), Precision.RANGE


def _follows(first: int, second: str) -> bool:
    return full_year(second) == first + 1


_TWO_YEARS = r"(?P<y>[0-9]{4}|[0-9]{2})\s*[/-]\s*(?P<n>[0-9]{4}|[0-9]{2})"
_TWO_YEARS_FIRST = r"(?P<y2>[0-9]{4}|[0-9]{2})\s*[/-]\s*(?P<n2>[0-9]{4}|[0-9]{2})"
_TIME = r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_ISO = rf"(?P<y>[0-9]{{4}})(?P<sep>[-/.])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<d>[0-9]{{1,2}}){_TIME}(?![0-9])"
_WEEK = rf"(?:w/c|wc|w/b|week\s+(?:commencing|beginning|starting))\s*:?\s*{_WEEKDAY_BEFORE}"
_END_OF_RANGE = rf"(?P<d>[0-9]{{1,2}})(?P<sep>[/.])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<y>{_YEAR})"
_QUARTER = r"q(?:uarter|tr)?\s*"
_OF_THE = rf"{_EDGE}(?:of\s+)?(?:the\s+)?"
_PART = r"(?P<part>early|mid(?:dle)?(?:\s+of)?|late|(?:start|beginning)\s+of)"
_FROM = r"(?:(?:between|from)\s+)?(?:(?:early|mid|late)[\s-]*)?"

# At one place in the text the first form that fits wins, so the fuller ones stand first.
_FORMS: tuple[tuple[str, _Reader], ...] = (
    (_ISO, _iso),
    (rf"{_WEEK}{_NUMERIC}", _week),
    (rf"{_WEEK}{_NAMED}", _week),
    (rf"(?P<d1>[0-9]{{1,2}}){_DASH}{_END_OF_RANGE}", _same_month_range),
    (rf"[0-9]{{1,2}}[/.][0-9]{{1,2}}{_DASH}{_END_OF_RANGE}", _day_range),
    (rf"(?P<d1>[0-9]{{1,2}}){_ORDINAL}{_DASH}{_NAMED}", _same_month_range),
    (rf"[0-9]{{1,2}}{_ORDINAL}(?:\s+of)?\s*{MONTH}\b\.?{_DASH}{_NAMED}", _day_range),
    (rf"{_WEEKDAY_BEFORE}{_NUMERIC}", _numeric),
    (rf"{_WEEKDAY_BEFORE}{_NAMED}", _named),
    (rf"(?P<m>{MONTH})\b\.?\s+(?P<d>[0-9]{{1,2}}){_ORDINAL},?\s+(?P<y>[0-9]{{4}})(?![0-9])", _named),
    (rf"{_FROM}{_EDGE}?{MONTH}\b\.?{_SPAN}{_EDGE}?{_MONTH_YEAR}", _month_range),
    (rf"{_PART}[\s-]*{_MONTH_YEAR}", _part_of_month),
    (rf"{_EDGE}?{_MONTH_YEAR}", _month),
    (r"(?P<m>[0-9]{1,2})\s*[/.-]\s*(?P<y>[0-9]{4})(?![0-9])", _numeric_month),
    (rf"{_EDGE}?{_QUARTER}(?P<q>[1-4])(?:\s+of)?,?\s*(?:fy\s*)?{_TWO_YEARS}(?![0-9])", _quarter),
    (rf"{_EDGE}?{_TWO_YEARS_FIRST}\s*{_QUARTER}(?P<q2>[1-4])(?![0-9])", _quarter_last),
    (rf"{_EDGE}?(?P<s>spring|summer|autumn)\s+(?:of\s+)?(?P<y>{_YEAR})(?!\s*term)", _season),
    (rf"{_EDGE}?winter\s+(?:of\s+)?{_TWO_YEARS}(?![0-9])", _winter),
    (rf"(?:{_OF_THE})?(?:fy\s*|financial\s+year\s+){_TWO_YEARS}(?![0-9])", _financial_year),
    (rf"{_EDGE}?(?P<y>20[0-9]{{2}})/(?P<n>20[0-9]{{2}}|[0-9]{{2}})(?![0-9/])", _financial_year),
    (r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})(?![0-9-])", _numeric_month),
    (rf"{_OF_THE}(?:calendar\s+)?(?:year\s+)?(?P<y>20[0-9]{{2}})(?![0-9/-])", _year_end),
    (rf"{_OF_THE}(?:this\s+|current\s+)?(?P<kind>calendar|financial)\s+year(?!\s*[0-9])", _this_year_end),
)
_COMPILED = tuple((re.compile(rf"(?<![0-9A-Za-z_.]){form}", re.IGNORECASE), read) for form, read in _FORMS)
_BETWEEN_RANGE = re.compile(rf"\s*(?:-|\bto\b|\buntil\b|\btill\b|\bthrough\b)\s*{_EDGE}?", re.IGNORECASE)


def find_dates(text: str, *, as_at: date) -> list[Found]:
    """Find every date in the text (plain marks), left to right; "X - Y" and "X to Y" become one range."""
    joined: list[Found] = []
    for found in _singles(text, as_at):
        if joined and _BETWEEN_RANGE.fullmatch(text, joined[-1].end, found.start):
            joined[-1] = _spanning(joined[-1], found)
        else:
            joined.append(found)
    return joined


def _singles(text: str, as_at: date) -> Iterator[Found]:
    """Walk from date to date. Each form's next match is kept until passed, so that long texts cost little."""
    position = 0
    ahead = [(pattern.search(text), pattern, read) for pattern, read in _COMPILED]
    while ahead := [form for form in (_ahead(form, text, position) for form in ahead) if form[0]]:
        match, _, read = min(ahead, key=_start)
        assert match is not None
        day, precision = read(match, as_at)
        yield Found(match.start(), match.end(), day, precision)
        position = match.end()


def _ahead(form: _Form, text: str, position: int) -> _Form:
    match, pattern, read = form
    if match is None or match.start() >= position:
        return form
    return pattern.search(text, position), pattern, read


def _start(form: _Form) -> int:
    return form[0].start() if form[0] else 0


def _spanning(first: Found, last: Found) -> Found:
    sound = first.day is not None and last.day is not None and first.day <= last.day
    return Found(first.start, last.end, last.day if sound else None, Precision.RANGE)
