"""The sandbox's clock: the machine's time, moved. It only ever goes forward, but for starting again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SimulatedClock:
    """Runs on with the machine's time, some way from it. How far is kept in a file, if one is given."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._offset = timedelta()
        if path is not None:
            self._offset = _read_offset(path)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """Kept in one step, so that a process killed in the middle leaves the old time or the new one."""
        self._offset = moment - datetime.now(UTC)
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(".new")
            beside.write_text(json.dumps({"offset_seconds": self._offset.total_seconds()}))
            beside.replace(self._path)


def _read_offset(path: Path) -> timedelta:
    """How far the clock was moved; not at all where nothing readable is kept."""
    try:
        return timedelta(seconds=json.loads(path.read_text())["offset_seconds"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return timedelta()
