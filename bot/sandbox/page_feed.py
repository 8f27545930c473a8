"""What changed, told to every page that is open."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.sandbox.entities import Json

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


PAUSE_SECONDS = 0.25


class Sparingly:
    """Passes on the latest number, a quarter of a second after the first one it heard."""

    def __init__(self, say: Callable[[int], object]) -> None:
        self._say = say
        self._latest = 0
        self._waiting = False

    def tell(self, number: int) -> None:
        self._latest = number
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._pass_on)

    def _pass_on(self) -> None:
        self._waiting = False
        self._say(self._latest)
