"""Dates and times as people read them."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.ids import from_ts


def zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def clock_time(moment: datetime) -> str:
    """9:00am"""
    hour = moment.hour % 12 or 12
    return f"{hour}:{moment.minute:02d}{'am' if moment.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def date_words(moment: datetime) -> str:
    """Monday 6 April 2026"""
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def moment_words(moment: datetime) -> str:
    """Monday 6 April 2026, 9:00am"""
    return f"{date_words(moment)}, {clock_time(moment)}"


def at_ts(ts: str, where: tzinfo) -> datetime:
    return datetime.fromtimestamp(from_ts(ts) / 1_000_000, where)


def time_words(ts: str, where: tzinfo, now: datetime) -> str:
    """The time alone for today's messages, with the date for others."""
    moment = at_ts(ts, where)
    return clock_time(moment) if moment.date() == now.astimezone(where).date() else moment_words(moment)
