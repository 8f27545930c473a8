"""Slack's payloads for commands, button presses, menus, forms and events."""

from typing import Any

from bot.sandbox.account_payloads import team_of
from bot.sandbox.config import APP_ID, BOT_USER_ID
from bot.sandbox.deliveries import BotDelivery
from bot.sandbox.entities import Json, SandboxChannel, SandboxMessage, View, new_id, to_micros
from bot.sandbox.views import VALUE_KEYS, BlockElement, field_state
from bot.sandbox.workspace import SandboxWorkspace

# Slack's deprecated `token` field. No secret: payloads are signed instead.
LEGACY_TOKEN = "sandbox"  # noqa: S105 - a deprecated field of Slack, made up here


def channel_name(channel: SandboxChannel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def team_object(workspace: SandboxWorkspace) -> Json:
    return {"id": workspace.settings.team_id, "domain": "sandbox"}


def user_object(workspace: SandboxWorkspace, user_id: str) -> Json:
    name = workspace.users[user_id].name
    return {"id": user_id, "username": name, "name": name, "team_id": team_of(workspace, user_id)}


def response_url(workspace: SandboxWorkspace, user: str, channel: str, message_ts: str | None = None) -> str:
    ticket = workspace.response_urls.issue(user, channel, message_ts)
    return f"{workspace.settings.base_url}/sandbox/response/{ticket.key}"


def _interaction_payload(workspace: SandboxWorkspace, kind: str, user: str) -> Json:
    return {
        "type": kind,
        "user": user_object(workspace, user),
        "api_app_id": APP_ID,
        "token": LEGACY_TOKEN,
        "trigger_id": workspace.triggers.issue(user),
        "team": team_object(workspace),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action_object(workspace: SandboxWorkspace, target: BlockElement, selection: Any) -> Json:
    """The entry of "actions" for one element. selection: what was chosen; None for a button."""
    element = target.element
    action: Json = {
        "type": element["type"],
        "action_id": target.action_id,
        "block_id": target.block_id,
        "action_ts": workspace.messages.next_ts(),
    }
    if element["type"] in VALUE_KEYS:
        return action | field_state(element, selection)
    return action | {name: element[name] for name in ("text", "value", "style", "url") if name in element}


def message_action_delivery(
    workspace: SandboxWorkspace, user: str, message: SandboxMessage, action_payload: Json, values: Json
) -> BotDelivery:
    """A press in a message. Slack includes no copy of an ephemeral message, only its container."""
    channel = workspace.channels[message.channel]
    ephemeral = message.only_for is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    payload = _interaction_payload(workspace, "block_actions", user) | {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values},
        "response_url": response_url(workspace, user, channel.id, message.ts),
        "actions": [action_payload],
    }
    if not ephemeral:
        payload["message"] = workspace.message_payload(message)
    return BotDelivery("interactive", payload, user, channel.id)


def shortcut_delivery(
    workspace: SandboxWorkspace, user: str, message: SandboxMessage, callback_id: str
) -> BotDelivery:
    """A shortcut chosen in a message's menu. It works where the bot is no member."""
    channel = workspace.channels[message.channel]
    payload = _interaction_payload(workspace, "message_action", user) | {
        "callback_id": callback_id,
        "action_ts": workspace.messages.next_ts(),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message_ts": message.ts,
        "message": workspace.message_payload(message),
        "response_url": response_url(workspace, user, channel.id),
    }
    return BotDelivery("interactive", payload, user, channel.id)


def view_action_delivery(
    workspace: SandboxWorkspace, user: str, view: View, action_payload: Json
) -> BotDelivery:
    payload = _interaction_payload(workspace, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "view": workspace.view_payload(view),
        "actions": [action_payload],
    }
    return BotDelivery("interactive", payload, user)


def view_submission_delivery(workspace: SandboxWorkspace, user: str, view: View) -> BotDelivery:
    payload = _interaction_payload(workspace, "view_submission", user) | {
        "view": workspace.view_payload(view),
        "response_urls": [],
    }
    return BotDelivery("interactive", payload, user)


def view_closed_delivery(workspace: SandboxWorkspace, user: str, view: View, *, cleared: bool) -> BotDelivery:
    payload = _interaction_payload(workspace, "view_closed", user) | {
        "view": workspace.view_payload(view),
        "is_cleared": cleared,
    }
    del payload["trigger_id"]
    return BotDelivery("interactive", payload, user)


def event_delivery(workspace: SandboxWorkspace, user: str, event_payload: Json) -> BotDelivery:
    team_id = workspace.settings.team_id
    channel = workspace.channels.get(_channel_id_of(event_payload))
    payload = {
        "token": LEGACY_TOKEN,
        "team_id": team_id,
        "context_team_id": team_id,
        "api_app_id": APP_ID,
        "event": event_payload,
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
        "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
    }
    return BotDelivery("events_api", payload, user)


def _channel_id_of(event_payload: Json) -> str:
    channel = event_payload.get("channel") or event_payload.get("channel_id")
    return str(channel.get("id") if isinstance(channel, dict) else channel)


def _teams_of_author(workspace: SandboxWorkspace, user: str) -> Json:
    """The organisation of who wrote; twice more for somebody of another one, as in shared channels."""
    team = team_of(workspace, user)
    is_foreign = team != workspace.settings.team_id
    return {"team": team} | ({"user_team": team, "source_team": team} if is_foreign else {})


def home_opened_delivery(workspace: SandboxWorkspace, user: str) -> BotDelivery:
    home = workspace.views.homes.get(user)
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.directory.open_im(user).id,
        "tab": "home",
        "event_ts": workspace.messages.next_ts(),
    }
    if home is not None:
        event["view"] = workspace.view_payload(home)
    return event_delivery(workspace, user, event)


def message_delivery(workspace: SandboxWorkspace, message: SandboxMessage) -> BotDelivery | None:
    """The event for a message. The bot gets its direct messages and, where it is a member, mentions of it;
    else None.
    """
    channel = workspace.channels[message.channel]
    common = {
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": channel.id,
        "event_ts": message.ts,
        **_teams_of_author(workspace, message.user),
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        **({"subtype": "file_share", "files": message.files, "upload": False} if message.files else {}),
    }
    if channel.is_im:
        return event_delivery(workspace, message.user, {"type": "message", "channel_type": "im", **common})
    if is_bot_mentioned(message.text) and workspace.is_bot_member(channel):
        return event_delivery(workspace, message.user, {"type": "app_mention", **common})
    return None


def message_changed_delivery(
    workspace: SandboxWorkspace, message: SandboxMessage, previous: Json
) -> BotDelivery | None:
    """The event for a message whose words changed. previous: as the API had it before.

    In channels the bot hears only of an edit that mentions it for the first time.
    """
    channel = workspace.channels[message.channel]
    if not channel.is_im:
        if is_bot_mentioned(previous["text"]):
            return None
        edited = {"edited": {"user": message.user, "ts": message.edited_ts}}
        delivery = message_delivery(workspace, message)
        if delivery is not None:
            delivery.payload["event"] |= edited
        return delivery
    ts = workspace.messages.next_ts()
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": channel.id,
        "channel_type": "im",
        "message": workspace.message_payload(message),
        "previous_message": previous,
        "ts": ts,
        "event_ts": ts,
    }
    return event_delivery(workspace, message.user, event)


def is_bot_mentioned(text: str) -> bool:
    return f"<@{BOT_USER_ID}" in text


def file_shared_delivery(workspace: SandboxWorkspace, message: SandboxMessage) -> BotDelivery:
    """The event for a message's first file."""
    file_id = message.files[0]["id"]
    event = {
        "type": "file_shared",
        "channel_id": message.channel,
        "file_id": file_id,
        "user_id": message.user,
        "file": {"id": file_id},
        "event_ts": message.ts,
    }
    return event_delivery(workspace, message.user, event)


def command_delivery(
    workspace: SandboxWorkspace, user: str, channel: str, name: str, text: str
) -> BotDelivery:
    payload = {
        "token": LEGACY_TOKEN,
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
    return BotDelivery("slash_commands", payload, user, channel)
