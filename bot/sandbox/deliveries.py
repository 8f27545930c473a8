"""Deliveries to the bot: commands, interactions and events, signed as Slack signs them."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlencode

from bot.sandbox.entities import Json

DeliveryKind = Literal["slash_commands", "interactive", "events_api"]
OPERATION_TIMEOUT = "operation_timeout"
DISPATCH_FAILED = "dispatch_failed"


@dataclass
class BotDelivery:
    """One request to the bot. kind: by Socket Mode's names. user, channel: where a failure is shown; channel
    None for nowhere. headers: of the last time it was sent over HTTP.
    """

    kind: DeliveryKind
    payload: Json
    user: str
    channel: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The request body, the same bytes each time."""
        if self.kind == "slash_commands":
            return urlencode(self.payload).encode()
        text = json.dumps(self.payload)
        return urlencode({"payload": text}).encode() if self.kind == "interactive" else text.encode()

    @property
    def content_type(self) -> str:
        return "application/json" if self.kind == "events_api" else "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Ack:
    """The bot's response. status: 0 when there was none.

    body: a dict when it was JSON, else the text. delivered: the bot answered 200 in time.
    failure: Slack's code for why it did not, or why its answer was refused; "" for success.
    """

    status: int
    body: str | Json
    delivered: bool
    failure: str = ""
    delivery: BotDelivery | None = None


class Transport(Protocol):
    """Sends deliveries to the bot."""

    async def send(self, delivery: BotDelivery, extra_headers: Mapping[str, str]) -> Ack: ...
    async def close(self) -> None: ...


def sign(secret: str, body: str | bytes, timestamp: int | None = None) -> dict[str, str]:
    """The two headers Slack adds to this body. timestamp: Unix time, in seconds; None for now."""
    moment = str(int(time.time()) if timestamp is None else timestamp)
    raw = body.encode() if isinstance(body, str) else body
    digest = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}
