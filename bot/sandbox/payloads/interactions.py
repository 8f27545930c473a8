"""Presses of buttons, choices from menus, forms sent and forms closed."""

from typing import Any

from bot.sandbox.deliveries import Delivery
from bot.sandbox.elements import Found
from bot.sandbox.payloads.common import OLD_VERIFICATION, channel_name, person, response_url, team
from bot.sandbox.records import Json, Message, View
from bot.sandbox.settings import APP_ID
from bot.sandbox.view_state import KEYS, field_state
from bot.sandbox.workspace import Workspace


def _interaction(workspace: Workspace, kind: str, user: str) -> Json:
    return {
        "type": kind,
        "user": person(workspace, user),
        "api_app_id": APP_ID,
        "token": OLD_VERIFICATION,
        "trigger_id": workspace.triggers.issue(user),
        "team": team(workspace),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action(workspace: Workspace, found: Found, given: Any) -> Json:
    """One act on one element. `given`: what was chosen; for a button None, it has its own value."""
    element = found.element
    done: Json = {
        "type": element["type"],
        "action_id": found.action_id,
        "block_id": found.block_id,
        "action_ts": workspace.messages.next_ts(),
    }
    if element["type"] in KEYS:
        return done | field_state(element, given)
    kept = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    return done | kept


def message_action(workspace: Workspace, user: str, message: Message, done: Json, values: Json) -> Delivery:
    """Slack sends no copy of an ephemeral message, only where it stood."""
    channel = workspace.channels[message.channel]
    ephemeral = message.only_for is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    payload = _interaction(workspace, "block_actions", user) | {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values},
        "response_url": response_url(workspace, user, channel.id, message.ts),
        "actions": [done],
    }
    if not ephemeral:
        payload["message"] = workspace.shown(message)
    return Delivery("interactive", payload, user, channel.id)


def view_action(workspace: Workspace, user: str, view: View, done: Json) -> Delivery:
    payload = _interaction(workspace, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "view": workspace.shown_view(view),
        "actions": [done],
    }
    return Delivery("interactive", payload, user)


def submission(workspace: Workspace, user: str, view: View) -> Delivery:
    payload = _interaction(workspace, "view_submission", user) | {
        "view": workspace.shown_view(view),
        "response_urls": [],
    }
    return Delivery("interactive", payload, user)


def closing(workspace: Workspace, user: str, view: View, *, cleared: bool) -> Delivery:
    payload = _interaction(workspace, "view_closed", user) | {
        "view": workspace.shown_view(view),
        "is_cleared": cleared,
    }
    del payload["trigger_id"]
    return Delivery("interactive", payload, user)
