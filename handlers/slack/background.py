"""Work that follows an acknowledgement: it may call Slack, and nobody waits for it.

Bolt's lazy listeners are not used: they also run when the request was refused, copy the request, and are lost
when the bot stops.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class BackgroundTasks:
    """Keeps the tasks it was given until they end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._run_logging_errors(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, timeout_seconds: float = 3.0) -> None:
        """Wait for what is under way, at most so many seconds; what takes longer is cancelled."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=timeout_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    @staticmethod
    async def _run_logging_errors(work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            log.exception("what was to follow an answer failed")
