"""Publishes changes to every open page."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.sandbox.entities import Json

_MAX_QUEUED_EVENTS = 200
EventQueue = asyncio.Queue[Json | None]


class PageFeed:
    """A queue of events per open page; None in it ends the stream.

    A queue is bounded: a page that stops reading loses its oldest events.
    """

    def __init__(self) -> None:
        self._subscribers: dict[EventQueue, str] = {}
        self._closed = False

    @contextmanager
    def subscribe(self, user: str) -> Iterator[EventQueue]:
        queue: EventQueue = asyncio.Queue(_MAX_QUEUED_EVENTS)
        self._subscribers[queue] = user
        if self._closed:
            queue.put_nowait(None)
        try:
            yield queue
        finally:
            del self._subscribers[queue]

    def publish(self, event: Json, audience: set[str] | None = None) -> None:
        """audience: the ids of the users who get the event; None for everyone."""
        for queue, user in self._subscribers.items():
            if audience is None or user in audience:
                _enqueue(queue, event)

    def close(self) -> None:
        self._closed = True
        for queue in self._subscribers:
            _enqueue(queue, None)


def _enqueue(queue: EventQueue, event: Json | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)


THROTTLE_SECONDS = 0.25


class Throttle:
    """Passes on the latest number pushed, a quarter of a second after the first one."""

    def __init__(self, callback: Callable[[int], object]) -> None:
        self._callback = callback
        self._latest = 0
        self._is_scheduled = False

    def push(self, number: int) -> None:
        self._latest = number
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_later(THROTTLE_SECONDS, self._flush)

    def _flush(self) -> None:
        self._is_scheduled = False
        self._callback(self._latest)
