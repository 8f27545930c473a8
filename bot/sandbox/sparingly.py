"""News that comes too often to be told each time: the latest of it, a few times a second."""

import asyncio
from collections.abc import Callable

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
