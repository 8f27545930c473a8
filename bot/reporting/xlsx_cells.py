"""One cell of a workbook: real dates as dates, everything else as text that is never run."""

import re
from datetime import date, datetime

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell

from bot.plan.text import harmless

LONGEST = 32_000
_DAY = re.compile(r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4}|[0-9]{2})")
_EARLIEST = 1901
_CENTURY = 2000


def put(cell: Cell | MergedCell, value: str | date | datetime | None) -> None:
    """Write the value. A day printed as 31/03/2027 or 31/03/27 becomes a date that is shown just so."""
    if value is None or value == "":
        return
    if isinstance(value, str):
        _put_text(cell, value)
    else:
        cell.value = value
        cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"


def _put_text(cell: Cell | MergedCell, text: str) -> None:
    day = _day(text)
    if day is not None:
        cell.value = day
        cell.number_format = "dd/mm/yyyy" if len(text) > len("31/03/27") else "dd/mm/yy"
        return
    cell.value = harmless(ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST]
    cell.data_type = "s"


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year = int(found["y"]) + (_CENTURY if len(found["y"]) == 2 else 0)  # noqa: PLR2004 - two digits of a year
    try:
        day = date(year, int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return day if day.year >= _EARLIEST else None
