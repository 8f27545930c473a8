"""What Slack sent, as far as every kind of request is alike."""

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
# Slack brings an event again at once, after a minute and after five, and then no more.
LAST_RETRY = "3"
LATE_RETRIES = {"2", LAST_RETRY}


def from_command(request: AsyncBoltRequest) -> RequestInfo:
    body = request.body
    names = ("team_id", "user_id", "channel_id", "channel_name")
    return RequestInfo(
        _build_asker(*(_get_text(body, name) for name in names)),
        _request_key("command", body),
        _signature(request),
    )


def from_interaction(request: AsyncBoltRequest) -> RequestInfo:
    """A press or a form."""
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
    """A direct message that was not brought but read where it stands."""
    return RequestInfo(asker, _message_key(asker.channel_id, ts), None)


def is_last_attempt(request: AsyncBoltRequest) -> bool:
    """Whether Slack will not bring this event again. Socket Mode tells it under the same name."""
    return LAST_RETRY in request.headers.get("x-slack-retry-num", ())


def sent_at_if_late(request: AsyncBoltRequest) -> datetime | None:
    """When the message was written, where Slack could bring it only a minute later or more; else None."""
    if LATE_RETRIES.isdisjoint(request.headers.get("x-slack-retry-num", ())):
        return None
    try:
        return parse_ts(_get_text(get_object(request.body, "event"), "ts"))
    except (ValueError, OverflowError):
        return None


def unescape(text: object) -> str:
    """Give back what was typed: Slack escapes `&`, `<` and `>`, and nothing else. Mentions (<@U1>) stay."""
    if not isinstance(text, str):
        return ""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def thread_ts_of(event: Body) -> str:
    """The time of the message that heads the thread it stands in; "" for one in no thread."""
    return _get_text(event, "thread_ts")


def get_object(body: Body, name: str) -> Body:
    """The object under this name; an empty one where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _build_asker(team_id: str, user_id: str, channel_id: str, channel_name: str) -> Asker:
    """Cut to what Slack's own ids and names take at most: one that is longer is nobody's, whole or cut."""
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
    """An event's id, or the trigger of what a person did; without either, the content itself."""
    known = _get_text(body, "event_id") or _get_text(body, "trigger_id")
    return f"{kind}:{known or hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"


def _message_key(channel_id: str, ts: str) -> str:
    """Of a direct message: the same for the event that brings it and where it stands. Messages of one
    conversation have each a time of their own.
    """
    return f"message:{channel_id}:{ts[:MAX_ID_LENGTH]}"


def _signature(request: AsyncBoltRequest) -> str | None:
    return (request.headers.get("x-slack-signature") or [""])[0] or None


@dataclass(frozen=True)
class ButtonPress:
    """action: the kind of button. value: what it carries."""

    action: str
    value: str


def read_press(body: Body) -> ButtonPress:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    return ButtonPress(str(first.get("action_id") or "").split(":")[0], str(first.get("value") or ""))


def as_threaded(body: Body) -> Body:
    """The same press, as if the message were for all to see: it stays, and the answer goes beneath it."""
    container = {**get_object(body, "container"), "is_ephemeral": False}
    return {**body, "container": container, "channel": {}}
