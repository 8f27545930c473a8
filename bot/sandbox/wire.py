"""What went over the wire between the bot and this workspace, secrets masked."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from aiohttp import web

from bot.sandbox.masking import Mask
from bot.sandbox.titles import fields_of, readable, title_of_call, title_of_delivery

Direction = Literal["from the bot", "to the bot"]
KEPT = 500
CUT = 20_000
UNHEARD = "It was done, but the answer never arrived."
_TEXT = {"application/json", "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. number: counts up from 1. Bodies are text, cut at 20,000 characters.

    title: what it was, in short. readable: the body as indented JSON, "" where it is nothing of the kind.
    """

    number: int
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
    title: str
    readable: str


@dataclass
class Wire:
    """The last 500 exchanges each way. `secrets` are words never to be shown.

    told: called with the number of each exchange as it is recorded.
    """

    secrets: tuple[str, ...]
    from_bot: deque[Exchange] = field(default_factory=lambda: deque(maxlen=KEPT))
    to_bot: deque[Exchange] = field(default_factory=lambda: deque(maxlen=KEPT))
    latest: int = 0
    told: Callable[[int], None] = lambda _: None

    def __post_init__(self) -> None:
        self._mask = Mask(self.secrets)

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
        mask = self._mask
        self.latest += 1
        sent = mask.text(body)
        title = (
            title_of_call(address)
            if direction == "from the bot"
            else title_of_delivery(address, fields_of(sent))
        )
        shelf = self.from_bot if direction == "from the bot" else self.to_bot
        shelf.append(
            Exchange(
                self.latest,
                datetime.now(UTC),
                direction,
                method,
                mask.text(address),
                mask.headers(headers),
                sent[:CUT],
                status,
                mask.headers(answer_headers),
                mask.text(text)[:CUT],
                round(seconds * 1000, 1),
                mask.text(title),
                mask.text(readable(sent))[:CUT],
            )
        )
        self.told(self.latest)

    async def record_call(
        self, request: web.Request, answer: web.Response, seconds: float, *, unheard: bool = False
    ) -> None:
        """Record a request of the bot and what it was answered. Of a file only the size is kept.

        unheard: the answer never reached the bot.
        """
        sent = (request.method, request.path_qs, request.headers, await _readable(request))
        if unheard:
            self.record("from the bot", sent, (0, {}, UNHEARD), seconds)
            return
        body = answer.body
        text = str(answer.text) if _is_text(answer.content_type) else f"({len(_bytes(body)):,} bytes)"
        self.record("from the bot", sent, (answer.status, answer.headers, text), seconds)

    def all(self) -> list[Exchange]:
        """Both ways, oldest first."""
        return sorted([*self.from_bot, *self.to_bot], key=lambda one: one.number)

    def clear(self) -> None:
        self.from_bot.clear()
        self.to_bot.clear()


async def _readable(request: web.Request) -> str:
    """The body as text. What was read in pieces, such as a file, is not there any more: its size is."""
    if not _is_text(request.content_type):
        length = request.content_length
        return f"({length:,} bytes)" if length else ""
    return (await request.read()).decode(errors="replace")


def _is_text(content_type: str) -> bool:
    return content_type.startswith("text/") or content_type in _TEXT


def _bytes(body: object) -> bytes:
    return bytes(body) if isinstance(body, bytes | bytearray) else b""
