"""What Slack sent, as far as every kind of request is alike."""

import html
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.commands import Asker

NAMELESS = {"directmessage", "privategroup"}


@dataclass(frozen=True)
class Incoming:
    """key: Slack's own id of the request, by which a redelivery is known. signature: None over Socket Mode."""

    asker: Asker
    key: str
    signature: str | None


def of_command(body: dict[str, Any], request: AsyncBoltRequest) -> Incoming:
    asker = Asker(
        str(body.get("team_id", "")),
        str(body.get("user_id", "")),
        str(body.get("channel_id", "")),
        str(body.get("channel_name", "")),
    )
    return Incoming(asker, f"command:{body.get('trigger_id', '')}", _signature(request))


def of_interaction(body: dict[str, Any], request: AsyncBoltRequest) -> Incoming:
    """A press or a form. Two presses in one request are told apart by their own time."""
    channel = body.get("channel") or {}
    asker = Asker(
        str((body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id", "")),
        str((body.get("user") or {}).get("id", "")),
        str(channel.get("id", "")),
        str(channel.get("name", "")),
    )
    kind, trigger = body.get("type", ""), body.get("trigger_id", "")
    return Incoming(asker, f"{kind}:{trigger}", _signature(request))


def of_event(body: dict[str, Any], request: AsyncBoltRequest) -> Incoming:
    event = body.get("event") or {}
    asker = Asker(
        str(body.get("team_id", "")),
        str(event.get("user", "")),
        str(event.get("channel", "")),
        "directmessage",
    )
    return Incoming(asker, f"event:{body.get('event_id', '')}", _signature(request))


def typed(text: str) -> str:
    """Slack escapes &, < and > in what people type; mentions such as <@U1> stay as they are."""
    return html.unescape(text)


def _signature(request: AsyncBoltRequest) -> str | None:
    if request.mode == "socket_mode":
        return None
    return (request.headers.get("x-slack-signature") or [""])[0]


def context_answer(context: AsyncBoltContext) -> dict[str, Any]:
    """What the first half of a listener left for the second."""
    answer: dict[str, Any] = context.get("cip_answer") or {}
    return answer
