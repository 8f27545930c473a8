"""Messages that say how far a file is read, every few seconds while that lasts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from bot.importing.readers.registry import ProgressCallback

log = structlog.get_logger()
# In seconds. Most files are read sooner, and no message is sent.
PROGRESS_INTERVAL = 3.0
# From (pages read, pages in all, id of the previous message) to the id of the message in the outbox; None
# where the outbox has it already.
SendProgress = Callable[[int, int, int | None], Awaitable[int | None]]


@asynccontextmanager
async def report_progress(send: SendProgress) -> AsyncIterator[ProgressCallback]:
    """Yields the callback that takes the pages read; what is being sent at the end is finished."""
    reporter = _ProgressReporter(send)
    try:
        yield reporter.update
    finally:
        await reporter.finish()


class _ProgressReporter:
    """Sends at most one message every few seconds; each replaces the one before."""

    def __init__(self, send: SendProgress) -> None:
        self._send = send
        self._next_message_at = asyncio.get_running_loop().time() + PROGRESS_INTERVAL
        self._message_id: int | None = None
        self._pages = (0, 0)
        self._task: asyncio.Task[None] | None = None
        # Another replica reads the same file, and its messages are in the outbox.
        self._is_reported_elsewhere = False

    def update(self, done: int, of: int) -> None:
        self._pages = (done, of)
        now = asyncio.get_running_loop().time()
        is_idle = self._task.done() if self._task else done < of
        if now >= self._next_message_at and is_idle and not self._is_reported_elsewhere:
            self._next_message_at = now + PROGRESS_INTERVAL
            self._task = asyncio.create_task(self._send_message())

    async def finish(self) -> None:
        """Wait for the message being sent; if there was any, send the last count of pages."""
        if self._task is None:
            return
        await self._task
        if not self._is_reported_elsewhere:
            await self._send_message()

    async def _send_message(self) -> None:
        try:
            message_id = await self._send(*self._pages, self._message_id)
            self._is_reported_elsewhere = message_id is None and self._message_id is None
            self._message_id = message_id or self._message_id
        except Exception:
            log.exception("a progress message could not be sent")
