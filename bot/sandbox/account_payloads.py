"""People as Slack's API and events show them."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.config import SLACKBOT
from bot.sandbox.entities import Json, SandboxUser
from bot.sandbox.workspace import SandboxWorkspace


def team_of(workspace: SandboxWorkspace, user_id: str) -> str:
    """The id of the organisation they belong to: this workspace's, unless they come from another."""
    user = workspace.users.get(user_id)
    return (user and user.team_id) or workspace.settings.team_id


def account_payload(workspace: SandboxWorkspace, user: SandboxUser) -> Json:
    """The user object. Like Slack's it has no timezone and no kind of account for a deactivated one."""
    team_id = team_of(workspace, user.id)
    account: Json = {
        "id": user.id,
        "team_id": team_id,
        "name": user.name,
        "deleted": user.deleted,
        # Slack's own Slackbot is not marked as a bot.
        "is_bot": user.is_bot and user.id != SLACKBOT,
        "is_app_user": False,
        "updated": 0,
        "profile": _profile(workspace, user, team_id),
    }
    return account if user.deleted else account | _active_fields(workspace, user)


def _profile(workspace: SandboxWorkspace, user: SandboxUser, team_id: str) -> Json:
    """Without the scope for it, the address is left out and nothing says so."""
    profile = {
        "real_name": user.real_name,
        "display_name": user.name,
        "title": user.title,
        "team": team_id,
    }
    has_scope = "users:read.email" in workspace.conditions.granted_scopes
    return profile | ({"email": user.email} if has_scope and not user.is_bot else {})


def _active_fields(workspace: SandboxWorkspace, user: SandboxUser) -> Json:
    zone, now = _zone_of(user), workspace.clock.now()
    offset = now.astimezone(zone).utcoffset()
    fields: Json = {
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": _zone_name(zone, now),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }
    # Only true for somebody from elsewhere with whom the bot shares no channel.
    return fields | ({"is_stranger": True} if user.team_id and not _shares_channel(workspace, user) else {})


def _zone_of(user: SandboxUser) -> ZoneInfo:
    try:
        return ZoneInfo(user.tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _zone_name(zone: ZoneInfo, now: datetime) -> str:
    return now.astimezone(zone).tzname() or zone.key


def _shares_channel(workspace: SandboxWorkspace, user: SandboxUser) -> bool:
    return any(
        user.id in channel.members and not channel.is_im and workspace.is_bot_member(channel)
        for channel in workspace.channels.values()
    )
