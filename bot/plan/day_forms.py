"""The forms of one day of the calendar: with its month, in figures, by its number, by its weekday."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.plan.date_vocabulary import days_after, full_year
from bot.plan.day_drafts import (
    DayDraft,
    DayKind,
    impossible,
    month_day,
    next_of_month,
    next_of_year,
    part_of_month,
    several,
    vague,
)
from bot.plan.day_tokens import MONTHS, ORDINALS, WEEKDAYS


@dataclass(frozen=True)
class FormContext:
    """is_led: a word such as "by" stands before; begins: nothing does, or only such words; is_wanted: what
    stands before has to be followed by a day, as "moved to" has. lead: the words before, at most 40
    characters; raw: the first word as typed.
    """

    today: date
    is_led: bool
    begins: bool
    is_wanted: bool
    lead: str
    raw: str


FormReader = Callable[[re.Match[str], FormContext], DayDraft | None]
Form = tuple[re.Pattern[str], FormReader]

MONTH_NAME = "|".join(MONTHS)
WEEKDAY_NAME = "|".join(WEEKDAYS)
_WORDS = "|".join(ORDINALS)
_SUFFIX = "st|nd|rd|th|af|ail|ydd|fed|eg"
_DAY = rf"(?P<d>[0-9]{{1,2}})(?P<o>{_SUFFIX})?"
_NTH = rf"(?P<n>[1-5](?:{_SUFFIX})|{_WORDS}|last)"
_NO_YEAR = (
    r"(?!st|nd|rd|th| ?[ap]m\b| ?%|[0-9]|[:/.][0-9]| of\b| (?:days|weeks|months)\b| ?(?:of )?(?:"
    + MONTH_NAME
    + r"))"
)
_YEAR = rf"(?:,?[ -]?(?P<y>[0-9]{{4}})(?![0-9])|[ -]?'?(?P<s>[0-9]{{2}}){_NO_YEAR})"
_FULL_YEAR = r"(?:,? ?(?P<y>[0-9]{4})(?![0-9]))"
_SEP = r" ?(?P<sep>[/.-]) ?"
_TIME = r"(?:(?:t| )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?z?)?"
# How far a bare number behind a month is taken for a year, and from where on it may be a day as well.
_YEARS_READ, _YEARS_SURE, _YEARS_PLAUSIBLE = 3, 1, 20
_MAX_DAY, _DATE_LENGTH = 31, 6


def day_draft(found: re.Match[str], day: int, month: int, year: int | None, today: date) -> DayDraft:
    """The draft of a day, its month and perhaps its year."""
    end = found.end()
    if year is None:
        coming, last = next_of_year(day, month, today)
        return DayDraft(end, coming, last=last) if coming else impossible(end)
    try:
        return DayDraft(end, date(year, month, day))
    except ValueError:
        return impossible(end, _swapped(day, month, year))


def _swapped(day: int, month: int, year: int) -> date | None:
    """The day with its month first, where that alone is one."""
    try:
        return date(year, day, month)
    except ValueError:
        return None


def _year_of(found: re.Match[str]) -> int | None:
    digits = found["y"] or found["s"]
    return full_year(digits) if digits else None


def _read_named(found: re.Match[str], context: FormContext) -> DayDraft | None:
    day = int(found["d"]) if found["d"] else ORDINALS.index(found["w"]) + 1
    return day_draft(found, day, MONTHS.index(found["m"]) + 1, _year_of(found), context.today)


def _read_month_first(found: re.Match[str], context: FormContext) -> DayDraft | None:
    year = int(found["y"]) if found["y"] else None
    return day_draft(found, int(found["d"]), MONTHS.index(found["m"]) + 1, year, context.today)


def _read_month_and_number(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "Dec 26" as December 2026, as cells do; "Feb 5" as a day. Where both can be meant, ask."""
    today, month, number = context.today, MONTHS.index(found["m"]) + 1, int(found["d"])
    years = full_year(found["d"]) - today.year
    as_month = _end_of_month(full_year(found["d"]), month)
    two_digits = len(found["d"]) > 1
    if not found["q"] and number > _MAX_DAY and years > _YEARS_PLAUSIBLE:
        return None
    if two_digits and (found["q"] or number > _MAX_DAY):
        return DayDraft(found.end(), as_month, DayKind.MONTH)
    as_day = next_of_year(number, month, today)[0]
    if not two_digits or not 0 <= years <= _YEARS_READ:
        return day_draft(found, number, month, None, today)
    if years <= _YEARS_SURE and as_month and as_month >= today:
        return DayDraft(found.end(), as_month, DayKind.PERIOD)
    return several(found.end(), as_day, as_month if as_month and as_month >= today else None)


def _end_of_month(year: int, month: int) -> date | None:
    try:
        return date(year, month, monthrange(year, month)[1])
    except ValueError:
        return None


def _read_month_and_year(found: re.Match[str], _context: FormContext) -> DayDraft | None:
    part = (found["part"] or "end").replace("the ", "")
    last = _end_of_month(full_year(found["y"] or found["s"]), MONTHS.index(found["m"]) + 1)
    return DayDraft(found.end(), part_of_month(last, part), DayKind.PERIOD)


def _read_iso(found: re.Match[str], context: FormContext) -> DayDraft | None:
    return day_draft(found, int(found["d"]), int(found["m"]), int(found["y"]), context.today)


def _read_figures(found: re.Match[str], context: FormContext) -> DayDraft | None:
    day, month = int(found["d"]), int(found["m"])
    draft = day_draft(found, day, month, full_year(found["y"]), context.today)
    # "1.2.10" may be the number of a paragraph, "31.1.27" not.
    is_sure = context.is_led or found["sep"] == "/" or day > 12 or len(found["y"]) > 2 or found["d"][0] == "0"  # noqa: PLR2004
    return draft if is_sure else None


def _read_day_and_month(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "24/12". What may be a share ("11/12 staff"), a ref or a score is no day unless a word says so."""
    day, month, today = int(found["d"]), int(found["m"]), context.today
    unlike_share = day > 12 and 1 <= month <= 12 and found["sep"] == "/" and found["d"] + found["m"] != "247"  # noqa: PLR2004
    if not unlike_share and not context.is_led:
        return None
    if found["sep"] != "/" and not (day > 12 or found["d"][0] == "0"):  # noqa: PLR2004
        return None
    if (found["d"], found["m"]) == ("24", "7") or context.lead.endswith("up to "):
        return None
    draft = day_draft(found, day, month, None, today)
    if draft.day is None and found["sep"] == "/":
        swapped = next_of_year(month, day, today)[0]
        plausible = 1 <= day <= _MAX_DAY and (month <= 12 or swapped is not None)  # noqa: PLR2004
        return impossible(found.end(), swapped) if plausible else None
    return draft if draft.day else None


def _read_run_of_figures(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "310127" or "20270131" after a word such as "due" as what may be a day."""
    if not context.is_led:
        return None
    digits = found[0] if len(found[0]) == _DATE_LENGTH else f"{found[0][6:]}{found[0][4:6]}{found[0][2:4]}"
    day, month, year = (int(digits[at : at + 2]) for at in range(0, _DATE_LENGTH, 2))
    try:
        return vague(found.end(), date(2000 + year, month, day))
    except ValueError:
        return None


def _read_several_days(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "7 or 14 Feb" as two days, "1-5 March" as a range that ends on its last."""
    last = day_draft(found, int(found["d"]), MONTHS.index(found["m"]) + 1, _year_of(found), context.today)
    first = day_draft(found, int(found["d1"]), MONTHS.index(found["m"]) + 1, _year_of(found), context.today)
    if found["join"].strip() in {"-", "to", "until"}:
        return last if first.day and last.day and int(found["d1"]) < int(found["d"]) else None
    if first.day is None or last.day is None:
        return None
    return several(found.end(), first.day, last.day)


def _read_number_of_month(found: re.Match[str], context: FormContext) -> DayDraft | None:
    months = 1 if found["which"] == "next" else 0
    day = month_day(context.today, months, int(found["d"]))
    return DayDraft(found.end(), day) if day else impossible(found.end())


def _read_number(found: re.Match[str], context: FormContext) -> DayDraft | None:
    number = int(found["d"])
    if not 1 <= number <= _MAX_DAY:
        return None
    needs_lead = not found["the"]
    return DayDraft(
        found.end(), next_of_month(number, context.today), DayKind.DAY_OF_MONTH, needs_lead=needs_lead
    )


def _read_weekday(found: re.Match[str], context: FormContext) -> DayDraft | None:
    today, wanted, which = context.today, WEEKDAYS.index(found["w"]), found["which"] or ""
    ahead = (wanted - today.weekday() - 1) % 7 + 1
    short = not context.raw.startswith(("next", "this", "last")) and len(context.raw) < len("monday")
    if which == "last":
        return DayDraft(found.end(), days_after(today, ahead - 7 - (7 if ahead == 7 else 0)), DayKind.WEEKDAY)  # noqa: PLR2004
    if which == "next" or found["of_next"] or found["next_week"]:
        ahead = 7 - today.weekday() + wanted
    elif which.startswith("this"):
        ahead %= 7
    ahead += {"week": 7, "fortnight": 14}.get(found["more"] or "", 0)
    return DayDraft(found.end(), days_after(today, ahead), DayKind.WEEKDAY, needs_lead=short)


def _read_nth_weekday(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "second Tuesday in March", and "last working day of January"."""
    first = _first_of(found, context.today)
    if first is None:
        return None
    days = [
        date(first.year, first.month, day) for day in range(1, monthrange(first.year, first.month)[1] + 1)
    ]
    fitting = [day for day in days if found["w"] in {None, WEEKDAYS[day.weekday()]}]
    number = found["n"]
    place = -1 if number == "last" else (ORDINALS.index(number) if number in ORDINALS else int(number[0]) - 1)
    return DayDraft(found.end(), fitting[place]) if place < len(fitting) else impossible(found.end())


def _first_of(found: re.Match[str], today: date) -> date | None:
    """The first of the month that is named: the next one to end after today."""
    try:
        if found["which"]:
            return month_day(today, 1 if found["which"] == "next" else 0, 1)
        month = MONTHS.index(found["m"]) + 1
        year = int(found["y"]) if found["y"] else today.year + (month < today.month)
        first = date(year, month, 1)
        if not found["y"] and _has_passed(found, first, today):
            first = first.replace(year=year + 1)
    except ValueError:
        return None
    return first


def _has_passed(found: re.Match[str], first: date, today: date) -> bool:
    if (first.year, first.month) != (today.year, today.month) or found["w"] is None:
        return False
    wanted = WEEKDAYS.index(found["w"])
    number = found["n"]
    start = (wanted - first.weekday()) % 7 + 1
    if number == "last":
        last = monthrange(first.year, first.month)[1]
        return start + (last - start) // 7 * 7 < today.day
    place = ORDINALS.index(number) if number in ORDINALS else int(number[0]) - 1
    return start + 7 * place < today.day


_END, _END_OF_FIGURES = r"(?![0-9a-z])", r"(?![0-9a-z]|[./-][0-9]| ?%)"
_MONTH_OR_NAMED = rf"(?:of|in|for) (?:(?:the )?(?P<which>this|next) month|(?P<m>{MONTH_NAME}){_FULL_YEAR}?)"
_JOIN = r"(?P<join> ?- ?| to | until | or | and | ?/ ?| ?& ?)"
_PART = (
    r"(?P<part>(?:the )?(?:end|close|start|beginning|middle|late|early|mid|eom?)(?:[ -]of)?[ -](?:the )?)?"
)
_FIGURES: tuple[Form, ...] = tuple(
    (re.compile(f"(?:{form}){_END_OF_FIGURES}"), read)
    for form, read in (
        (rf"(?P<y>[0-9]{{4}})(?P<sep>[-/.])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<d>[0-9]{{1,2}}){_TIME}", _read_iso),
        (
            rf"(?P<d>[0-9]{{1,2}}){_SEP}(?P<m>[0-9]{{1,2}}) ?(?P=sep) ?'?(?P<y>[0-9]{{4}}|[0-9]{{2}})",
            _read_figures,
        ),
        (r"(?P<d>[0-9]{1,2})(?P<sep>[/.-])(?P<m>[0-9]{1,2})", _read_day_and_month),
        (r"(?P<d>[0-9]{1,2}) (?P<sep>/) (?P<m>[0-9]{1,2})", _read_day_and_month),
        (rf"(?:[0-9]{{{_DATE_LENGTH}}}|20[0-9]{{6}})", _read_run_of_figures),
    )
)
DAY_FORMS: tuple[Form, ...] = _FIGURES + tuple(
    (re.compile(f"(?:{form}){_END}"), read)
    for form, read in (
        (
            rf"(?:the )?(?:{_DAY}(?: of)?(?: the)?|(?P<w>{_WORDS}) of)[ -]?(?P<m>{MONTH_NAME})\.?{_YEAR}?",
            _read_named,
        ),
        (
            rf"(?P<m>{MONTH_NAME})\.? (?:the )?(?P<d>[0-9]{{1,2}})(?:{_SUFFIX}){_FULL_YEAR}?",
            _read_month_first,
        ),
        (rf"(?P<m>{MONTH_NAME})\.? (?P<d>[0-9]{{1,2}}){_FULL_YEAR}", _read_month_first),
        (
            rf"(?P<m>{MONTH_NAME})\.?[ -]?(?P<q>')?(?P<d>[0-9]{{1,2}})(?! ?[ap]m\b| ?%|[:/.-][0-9]| of\b)",
            _read_month_and_number,
        ),
        (
            (rf"{_PART}(?P<m>{MONTH_NAME})\.?,?(?: of)?[ /-]?(?:(?P<y>[0-9]{{4}})|'" rf"(?P<s>[0-9]{{2}}))"),
            _read_month_and_year,
        ),
        (
            (
                rf"(?:from |between )?(?:the )?(?P<d1>[0-9]{{1,2}})(?:{_SUFFIX})?{_JOIN}(?:the )?{_DAY}"
                rf"(?: of)?[ -]?(?P<m>{MONTH_NAME})\.?{_YEAR}?"
            ),
            _read_several_days,
        ),
        (rf"(?:the )?{_DAY} (?:of )?(?:the )?(?P<which>this|next) month", _read_number_of_month),
        (rf"(?P<the>the )?(?P<d>[0-9]{{1,2}})(?:{_SUFFIX})", _read_number),
        (
            (
                rf"(?:(?P<which>next|last|this coming|this) |(?P<next_week>next week )(?:on )?"
                rf"|this week (?:on )?)?(?P<w>{WEEKDAY_NAME})"
                r"(?: next(?! week))?(?: (?P<more>week(?! commencing| beginning| ending)|fortnight)|"
                r"(?P<of_next> (?:of )?next week))?"
            ),
            _read_weekday,
        ),
        (rf"(?:the )?{_NTH} (?:(?P<w>{WEEKDAY_NAME})|day) {_MONTH_OR_NAMED}", _read_nth_weekday),
    )
)
