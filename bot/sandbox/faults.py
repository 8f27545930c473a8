"""Trouble on request: the next calls of a method are refused, limited, broken off or slow."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from bot.sandbox.entities import Json

Kind = Literal["rate_limit", "error", "status", "drop_after", "stall", "slow", "repeat", "refuse_channel"]
ANY = "*"
# Queues of their own, beside those of the Web API's methods: no method is called so.
DELIVERIES = "> deliveries"
CHANNEL_POSTS = "> posts in channels"
# A caller that never gives up is let go after so many seconds.
LONGEST_STALL = 30.0


@dataclass(frozen=True)
class Fault:
    """One call's trouble. `error` is Slack's code, `status` an HTTP status, `seconds` a wait.

    armed: the name of the switch it was set by, "" when it was set by a test.
    """

    kind: Kind
    error: str = ""
    status: int = 200
    seconds: float = 0
    armed: str = ""


class Faults:
    """Troubles wait in line per Web API method (`"*"` is any method) and are used up one per call.

    changed: called whenever what waits has changed.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)
        self.changed: Callable[[], None] = lambda: None

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        self.add(method, times, Fault("rate_limit", "ratelimited", 429, retry_after))

    def fail(self, method: str, error: str, times: int = 1) -> None:
        """Refuse the call with Slack's error code; it changes nothing."""
        self.add(method, times, Fault("error", error))

    def http(self, method: str, status: int, times: int = 1) -> None:
        """Answer with a bare HTTP status (such as 500 or 503); the call changes nothing."""
        self.add(method, times, Fault("status", status=status))

    def drop_after(self, method: str, times: int = 1) -> None:
        """Carry the call out, then cut the connection before the answer."""
        self.add(method, times, Fault("drop_after"))

    def stall(self, method: str, times: int = 1, longest: float = LONGEST_STALL) -> None:
        """Carry the call out, then say nothing until the caller gives up, or `longest` seconds went by."""
        self.add(method, times, Fault("stall", seconds=longest))

    def slow(self, method: str, seconds: float, times: int = 1) -> None:
        """Carry the call out, but only after a wait."""
        self.add(method, times, Fault("slow", seconds=seconds))

    def deliver_twice(self, times: int = 1) -> None:
        """Send the next requests to the bot twice each, as Slack may do."""
        self.add(DELIVERIES, times, Fault("repeat"))

    def refuse_channel(self, times: int = 1) -> None:
        """Refuse the next posts in a channel, as if the bot had been taken out of it."""
        self.add(CHANNEL_POSTS, times, Fault("refuse_channel", "not_in_channel"))

    def take(self, method: str) -> Fault | None:
        for name in (method, ANY):
            if self._waiting[name]:
                return self._taken(name)
        return None

    def take_repeat(self) -> bool:
        return bool(self._waiting[DELIVERIES]) and self._taken(DELIVERIES) is not None

    def take_refusal(self, method: str, channel: str) -> Fault | None:
        """The refusal that waits for a post in this channel; direct messages are let through."""
        posts = method == "chat.postMessage" and not channel.startswith(("D", "U", "W"))
        return self._taken(CHANNEL_POSTS) if posts and self._waiting[CHANNEL_POSTS] else None

    def left(self) -> dict[str, int]:
        """How many wait of each switch, by its name."""
        found: dict[str, int] = {}
        for queue in self._waiting.values():
            for fault in queue:
                if fault.armed:
                    found[fault.armed] = found.get(fault.armed, 0) + 1
        return found

    def disarm(self, name: str) -> None:
        """Take back what waits of one switch."""
        for method, queue in self._waiting.items():
            self._waiting[method] = deque(fault for fault in queue if fault.armed != name)
        self.changed()

    def clear(self) -> None:
        self._waiting.clear()
        self.changed()

    def add(self, method: str, times: int, fault: Fault) -> None:
        self._waiting[method].extend([fault] * times)
        self.changed()

    def _taken(self, name: str) -> Fault:
        fault = self._waiting[name].popleft()
        self.changed()
        return fault


MOST_TIMES = 20


class NoSwitchError(ValueError):
    """There is no switch of that name, or it does not go so far."""


@dataclass(frozen=True)
class Switch:
    """method: whose calls are in trouble. where: in the page's words. words: what will happen."""

    name: str
    title: str
    words: str
    where: str
    method: str
    fault: Fault


SWITCHES = (
    Switch(
        "rate-limit",
        "Rate limit",
        "The workspace says “too many requests” and asks the bot to wait 2 seconds. The bot posts it then.",
        "posting",
        "chat.postMessage",
        Fault("rate_limit", "ratelimited", 429, 2),
    ),
    Switch(
        "time-out",
        "Time out",
        "The message is posted, but no answer comes. The bot gives up after 5 seconds. It looks before it"
        " posts again, so the message is there only once.",
        "posting",
        "chat.postMessage",
        Fault("stall", seconds=LONGEST_STALL),
    ),
    Switch(
        "fail",
        "Fail the next call",
        "The workspace answers with an internal error, and nothing is done. The bot tries again later.",
        "any call",
        ANY,
        Fault("error", "internal_error"),
    ),
    Switch(
        "refuse-channel",
        "Refuse the channel",
        "A post in a channel is refused, as if the bot had been taken out of it. Plan managers are told.",
        "posting",
        CHANNEL_POSTS,
        Fault("refuse_channel", "not_in_channel"),
    ),
    Switch(
        "deliver-twice",
        "Deliver twice",
        "What a person does next reaches the bot twice, as networks sometimes do. It must count once.",
        "deliveries",
        DELIVERIES,
        Fault("repeat"),
    ),
)


def arm(faults: Faults, name: str, times: int) -> None:
    """NoSwitchError when there is no such switch, or times is not from 1 to 20."""
    switch = next((one for one in SWITCHES if one.name == name), None)
    if switch is None or not 1 <= times <= MOST_TIMES:
        raise NoSwitchError(name)
    faults.add(switch.method, times, replace(switch.fault, armed=name))


def shown(faults: Faults) -> Json:
    """What is armed, and what can be."""
    left = faults.left()
    return {
        "armed": [
            {"id": one.name, "kind": one.name, "words": one.words, "left": left[one.name]}
            for one in SWITCHES
            if one.name in left
        ],
        "kinds": [
            {
                "kind": one.name,
                "title": one.title,
                "words": one.words,
                "where": one.where,
                "most": MOST_TIMES,
            }
            for one in SWITCHES
        ],
    }
