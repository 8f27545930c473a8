"""APScheduler drives the rounds; a nudge after a commit brings the next sending forward."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery.worker import Worker
from bot.jobs.rounds import Rounds

log = structlog.get_logger()
Job = Callable[[], Awaitable[None]]
STOP_WITHIN = 10.0


class Scheduler:
    """Runs the rounds every few seconds, one at a time, and sends as soon as it is nudged."""

    def __init__(self, rounds: Rounds, worker: Worker, *, tick_seconds: float) -> None:
        self._rounds, self._worker, self._tick_seconds = rounds, worker, tick_seconds
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._nudged = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self._busy: set[asyncio.Future[None]] = set()
        self._stopping = False

    def start(self) -> None:
        self._every(self._tick_seconds, self._rounds.go, at_once=True)
        self._every(3600, self._rounds.tidy)
        self._scheduler.start()
        self._sending = asyncio.create_task(self._send_when_nudged())

    def also(self, seconds: float, job: Job) -> None:
        """Run another job at this interval, from the start on."""
        self._every(seconds, job, at_once=True)

    def nudge(self) -> None:
        """Something was just written to the ledger."""
        self._nudged.set()

    async def stop(self) -> None:
        """Take no more work; what is running is finished first, for ten seconds at most."""
        self._stopping = True
        self._nudged.set()
        if self._busy:
            await asyncio.wait(self._busy, timeout=STOP_WITHIN)
        self._scheduler.shutdown(wait=False)
        if self._sending is not None:
            await asyncio.wait({self._sending}, timeout=STOP_WITHIN)
            self._sending.cancel()

    def _every(self, seconds: float, job: Job, *, at_once: bool = False) -> None:
        async def safely() -> None:
            if self._stopping:
                return
            running = asyncio.ensure_future(job())
            self._busy.add(running)
            try:
                await asyncio.shield(running)
            except Exception:
                name = getattr(job, "__qualname__", "job")
                log.exception("a job failed; it runs again at its next turn", job=name)
            finally:
                self._busy.discard(running)

        self._scheduler.add_job(safely, "interval", seconds=seconds, coalesce=True, max_instances=1)
        if at_once:
            self._scheduler.add_job(safely)

    async def _send_when_nudged(self) -> None:
        while not self._stopping:
            await self._nudged.wait()
            self._nudged.clear()
            if self._stopping:
                return
            try:
                await self._worker.drain()
            except Exception:
                log.exception("sending failed; it is tried again at the next turn")
