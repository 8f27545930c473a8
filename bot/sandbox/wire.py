"""What went over the wire between the bot and this workspace, secrets masked."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Direction = Literal["from the bot", "to the bot"]
KEPT = 500
_BODY = 20_000
_SECRET_HEADERS = {"authorization", "x-slack-signature", "cookie"}
# Tokens, and addresses that are themselves a key (in a form their slashes are %2F).
_SECRET_WORDS = re.compile(
    r"(xox[abep]-|xapp-)[\w-]+|((?:/|%2F)sandbox(?:/|%2F)(?:response|upload|socket)(?:/|%2F))[\w-]+"
)
_MASK = "…"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. Bodies are text, cut at 20,000 characters."""

    at: datetime
    direction: Direction
    method: str
    address: str
    headers: dict[str, str]
    body: str
    status: int
    answer_headers: dict[str, str]
    answer: str
    milliseconds: float


@dataclass
class Wire:
    """The last 500 exchanges each way. `secrets` are words never to be shown."""

    secrets: tuple[str, ...]
    from_bot: deque[Exchange] = field(default_factory=lambda: deque(maxlen=KEPT))
    to_bot: deque[Exchange] = field(default_factory=lambda: deque(maxlen=KEPT))

    def record(
        self,
        direction: Direction,
        request: tuple[str, str, Mapping[str, str], str],
        answer: tuple[int, Mapping[str, str], str],
        seconds: float,
    ) -> None:
        """`request`: method, address, headers, body. `answer`: status, headers, body."""
        method, address, headers, body = request
        status, answer_headers, text = answer
        shelf = self.from_bot if direction == "from the bot" else self.to_bot
        shelf.append(
            Exchange(
                datetime.now(UTC),
                direction,
                method,
                self._masked(address),
                self._masked_headers(headers),
                self._masked(body),
                status,
                self._masked_headers(answer_headers),
                self._masked(text),
                round(seconds * 1000, 1),
            )
        )

    def all(self) -> list[Exchange]:
        """Both ways, oldest first."""
        return sorted([*self.from_bot, *self.to_bot], key=lambda one: one.at)

    def clear(self) -> None:
        self.from_bot.clear()
        self.to_bot.clear()

    def _masked(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, _MASK)
        return _SECRET_WORDS.sub(lambda found: (found[1] or found[2]) + _MASK, text[:_BODY])

    def _masked_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            name: _MASK if name.lower() in _SECRET_HEADERS else self._masked(value)
            for name, value in headers.items()
        }
