"""What changed, told to every page that is open."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.records import Json

_BACKLOG = 200
Reader = asyncio.Queue[Json | None]


class Feed:
    """Each open page has a queue; None in it means goodbye.

    A page that stops reading loses the oldest news, never memory.
    """

    def __init__(self) -> None:
        self._readers: dict[Reader, str] = {}
        self._closed = False

    @contextmanager
    def reader(self, user: str) -> Iterator[Reader]:
        queue: Reader = asyncio.Queue(_BACKLOG)
        self._readers[queue] = user
        if self._closed:
            queue.put_nowait(None)
        try:
            yield queue
        finally:
            del self._readers[queue]

    def tell(self, news: Json, only_for: set[str] | None = None) -> None:
        """`only_for`: the ids of those who may know; None is everyone."""
        for queue, user in self._readers.items():
            if only_for is None or user in only_for:
                _put(queue, news)

    def close(self) -> None:
        self._closed = True
        for queue in self._readers:
            _put(queue, None)


def _put(queue: Reader, news: Json | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(news)
