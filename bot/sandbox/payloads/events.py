"""Events: a Home tab opened, something said to the bot."""

from bot.sandbox.deliveries import Delivery
from bot.sandbox.ids import new_id, to_micros
from bot.sandbox.payloads.common import OLD_VERIFICATION
from bot.sandbox.records import Json, Message
from bot.sandbox.settings import APP_ID, BOT_USER_ID
from bot.sandbox.workspace import Workspace


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
