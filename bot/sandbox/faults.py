"""Trouble on request: the next calls of a method are refused, limited, broken off or slow."""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

Kind = Literal["rate_limit", "error", "status", "drop_after", "slow"]
ANY = "*"


@dataclass(frozen=True)
class Fault:
    """One call's trouble. `error` is Slack's code, `status` an HTTP status, `seconds` a wait."""

    kind: Kind
    error: str = ""
    status: int = 200
    seconds: float = 0


class Faults:
    """Troubles wait in line per Web API method (`"*"` is any method) and are used up one per call."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)
        self.deliveries_repeated = 0

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        self._add(method, times, Fault("rate_limit", "ratelimited", 429, retry_after))

    def fail(self, method: str, error: str, times: int = 1) -> None:
        """Refuse the call with Slack's error code; it changes nothing."""
        self._add(method, times, Fault("error", error))

    def http(self, method: str, status: int, times: int = 1) -> None:
        """Answer with a bare HTTP status (such as 500 or 503); the call changes nothing."""
        self._add(method, times, Fault("status", status=status))

    def drop_after(self, method: str, times: int = 1) -> None:
        """Carry the call out, then cut the connection before the answer."""
        self._add(method, times, Fault("drop_after"))

    def slow(self, method: str, seconds: float, times: int = 1) -> None:
        """Carry the call out, but only after a wait."""
        self._add(method, times, Fault("slow", seconds=seconds))

    def deliver_twice(self, times: int = 1) -> None:
        """Send the next requests to the bot twice each, as Slack may do."""
        self.deliveries_repeated += times

    def take(self, method: str) -> Fault | None:
        for name in (method, ANY):
            if self._waiting[name]:
                return self._waiting[name].popleft()
        return None

    def take_repeat(self) -> bool:
        if not self.deliveries_repeated:
            return False
        self.deliveries_repeated -= 1
        return True

    def clear(self) -> None:
        self._waiting.clear()
        self.deliveries_repeated = 0

    def _add(self, method: str, times: int, fault: Fault) -> None:
        self._waiting[method].extend([fault] * times)
