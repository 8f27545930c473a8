"""Injected faults: the next calls of a method fail, are rate limited, cut off or slow."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "rate_limit", "error", "status", "drop_after", "stall", "slow", "repeat", "refuse_channel"
]
ANY_METHOD = "*"
# The keys of two more queues, beside those of the Web API's methods; no method has such a name.
DELIVERY_FAULTS = "> deliveries"
CHANNEL_POST_FAULTS = "> posts in channels"
# How long a call may stall when its caller does not hang up.
MAX_STALL_SECONDS = 30.0


@dataclass(frozen=True)
class Fault:
    """The fault of one call. error: Slack's code. status: an HTTP status. seconds: how long to wait.

    retry_after: the text of the header Retry-After, in the place of the seconds.
    switch: the name of the switch that armed it, "" when a test did.
    """

    kind: FaultKind
    error: str = ""
    status: int = 200
    seconds: float = 0
    switch: str = ""
    retry_after: str = ""


class Faults:
    """A queue of faults per Web API method (`"*"` is any method); each call takes one.

    on_change: called whenever a queue has changed.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[Fault]] = defaultdict(deque)
        self.on_change: Callable[[], None] = lambda: None

    def rate_limit(self, method: str, times: int = 1, retry_after: float | str = 1) -> None:
        """retry_after: in seconds; as text it is sent as it is, such as "99999999999", "nan" or "soon"."""
        if isinstance(retry_after, str):
            self.add(method, times, Fault("rate_limit", "ratelimited", 429, retry_after=retry_after))
        else:
            self.add(method, times, Fault("rate_limit", "ratelimited", 429, retry_after))

    def fail(self, method: str, error: str, times: int = 1) -> None:
        """Refuse the call with Slack's error code; it changes nothing."""
        self.add(method, times, Fault("error", error))

    def fail_with_status(self, method: str, status: int, times: int = 1) -> None:
        """Answer with a bare HTTP status (such as 500 or 503); the call changes nothing."""
        self.add(method, times, Fault("status", status=status))

    def drop_after(self, method: str, times: int = 1) -> None:
        """Carry the call out, then cut the connection before the answer."""
        self.add(method, times, Fault("drop_after"))

    def stall(self, method: str, times: int = 1, max_seconds: float = MAX_STALL_SECONDS) -> None:
        """Carry the call out, then wait until the caller hangs up, or for `max_seconds` seconds."""
        self.add(method, times, Fault("stall", seconds=max_seconds))

    def slow(self, method: str, seconds: float, times: int = 1) -> None:
        """Carry the call out, but only after a wait."""
        self.add(method, times, Fault("slow", seconds=seconds))

    def deliver_twice(self, times: int = 1) -> None:
        """Send the next requests to the bot twice each, as Slack may do."""
        self.add(DELIVERY_FAULTS, times, Fault("repeat"))

    def refuse_channel(self, times: int = 1) -> None:
        """Refuse the next posts in a channel, as if the bot had been removed from it."""
        self.add(CHANNEL_POST_FAULTS, times, Fault("refuse_channel", "not_in_channel"))

    def pop(self, method: str) -> Fault | None:
        """Take the next fault of the method, else of any method; None without one."""
        for name in (method, ANY_METHOD):
            if self._queues[name]:
                return self._pop_from(name)
        return None

    def pop_repeat(self) -> bool:
        """Whether this delivery to the bot is to be sent twice."""
        return bool(self._queues[DELIVERY_FAULTS]) and self._pop_from(DELIVERY_FAULTS) is not None

    def pop_refusal(self, method: str, channel: str) -> Fault | None:
        """Take the next refusal of a post in a channel; None without one, and for direct messages."""
        posts = method == "chat.postMessage" and not channel.startswith(("D", "U", "W"))
        return self._pop_from(CHANNEL_POST_FAULTS) if posts and self._queues[CHANNEL_POST_FAULTS] else None

    def count_armed(self) -> dict[str, int]:
        """How many faults of each switch are queued, by its name."""
        return Counter(fault.switch for queue in self._queues.values() for fault in queue if fault.switch)

    def disarm(self, name: str) -> None:
        """Remove the queued faults of one switch."""
        for method, queue in self._queues.items():
            self._queues[method] = deque(fault for fault in queue if fault.switch != name)
        self.on_change()

    def clear(self) -> None:
        self._queues.clear()
        self.on_change()

    def add(self, method: str, times: int, fault: Fault) -> None:
        self._queues[method].extend([fault] * times)
        self.on_change()

    def _pop_from(self, name: str) -> Fault:
        fault = self._queues[name].popleft()
        self.on_change()
        return fault
