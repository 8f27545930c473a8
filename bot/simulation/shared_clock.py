"""The simulated time, and by how much the bots' machines are wrong about it, shared by processes through a
file of sixteen bytes that each of them maps.
"""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

# In the machine's own order and aligned, so that each is read and written in one piece.
_MICROSECONDS = struct.Struct("q")
_TIME_OFFSET, _ERROR_OFFSET = 0, _MICROSECONDS.size
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SharedClock:
    """A Clock that moves only when it is set. Creates the file where there is none, at 1970."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_MICROSECONDS.pack(0) * 2)
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), 2 * _MICROSECONDS.size)

    def now(self) -> datetime:
        return _EPOCH + self._read(_TIME_OFFSET)

    def set(self, moment: datetime) -> None:
        """moment: aware."""
        self._write(_TIME_OFFSET, moment - _EPOCH)

    @property
    def error(self) -> timedelta:
        """By how much the clocks of the bots' machines are ahead, less than nothing where they are behind."""
        return self._read(_ERROR_OFFSET)

    @error.setter
    def error(self, error: timedelta) -> None:
        self._write(_ERROR_OFFSET, error)

    def _read(self, offset: int) -> timedelta:
        (microseconds,) = _MICROSECONDS.unpack_from(self._bytes, offset)
        return timedelta(microseconds=microseconds)

    def _write(self, offset: int, length: timedelta) -> None:
        _MICROSECONDS.pack_into(self._bytes, offset, length // _MICROSECOND)


class MachineClock:
    """What the machine shows on which a simulated bot runs."""

    def __init__(self, shared: SharedClock) -> None:
        self._shared = shared

    def now(self) -> datetime:
        return self._shared.now() + self._shared.error


class WatchedClock:
    """As MachineClock, for a ClockWatch, which reads the clock and just after it the seconds that nobody
    sets: both are of one moment, however far the simulated time moves in between.
    """

    def __init__(self, shared: SharedClock) -> None:
        self._shared = shared
        self._read_at = shared.now()

    def now(self) -> datetime:
        self._read_at = self._shared.now()
        return self._read_at + self._shared.error

    def monotonic(self) -> float:
        return self._read_at.timestamp()


def time_of_ts(ts: str) -> datetime:
    """When a message was posted, in UTC, by its `ts`."""
    seconds, _, fraction = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction))
