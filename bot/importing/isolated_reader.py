"""Read a file in a process of its own, which ends with it.

Whatever a file does to the libraries that read it, it can neither stop the bot nor make it grow: the process
has a limit of time and of memory, gets none of the bot's settings, and returns a draft as JSON only.
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
from bot.importing.drafting.codec import decode_json
from bot.importing.drafting.draft import PlanDraft
from bot.importing.readers.registry import ProgressCallback, ignore_progress

log = structlog.get_logger()
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = "bot.importing.reader_process"
_MAX_LINE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class ReaderLimits:
    """What reading one file may use. concurrency: how many may be read at the same time."""

    seconds: int = 60
    megabytes: int = 512
    concurrency: int = 2


class IsolatedReader:
    """Reads files in processes of their own, a few at a time."""

    def __init__(self, limits: ReaderLimits | None = None) -> None:
        self._limits = limits or ReaderLimits()
        self._slots = asyncio.Semaphore(self._limits.concurrency)

    async def read(
        self,
        name: str,
        content: bytes,
        *,
        title: str | None = None,
        as_at: date | None = None,
        today: date,
        on_progress: ProgressCallback = ignore_progress,
    ) -> PlanDraft:
        """As pipeline.read_plan_bytes. on_progress: called in this process's event loop.

        Raises UnreadableFileError also for a file that takes too long or too much memory.
        """
        request = {
            "name": name,
            "title": title,
            "as_at": as_at.isoformat() if as_at else None,
            "today": today.isoformat(),
            "seconds": self._limits.seconds,
            "megabytes": self._limits.megabytes,
        }
        async with self._slots, _start_reader() as child:
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await _exchange(child, json.dumps(request).encode() + b"\n" + content, on_progress)
            except TimeoutError:
                raise UnreadableFileError(
                    f"Reading this file took longer than {self._limits.seconds} seconds, so it was stopped. "
                    "Save the plan's pages or sheets on their own and try again."
                ) from None


@asynccontextmanager
async def _start_reader() -> AsyncIterator[Process]:
    """Start a reader with an empty environment; it has ended when the context ends, whatever happened."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-B", "-X", "utf8", "-m", _CHILD,
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=_ROOT, limit=_MAX_LINE_BYTES,
        env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def _exchange(child: Process, request: bytes, on_progress: ProgressCallback) -> PlanDraft:
    writing = asyncio.create_task(_send_request(child, request))
    try:
        return await _receive_draft(child, on_progress)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def _send_request(child: Process, request: bytes) -> None:
    assert child.stdin is not None
    child.stdin.write(request)
    await child.stdin.drain()
    child.stdin.close()


async def _receive_draft(child: Process, on_progress: ProgressCallback) -> PlanDraft:
    assert child.stdout is not None
    while line := await child.stdout.readline():
        report: dict[str, Any] = json.loads(line)
        if "draft" in report:
            return decode_json(report["draft"])
        if "refused" in report:
            raise UnreadableFileError(str(report["refused"]))
        if "too_large" in report:
            raise UnreadableFileError(
                "This file needs far more memory to read than a plan does, so reading was stopped. "
                "Save the plan's pages or sheets on their own and try again."
            )
        on_progress(report["done"], report["of"])
    log.warning("a reader ended without an answer", code=await child.wait())
    raise UnreadableFileError(
        "This file stopped the reader, so nothing of it was taken. Open it in the program it was made with, "
        "save it again, or save the plan as .xlsx, and try again."
    )
