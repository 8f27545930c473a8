"""The simulated time, shared by processes through a file of eight bytes that each of them maps."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

_MICROSECONDS = struct.Struct("<q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SharedClock:
    """A Clock that moves only when it is set. Creates the file where there is none, at 1970."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_MICROSECONDS.pack(0))
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), _MICROSECONDS.size)

    def now(self) -> datetime:
        (microseconds,) = _MICROSECONDS.unpack_from(self._bytes)
        return _EPOCH + timedelta(microseconds=microseconds)

    def set(self, moment: datetime) -> None:
        """moment: aware."""
        _MICROSECONDS.pack_into(self._bytes, 0, (moment - _EPOCH) // _MICROSECOND)


def time_of_ts(ts: str) -> datetime:
    """When a message was posted, in UTC, by its `ts`."""
    seconds, _, fraction = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction))
