"""Tasks that start after an acknowledgement: they may call Slack, and no request waits for them.

Bolt's lazy listeners are not used: they also run when the request was refused, copy the request, and are lost
when the bot stops.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class BackgroundTasks:
    """Holds a reference to each task until it ends: the event loop itself holds none."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(self._run_logging_errors(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, timeout_seconds: float = 3.0) -> None:
        """Wait for the running tasks; those that take longer than `timeout_seconds` are cancelled."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=timeout_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    @staticmethod
    async def _run_logging_errors(work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception:
            log.exception("a background task failed")
