"""A log of the HTTP and websocket traffic between the bot and this workspace, with secrets masked."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from aiohttp import web

from bot.sandbox.exchange_parser import format_json, parse_fields, title_of_call, title_of_delivery
from bot.sandbox.redaction import Redactor

Direction = Literal["from the bot", "to the bot"]
MAX_EXCHANGES = 500
MAX_BODY_CHARACTERS = 20_000
ANSWER_LOST_TEXT = "It was done, but the answer never arrived."
_TEXT_TYPES = {"application/json", "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Exchange:
    """One request and its response. number: counts up from 1. Bodies are text, cut at 20,000 characters.

    status: 0 without a response. title: a short description. formatted_body: the body as indented JSON, ""
    where it is neither JSON nor a form.
    """

    number: int
    at: datetime
    direction: Direction
    method: str
    url: str
    headers: dict[str, str]
    body: str
    status: int
    answer_headers: dict[str, str]
    answer: str
    milliseconds: float
    title: str
    formatted_body: str


@dataclass
class TrafficLog:
    """The last 500 exchanges in each direction. secrets: texts to mask. latest: the last number given.

    on_record: called with the number of each exchange as it is recorded.
    """

    secrets: tuple[str, ...]
    from_bot: deque[Exchange] = field(default_factory=lambda: deque(maxlen=MAX_EXCHANGES))
    to_bot: deque[Exchange] = field(default_factory=lambda: deque(maxlen=MAX_EXCHANGES))
    latest: int = 0
    on_record: Callable[[int], None] = lambda _: None

    def __post_init__(self) -> None:
        self._redactor = Redactor(self.secrets)

    def record(
        self,
        direction: Direction,
        request: tuple[str, str, Mapping[str, str], str],
        answer: tuple[int, Mapping[str, str], str],
        seconds: float,
    ) -> None:
        """request: method, url, headers, body. answer: status, headers, body."""
        method, url, headers, body = request
        status, answer_headers, text = answer
        redactor = self._redactor
        self.latest += 1
        sent = redactor.redact_text(body)
        title = (
            title_of_call(url) if direction == "from the bot" else title_of_delivery(url, parse_fields(sent))
        )
        exchanges = self.from_bot if direction == "from the bot" else self.to_bot
        exchanges.append(
            Exchange(
                self.latest,
                datetime.now(UTC),
                direction,
                method,
                redactor.redact_text(url),
                redactor.redact_headers(headers),
                sent[:MAX_BODY_CHARACTERS],
                status,
                redactor.redact_headers(answer_headers),
                redactor.redact_text(text)[:MAX_BODY_CHARACTERS],
                round(seconds * 1000, 1),
                redactor.redact_text(title),
                redactor.redact_text(format_json(sent))[:MAX_BODY_CHARACTERS],
            )
        )
        self.on_record(self.latest)

    async def record_call(
        self, request: web.Request, answer: web.Response, seconds: float, *, answer_lost: bool = False
    ) -> None:
        """Record a request of the bot and its response. Of a file only the size is recorded.

        answer_lost: the response never reached the bot.
        """
        sent = (request.method, request.path_qs, request.headers, await _request_text(request))
        if answer_lost:
            self.record("from the bot", sent, (0, {}, ANSWER_LOST_TEXT), seconds)
            return
        body = answer.body
        text = str(answer.text) if _is_text(answer.content_type) else f"({len(_bytes(body)):,} bytes)"
        self.record("from the bot", sent, (answer.status, answer.headers, text), seconds)

    def exchanges(self) -> list[Exchange]:
        """Both directions, oldest first."""
        return sorted([*self.from_bot, *self.to_bot], key=lambda one: one.number)

    def clear(self) -> None:
        self.from_bot.clear()
        self.to_bot.clear()


async def _request_text(request: web.Request) -> str:
    """The body as text. A file was read in chunks and is gone; its size stands for it."""
    if not _is_text(request.content_type):
        length = request.content_length
        return f"({length:,} bytes)" if length else ""
    return (await request.read()).decode(errors="replace")


def _is_text(content_type: str) -> bool:
    return content_type.startswith("text/") or content_type in _TEXT_TYPES


def _bytes(body: object) -> bytes:
    return bytes(body) if isinstance(body, bytes | bytearray) else b""
