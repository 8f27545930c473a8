"""What Slack says of an account: what kind it is, and whether it is in a channel. Kept for ten minutes."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.commands import Asker
from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.plan.reading import AccountKind, Standing

log = structlog.get_logger()
T = TypeVar("T")
KEPT_FOR = timedelta(minutes=10)
# After a refusal Slack is left alone for so long; for longer where it says so, up to the limit.
PAUSE, MAX_PAUSE = timedelta(seconds=10), timedelta(minutes=5)
# In seconds. An event has to be acknowledged within 3.
TIMEOUT = 2.0
MAX_ACCOUNTS, MAX_CHANNELS = 2_000, 200
PAGE_SIZE, MAX_PAGES = 1_000, 100
# Somebody of whom Slack tells the bot nothing is nobody of this workspace.
FOREIGN_CODES = frozenset({"user_not_found", "user_not_visible"})


def read_account_kind(user: Mapping[str, Any], team_id: str) -> AccountKind:
    """From a user object of Slack's: of users.info, users.list or the event user_change. team_id: of the
    workspace that asks.
    """
    if user.get("deleted"):
        return AccountKind.DEACTIVATED
    enterprise = user.get("enterprise_user")
    teams = enterprise.get("teams") if isinstance(enterprise, dict) else None
    home = user.get("team_id") or team_id
    if user.get("is_stranger") or (home != team_id and team_id not in (teams or ())):
        return AccountKind.FOREIGN
    is_guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return AccountKind.GUEST if is_guest else AccountKind.MEMBER


@dataclass(frozen=True)
class _Kept(Generic[T]):
    until: datetime
    value: T


class _Cache(Generic[T]):
    """The latest values by id, at most `size`. Two who ask for the same one at once wait for one answer,
    which is kept also if nobody waits for it any more.
    """

    def __init__(self, clock: Clock, size: int) -> None:
        self._clock, self._size = clock, size
        self._kept: OrderedDict[str, _Kept[T]] = OrderedDict()
        self._pending: dict[str, asyncio.Task[T]] = {}

    async def get(self, key: str, fetch: Callable[[], Awaitable[T]]) -> T:
        """Raises what `fetch` raises."""
        kept = self._kept.get(key)
        if kept is not None and self._clock.now() < kept.until:
            return kept.value
        task = self._pending.get(key)
        if task is None:
            task = self._pending[key] = asyncio.create_task(self._fetch(key, fetch))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(task)

    def forget(self, key: str) -> None:
        self._kept.pop(key, None)
        self._pending.pop(key, None)

    async def _fetch(self, key: str, fetch: Callable[[], Awaitable[T]]) -> T:
        task = asyncio.current_task()
        try:
            value = await fetch()
        finally:
            is_forgotten = self._pending.get(key) is not task
            if not is_forgotten:
                del self._pending[key]
        if is_forgotten:
            return value
        self._kept[key] = _Kept(self._clock.now() + KEPT_FOR, value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return value


class SlackStandings:
    """Asks Slack, as seldom as it can."""

    def __init__(self, client: AsyncWebClient, clock: Clock, timeout_seconds: float = TIMEOUT) -> None:
        self._client, self._clock, self._timeout = client, clock, timeout_seconds
        self._kinds = _Cache[AccountKind](clock, MAX_ACCOUNTS)
        self._members = _Cache[frozenset[str]](clock, MAX_CHANNELS)
        self._paused_until: datetime | None = None

    async def ask(self, asker: Asker, *, in_channel: bool) -> Standing:
        """The standing of the asker. in_channel: also whether they are in the channel. Its kind is None where
        Slack cannot be asked, or does not answer in time.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask(asker, in_channel=in_channel)
        except DeliveryError as error:
            log.warning("Slack could not be asked about an account", code=error.code)
            self._pause(error)
        except TimeoutError:
            log.warning("Slack did not say in time what it knows of an account")
        return Standing(None)

    def forget(self, user_id: str) -> None:
        """Slack says that this account has changed."""
        self._kinds.forget(user_id)

    async def _ask(self, asker: Asker, *, in_channel: bool) -> Standing:
        kind = await self._kinds.get(asker.user_id, lambda: self._fetch_kind(asker.user_id, asker.team_id))
        if not in_channel or kind is not AccountKind.MEMBER:
            return Standing(kind)
        members = await self._members.get(asker.channel_id, lambda: self._fetch_members(asker.channel_id))
        return Standing(kind, asker.user_id in members)

    async def _fetch_kind(self, user_id: str, team_id: str) -> AccountKind:
        try:
            answer = await self._call(self._client.users_info, user=user_id)
        except DeliveryError as error:
            if error.code in FOREIGN_CODES:
                return AccountKind.FOREIGN
            raise
        user = answer.get("user")
        return read_account_kind(user if isinstance(user, dict) else {}, team_id)

    async def _fetch_members(self, channel_id: str) -> frozenset[str]:
        found: set[str] = set()
        cursor = ""
        for _ in range(MAX_PAGES):
            answer = await self._call(
                self._client.conversations_members,
                channel=channel_id,
                limit=PAGE_SIZE,
                cursor=cursor or None,
            )
            found.update(str(each) for each in answer.get("members") or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return frozenset(found)

    async def _call(self, method: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
        if self._paused_until is not None and self._clock.now() < self._paused_until:
            raise DeliveryError("Slack is left alone for a moment.", code="paused", try_again=True)
        return await call_api(method, **arguments)

    def _pause(self, error: DeliveryError) -> None:
        if error.code == "paused":
            return
        asked = error.retry_after or 0.0
        # Neither "nan" nor what lies beyond the limit is taken at its word.
        wait = timedelta(seconds=asked) if 0.0 < asked < MAX_PAUSE.total_seconds() else PAUSE
        self._paused_until = self._clock.now() + max(wait, PAUSE)
