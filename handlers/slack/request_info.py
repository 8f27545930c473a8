"""What every kind of Slack request has in common: the asker, an id and a signature; and readers of its
body.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest

from bot.commands import Asker
from bot.delivery.slack_lookup import parse_ts
from handlers.pipeline import RequestInfo

Body = dict[str, Any]
MAX_ID_LENGTH, MAX_NAME_LENGTH = 32, 80
# Slack retries an event at once, after a minute and after five, and then no more.
LAST_RETRY = "3"
LATE_RETRIES = {"2", LAST_RETRY}


@dataclass(frozen=True)
class ButtonPress:
    """action_id: "kind:argument:…", as in templates/messages. value: what the button was given to carry."""

    action_id: str
    value: str

    @property
    def action(self) -> str:
        """The kind of button."""
        return self.action_id.partition(":")[0]


def from_command(request: AsyncBoltRequest) -> RequestInfo:
    body = request.body
    names = ("team_id", "user_id", "channel_id", "channel_name")
    return RequestInfo(
        _build_asker(*(_get_text(body, name) for name in names)),
        _request_key("command", body),
        _signature(request),
    )


def from_interaction(request: AsyncBoltRequest) -> RequestInfo:
    """Of a button press or a form submission."""
    body = request.body
    channel, user = get_object(body, "channel"), get_object(body, "user")
    asker = _build_asker(
        _get_text(get_object(body, "team"), "id") or _get_text(user, "team_id"),
        _get_text(user, "id"),
        _get_text(channel, "id"),
        _get_text(channel, "name"),
    )
    return RequestInfo(asker, _request_key(_get_text(body, "type"), body), _signature(request))


def from_event(request: AsyncBoltRequest) -> RequestInfo:
    body, event = request.body, get_object(request.body, "event")
    direct = "directmessage" if event.get("channel_type") == "im" else ""
    asker = _build_asker(
        _get_text(body, "team_id"), _get_text(event, "user"), _get_text(event, "channel"), direct
    )
    ts = _get_text(event, "ts") if direct else ""
    key = _message_key(asker.channel_id, ts) if ts else _request_key("event", body)
    return RequestInfo(asker, key, _signature(request))


def from_history(asker: Asker, ts: str) -> RequestInfo:
    """Of a direct message read with the Web API. It has the key of the event that would have delivered it."""
    return RequestInfo(asker, _message_key(asker.channel_id, ts), None)


def is_last_attempt(request: AsyncBoltRequest) -> bool:
    """Whether Slack will not retry this event. Socket Mode has the same header."""
    return LAST_RETRY in request.headers.get("x-slack-retry-num", ())


def sent_at_if_late(request: AsyncBoltRequest) -> datetime | None:
    """When the message was written, if this is a retry a minute later or more; else None."""
    if LATE_RETRIES.isdisjoint(request.headers.get("x-slack-retry-num", ())):
        return None
    try:
        return parse_ts(_get_text(get_object(request.body, "event"), "ts"))
    except (ValueError, OverflowError):
        return None


def unescape(text: object) -> str:
    """The text as typed: Slack escapes `&`, `<` and `>`, and nothing else. Mentions (<@U1>) stay."""
    if not isinstance(text, str):
        return ""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def thread_ts_of(event: Body) -> str:
    """The ts of the thread's first message; "" outside a thread."""
    return _get_text(event, "thread_ts")


def get_object(body: Body, name: str) -> Body:
    """The object under this name; {} where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _build_asker(team_id: str, user_id: str, channel_id: str, channel_name: str) -> Asker:
    """Ids and names are cut to Slack's own limits: a longer one belongs to nobody, cut or not."""
    return Asker(
        team_id[:MAX_ID_LENGTH],
        user_id[:MAX_ID_LENGTH],
        channel_id[:MAX_ID_LENGTH],
        channel_name[:MAX_NAME_LENGTH],
    )


def _get_text(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _request_key(kind: str, body: Body) -> str:
    """The event's id, or the trigger id of a command or an interaction; without either, a hash of the
    body.
    """
    request_id = _get_text(body, "event_id") or _get_text(body, "trigger_id")
    return f"{kind}:{request_id or hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"


def _message_key(channel_id: str, ts: str) -> str:
    """Of a direct message: the same from its event and from the history. A ts is unique in its
    conversation.
    """
    return f"message:{channel_id}:{ts[:MAX_ID_LENGTH]}"


def _signature(request: AsyncBoltRequest) -> str | None:
    return (request.headers.get("x-slack-signature") or [""])[0] or None


def read_press(body: Body) -> ButtonPress:
    """Of a block_actions payload; empty where it names no action."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    return ButtonPress(str(first.get("action_id") or ""), str(first.get("value") or ""))


def as_threaded(body: Body) -> Body:
    """The same press, as if its message were public: the message stays, and the response is a reply to it."""
    container = {**get_object(body, "container"), "is_ephemeral": False}
    return {**body, "container": container, "channel": {}}
