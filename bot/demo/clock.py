"""The sandbox's clock: the system's time with an offset. It is moved back only when the sandbox starts
again.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SimulatedClock:
    """path: where the offset is stored; None to store it nowhere."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._offset = timedelta()
        if path is not None:
            self._offset = _read_offset(path)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """The file is replaced in one step: a process killed in the middle leaves the old offset or the
        new one.
        """
        self._offset = moment - datetime.now(UTC)
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new_file = self._path.with_suffix(".new")
            new_file.write_text(json.dumps({"offset_seconds": self._offset.total_seconds()}))
            new_file.replace(self._path)


def _read_offset(path: Path) -> timedelta:
    """Zero where the file is missing or cannot be read."""
    try:
        return timedelta(seconds=json.loads(path.read_text())["offset_seconds"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return timedelta()
