"""The process that reads one file and ends: `python -m bot.importing.reader_process`.

Standard input holds a line of JSON (name, title, as_at, today, seconds, megabytes) and then the file.
Standard output gets lines of JSON: {"done", "of"} while pages are read, and at last one of {"draft"},
{"refused": sentence} and {"too_large": true}. Memory and processor time are limited, so the process ends
within a minute or so even when nobody waits for it any more; it may write no file.
"""

import json
import os
import resource
import sys
import time
from datetime import date
from typing import Any, TextIO

from bot.errors import UnreadableFileError
from bot.importing.drafting.json_out import to_json
from bot.importing.pipeline import read_plan_bytes

_PROGRESS_INTERVAL_SECONDS = 0.25
_CPU_GRACE_SECONDS = 5
_NICENESS = 5


def main() -> None:
    request = json.loads(sys.stdin.buffer.readline())
    _limit_resources(request["seconds"], request["megabytes"])
    writer = _LineWriter(sys.stdout)
    try:
        draft = _read(request, sys.stdin.buffer.read(), writer)
        writer.write_line({"draft": draft})
    except UnreadableFileError as refusal:
        writer.write_line({"refused": refusal.sentence})
    except (MemoryError, RecursionError):
        writer.write_line({"too_large": True})


def _read(request: dict[str, Any], content: bytes, writer: "_LineWriter") -> str:
    as_at = request["as_at"] and date.fromisoformat(request["as_at"])
    today = date.fromisoformat(request["today"])
    draft = read_plan_bytes(
        request["name"],
        content,
        title=request["title"],
        as_at=as_at,
        today=today,
        on_progress=writer.report_progress,
    )
    return to_json(draft)


def _limit_resources(seconds: int, megabytes: int) -> None:
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + _CPU_GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)


class _LineWriter:
    """Writes lines of JSON. Progress is reported at most every _PROGRESS_INTERVAL_SECONDS, and for the last
    page.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._last = 0.0

    def write_line(self, value: dict[str, Any]) -> None:
        self._out.write(json.dumps(value) + "\n")
        self._out.flush()

    def report_progress(self, done: int, of: int) -> None:
        if done == of or time.monotonic() - self._last >= _PROGRESS_INTERVAL_SECONDS:
            self._last = time.monotonic()
            self.write_line({"done": done, "of": of})


if __name__ == "__main__":
    main()
