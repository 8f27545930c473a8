"""What Slack sent, as far as every kind of request is alike."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest

from bot.commands import Asker
from bot.delivery.slack_lookup import moment
from handlers.pipeline import RequestInfo

Body = dict[str, Any]
LONGEST_ID, LONGEST_NAME = 32, 80
# Slack brings an event again at once, after a minute and after five, and then no more.
LAST_RETRY = "3"
LATE_RETRIES = {"2", LAST_RETRY}


def of_command(request: AsyncBoltRequest) -> RequestInfo:
    body = request.body
    names = ("team_id", "user_id", "channel_id", "channel_name")
    return RequestInfo(
        _asker(*(_text(body, name) for name in names)), _key("command", body), _signature(request)
    )


def of_interaction(request: AsyncBoltRequest) -> RequestInfo:
    """A press or a form."""
    body = request.body
    channel, user = part(body, "channel"), part(body, "user")
    asker = _asker(
        _text(part(body, "team"), "id") or _text(user, "team_id"),
        _text(user, "id"),
        _text(channel, "id"),
        _text(channel, "name"),
    )
    return RequestInfo(asker, _key(_text(body, "type"), body), _signature(request))


def of_event(request: AsyncBoltRequest) -> RequestInfo:
    body, event = request.body, part(request.body, "event")
    direct = "directmessage" if event.get("channel_type") == "im" else ""
    asker = _asker(_text(body, "team_id"), _text(event, "user"), _text(event, "channel"), direct)
    ts = _text(event, "ts") if direct else ""
    key = _key_of_message(asker.channel_id, ts) if ts else _key("event", body)
    return RequestInfo(asker, key, _signature(request))


def of_written(asker: Asker, ts: str) -> RequestInfo:
    """A direct message that was not brought but read where it stands."""
    return RequestInfo(asker, _key_of_message(asker.channel_id, ts), None)


def is_last_try(request: AsyncBoltRequest) -> bool:
    """Whether Slack will not bring this event again. Socket Mode tells it under the same name."""
    return LAST_RETRY in request.headers.get("x-slack-retry-num", ())


def said_before(request: AsyncBoltRequest) -> datetime | None:
    """When the message was written, where Slack could bring it only a minute later or more; else None."""
    if LATE_RETRIES.isdisjoint(request.headers.get("x-slack-retry-num", ())):
        return None
    try:
        return moment(_text(part(request.body, "event"), "ts"))
    except (ValueError, OverflowError):
        return None


def typed(text: object) -> str:
    """Give back what was typed: Slack escapes `&`, `<` and `>`, and nothing else. Mentions (<@U1>) stay."""
    if not isinstance(text, str):
        return ""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def thread_of(event: Body) -> str:
    """The time of the message that heads the thread it stands in; "" for one in no thread."""
    return _text(event, "thread_ts")


def part(body: Body, name: str) -> Body:
    """The object under this name; an empty one where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _asker(team_id: str, user_id: str, channel_id: str, channel_name: str) -> Asker:
    """Cut to what Slack's own ids and names take at most: one that is longer is nobody's, whole or cut."""
    return Asker(
        team_id[:LONGEST_ID], user_id[:LONGEST_ID], channel_id[:LONGEST_ID], channel_name[:LONGEST_NAME]
    )


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _key(kind: str, body: Body) -> str:
    """An event's id, or the trigger of what a person did; without either, the content itself."""
    known = _text(body, "event_id") or _text(body, "trigger_id")
    return f"{kind}:{known or hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"


def _key_of_message(channel_id: str, ts: str) -> str:
    """Of a direct message: the same for the event that brings it and where it stands. Messages of one
    conversation have each a time of their own.
    """
    return f"message:{channel_id}:{ts[:LONGEST_ID]}"


def _signature(request: AsyncBoltRequest) -> str | None:
    return (request.headers.get("x-slack-signature") or [""])[0] or None


@dataclass(frozen=True)
class Press:
    """action: the kind of button. value: what it carries."""

    action: str
    value: str


def pressed(body: Body) -> Press:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    return Press(str(first.get("action_id") or "").split(":")[0], str(first.get("value") or ""))


def beneath(body: Body) -> Body:
    """The same press, as if the message were for all to see: it stays, and the answer goes beneath it."""
    container = {**part(body, "container"), "is_ephemeral": False}
    return {**body, "container": container, "channel": {}}
