"""A job that is woken, however often, and never runs twice at once."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
Job = Callable[[], Awaitable[None]]


class Loop:
    """Runs the job each time it was woken; being woken meanwhile means once more afterwards."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._woken = asyncio.Event()
        self._stopping = False
        self._running: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    def wake(self) -> None:
        self._woken.set()

    def wake_in(self, seconds: float) -> None:
        """Instead of whenever it was to be woken so far."""
        if self._later is not None:
            self._later.cancel()
        self._later = asyncio.get_running_loop().call_later(seconds, self.wake)

    def stop(self) -> None:
        """Begin no more; what runs goes on to its end."""
        self._stopping = True
        self._woken.set()

    async def ended(self, within: float) -> None:
        """Wait for the end; what is not over by then is cut off."""
        if self._running is None:
            return
        await asyncio.wait({self._running}, timeout=within)
        if not self._running.done():
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            if self._stopping:
                return
            try:
                await self._job()
            except Exception:
                name = getattr(self._job, "__qualname__", "job")
                log.exception("a job failed; it runs again at its next turn", job=name)
