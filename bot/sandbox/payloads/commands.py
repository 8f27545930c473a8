"""A slash command."""

from bot.sandbox.deliveries import Delivery
from bot.sandbox.payloads.common import OLD_VERIFICATION, channel_name, response_url
from bot.sandbox.settings import APP_ID
from bot.sandbox.workspace import Workspace


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
