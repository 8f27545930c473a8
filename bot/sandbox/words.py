"""Dates and times as people read them."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.ids import from_ts

NOON = 12


def zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def clock_time(moment: datetime) -> str:
    """Write the time as 9:00am."""
    hour = moment.hour % NOON or NOON
    return f"{hour}:{moment.minute:02d}{'am' if moment.hour < NOON else 'pm'}"


def date_words(moment: datetime) -> str:
    """Write the date as Monday 6 April 2026."""
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def moment_words(moment: datetime) -> str:
    """Write both as Monday 6 April 2026, 9:00am."""
    return f"{date_words(moment)}, {clock_time(moment)}"


def short_words(moment: datetime, now: datetime) -> str:
    """Write it as Mon 9:00am, or from a week away on as Mon 7 Dec 9:00am."""
    far = moment.date() - now.astimezone(moment.tzinfo).date() >= timedelta(days=7)
    day = f"{moment:%a} {moment.day} {moment:%b}" if far else f"{moment:%a}"
    return f"{day} {clock_time(moment)}"


def at_ts(ts: str, where: tzinfo) -> datetime:
    return datetime.fromtimestamp(from_ts(ts) / 1_000_000, where)


def time_words(ts: str, where: tzinfo, now: datetime) -> str:
    """Give the time alone for today's messages, with the date for others."""
    moment = at_ts(ts, where)
    return clock_time(moment) if moment.date() == now.astimezone(where).date() else moment_words(moment)
