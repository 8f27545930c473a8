"""Days to propose for words that name a time but no day: Easter, a term, a quarter of a year."""

import re
from datetime import date

from dateutil.easter import easter

from bot.plan.text import one_line, plain_marks

_YEAR = r"(?P<y>20[0-9]{2})"
_NAMED = re.compile(
    rf"(?P<what>easter|autumn|spring|summer|christmas) ?(?:term|holidays?|break)?(?: of)? {_YEAR}",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    rf"q(?:uarter |tr )?(?P<q>[1-4]),?(?: of)? {_YEAR}|{_YEAR.replace('y>', 'y2>')},? q(?P<q2>[1-4])",
    re.IGNORECASE,
)
# The last days of school terms as most councils have them, and of the quarters of both kinds of year.
_ENDS = {"autumn": (12, 18), "spring": (3, 31), "summer": (7, 22), "christmas": (12, 25)}
_QUARTER_ENDS = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}
_FINANCIAL_ENDS = {1: (0, 6, 30), 2: (0, 9, 30), 3: (0, 12, 31), 4: (1, 3, 31)}


def propose_days(text: str) -> tuple[date, ...]:
    """The likeliest day first; none for words without a year."""
    words = one_line(plain_marks(text))
    if named := _NAMED.search(words):
        what, year = named["what"].casefold(), int(named["y"])
        return (easter(year),) if what == "easter" else (date(year, *_ENDS[what]),)
    if quarter := _QUARTER.search(words):
        number, year = int(quarter["q"] or quarter["q2"]), int(quarter["y"] or quarter["y2"])
        later, month, day = _FINANCIAL_ENDS[number]
        return date(year, *_QUARTER_ENDS[number]), date(year + later, month, day)
    return ()
