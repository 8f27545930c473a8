"""The simulated time, shared by processes: eight bytes in a file that each of them maps."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

_MICROSECONDS = struct.Struct("<q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SharedClock:
    """A Clock that stands still until whoever made it sets it. The file appears when it is first made."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_MICROSECONDS.pack(0))
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), _MICROSECONDS.size)

    def now(self) -> datetime:
        (microseconds,) = _MICROSECONDS.unpack_from(self._bytes)
        return _EPOCH + timedelta(microseconds=microseconds)

    def set(self, moment: datetime) -> None:
        """`moment`: aware."""
        _MICROSECONDS.pack_into(self._bytes, 0, (moment - _EPOCH) // _MICROSECOND)


def time_of_ts(ts: str) -> datetime:
    """The moment of a message's `ts`."""
    seconds, _, fraction = ts.partition(".")
    return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(fraction))
