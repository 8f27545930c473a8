"""A minute in which the machines' clock is wrong: bots see it change, or begin with it."""

import asyncio
from datetime import timedelta
from random import Random

from bot.simulation.replicas import ForkedReplicas
from bot.simulation.shared_clock import MachineClock, SharedClock

ERRORS = (
    timedelta(hours=3),
    timedelta(weeks=2),
    timedelta(days=24, hours=7),
    -timedelta(hours=3),
    -timedelta(weeks=2),
)
# How likely a bot begins while the clock is wrong; does all that is due by it; and ends before it is right.
BEGIN_SHARE, FINISH_SHARE, END_SHARE = 0.6, 0.6, 0.4
# In seconds of this machine's time: a bot looks at its clock a few times meanwhile, and does what is due.
LOOK_SECONDS, MAX_WORK_SECONDS = 0.25, 2.0
# After a step, and once more before anything is put right, the jobs wait for two minutes.
WAITING_STEP, WAITING_STEPS = timedelta(seconds=20), 16
WAITS = WAITING_STEP * WAITING_STEPS


class WrongClock:
    """Everything random comes from `rng`."""

    def __init__(self, clock: SharedClock, replicas: ForkedReplicas, rng: Random) -> None:
        self._clock, self._replicas, self._rng = clock, replicas, rng
        self._is_replaced_after = False

    async def begin(self) -> None:
        self._clock.error = self._rng.choice(ERRORS)
        if self._rng.random() > BEGIN_SHARE:
            await asyncio.sleep(LOOK_SECONDS)
            return
        self._is_replaced_after = self._rng.random() < END_SHARE
        await self._replicas.replace_one()
        if self._rng.random() < FINISH_SHARE:
            await asyncio.sleep(LOOK_SECONDS)
            await self._replicas.work_by(MachineClock(self._clock))
        else:
            await asyncio.sleep(self._rng.uniform(0, MAX_WORK_SECONDS))

    async def end(self) -> None:
        """The clock is right, and the bots begin to believe it."""
        if self._is_replaced_after:
            await self._replicas.kill_one()
        self._clock.error = timedelta()
        if self._is_replaced_after:
            await self._replicas.add()
        self._is_replaced_after = False
        for _ in range(WAITING_STEPS):
            await asyncio.sleep(LOOK_SECONDS)
            self._clock.set(self._clock.now() + WAITING_STEP)
