"""Moments as the page shows them, in the person's timezone."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.plan.wording import format_clock, format_weekday
from bot.sandbox.entities import from_ts

WEEK = timedelta(days=7)


def timezone_of(name: str) -> tzinfo:
    """The IANA zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def datetime_of_ts(ts: str, zone: tzinfo) -> datetime:
    """When a message was posted, by its `ts`."""
    return datetime.fromtimestamp(from_ts(ts) / 1_000_000, zone)


def format_datetime(moment: datetime) -> str:
    """Monday 6 April 2026, 9:00am."""
    return f"{format_weekday(moment)}, {format_clock(moment)}"


def format_short(moment: datetime, now: datetime) -> str:
    """Mon 9:00am; from a week after `now` on, Mon 7 Dec 9:00am."""
    is_far = moment.date() - now.astimezone(moment.tzinfo).date() >= WEEK
    day = f"{moment:%a} {moment.day} {moment:%b}" if is_far else f"{moment:%a}"
    return f"{day} {format_clock(moment)}"


def format_message_time(ts: str, zone: tzinfo, now: datetime) -> str:
    """The time alone for messages of today; for others with the date."""
    moment = datetime_of_ts(ts, zone)
    return format_clock(moment) if moment.date() == now.astimezone(zone).date() else format_datetime(moment)
