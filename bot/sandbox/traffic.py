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
from bot.sandbox.redaction import Mask

_PLACES = {"response": "answer by response url", "upload": "file upload", "files": "file download"}


def title_of_call(address: str) -> str:
    """What the bot asked of the workspace: "chat.postMessage", "file download"."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    kind = parts[1] if len(parts) > 1 else ""
    return parts[-1] if kind == "api" else _PLACES.get(kind, address)


def title_of_delivery(address: str, fields: Json) -> str:
    """What the workspace told the bot: "/cip at-risk", "button run:0", "form why", "message"."""
    event, actions, view = fields.get("event"), fields.get("actions"), fields.get("view")
    if "command" in fields:
        return f"{fields['command']} {fields.get('text', '')}".strip()
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        return f"button {actions[0].get('action_id', '')}"
    if isinstance(view, dict):
        return f"form {view.get('callback_id', '')}"
    return str(event.get("type", "")) if isinstance(event, dict) else address


def fields_of(body: str) -> Json:
    """A form's fields, with the JSON that stands in them, or a JSON body; {} for anything else."""
    try:
        if body.lstrip().startswith("{"):
            found = json.loads(body)
            return found if isinstance(found, dict) else {}
        form = {name: _inside(values[0]) for name, values in parse_qs(body).items()}
    except (ValueError, RecursionError):
        return {}
    payload = form.get("payload")
    return payload if isinstance(payload, dict) else form


def readable(body: str) -> str:
    """The body as indented JSON, where it is JSON or a form; "" where it cannot be read so."""
    fields = fields_of(body)
    try:
        return json.dumps(fields, indent=2, ensure_ascii=False) if fields else ""
    except RecursionError:
        return ""


def _inside(value: str) -> object:
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


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
