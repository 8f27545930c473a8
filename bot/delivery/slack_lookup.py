"""Finding accounts and channels in Slack by what people know of them: e-mail addresses and names."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.sender import THREAD_GONE_CODES
from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.plan.periods import FORTNIGHT

MAX_PAGES = 20


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

    async def fetch_team(self) -> Team:
        answer = await call_api(self._client.auth_test)
        return Team(
            str(answer["team_id"]),
            str(answer.get("team", "")),
            str(answer["user_id"]),
            str(answer.get("bot_id", "")),
        )

    async def find_accounts(self, addresses: Collection[str]) -> dict[str, str]:
        """Account ids by lower-case e-mail address, for those that have one."""
        found = {}
        for address in addresses:
            try:
                answer = await call_api(self._client.users_lookupByEmail, email=address)
            except DeliveryError as error:
                if error.code != "users_not_found":
                    raise
            else:
                found[address.lower()] = str(answer["user"]["id"])
        return found

    async def find_channels(self, names: Collection[str]) -> dict[str, str]:
        """Channel ids by name, for those the bot can see."""
        found: dict[str, str] = {}
        cursor = ""
        for _ in range(MAX_PAGES):
            answer = await call_api(
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


PAGE_SIZE = 200
# A message may be answered in its thread for as long as that.
MAX_THREAD_AGE = FORTNIGHT
FILE_SUBTYPE = "file_share"
# A message as it was typed. One of a thread may be shown in the conversation too. No set: whatever was sent
# is looked up in it.
TEXT_SUBTYPES = (None, "", "thread_broadcast")


@dataclass(frozen=True)
class UserMessage:
    """A message as the conversation shows it now. thread_ts: of the message whose thread it belongs to, ""
    for none. files: as the platform describes them. edit_ts: when its author last changed it, "" for never.
    """

    user_id: str
    channel_id: str
    ts: str
    text: str
    thread_ts: str = ""
    files: tuple[dict[str, Any], ...] = ()
    edit_ts: str = ""

    @property
    def at(self) -> datetime:
        return parse_ts(self.ts)


def parse_ts(ts: str) -> datetime:
    """The time that names a message. Raises ValueError or OverflowError for what is no such time."""
    return datetime.fromtimestamp(float(ts), UTC)


class SlackConversations:
    """Look-ups that change nothing but that the conversation is opened. Failures are DeliveryErrors."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def fetch_messages_of(self, user_id: str, since: datetime, until: datetime) -> list[UserMessage]:
        """What the person wrote between these moments, oldest first, also in threads whose first message is
        at most MAX_THREAD_AGE older.
        """
        opened = await call_api(self._client.conversations_open, users=user_id)
        channel = str(opened["channel"]["id"])
        found: list[UserMessage] = []
        async for each in self._iterate_messages(
            self._client.conversations_history, channel, since - MAX_THREAD_AGE, until
        ):
            if str(each.get("latest_reply") or "") > _format_ts(since):
                found += await self._fetch_replies(str(each["ts"]), channel, user_id, since, until)
            if _is_written_by(user_id, each):
                found.append(_build_user_message(user_id, channel, each))
        # What a thread shows in the conversation as well stands in both.
        once = {each.ts: each for each in reversed(found) if each.at > since}
        return sorted(once.values(), key=lambda each: each.at)

    async def _fetch_replies(
        self, ts: str, channel: str, user_id: str, since: datetime, until: datetime
    ) -> list[UserMessage]:
        """What they wrote in the thread of that message; nothing where it is gone by now."""
        replies = self._iterate_messages(self._client.conversations_replies, channel, since, until, ts=ts)
        try:
            return [
                _build_user_message(user_id, channel, each)
                async for each in replies
                if _is_written_by(user_id, each) and each["ts"] != ts
            ]
        except DeliveryError as error:
            if error.code in THREAD_GONE_CODES:
                return []
            raise

    async def _iterate_messages(
        self, method: Any, channel: str, since: datetime, until: datetime, **extra: str
    ) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        while True:
            answer = await call_api(
                method,
                channel=channel,
                oldest=_format_ts(since),
                latest=_format_ts(until),
                limit=PAGE_SIZE,
                cursor=cursor or None,
                **extra,
            )
            for each in answer.get("messages") or []:
                yield each
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _format_ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _build_user_message(user_id: str, channel: str, message: dict[str, Any]) -> UserMessage:
    files = tuple(file for file in message.get("files") or () if isinstance(file, dict))
    ts, text, thread_ts = (str(message.get(name) or "") for name in ("ts", "text", "thread_ts"))
    edited = message.get("edited")
    edit_ts = str(edited.get("ts") or "") if isinstance(edited, dict) else ""
    return UserMessage(user_id, channel, ts, text, thread_ts if thread_ts != ts else "", files, edit_ts)


def _is_written_by(user_id: str, message: dict[str, Any]) -> bool:
    by_app = message.get("bot_id") or message.get("bot_profile")
    by_them = message.get("user") == user_id and not by_app
    return by_them and message.get("subtype") in (*TEXT_SUBTYPES, FILE_SUBTYPE)
