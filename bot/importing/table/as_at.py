"""The day as of which a plan is printed, in a line above its table."""

import re
from datetime import date

from bot.plan.date_patterns import find_dates
from bot.plan.due_dates import Precision
from bot.plan.text import one_line, plain_marks

_TAIL = re.compile(r"(?:(?<!\s)\s++)?+[(\[](?P<tail>[^()\[\]]*+)[)\]]\s*+$")
_AS_AT = re.compile(
    r"\b(?:as at|as of|updated|last updated|position at|version|dated?|agreed|approved|adopted|printed|"
    r"exported|prepared|issued|reviewed)\b[ :]*(?:on\b)?[ :]*",
    re.IGNORECASE,
)


def read_as_at(line: str, *, today: date) -> date | None:
    """Find the plan's date in another line above the heading: "As at 31 July 2021", or "July 2021" alone."""
    found = find_dates(plain_marks(one_line(line)), as_at=today)
    is_date = len(found) == 1 and found[0].end - found[0].start == len(one_line(line))
    return _one_date(line, today) if is_date or _AS_AT.search(line) else None


def split_date(text: str, today: date) -> tuple[str, date | None]:
    """The text without the date at its end, in brackets or after "as at", and that date; None where there is
    none.
    """
    tail = _TAIL.search(text)
    if tail and (as_at := _one_date(tail["tail"], today)):
        return text[: tail.start()], as_at
    stated = _AS_AT.search(text)
    if stated and stated.start() > 0 and (as_at := _one_date(text[stated.end() :], today)):
        return text[: stated.start()].rstrip(" ,;:\u2013\u2014-("), as_at
    return text, None


def _one_date(text: str, today: date) -> date | None:
    found = [found for found in find_dates(plain_marks(text), as_at=today) if found.day]
    exact = [found for found in found if found.precision in {Precision.DAY, Precision.MONTH}]
    return exact[0].day if len(exact) == 1 else None
