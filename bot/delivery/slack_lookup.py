"""Finding accounts and channels in Slack by what people know of them: e-mail addresses and names."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.sender import THREAD_GONE
from bot.delivery.slack import call
from bot.errors import DeliveryError

PAGES = 20


@dataclass(frozen=True)
class Team:
    """Who we are in Slack: the answer of auth.test."""

    team_id: str
    name: str
    bot_user_id: str
    bot_id: str


class SlackDirectory:
    """Look-ups that change nothing. Failures are DeliveryErrors."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def team(self) -> Team:
        answer = await call(self._client.auth_test)
        return Team(
            str(answer["team_id"]),
            str(answer.get("team", "")),
            str(answer["user_id"]),
            str(answer.get("bot_id", "")),
        )

    async def accounts(self, addresses: Collection[str]) -> dict[str, str]:
        """Account ids by lower-case e-mail address, for those that have one."""
        found = {}
        for address in addresses:
            try:
                answer = await call(self._client.users_lookupByEmail, email=address)
            except DeliveryError as error:
                if error.code != "users_not_found":
                    raise
            else:
                found[address.lower()] = str(answer["user"]["id"])
        return found

    async def channels(self, names: Collection[str]) -> dict[str, str]:
        """Channel ids by name, for those the bot can see."""
        found: dict[str, str] = {}
        cursor = ""
        for _ in range(PAGES):
            answer = await call(
                self._client.conversations_list,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=200,
                cursor=cursor or None,
            )
            channels = answer.get("channels") or []
            found |= {each["name"]: each["id"] for each in channels if each["name"] in names}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or len(found) == len(set(names)):
                break
        return found


AT_ONCE = 200
# A message may be answered in its thread for as long as that.
THREADS = timedelta(days=14)
WITH_FILES = "file_share"
# A message as it was typed. One of a thread may be shown in the conversation too. No set: whatever was sent
# is looked up in it.
SPOKEN = (None, "", "thread_broadcast")


@dataclass(frozen=True)
class Written:
    """A message as the conversation shows it now. thread_ts: of the message whose thread it stands in, "" for
    none. files: as the platform tells them.
    """

    user_id: str
    channel_id: str
    ts: str
    text: str
    thread_ts: str = ""
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
        """What the person wrote between these moments, oldest first, also in threads whose first message is
        THREADS older at most.
        """
        opened = await call(self._client.conversations_open, users=user_id)
        channel = str(opened["channel"]["id"])
        found: list[Written] = []
        async for each in self._pages(self._client.conversations_history, channel, since - THREADS, until):
            if str(each.get("latest_reply") or "") > _ts(since):
                found += await self._below(str(each["ts"]), channel, user_id, since, until)
            if _is_written_by(user_id, each):
                found.append(_written(user_id, channel, each))
        # What a thread shows in the conversation as well stands in both.
        once = {each.ts: each for each in reversed(found) if each.at > since}
        return sorted(once.values(), key=lambda each: each.at)

    async def _below(
        self, ts: str, channel: str, user_id: str, since: datetime, until: datetime
    ) -> list[Written]:
        """What they wrote in the thread of that message; nothing where it is gone by now."""
        replies = self._pages(self._client.conversations_replies, channel, since, until, ts=ts)
        try:
            return [
                _written(user_id, channel, each)
                async for each in replies
                if _is_written_by(user_id, each) and each["ts"] != ts
            ]
        except DeliveryError as error:
            if error.code in THREAD_GONE:
                return []
            raise

    async def _pages(
        self, method: Any, channel: str, since: datetime, until: datetime, **more: str
    ) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        while True:
            answer = await call(
                method,
                channel=channel,
                oldest=_ts(since),
                latest=_ts(until),
                limit=AT_ONCE,
                cursor=cursor or None,
                **more,
            )
            for each in answer.get("messages") or []:
                yield each
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _written(user_id: str, channel: str, message: dict[str, Any]) -> Written:
    files = tuple(file for file in message.get("files") or () if isinstance(file, dict))
    ts, text, thread_ts = (str(message.get(name) or "") for name in ("ts", "text", "thread_ts"))
    return Written(user_id, channel, ts, text, thread_ts if thread_ts != ts else "", files)


def _is_written_by(user_id: str, message: dict[str, Any]) -> bool:
    by_them = message.get("user") == user_id and not message.get("bot_id")
    return by_them and message.get("subtype") in (*SPOKEN, WITH_FILES)
