"""Dates of the sample plan, written the many ways people write them, counted from the day it is tried."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class _Written:
    """A way of writing a date; the format spec counts days or months from today: "{day:+3}"."""

    write: Callable[[int], str]

    def __format__(self, spec: str) -> str:
        return self.write(int(spec))


def month_from(today: date, months: int) -> tuple[int, int]:
    """Give year and month so many months from today's."""
    years, month = divmod(today.month - 1 + months, 12)
    return today.year + years, month + 1


def written(text: str, today: date) -> str:
    """Fill in the dates of a cell.

    {day:-9} 09/03/26, {full:-9} 09/03/2026, {dots:-9} 09.03.26, {month:+1} April 2026, {mon:+1} Apr 26,
    {span:+1} the three months from then on.
    """

    def day(days: int) -> date:
        return today + timedelta(days=days)

    def named(months: int) -> tuple[str, int]:
        year, month = month_from(today, months)
        return MONTHS[month - 1], year

    return text.format(
        day=_Written(lambda days: f"{day(days):%d/%m/%y}"),
        full=_Written(lambda days: f"{day(days):%d/%m}/{day(days).year}"),
        dots=_Written(lambda days: f"{day(days):%d.%m.%y}"),
        month=_Written(lambda months: "{} {}".format(*named(months))),
        mon=_Written(lambda months: f"{named(months)[0][:3]} {named(months)[1] % 100:02}"),
        span=_Written(
            lambda months: f"{named(months)[0][:3]}-{named(months + 2)[0][:3]} {named(months + 2)[1]}"
        ),
    )
