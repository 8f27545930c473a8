"""Trouble on request: the next calls of a method are refused, limited, broken off or slow."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.sandbox.entities import Json

FaultKind = Literal[
    "rate_limit", "error", "status", "drop_after", "stall", "slow", "repeat", "refuse_channel"
]
ANY_METHOD = "*"
# Queues of their own, beside those of the Web API's methods: no method is called so.
DELIVERY_FAULTS = "> deliveries"
CHANNEL_POST_FAULTS = "> posts in channels"
# A caller that never gives up is let go after so many seconds.
MAX_STALL_SECONDS = 30.0


@dataclass(frozen=True)
class Fault:
    """One call's trouble. `error` is Slack's code, `status` an HTTP status, `seconds` a wait.

    switch: the name of the switch it was set by, "" when it was set by a test.
    """

    kind: FaultKind
    error: str = ""
    status: int = 200
    seconds: float = 0
    switch: str = ""


class Faults:
    """Troubles wait in line per Web API method (`"*"` is any method) and are used up one per call.

    on_change: called whenever what waits has changed.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[Fault]] = defaultdict(deque)
        self.on_change: Callable[[], None] = lambda: None

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
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
        """Carry the call out, then say nothing until the caller gives up, or `max_seconds` seconds went
        by.
        """
        self.add(method, times, Fault("stall", seconds=max_seconds))

    def slow(self, method: str, seconds: float, times: int = 1) -> None:
        """Carry the call out, but only after a wait."""
        self.add(method, times, Fault("slow", seconds=seconds))

    def deliver_twice(self, times: int = 1) -> None:
        """Send the next requests to the bot twice each, as Slack may do."""
        self.add(DELIVERY_FAULTS, times, Fault("repeat"))

    def refuse_channel(self, times: int = 1) -> None:
        """Refuse the next posts in a channel, as if the bot had been taken out of it."""
        self.add(CHANNEL_POST_FAULTS, times, Fault("refuse_channel", "not_in_channel"))

    def pop(self, method: str) -> Fault | None:
        for name in (method, ANY_METHOD):
            if self._queues[name]:
                return self._pop_from(name)
        return None

    def pop_repeat(self) -> bool:
        return bool(self._queues[DELIVERY_FAULTS]) and self._pop_from(DELIVERY_FAULTS) is not None

    def pop_refusal(self, method: str, channel: str) -> Fault | None:
        """The refusal that waits for a post in this channel; direct messages are let through."""
        posts = method == "chat.postMessage" and not channel.startswith(("D", "U", "W"))
        return self._pop_from(CHANNEL_POST_FAULTS) if posts and self._queues[CHANNEL_POST_FAULTS] else None

    def count_armed(self) -> dict[str, int]:
        """How many wait of each switch, by its name."""
        found: dict[str, int] = {}
        for queue in self._queues.values():
            for fault in queue:
                if fault.switch:
                    found[fault.switch] = found.get(fault.switch, 0) + 1
        return found

    def disarm(self, name: str) -> None:
        """Take back what waits of one switch."""
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


MAX_TIMES = 20


class UnknownSwitchError(ValueError):
    """There is no switch of that name, or it does not go so far."""


@dataclass(frozen=True)
class FaultSwitch:
    """method: whose calls are in trouble. target: in the page's words. description: what will happen."""

    name: str
    title: str
    description: str
    target: str
    method: str
    fault: Fault


SWITCHES = (
    FaultSwitch(
        "rate-limit",
        "Rate limit",
        "The workspace says “too many requests” and asks the bot to wait 2 seconds. The bot posts it then.",
        "posting",
        "chat.postMessage",
        Fault("rate_limit", "ratelimited", 429, 2),
    ),
    FaultSwitch(
        "time-out",
        "Time out",
        "The message is posted, but no answer comes. The bot gives up after 5 seconds. It looks before it"
        " posts again, so the message is there only once.",
        "posting",
        "chat.postMessage",
        Fault("stall", seconds=MAX_STALL_SECONDS),
    ),
    FaultSwitch(
        "fail",
        "Fail the next call",
        "The workspace answers with an internal error, and nothing is done. The bot tries again later.",
        "any call",
        ANY_METHOD,
        Fault("error", "internal_error"),
    ),
    FaultSwitch(
        "refuse-channel",
        "Refuse the channel",
        "A post in a channel is refused, as if the bot had been taken out of it. Plan managers are told.",
        "posting",
        CHANNEL_POST_FAULTS,
        Fault("refuse_channel", "not_in_channel"),
    ),
    FaultSwitch(
        "deliver-twice",
        "Deliver twice",
        "What a person does next reaches the bot twice, as networks sometimes do. It must count once.",
        "deliveries",
        DELIVERY_FAULTS,
        Fault("repeat"),
    ),
)


def arm_switch(faults: Faults, name: str, times: int) -> None:
    """NoSwitchError when there is no such switch, or times is not from 1 to 20."""
    switch = next((one for one in SWITCHES if one.name == name), None)
    if switch is None or not 1 <= times <= MAX_TIMES:
        raise UnknownSwitchError(name)
    faults.add(switch.method, times, replace(switch.fault, switch=name))


def describe_switches(faults: Faults) -> Json:
    """What is armed, and what can be."""
    left = faults.count_armed()
    return {
        "armed": [
            {"id": one.name, "kind": one.name, "words": one.description, "left": left[one.name]}
            for one in SWITCHES
            if one.name in left
        ],
        "kinds": [
            {
                "kind": one.name,
                "title": one.title,
                "words": one.description,
                "where": one.target,
                "most": MAX_TIMES,
            }
            for one in SWITCHES
        ],
    }
