"""APScheduler wakes the jobs in time; a nudge after a commit brings the next sending forward.

It counts by the machine's clock: set back by three hours, it would sleep for three. So its jobs are looked at
every few seconds by the event loop's time, which nobody sets (docs/decisions/0017).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import SystemClock
from bot.delivery.worker import Worker
from bot.jobs.clock_watch import ClockWatch
from bot.jobs.tick import TickJob

log = structlog.get_logger()
Job = Callable[[], Awaitable[None]]


class JobLoop:
    """Runs the job each time it was woken; being woken meanwhile means once more afterwards.

    may_run: asked each time; where it says no, the job waits for the next time it is woken.
    """

    def __init__(self, job: Job, may_run: Callable[[], bool] | None = None) -> None:
        self._job, self._may_run = job, may_run
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
            if self._may_run is not None and not self._may_run():
                continue
            try:
                await self._job()
            except Exception:
                name = getattr(self._job, "__qualname__", "job")
                log.exception("a job failed; it runs again at its next turn", job=name)


class FixedInterval(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """An interval from one run to the next. APScheduler's own lists every run that was missed, which after a
    step of years are millions.
    """

    def __init__(self, seconds: float) -> None:
        self.length = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now + self.length


CLEANUP_INTERVAL = 600.0
# In seconds: how often it is seen to that no job sleeps longer than its interval.
PULSE_INTERVAL = 5.0
# Ten seconds are allowed for stopping; one is kept for closing.
STOP_TIMEOUT = 9.0
MIN_PAUSE = 0.25


class Scheduler:
    """Runs the tick every few seconds, one at a time, and sends as soon as it is nudged, or something
    that was put off may go.

    watch: keeps the jobs waiting for a while after the clock was set; None where it is moved on purpose.
    """

    def __init__(
        self, tick: TickJob, worker: Worker, *, tick_seconds: float, watch: ClockWatch | None = None
    ) -> None:
        self._tick, self._worker, self._tick_seconds, self._watch = tick, worker, tick_seconds, watch
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._sending = JobLoop(self._send, self._may_act)
        self._loops = [self._sending]
        self._pulse: asyncio.TimerHandle | None = None
        self._ticked_at: float | None = None
        self.add_job(tick_seconds, self._run_tick, whatever_the_clock=True)
        self.add_job(CLEANUP_INTERVAL, tick.delete_expired)

    def add_job(self, seconds: float, job: Job, *, whatever_the_clock: bool = False) -> None:
        """Run a job at this interval, from the start on. Add it before the start. whatever_the_clock: also
        just after that was set.
        """
        loop = JobLoop(job, None if whatever_the_clock else self._may_act)

        async def wake() -> None:
            loop.wake()

        self._scheduler.add_job(wake, FixedInterval(seconds), coalesce=True, misfire_grace_time=None)
        loop.wake()
        self._loops.append(loop)

    def start(self) -> None:
        for loop in self._loops:
            loop.start()
        self._scheduler.start()
        self._wake_sleepers()

    def seconds_since_tick(self) -> float | None:
        """Since a tick ended, or was left out as the clock had just been set; None before the first."""
        return None if self._ticked_at is None else time.monotonic() - self._ticked_at

    def _wake_sleepers(self) -> None:
        """Bring forward the jobs that would sleep longer than their interval: the clock was set back."""
        now = SystemClock().now()
        for job in self._scheduler.get_jobs():
            if job.next_run_time > now + job.trigger.length + timedelta(seconds=1):
                job.modify(next_run_time=now)
        self._may_act()
        self._pulse = asyncio.get_running_loop().call_later(PULSE_INTERVAL, self._wake_sleepers)

    def _may_act(self) -> bool:
        return self._watch is None or self._watch.is_settled()

    def nudge(self) -> None:
        """Something was just written to the outbox."""
        self._sending.wake()

    async def stop(self) -> None:
        """Begin nothing more; what runs is finished first, for nine seconds at most. Then every claim is
        released.
        """
        self._worker.stop()
        if self._pulse is not None:
            self._pulse.cancel()
        for loop in self._loops:
            loop.stop()
        if self._scheduler.running:
            self._scheduler.pause()
        await asyncio.gather(*(loop.wait_until_stopped(STOP_TIMEOUT) for loop in self._loops))
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self._worker.abandon_claims()

    async def _run_tick(self) -> None:
        if self._may_act():
            await self._tick.run()
            await self._wait_for_next()
        self._ticked_at = time.monotonic()

    async def _send(self) -> None:
        await self._worker.drain()
        await self._wait_for_next()

    async def _wait_for_next(self) -> None:
        """What may go before the next tick does not wait for it."""
        pause = await self._worker.seconds_until_next()
        if pause is not None and pause < self._tick_seconds:
            self._sending.wake_in(max(pause, MIN_PAUSE))
