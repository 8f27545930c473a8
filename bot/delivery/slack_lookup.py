"""Finding accounts and channels in Slack by what people know of them: e-mail addresses and names."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.sender import THREAD_GONE_CODES
from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.plan.periods import FORTNIGHT
from bot.services.directory import Account, ChannelSearch, MemberPage

MAX_PAGES = 20
PAGE_SIZE = 200
MISSING_SCOPE = "missing_scope"
# The permissions to read lists of channels, by their type.
CHANNEL_SCOPES = {"public_channel": "channels:read", "private_channel": "groups:read"}
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Team:
    """Who we are in Slack: the answer of auth.test."""

    team_id: str
    name: str
    bot_user_id: str
    bot_id: str


def build_account(user: Mapping[str, Any]) -> Account:
    """The account that a user object of the Web API or of an event describes."""
    profile = user.get("profile") if isinstance(user.get("profile"), dict) else {}
    is_person = not user.get("is_bot") and not user.get("is_stranger") and user.get("id") != SLACKBOT
    return Account(
        str(user.get("id") or ""),
        str((profile or {}).get("email") or "").lower(),
        str(user.get("tz") or ""),
        is_active=is_person and not user.get("deleted"),
        is_deleted=bool(user.get("deleted")),
    )


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

    async def find_account(self, address: str) -> Account | None:
        """The account with this e-mail address; None where nobody active has it."""
        try:
            answer = await call_api(self._client.users_lookupByEmail, email=address)
        except DeliveryError as error:
            if error.code == "users_not_found":
                return None
            raise
        account = build_account(answer["user"])
        return replace(account, email=address.lower()) if account.is_active else None

    async def fetch_account(self, user_id: str) -> Account | None:
        """The account with this id; None where there is none."""
        try:
            answer = await call_api(self._client.users_info, user=user_id)
        except DeliveryError as error:
            if error.code in {"user_not_found", "user_not_visible"}:
                return None
            raise
        return build_account(answer["user"])

    async def fetch_members(self, cursor: str) -> MemberPage:
        """One page of everybody in the workspace. cursor: "" for the first."""
        answer = await call_api(self._client.users_list, limit=PAGE_SIZE, cursor=cursor or None)
        members = [each for each in answer.get("members") or [] if isinstance(each, dict)]
        return MemberPage(tuple(build_account(each) for each in members), _next_cursor(answer))

    async def find_channels(self, names: Collection[str]) -> ChannelSearch:
        """The channels with these names that the bot can see, whatever their capitals, with or without a #.
        Those that it is in come first. What fails leaves the rest as found.
        """
        search = _ChannelSearcher(names)
        for method, kind in (
            (self._client.users_conversations, "private_channel"),
            (self._client.users_conversations, "public_channel"),
            (self._client.conversations_list, "public_channel"),
        ):
            if not search.is_complete:
                await search.read_pages(method, kind)
        return ChannelSearch(search.ids_by_name, frozenset(search.missing_scopes), search.error)


class _ChannelSearcher:
    """Goes through lists of channels, and keeps what it finds, until every name is found."""

    def __init__(self, names: Collection[str]) -> None:
        self._wanted = {name: normalize_channel_name(name) for name in names}
        self._ids: dict[str, str] = {}
        self.missing_scopes: set[str] = set()
        self.error: DeliveryError | None = None

    @property
    def ids_by_name(self) -> dict[str, str]:
        """Ids by the names as they were asked for."""
        return {name: self._ids[key] for name, key in self._wanted.items() if key in self._ids}

    @property
    def is_complete(self) -> bool:
        return self._ids.keys() >= set(self._wanted.values())

    async def read_pages(self, method: Callable[..., Awaitable[AsyncSlackResponse]], kind: str) -> None:
        cursor = ""
        try:
            for _ in range(MAX_PAGES):
                answer = await call_api(
                    method, types=kind, exclude_archived=True, limit=PAGE_SIZE, cursor=cursor or None
                )
                self._add(answer.get("channels") or [])
                cursor = _next_cursor(answer)
                if not cursor or self.is_complete:
                    return
        except DeliveryError as error:
            if error.code == MISSING_SCOPE:
                self.missing_scopes.add(CHANNEL_SCOPES[kind])
            else:
                self.error = error

    def _add(self, channels: list[dict[str, Any]]) -> None:
        names = set(self._wanted.values())
        for each in channels:
            name = normalize_channel_name(str(each.get("name") or ""))
            if name in names and not each.get("is_archived"):
                self._ids.setdefault(name, str(each["id"]))


def normalize_channel_name(name: str) -> str:
    """As Slack compares names: small letters, without the # that people put before them."""
    return name.strip().lstrip("#").casefold()


def _next_cursor(answer: AsyncSlackResponse) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


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

    @property
    def changed_at(self) -> datetime:
        """When it got the words that it has now."""
        return parse_ts(self.edit_ts or self.ts)


def parse_ts(ts: str) -> datetime:
    """The time that names a message. Raises ValueError or OverflowError for what is no such time."""
    return datetime.fromtimestamp(float(ts), UTC)


class SlackConversations:
    """Look-ups that change nothing but that the conversation is opened. Failures are DeliveryErrors."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def fetch_messages_of(self, user_id: str, since: datetime, until: datetime) -> list[UserMessage]:
        """What the person wrote or changed between these moments, oldest first, also in threads whose first
        message is at most MAX_THREAD_AGE older. A changed message outside a thread may be as old.
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
        once = {each.ts: each for each in reversed(found) if each.changed_at > since}
        return sorted(once.values(), key=lambda each: each.changed_at)

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
