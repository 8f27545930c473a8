"""The forms of a day counted from today, of the end of a period, of a feast, and of what is meant as a day
but is none.
"""

import re
from datetime import date, timedelta

from bot.plan.date_vocabulary import QUARTER_ENDS, day_of, days_after, full_year, last_of_month
from bot.plan.day_drafts import (
    DayDraft,
    DayKind,
    financial_year_end,
    month_end,
    months_ahead,
    next_easter,
    next_of_year,
    part_of_month,
    several,
    vague,
)
from bot.plan.day_forms import MONTH_NAME, WEEKDAY_NAME, Form, FormContext
from bot.plan.day_tokens import CARDINALS, MONTHS, ORDINALS, WEEKDAYS
from bot.plan.rest_days import add_working_days, is_bank_holiday, is_weekend

_UNITS = r"days?|d|weeks?|wks?|w|fortnights?|months?|years?|yrs?"
_NUMBER = rf"[0-9]{{1,4}}|an?|{'|'.join(CARDINALS[:12])}"
_FEASTS = {
    "christmas": (12, 25), "christmas day": (12, 25), "christmas eve": (12, 24), "boxing day": (12, 26),
    "new year's eve": (12, 31), "new year": (1, 1), "new year's": (1, 1), "new year's day": (1, 1),
    "the new year": (1, 1), "may day": (5, 1), "halloween": (10, 31),
}  # fmt: skip
_EASTER = {"easter": 0, "easter sunday": 0, "good friday": -2, "easter monday": 1, "easter weekend": 0}
_FRIDAY, _MARCH = 4, 3
_PART_OF_WEEK = {"ear": 1, "mid": 2, "sta": 0, "beg": 0}


def _read_near_day(found: re.Match[str], context: FormContext) -> DayDraft | None:
    days = {"yesterday": -1, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2}
    name = found[0]
    # "date now 31 March": it is a day only where nothing else stands.
    if name == "now" and not (context.is_wanted and found.end() == len(found.string)):
        return None
    return DayDraft(found.end(), days_after(context.today, days.get(name, 0)), DayKind.OFFSET)


def _after(today: date, number: int, unit: str) -> date | None:
    if unit[0] in "my":
        return months_ahead(today, number * (12 if unit[0] == "y" else 1))
    return days_after(today, number * {"w": 7, "f": 14}.get(unit[0], 1))


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    return 1 if word in {"a", "an"} else CARDINALS.index(word) + 1


def _read_offset(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "in 3 days", "two weeks' time", "14d". Without such a word it may be how long something took."""
    day = _after(context.today, _number(found["n"]), found["u"])
    is_sure = found["in"] or found["time"] or found["from"]
    return DayDraft(found.end(), day, DayKind.OFFSET, needs_lead=not is_sure) if day else None


def _read_weeks_from(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "three weeks today", "a fortnight tomorrow"."""
    start = days_after(context.today, 1 if found["day"] == "tomorrow" else 0)
    day = _after(start, _number(found["n"] or "a"), found["u"]) if start else None
    return DayDraft(found.end(), day, DayKind.OFFSET)


def _read_ago(found: re.Match[str], context: FormContext) -> DayDraft | None:
    number = _number(found["n"])
    days = number * {"w": 7, "f": 14, "m": 30, "y": 365}.get(found["u"][0], 1)
    day = days_after(context.today, -days)
    return DayDraft(found.end(), day, DayKind.OFFSET) if day else None


def _read_working_days(found: re.Match[str], context: FormContext) -> DayDraft | None:
    try:
        day = add_working_days(context.today, _number(found["n"]))
    except OverflowError:
        return None
    return DayDraft(found.end(), day, DayKind.OFFSET, needs_lead=not found["in"])


def _read_same_day(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "this time next week", "the same day next month"."""
    return DayDraft(found.end(), _after(context.today, 1, found["u"]), DayKind.OFFSET)


def _read_weekend(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """A weekend may mean the Friday before it or its Sunday."""
    friday = (_FRIDAY - context.today.weekday()) % 7 + (7 if found["which"] == "next" else 0)
    return vague(found.end(), *(days_after(context.today, days) for days in (friday, friday + 2)))


def _read_rough_offset(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "in 2-3 weeks" and "in a few weeks" as what has to be asked about."""
    numbers = [_number(found[name]) for name in ("n", "n2") if found[name]]
    if found["two"]:
        numbers.append(numbers[0] + 1)
    if found["couple"]:
        numbers = [2]
    days = (_after(context.today, number, found["u"]) for number in numbers)
    return vague(found.end(), *days, needs_lead=False)


def _read_this_or_next_week(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Give the Friday, or Tuesday for early and Wednesday for mid. On a weekend this week's end is the Friday
    to come.
    """
    given, today = found.groupdict(), context.today
    weeks = 2 if given.get("after") else int(given["which"] == "next")
    part = (given.get("part") or "end").removeprefix("the ")
    weekday = _PART_OF_WEEK.get(part[:3], _FRIDAY)
    day = days_after(today, weekday - today.weekday() + 7 * weeks)
    if day and day < today:
        day = days_after(day, 7)
    needs_lead = weeks == 0 and not given.get("part")
    return DayDraft(found.end(), day, DayKind.PERIOD, needs_lead=needs_lead)


def _read_end_of_week(found: re.Match[str], context: FormContext) -> DayDraft | None:
    return DayDraft(
        found.end(),
        days_after(context.today, (_FRIDAY - context.today.weekday()) % 7),
        DayKind.PERIOD,
        needs_lead=True,
    )


def _read_end_of_day(found: re.Match[str], context: FormContext) -> DayDraft | None:
    return DayDraft(found.end(), context.today, DayKind.PERIOD, needs_lead=True)


def _read_this_or_next_month(found: re.Match[str], context: FormContext) -> DayDraft | None:
    given = found.groupdict()
    months = int(given.get("which") == "next")
    part = (given.get("part") or "end").removeprefix("the ")
    day = part_of_month(month_end(context.today, months), part)
    if day and day < context.today and not given.get("which"):
        day = part_of_month(month_end(context.today, 1), part)
    return DayDraft(found.end(), day, DayKind.PERIOD, needs_lead=not months)


def _read_month(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "mid Feb" and "March": the next to come."""
    part = (found["part"] or "").removeprefix("the ")
    month, today = MONTHS.index(found["m"]) + 1, context.today
    years = (today.year + ahead for ahead in (0, 1, 2))
    days = (part_of_month(last_of_month(year, month, as_at=today), part or "end") for year in years)
    day = next((each for each in days if each and each >= today), None)
    return (
        DayDraft(found.end(), day, DayKind.MONTH if not part else DayKind.PERIOD, needs_lead=not part)
        if day
        else None
    )


def _read_week_of_month(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """The last day of a month's first seven, of its next seven, and so on."""
    month, today, week = MONTHS.index(found["m"]) + 1, context.today, found["n"]
    number = 0 if week == "last" else (ORDINALS.index(week) + 1 if week in ORDINALS else int(week[0]))
    for year in (int(found["y"]),) if found["y"] else (today.year, today.year + 1):
        last = last_of_month(year, month, as_at=today)
        day = last and (last.replace(day=min(7 * number, last.day)) if number else last)
        if day and (day >= today or found["y"]):
            return DayDraft(found.end(), day, DayKind.PERIOD)
    return None


def _read_last_working_day(found: re.Match[str], context: FormContext) -> DayDraft | None:
    today = context.today
    if found["m"]:
        month = MONTHS.index(found["m"]) + 1
        day = last_of_month(today.year + (month < today.month), month, as_at=today)
    else:
        day = month_end(today, int(found["which"] == "next"))
    while day and (is_weekend(day) or is_bank_holiday(day)):
        day -= timedelta(days=1)
    return DayDraft(found.end(), day, DayKind.PERIOD)


def _read_quarter(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "Q3" as of the financial year that today lies in; one that is behind is asked about."""
    today, quarter = context.today, int(found["q"] or 0) or ORDINALS.index(found["w"]) + 1
    if quarter > len(QUARTER_ENDS):
        return None
    first = today.year - (today.month <= _MARCH)
    if found["y"]:
        return _calendar_or_financial(found, quarter, full_year(found["y"]), today)
    day = last_of_month(first + (quarter == len(QUARTER_ENDS)), QUARTER_ENDS[quarter], as_at=today)
    is_short = found["q"] and not found["end"]
    if day and day < today:
        return vague(found.end(), last_of_month(day.year + 1, day.month, as_at=today))
    return DayDraft(found.end(), day, DayKind.PERIOD, needs_lead=bool(is_short or found["w"]))


def _calendar_or_financial(found: re.Match[str], quarter: int, year: int, today: date) -> DayDraft:
    financial = last_of_month(year + (quarter == len(QUARTER_ENDS)), QUARTER_ENDS[quarter], as_at=today)
    return several(found.end(), financial, last_of_month(year, quarter * 3, as_at=today), needs_lead=True)


def _read_this_quarter(found: re.Match[str], context: FormContext) -> DayDraft | None:
    months = (-context.today.month) % 3 + (3 if found["which"] == "next" else 0)
    return DayDraft(
        found.end(), month_end(context.today, months), DayKind.PERIOD, needs_lead=not found["which"]
    )


def _read_financial_year_end(found: re.Match[str], context: FormContext) -> DayDraft | None:
    years = int("next" in found[0])
    return DayDraft(found.end(), financial_year_end(context.today, years), DayKind.PERIOD)


def _read_calendar_year_end(found: re.Match[str], context: FormContext) -> DayDraft | None:
    written = found.groupdict().get("y")
    year = int(written) if written else context.today.year + int("next" in found[0])
    return DayDraft(found.end(), day_of(year, 12, 31, as_at=context.today), DayKind.PERIOD)


def _read_financial_years(found: re.Match[str], context: FormContext) -> DayDraft | None:
    first = full_year(found["y"])
    if full_year(found["s"]) != first + 1:
        return None
    return DayDraft(found.end(), day_of(first + 1, 3, 31, as_at=context.today), DayKind.PERIOD)


def _read_named_financial_year(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "FY27" as the year that ends in 2027 or the one that begins in it: which one is asked."""
    year = full_year(found["y"])
    return vague(found.end(), *(day_of(each, 3, 31, as_at=context.today) for each in (year, year + 1)))


def _read_after_next(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "Friday after next" as one of two days, as people differ on it."""
    ahead = (WEEKDAYS.index(found["w"]) - context.today.weekday() - 1) % 7 + 1
    return vague(
        found.end(), *(days_after(context.today, ahead + days) for days in (7, 14)), needs_lead=False
    )


def _read_last_period(found: re.Match[str], context: FormContext) -> DayDraft | None:
    return DayDraft(found.end(), days_after(context.today, -1), DayKind.PERIOD) if context.is_wanted else None


def _read_year_end(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Councils close their year on 31 March, calendars on 31 December: which one is meant is asked."""
    years, today = int("next" in found[0]), context.today
    days = (financial_year_end(today, years), day_of(today.year + years, 12, 31, as_at=today))
    ordered = days if found[0].replace("-", " ").endswith("year end") else days[::-1]
    return several(found.end(), *ordered, kind=DayKind.PERIOD, needs_lead=True)


def _read_feast(found: re.Match[str], context: FormContext) -> DayDraft | None:
    name = found[0].removeprefix("the ") if found[0] != "the new year" else found[0]
    if name in _EASTER:
        day = next_easter(context.today, _EASTER[name])
    else:
        month, number = _FEASTS[name]
        day = next_of_year(number, month, context.today)[0]
    return DayDraft(found.end(), day, DayKind.MONTH, needs_lead=name in {"new year", "the new year"})


def _read_new_year(found: re.Match[str], _context: FormContext) -> DayDraft | None:
    return vague(found.end(), needs_lead=False)


def _read_vague(found: re.Match[str], _context: FormContext) -> DayDraft | None:
    return vague(found.end())


def _read_if_meant(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "the next board meeting" after "moved to". Elsewhere it is what something was sent to."""
    return vague(found.end()) if context.is_wanted else None


def _read_delay(found: re.Match[str], context: FormContext) -> DayDraft | None:
    """Read "extended by a month", "push it back two weeks": counted from a day that stands elsewhere."""
    is_delay = found["back"] or _DELAYED.search(context.lead)
    return vague(found.end(), needs_lead=False) if is_delay else None


MOVING = (
    r"(?:re-?)?(?:mov|delay|extend|defer|slip|postpon|push|put|schedul|dat|chang|revis|brought|bring|due|set)"
    r"[a-z]{0,6}(?: it| this| that)?(?: back| out| on| forward| forwards| date)?"
)
# A day, or what begins the next part of a sentence, is no word of an event's name: "tomorrow as the panel".
_NOT_OF_AN_EVENT = (
    rf"{WEEKDAY_NAME}|today|tonight|tomorrow|yesterday|now|because|as|cos|coz|since|so|but|or|if|when|while|once"
    r"|unless|until|till|after|before|due|owing|given|the|a|an|our|their|it|we|they|for|to|by|of|at|on|in"
)
_EVENT_NAME = rf"(?:(?!(?:{_NOT_OF_AN_EVENT})\b)[a-z]{{1,20}} )"
_DELAYED = re.compile(rf"\b{MOVING} $")
EVENTS = (
    "meeting|board|committee|cabinet|council|panel|inspection|visit|review|conference"
    "|election|elections|break|"
    "holiday|holidays|hols|half|term|session|workshop|audit|budget|governors|scrutiny"
    "|exec|executive|assembly|"
    "summit|hearing|agm|payroll|ofsted|sitting|assurance|steering|away|school|bank|call|drop|catch"
)
_THE = r"(?:the )?"
_PART = r"(?P<part>(?:the )?(?:end|close|start|beginning|middle|late|early|mid|eom?)(?:[ -]of)?)[ -](?:the )?"
_END_OF = rf"{_THE}(?:end|close)(?:[ -]of)?[ -](?:the )?"
_EASTERS = "|".join(sorted(_EASTER, key=len, reverse=True))
_FEAST_NAMES = "|".join(sorted(_FEASTS, key=len, reverse=True))
_SEASON = "spring|summer|autumn|winter"
_TERM_NAME = rf"(?:{_SEASON}|michaelmas|lent|hilary|trinity|half|school|this|next|first|second|third|the)[ -]"
_END = r"(?![0-9a-z])"
PERIOD_FORMS: tuple[Form, ...] = tuple(
    (re.compile(f"(?:{form}){_END}"), read)
    for form, read in (
        (r"today|tonight|now|tomorrow|yesterday|(?:the )?day after tomorrow", _read_near_day),
        (
            (
                rf"(?:(?P<in>in|within) |\+ ?)?(?:the next )?(?P<n>{_NUMBER})(?:[ -]|"
                rf"(?<=[0-9]))(?P<u>{_UNITS})"
                rf"(?P<time>(?:'s?|s'?)? time)?(?P<from> from (?:now|today))?"
            ),
            _read_offset,
        ),
        (
            (
                rf"(?:(?P<n>{_NUMBER}) )?(?P<u>weeks?|fortnights?|months?|years?)(?: from)? "
                rf"(?P<day>today|tomorrow)"
            ),
            _read_weeks_from,
        ),
        (rf"(?P<n>{_NUMBER}) (?P<u>{_UNITS}) ago", _read_ago),
        (rf"(?:the )?(?P<w>{WEEKDAY_NAME}) after next", _read_after_next),
        (r"(?:the )?(?:same|this) (?:day|time) next (?P<u>week|month|year)", _read_same_day),
        (r"(?:the |this |(?P<which>next) )?week[ -]?end", _read_weekend),
        (r"(?:the )?following (?:week|month|day|(?:mon|tues|wednes|thurs|fri|satur|sun)day)", _read_vague),
        (
            (
                rf"(?:another|a couple(?: of)?|a few|several|a further|some)(?: more)? (?:{_NUMBER} )?"
                rf"(?:more )?(?:{_UNITS})"
            ),
            _read_if_meant,
        ),
        (r"last (?:week|month|year|term)", _read_last_period),
        (
            (
                rf"(?P<in>in |within )?(?P<n>[0-9]{{1,3}}|an?|{'|'.join(CARDINALS)}) (?:working"
                rf"|business|week) ?days?(?:'? time)?"
            ),
            _read_working_days,
        ),
        (
            (
                r"(?:in|within) (?:about |around |roughly |approximately |another )?(?:"
                r"(?P<couple>a couple(?: of)?)|(?:a few|several|some)|"
                rf"(?P<n>{_NUMBER})(?: ?(?:-|to|or) ?(?P<n2>{_NUMBER}))?)(?: more)? (?P<u>{_UNITS})"
                rf"(?P<two> or (?:two|so))?'?(?: time)?"
            ),
            _read_rough_offset,
        ),
        (
            (
                rf"(?:by|(?P<back>back|forward)(?: by)?) (?:another )?(?:{_NUMBER}|a few|a couple of"
                rf"|several)(?: more)? (?:{_UNITS})"
            ),
            _read_delay,
        ),
        (rf"(?:{_PART})?(?P<which>this|next) week", _read_this_or_next_week),
        (r"(?:the )?week (?P<after>after) next", _read_this_or_next_week),
        (rf"eow|{_END_OF}week|close of week", _read_end_of_week),
        (
            r"eod|cop|cob|close of (?:play|business)|(?:the )?end of (?:the )?(?:working )?day",
            _read_end_of_day,
        ),
        (rf"(?:eom|{_THE}(?:end[ -]of[ -](?:the[ -])?month|month[ -]end))", _read_this_or_next_month),
        (rf"(?:{_PART})?(?P<which>this|next) month(?: end|'s end)?", _read_this_or_next_month),
        (rf"{_PART}month", _read_this_or_next_month),
        (rf"(?:{_PART}|(?:this|next) )?(?P<m>{MONTH_NAME})\.?", _read_month),
        (
            (
                rf"{_THE}(?P<n>[1-5](?:st|nd|rd|th)|{'|'.join(ORDINALS[:5])}|last) w(?:ee)?k (?:(?:of"
                rf"|in) )?(?P<m>{MONTH_NAME})(?: (?P<y>[0-9]{{4}}))?"
            ),
            _read_week_of_month,
        ),
        (
            (
                rf"{_THE}last working day (?:of|in) (?:(?P<m>{MONTH_NAME})|(?:the |(?P<which>this"
                rf"|next) )?month)"
            ),
            _read_last_working_day,
        ),
        (
            (
                rf"(?:(?P<end>{_END_OF})|(?:during|in) )?(?:q(?:uarter|tr)? ?(?P<q>[1-4])|(?P<w>first"
                rf"|second|third|fourth) quarter)"
                r"(?:,?(?: of)? ?(?:fy ?)?(?P<y>(?:20)?[0-9]{2})(?!/| ?-| ?%))?(?! ?[/-] ?[0-9])(?: end)?"
            ),
            _read_quarter,
        ),
        (
            (
                rf"(?:{_THE}(?:end|close) of (?:(?P<which>this|next) |the )?quarter"
                rf"|{_THE}quarter[ -]end|eoq)"
            ),
            _read_this_quarter,
        ),
        (
            (
                rf"(?:{_END_OF}(?:this |current |next |present )?(?:financial|fiscal)[ -]year|{_END_OF}"
                rf"(?:the )?fy|(?:the )?(?:financial|fiscal)[ -]year[ -]end|fy[ -]end|eofy)(?! ?[0-9])"
            ),
            _read_financial_year_end,
        ),
        (rf"{_END_OF}(?:this |current |next )?calendar[ -]year", _read_calendar_year_end),
        (rf"{_END_OF}(?P<y>20[0-9]{{2}})(?! ?[/-])", _read_calendar_year_end),
        (
            (
                rf"{_END_OF}(?:financial year |fy ?)?(?P<y>20[0-9]{{2}}|[0-9]{{2}}) ?[/-] ?"
                rf"(?P<s>20[0-9]{{2}}|[0-9]{{2}})"
            ),
            _read_financial_years,
        ),
        (rf"(?:{_END_OF})?fy ?(?P<y>[0-9]{{2}}|20[0-9]{{2}})(?! ?[/-])", _read_named_financial_year),
        (rf"{_END_OF}(?:this |next )?year|{_THE}year[ -]end|eoy", _read_year_end),
        (rf"(?:{_EASTERS}|{_FEAST_NAMES})", _read_feast),
        (r"in the new year", _read_new_year),
        (rf"{_THE}(?:(?:next|this|early|late) )?(?:{_SEASON})(?: holidays?| hols| break)?", _read_vague),
        (rf"(?:{_PART})?(?:{_TERM_NAME}){{0,3}}term(?! of)|michaelmas|half[ -]term", _read_vague),
        (
            (
                r"soon(?! as)|asap|a\.s\.a\.p\.?|shortly|tb[cad]|to be (?:confirmed|agreed|decided)"
                r"|later(?: on)?(?: (?:this|next|in the) (?:week|month|year))?|"
                r"in due course|whitsun|pentecost|lady day|purdah|ramadan|eid|diwali|hanukkah|lent"
                r"|recess|(?:the )?(?:next )?bank holiday|(?:sometime |some time )?next year|"
                r"(?:sometime|some time)|eventually|whenever|further notice|when(?:ever)? possible"
            ),
            _read_vague,
        ),
        (
            (
                r"(?:(?:the )?(?:early|mid|late|start|beginning|middle)(?: of| in)?[ -])?20[0-9]{2}"
                r"(?! ?[/-])"
            ),
            _read_if_meant,
        ),
        (r"(?:when|once|as soon as)(?: (?!(?:because|as|cos|since)\b)[a-z']++){1,8}", _read_if_meant),
        (
            rf"(?:(?:the|our|their|next|following|nearest) ){{0,2}}{_EVENT_NAME}{{0,3}}(?:{EVENTS})",
            _read_if_meant,
        ),
    )
)
