"""The period a report is about, in the board's own time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import CipError
from bot.services import lines
from models.people import Board

USUAL = timedelta(days=28)


@dataclass(frozen=True)
class Period:
    """first, last: the days counted, both included."""

    first: date
    last: date


def period_of(board: Board, first: date | None, last: date | None, now: datetime) -> Period:
    """The period asked for; four weeks up to today when nothing else is said. Raises CipError."""
    today = lines.local_day(now, board.timezone)
    end = min(last or today, today)
    begin = first or end - USUAL
    if begin > end:
        raise CipError("The report's first day lies after its last. Give --from a day before --to.")
    return Period(begin, end)


def moments(board: Board, period: Period) -> tuple[datetime, datetime]:
    """The last moment before the period and the last one of it, in the board's own time."""
    after = midnight(board, period.last + timedelta(days=1))
    return midnight(board, period.first) - timedelta(microseconds=1), after - timedelta(microseconds=1)


def midnight(board: Board, day: date) -> datetime:
    """When the day begins for the board."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(board.timezone))
