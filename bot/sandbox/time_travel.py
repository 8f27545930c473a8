"""The clock of the sandbox, and what lies behind it, as whoever builds the sandbox provides them."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.plan.wording import format_weekday
from bot.sandbox.entities import Json, from_ts

ClockStep = Literal["day", "next-event", "next-prompt", "next-monday"]
CLOCK_STEPS: tuple[ClockStep, ...] = ("day", "next-event", "next-prompt", "next-monday")
QUARTER_WEEKS = 13


class TimeTravelError(Exception):
    """The clock does not go there. sentence: what the person reads. busy: it would at another moment."""

    def __init__(self, sentence: str, *, busy: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.busy = busy


class TimeTravel(Protocol):
    """Moves the simulated time, and knows what will happen next. Any move may raise TravelError."""

    @property
    def progress(self) -> Json | None:
        """How far the move under way has come, as the page is told of it; None when the clock just runs."""
        ...

    @property
    def is_resetting(self) -> bool: ...

    def now(self) -> datetime: ...

    async def move(self, step: ClockStep) -> str:
        """Move the clock and do what falls due on the way. Answers with a sentence on what happened."""
        ...

    async def move_to(self, day: date) -> str:
        """The same, to the middle of that day's morning."""
        ...

    async def play(self, weeks: int) -> str:
        """Set off on so many weeks in fast motion. Answers at once, with the moment it will end, in words."""
        ...

    async def stop(self) -> str:
        """End the move under way; answers when it has ended. "" when there is none."""
        ...

    async def upcoming(self) -> list[tuple[datetime, str]]: ...

    async def describe_plan(self) -> Json:
        """Which plan this is: {title, as_at_words, is_sample, source, loading}."""
        ...

    async def hints(self, user: str) -> Json:
        """What this person may want to type: {refs: […], statuses: […]}, refs of their own first."""
        ...

    async def reset(self) -> None:
        """Put everything back to the beginning: the bot's data and the workspace."""
        ...


NOON = 12


def timezone_of(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def format_time(moment: datetime) -> str:
    """Write the time as 9:00am."""
    hour = moment.hour % NOON or NOON
    return f"{hour}:{moment.minute:02d}{'am' if moment.hour < NOON else 'pm'}"


def format_date(moment: datetime) -> str:
    """Write the date as Monday 6 April 2026."""
    return format_weekday(moment)


def format_datetime(moment: datetime) -> str:
    """Write both as Monday 6 April 2026, 9:00am."""
    return f"{format_date(moment)}, {format_time(moment)}"


def format_short(moment: datetime, now: datetime) -> str:
    """Write it as Mon 9:00am, or from a week away on as Mon 7 Dec 9:00am."""
    far = moment.date() - now.astimezone(moment.tzinfo).date() >= timedelta(days=7)
    day = f"{moment:%a} {moment.day} {moment:%b}" if far else f"{moment:%a}"
    return f"{day} {format_time(moment)}"


def datetime_of_ts(ts: str, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(from_ts(ts) / 1_000_000, zone)


def format_message_time(ts: str, zone: tzinfo, now: datetime) -> str:
    """Give the time alone for today's messages, with the date for others."""
    moment = datetime_of_ts(ts, zone)
    return format_time(moment) if moment.date() == now.astimezone(zone).date() else format_datetime(moment)
