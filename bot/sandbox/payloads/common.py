"""What several payloads have in common."""

from bot.sandbox.records import Channel, Json
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
