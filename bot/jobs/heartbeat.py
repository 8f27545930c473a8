"""Writes a row every half minute, so that a disk that is full or read-only shows within a minute or two."""

import time

from bot.clock import Clock
from bot.database import Database
from bot.services import heartbeat

# In seconds.
HEARTBEAT_INTERVAL = 30.0


class HeartbeatJob:
    """Asking how long ago it last wrote costs nothing, and writes nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._written_at = time.monotonic()

    async def run(self) -> None:
        """Raises what the database raises when it cannot write."""
        await self._database.run(heartbeat.record_write, self._clock.now())
        self._written_at = time.monotonic()

    def seconds_since_write(self) -> float:
        """Since the last run that succeeded; before the first, since the start. By a clock nobody sets."""
        return time.monotonic() - self._written_at
