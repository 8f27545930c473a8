"""Where `now` comes from. Handlers and jobs ask the clock; everything below them takes `now` as an
argument.
"""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the time as an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)
