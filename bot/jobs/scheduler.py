"""APScheduler wakes the jobs in time; a nudge after a commit brings the next sending forward."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery.worker import Worker
from bot.jobs.tick import TickJob

log = structlog.get_logger()
Job = Callable[[], Awaitable[None]]


class JobLoop:
    """Runs the job each time it was woken; being woken meanwhile means once more afterwards."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._wake_event = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        self._wake_event.set()

    def wake_in(self, seconds: float) -> None:
        """Instead of whenever it was to be woken so far."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.wake)

    def stop(self) -> None:
        """Begin no more; what runs goes on to its end."""
        self._stopping = True
        self._wake_event.set()

    async def wait_until_stopped(self, timeout_seconds: float) -> None:
        """Wait for the end; what is not over by then is cut off."""
        if self._task is None:
            return
        await asyncio.wait({self._task}, timeout=timeout_seconds)
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while True:
            await self._wake_event.wait()
            self._wake_event.clear()
            if self._stopping:
                return
            try:
                await self._job()
            except Exception:
                name = getattr(self._job, "__qualname__", "job")
                log.exception("a job failed; it runs again at its next turn", job=name)


CLEANUP_INTERVAL = 3600.0
# Ten seconds are allowed for stopping; one is kept for closing.
STOP_TIMEOUT = 9.0
MIN_PAUSE = 0.25


class Scheduler:
    """Runs the tick every few seconds, one at a time, and sends as soon as it is nudged, or something
    that was put off may go.
    """

    def __init__(self, tick: TickJob, worker: Worker, *, tick_seconds: float) -> None:
        self._tick, self._worker, self._tick_seconds = tick, worker, tick_seconds
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._sending = JobLoop(self._send)
        self._loops = [self._sending]
        self.add_job(tick_seconds, self._run_tick)
        self.add_job(CLEANUP_INTERVAL, tick.delete_expired)

    def add_job(self, seconds: float, job: Job) -> None:
        """Run a job at this interval, from the start on. Add it before the start."""
        loop = JobLoop(job)

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
        """Something was just written to the outbox."""
        self._sending.wake()

    async def stop(self) -> None:
        """Begin nothing more; what runs is finished first, for nine seconds at most. Then every claim is
        released.
        """
        self._worker.stop()
        for loop in self._loops:
            loop.stop()
        if self._scheduler.running:
            self._scheduler.pause()
        await asyncio.gather(*(loop.wait_until_stopped(STOP_TIMEOUT) for loop in self._loops))
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._worker.abandon_claims()

    async def _run_tick(self) -> None:
        await self._tick.run()
        await self._wait_for_next()

    async def _send(self) -> None:
        await self._worker.drain()
        await self._wait_for_next()

    async def _wait_for_next(self) -> None:
        """What may go before the next tick does not wait for it."""
        pause = await self._worker.seconds_until_next()
        if pause is not None and pause < self._tick_seconds:
            self._sending.wake_in(max(pause, MIN_PAUSE))
