"""Presses of buttons, choices from menus, forms sent and forms closed."""

from typing import Any

from bot.sandbox.config import APP_ID, BOT_USER_ID
from bot.sandbox.deliveries import Delivery
from bot.sandbox.entities import Channel, Json, Message, View, new_id, to_micros
from bot.sandbox.views import KEYS, Found, field_state
from bot.sandbox.workspace import Workspace

# What Slack's old `token` field holds. No secret: payloads are signed instead.
OLD_VERIFICATION = "sandbox"


def channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def team(workspace: Workspace) -> Json:
    return {"id": workspace.settings.team_id, "domain": "sandbox"}


def person(workspace: Workspace, user_id: str) -> Json:
    name = workspace.users[user_id].name
    return {"id": user_id, "username": name, "name": name, "team_id": workspace.settings.team_id}


def response_url(workspace: Workspace, user: str, channel: str, message_ts: str | None = None) -> str:
    ticket = workspace.response_urls.issue(user, channel, message_ts)
    return f"{workspace.settings.base_url}/sandbox/response/{ticket.key}"


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


def event(workspace: Workspace, user: str, what: Json) -> Delivery:
    team_id = workspace.settings.team_id
    payload = {
        "token": OLD_VERIFICATION,
        "team_id": team_id,
        "context_team_id": team_id,
        "api_app_id": APP_ID,
        "event": what,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": to_micros(workspace.clock.now()) // 1_000_000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team_id,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
    return Delivery("events_api", payload, user)


def home_opened(workspace: Workspace, user: str) -> Delivery:
    home = workspace.shelf.homes.get(user)
    what: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.directory.im_with(user).id,
        "tab": "home",
        "event_ts": workspace.messages.next_ts(),
    }
    if home is not None:
        what["view"] = workspace.shown_view(home)
    return event(workspace, user, what)


def said(workspace: Workspace, message: Message) -> Delivery | None:
    """Tell the bot, who hears its direct messages and mentions of it where it is a member; else None."""
    channel = workspace.channels[message.channel]
    common = {
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": channel.id,
        "event_ts": message.ts,
        "team": workspace.settings.team_id,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        **({"subtype": "file_share", "files": message.files, "upload": False} if message.files else {}),
    }
    if channel.is_im:
        return event(workspace, message.user, {"type": "message", "channel_type": "im", **common})
    if f"<@{BOT_USER_ID}" in message.text and workspace.bot_is_in(channel):
        return event(workspace, message.user, {"type": "app_mention", **common})
    return None


def file_shared(workspace: Workspace, message: Message) -> Delivery:
    """Tell the bot that a file is there; what it is stands in the message."""
    file_id = message.files[0]["id"]
    what = {
        "type": "file_shared",
        "channel_id": message.channel,
        "file_id": file_id,
        "user_id": message.user,
        "file": {"id": file_id},
        "event_ts": message.ts,
    }
    return event(workspace, message.user, what)


def command(workspace: Workspace, user: str, channel: str, name: str, text: str) -> Delivery:
    payload = {
        "token": OLD_VERIFICATION,
        "team_id": workspace.settings.team_id,
        "team_domain": "sandbox",
        "channel_id": channel,
        "channel_name": channel_name(workspace.channels[channel]),
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url(workspace, user, channel),
        "trigger_id": workspace.triggers.issue(user),
    }
    return Delivery("slash_commands", payload, user, channel)
