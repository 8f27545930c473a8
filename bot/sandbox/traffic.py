"""What went over the wire between the bot and this workspace, secrets masked."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from bot.sandbox.entities import Json
from bot.sandbox.redaction import Redactor

_ROUTE_TITLES = {"response": "answer by response url", "upload": "file upload", "files": "file download"}


def title_of_call(url: str) -> str:
    """What the bot asked of the workspace: "chat.postMessage", "file download"."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    kind = parts[1] if len(parts) > 1 else ""
    return parts[-1] if kind == "api" else _ROUTE_TITLES.get(kind, url)


def title_of_delivery(url: str, fields: Json) -> str:
    """What the workspace told the bot: "/cip at-risk", "button run:0", "form why", "message"."""
    event, actions, view = fields.get("event"), fields.get("actions"), fields.get("view")
    if "command" in fields:
        return f"{fields['command']} {fields.get('text', '')}".strip()
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        return f"button {actions[0].get('action_id', '')}"
    if isinstance(view, dict):
        return f"form {view.get('callback_id', '')}"
    return str(event.get("type", "")) if isinstance(event, dict) else url


def parse_fields(body: str) -> Json:
    """A form's fields, with the JSON that stands in them, or a JSON body; {} for anything else."""
    try:
        if body.lstrip().startswith("{"):
            found = json.loads(body)
            return found if isinstance(found, dict) else {}
        form = {name: _parse_nested(values[0]) for name, values in parse_qs(body).items()}
    except (ValueError, RecursionError):
        return {}
    payload = form.get("payload")
    return payload if isinstance(payload, dict) else form


def format_json(body: str) -> str:
    """The body as indented JSON, where it is JSON or a form; "" where it cannot be read so."""
    fields = parse_fields(body)
    try:
        return json.dumps(fields, indent=2, ensure_ascii=False) if fields else ""
    except RecursionError:
        return ""


def _parse_nested(value: str) -> object:
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


Direction = Literal["from the bot", "to the bot"]
MAX_EXCHANGES = 500
MAX_BODY_CHARACTERS = 20_000
ANSWER_LOST_TEXT = "It was done, but the answer never arrived."
_TEXT_TYPES = {"application/json", "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. number: counts up from 1. Bodies are text, cut at 20,000 characters.

    title: what it was, in short. formatted_body: the body as indented JSON, "" where it is nothing of the
    kind.
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
    """The last 500 exchanges each way. `secrets` are words never to be shown.

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
        """`request`: method, address, headers, body. `answer`: status, headers, body."""
        method, address, headers, body = request
        status, answer_headers, text = answer
        mask = self._redactor
        self.latest += 1
        sent = mask.redact_text(body)
        title = (
            title_of_call(address)
            if direction == "from the bot"
            else title_of_delivery(address, parse_fields(sent))
        )
        shelf = self.from_bot if direction == "from the bot" else self.to_bot
        shelf.append(
            Exchange(
                self.latest,
                datetime.now(UTC),
                direction,
                method,
                mask.redact_text(address),
                mask.redact_headers(headers),
                sent[:MAX_BODY_CHARACTERS],
                status,
                mask.redact_headers(answer_headers),
                mask.redact_text(text)[:MAX_BODY_CHARACTERS],
                round(seconds * 1000, 1),
                mask.redact_text(title),
                mask.redact_text(format_json(sent))[:MAX_BODY_CHARACTERS],
            )
        )
        self.on_record(self.latest)

    async def record_call(
        self, request: web.Request, answer: web.Response, seconds: float, *, answer_lost: bool = False
    ) -> None:
        """Record a request of the bot and what it was answered. Of a file only the size is kept.

        answer_lost: the answer never reached the bot.
        """
        sent = (request.method, request.path_qs, request.headers, await _request_text(request))
        if answer_lost:
            self.record("from the bot", sent, (0, {}, ANSWER_LOST_TEXT), seconds)
            return
        body = answer.body
        text = str(answer.text) if _is_text(answer.content_type) else f"({len(_bytes(body)):,} bytes)"
        self.record("from the bot", sent, (answer.status, answer.headers, text), seconds)

    def exchanges(self) -> list[Exchange]:
        """Both ways, oldest first."""
        return sorted([*self.from_bot, *self.to_bot], key=lambda one: one.number)

    def clear(self) -> None:
        self.from_bot.clear()
        self.to_bot.clear()


async def _request_text(request: web.Request) -> str:
    """The body as text. What was read in pieces, such as a file, is not there any more: its size is."""
    if not _is_text(request.content_type):
        length = request.content_length
        return f"({length:,} bytes)" if length else ""
    return (await request.read()).decode(errors="replace")


def _is_text(content_type: str) -> bool:
    return content_type.startswith("text/") or content_type in _TEXT_TYPES


def _bytes(body: object) -> bytes:
    return bytes(body) if isinstance(body, bytes | bytearray) else b""
