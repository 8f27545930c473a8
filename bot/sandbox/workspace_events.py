"""Events about the workspace itself: channels, memberships, accounts, tokens, limits."""

from bot.sandbox.account_payloads import account_payload
from bot.sandbox.config import APP_ID, BOT_USER_ID
from bot.sandbox.deliveries import BotDelivery
from bot.sandbox.entities import Json, SandboxChannel, SandboxUser, to_micros
from bot.sandbox.payloads import LEGACY_TOKEN, event_delivery
from bot.sandbox.workspace import SandboxWorkspace

_MINUTE = 60


def member_joined_delivery(workspace: SandboxWorkspace, channel: SandboxChannel, inviter: str) -> BotDelivery:
    """The bot was invited to the channel. inviter: a user id."""
    event = {
        "type": "member_joined_channel",
        "user": BOT_USER_ID,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": workspace.settings.team_id,
        "inviter": inviter,
    }
    return _delivery(workspace, inviter, event)


def archived_delivery(workspace: SandboxWorkspace, channel: SandboxChannel, user: str) -> BotDelivery:
    """The channel was archived by the user, or taken back out of the archive."""
    ending = "archive" if channel.is_archived else "unarchive"
    return _delivery(workspace, user, {"type": _kind(channel, ending), "channel": channel.id, "user": user})


def renamed_delivery(workspace: SandboxWorkspace, channel: SandboxChannel, user: str) -> BotDelivery:
    facts = {
        "id": channel.id,
        "is_channel": not channel.is_private,
        "is_mpim": False,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": 0,
    }
    return _delivery(workspace, user, {"type": _kind(channel, "rename"), "channel": facts})


def user_changed_delivery(workspace: SandboxWorkspace, user: SandboxUser) -> BotDelivery:
    seconds = to_micros(workspace.clock.now()) // 1_000_000
    event = {"type": "user_change", "user": account_payload(workspace, user), "cache_ts": seconds}
    return _delivery(workspace, user.id, event)


def tokens_revoked_delivery(workspace: SandboxWorkspace, users: list[str], bots: list[str]) -> BotDelivery:
    """users, bots: the user ids whose tokens were revoked."""
    return _delivery(
        workspace, BOT_USER_ID, {"type": "tokens_revoked", "tokens": {"oauth": users, "bot": bots}}
    )


def rate_limited_delivery(workspace: SandboxWorkspace) -> BotDelivery:
    """Slack sends no more events in this minute; the notice has no event in it."""
    seconds = to_micros(workspace.clock.now()) // 1_000_000
    payload = {
        "token": LEGACY_TOKEN,
        "type": "app_rate_limited",
        "team_id": workspace.settings.team_id,
        "minute_rate_limited": seconds - seconds % _MINUTE,
        "api_app_id": APP_ID,
    }
    return BotDelivery("events_api", payload, BOT_USER_ID)


def _kind(channel: SandboxChannel, ending: str) -> str:
    return f"{'group' if channel.is_private else 'channel'}_{ending}"


def _delivery(workspace: SandboxWorkspace, user: str, event: Json) -> BotDelivery:
    return event_delivery(workspace, user, event | {"event_ts": workspace.messages.next_ts()})
