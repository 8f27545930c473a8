"""Notices that the machine's clock was set, by comparing it with one that nobody sets."""

import time
from collections.abc import Callable

import structlog

from bot.clock import Clock

log = structlog.get_logger()
# In seconds. A clock that is put right a little at a time never differs so much between two looks.
MAX_DRIFT = 30.0
# In seconds, after a step: a clock that was wrong for a moment is right again by then.
SETTLE_SECONDS = 120.0


class ClockWatch:
    """Whether what the clock says may be acted on. Look at it every few seconds.

    A machine that slept, or was restored from a snapshot, shows the same step: its clock is right, and the
    jobs begin a little later. clock: the machine's. monotonic: seconds that only ever go forward.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._last = self._read()
        self._settled_at = self._last[1]

    def is_settled(self) -> bool:
        """False for two minutes after the clock was set."""
        wall, steady = self._read()
        step = (wall - self._last[0]) - (steady - self._last[1])
        self._last = (wall, steady)
        if abs(step) > MAX_DRIFT:
            log.warning("the machine's clock was set; the jobs wait until it stays", seconds=round(step))
            self._settled_at = steady + SETTLE_SECONDS
        return steady >= self._settled_at

    def start_settling(self) -> None:
        """What was written shows that the clock was ahead, or that it is behind now."""
        log.warning("what was written is ahead of the machine's clock; the jobs wait until it stays")
        self._settled_at = self._monotonic() + SETTLE_SECONDS

    def _read(self) -> tuple[float, float]:
        return self._clock.now().timestamp(), self._monotonic()
