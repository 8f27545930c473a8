"""Injects faults into the bot's calls: rate limits, errors, and connections cut before or after the call."""

from collections import Counter
from random import Random

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.faults import Faults

FAULTY_METHODS = ("chat.postMessage", "chat.postMessage", "chat.update", "conversations.open")
FAULT_SHARE = 0.15
MAX_RETRY_AFTER_SECONDS = 90


class ConnectionCutter:
    """Cuts connections before a call is carried out, as when a request is lost."""

    def __init__(self) -> None:
        self._cuts_left: Counter[str] = Counter()

    def cut(self, method: str, times: int) -> None:
        self._cuts_left[method] += times

    def clear(self) -> None:
        self._cuts_left.clear()

    @property
    def middleware(self) -> Middleware:
        @web.middleware
        async def cut_connection(request: web.Request, handler: Handler) -> web.StreamResponse:
            method = request.match_info.get("method", "")
            if self._cuts_left[method] > 0 and request.transport is not None:
                self._cuts_left[method] -= 1
                request.transport.abort()
                return web.Response(status=503)
            return await handler(request)

        return cut_connection


def inject_fault(faults: Faults, connection_cutter: ConnectionCutter, rng: Random) -> str:
    """Arm a fault for the next calls, by chance; returns its kind, "" for none."""
    if rng.random() > FAULT_SHARE:
        return ""
    method = rng.choice(FAULTY_METHODS)
    times = rng.randint(1, 3)
    kind = rng.choice(("429", "5xx", "cut before", "cut after", "history"))
    if kind == "429":
        faults.rate_limit(method, times=1, retry_after=rng.randint(1, MAX_RETRY_AFTER_SECONDS))
    elif kind == "5xx":
        faults.fail_with_status(method, rng.choice((500, 502, 503)), times=times)
    elif kind == "cut before":
        connection_cutter.cut(method, times)
    elif kind == "cut after":
        faults.drop_after(method, times=times)
    else:
        faults.drop_after("chat.postMessage")
        faults.fail_with_status("conversations.history", 503)
    return kind
