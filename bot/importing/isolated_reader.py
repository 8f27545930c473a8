"""Read a file in a process of its own, which ends with it.

Whatever a file does to the libraries that read it, it can neither stop the bot nor make it grow: the process
has a limit of time and of memory, gets none of the bot's settings, and hands back a draft as JSON only.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from bot.errors import UnreadableFileError
from bot.importing.drafting.codec import from_json
from bot.importing.drafting.draft import PlanDraft
from bot.importing.readers.registry import Told, nobody

log = structlog.get_logger()
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = "bot.importing.reader_process"
_LONGEST_LINE = 256 * 1024 * 1024
_FAULTY = (
    "This file stopped the reader, so nothing of it was taken. Open it in the program it was made with, "
    "save it again, or save the plan as .xlsx, and try again."
)


@dataclass(frozen=True)
class Limits:
    """What reading one file may take. at_once: how many may be read at the same time."""

    seconds: int = 60
    megabytes: int = 512
    at_once: int = 2


class ReadingRoom:
    """Reads files apart, a few at a time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._seats = asyncio.Semaphore(self._limits.at_once)

    async def read(
        self,
        name: str,
        content: bytes,
        *,
        title: str | None = None,
        as_at: date | None = None,
        today: date,
        told: Told = nobody,
    ) -> PlanDraft:
        """As reading.read_plan_bytes. told: called here, in the event loop.

        Raises UnreadableFileError also for a file that takes too long or too much memory.
        """
        asked = {
            "name": name,
            "title": title,
            "as_at": as_at.isoformat() if as_at else None,
            "today": today.isoformat(),
            "seconds": self._limits.seconds,
            "megabytes": self._limits.megabytes,
        }
        async with self._seats, _child() as child:
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await _answer(child, json.dumps(asked).encode() + b"\n" + content, told)
            except TimeoutError:
                raise UnreadableFileError(
                    f"Reading this file took longer than {self._limits.seconds} seconds, so it was stopped. "
                    "Save the plan's pages or sheets on their own and try again."
                ) from None


@asynccontextmanager
async def _child() -> AsyncIterator[Process]:
    """Start a reader with an empty environment; it has ended when the context ends, whatever happened."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-B", "-X", "utf8", "-m", _CHILD,
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=_ROOT, limit=_LONGEST_LINE,
        env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def _answer(child: Process, request: bytes, told: Told) -> PlanDraft:
    writing = asyncio.create_task(_write(child, request))
    try:
        return await _listen(child, told)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def _write(child: Process, request: bytes) -> None:
    assert child.stdin is not None
    child.stdin.write(request)
    await child.stdin.drain()
    child.stdin.close()


async def _listen(child: Process, told: Told) -> PlanDraft:
    assert child.stdout is not None
    while line := await child.stdout.readline():
        said: dict[str, Any] = json.loads(line)
        if "draft" in said:
            return from_json(said["draft"])
        if "refused" in said:
            raise UnreadableFileError(str(said["refused"]))
        told(said["done"], said["of"])
    log.warning("a reader ended without an answer", code=await child.wait())
    raise UnreadableFileError(_FAULTY)
