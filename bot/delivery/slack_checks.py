"""What doctor asks Slack: which permissions the token has, and whether the bot may post in a channel."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import call_api

SCOPES_HEADER = "x-oauth-scopes"


@dataclass(frozen=True)
class ChannelAccess:
    """Whether the bot is a member of a channel, and whether that is archived."""

    is_member: bool
    is_archived: bool

    @property
    def is_open(self) -> bool:
        return self.is_member and not self.is_archived


class SlackChecks:
    """Look-ups that change nothing. Failures are DeliveryErrors."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def fetch_scopes(self) -> frozenset[str] | None:
        """The permissions of the token; None where the platform does not say."""
        answer = await call_api(self._client.auth_test)
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        granted = headers.get(SCOPES_HEADER)
        return None if granted is None else frozenset(each.strip() for each in granted.split(","))

    async def fetch_channel(self, channel_id: str) -> ChannelAccess:
        answer = await call_api(self._client.conversations_info, channel=channel_id)
        channel = answer["channel"]
        return ChannelAccess(bool(channel.get("is_member")), bool(channel.get("is_archived")))
