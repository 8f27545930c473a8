"""Says how far a long file is read: one message, rewritten every few seconds, for as long as it takes. Of
several bots that read it, the one that said so first goes on with it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from bot.importing.readers.registry import Told

log = structlog.get_logger()
# Most files are read sooner, and nothing is said.
EVERY = 3.0
# From (pages done, of how many, the message before) to the message, each by its row in the ledger; None where
# it is there already.
Tell = Callable[[int, int, int | None], Awaitable[int | None]]


class _Shown:
    """Tells at most every few seconds, one after the other; each takes the place of the one before."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._next = asyncio.get_running_loop().time() + EVERY
        self._row: int | None = None
        self._pages = (0, 0)
        self._telling: asyncio.Task[None] | None = None
        self._is_told_elsewhere = False

    def told(self, done: int, of: int) -> None:
        self._pages = (done, of)
        now = asyncio.get_running_loop().time()
        is_idle = self._telling.done() if self._telling else done < of
        if now >= self._next and is_idle and not self._is_told_elsewhere:
            self._next = now + EVERY
            self._telling = asyncio.create_task(self._say())

    async def finish(self) -> None:
        """Let what is being said be said; a message that stands at fewer pages than were read gets them."""
        if self._telling is None:
            return
        await self._telling
        if not self._is_told_elsewhere:
            await self._say()

    async def _say(self) -> None:
        try:
            row = await self._tell(*self._pages, self._row)
            self._is_told_elsewhere = row is None and self._row is None
            self._row = row or self._row
        except Exception:
            log.exception("how far a file is read could not be told")


@asynccontextmanager
async def shown(tell: Tell) -> AsyncIterator[Told]:
    """Give what is to be told of the pages read, within the context."""
    showing = _Shown(tell)
    try:
        yield showing.told
    finally:
        await showing.finish()
