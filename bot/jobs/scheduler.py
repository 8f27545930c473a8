"""APScheduler wakes the jobs in time; a nudge after a commit brings the next sending forward."""

import asyncio

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery.worker import Worker
from bot.jobs.loops import Job, Loop
from bot.jobs.rounds import Rounds

TIDY_EVERY = 3600.0
# Ten seconds are allowed for stopping; one is kept for closing.
STOP_WITHIN = 9.0
SHORTEST_PAUSE = 0.25


class Scheduler:
    """Runs the rounds every few seconds, one at a time, and sends as soon as it is nudged, or something
    that was put off may go.
    """

    def __init__(self, rounds: Rounds, worker: Worker, *, tick_seconds: float) -> None:
        self._rounds, self._worker, self._tick_seconds = rounds, worker, tick_seconds
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._sending = Loop(self._send)
        self._loops = [self._sending]
        self.also(tick_seconds, self._round)
        self.also(TIDY_EVERY, rounds.tidy)

    def also(self, seconds: float, job: Job) -> None:
        """Run a job at this interval, from the start on. Add it before the start."""
        loop = Loop(job)

        async def wake() -> None:
            loop.wake()

        self._scheduler.add_job(wake, "interval", seconds=seconds, coalesce=True, misfire_grace_time=None)
        loop.wake()
        self._loops.append(loop)

    def start(self) -> None:
        for loop in self._loops:
            loop.start()
        self._scheduler.start()

    def nudge(self) -> None:
        """Something was just written to the ledger."""
        self._sending.wake()

    async def stop(self) -> None:
        """Take no more work; what is running is finished first, for nine seconds at most. In the end nothing
        is claimed any more.
        """
        self._worker.stop()
        for loop in self._loops:
            loop.stop()
        if self._scheduler.running:
            self._scheduler.pause()
        await asyncio.gather(*(loop.ended(STOP_WITHIN) for loop in self._loops))
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._worker.let_go()

    async def _round(self) -> None:
        await self._rounds.go()
        await self._wait_for_next()

    async def _send(self) -> None:
        await self._worker.drain()
        await self._wait_for_next()

    async def _wait_for_next(self) -> None:
        """What may go before the next round is not kept waiting for it."""
        pause = await self._worker.next_in()
        if pause is not None and pause < self._tick_seconds:
            self._sending.wake_in(max(pause, SHORTEST_PAUSE))
