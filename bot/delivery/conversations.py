"""Reading what somebody wrote to the bot in their direct message."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import call

AT_ONCE = 200
WITH_FILES = "file_share"


@dataclass(frozen=True)
class Written:
    """A message as the conversation shows it now. files: as the platform tells them."""

    user_id: str
    channel_id: str
    ts: str
    text: str
    files: tuple[dict[str, Any], ...] = ()

    @property
    def at(self) -> datetime:
        return moment(self.ts)


def moment(ts: str) -> datetime:
    """The time that names a message. Raises ValueError or OverflowError for what is no such time."""
    return datetime.fromtimestamp(float(ts), UTC)


class SlackConversations:
    """Look-ups that change nothing but that the conversation is opened. Failures are DeliveryErrors."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def written_by(self, user_id: str, since: datetime, until: datetime) -> list[Written]:
        """What the person wrote between these moments, oldest first. Answers in threads are not among it."""
        opened = await call(self._client.conversations_open, users=user_id)
        channel = str(opened["channel"]["id"])
        found = [each async for each in self._messages(channel, user_id, since, until)]
        return sorted(found, key=lambda each: each.at)

    async def _messages(
        self, channel: str, user_id: str, since: datetime, until: datetime
    ) -> AsyncIterator[Written]:
        cursor = ""
        while True:
            answer = await call(
                self._client.conversations_history,
                channel=channel,
                oldest=f"{since.timestamp():.6f}",
                latest=f"{until.timestamp():.6f}",
                limit=AT_ONCE,
                cursor=cursor or None,
            )
            for each in answer.get("messages") or []:
                if _is_written_by(user_id, each):
                    files = tuple(file for file in each.get("files") or () if isinstance(file, dict))
                    yield Written(user_id, channel, str(each["ts"]), str(each.get("text") or ""), files)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _is_written_by(user_id: str, message: dict[str, Any]) -> bool:
    by_them = message.get("user") == user_id and not message.get("bot_id")
    return by_them and message.get("subtype") in {None, WITH_FILES}
