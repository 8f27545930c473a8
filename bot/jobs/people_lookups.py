"""One round of looking up people: the list of members where many are missing, single look-ups for the rest.

Each account that is found is written down before the next is asked about.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from bot.errors import DeliveryError
from bot.services import account_lookups
from bot.services.account_lookups import MAX_SINGLE_LOOKUPS, LookupCall, MissingLinks, ScopeFindings
from bot.services.directory import Account, MemberPage

log = structlog.get_logger()
# So many are granted at once: each may take as long as a call to Slack may, and all of them the lease.
BATCH_SIZE = 5
# After so many failures in a row it is not about the one address.
MAX_FAILURES = 3
MISSING_SCOPE, RATE_LIMITED, INVALID_CURSOR = "missing_scope", "ratelimited", "invalid_cursor"
EMAIL_SCOPE, MEMBERS_SCOPE = "users:read.email", "users:read"
SCOPES = {
    LookupCall.EMAIL: EMAIL_SCOPE,
    LookupCall.ACCOUNT: MEMBERS_SCOPE,
    LookupCall.MEMBERS: MEMBERS_SCOPE,
}


class PeopleDirectory(Protocol):
    """Look-ups that change nothing. Failures are DeliveryErrors."""

    async def find_account(self, address: str) -> Account | None: ...

    async def fetch_account(self, user_id: str) -> Account | None: ...

    async def fetch_members(self, cursor: str) -> MemberPage: ...


@dataclass
class LinkingResult:
    """Of one round. initials: of those newly linked. channels: how many were found. problem: what kept it
    from going on, in a sentence; "" for nothing.
    """

    initials: list[str] = field(default_factory=list)
    channels: int = 0
    problem: str = ""


class PeopleLookups:
    """run: does work on the database with the team, these arguments and the moment."""

    def __init__(
        self,
        run: Callable[..., Awaitable[Any]],
        directory: PeopleDirectory,
        scopes: ScopeFindings,
        result: LinkingResult,
    ) -> None:
        self._run, self._directory, self._scopes, self._result = run, directory, scopes, result
        self._failures = 0

    async def find(self, missing: MissingLinks) -> None:
        addresses, user_ids = dict.fromkeys(missing.addresses), dict.fromkeys(missing.user_ids)
        is_long = max(len(addresses), len(user_ids)) > MAX_SINGLE_LOOKUPS
        if is_long and not await self._read_members(missing, addresses, user_ids):
            return
        await self._look_up_each(LookupCall.EMAIL, addresses, self._look_up_address)
        await self._look_up_each(LookupCall.ACCOUNT, user_ids, self._look_up_account)

    async def _read_members(
        self, missing: MissingLinks, addresses: dict[str, None], user_ids: dict[str, None]
    ) -> bool:
        """Take those found out of both. Returns whether the rest is to be looked up one by one now: not
        before the list was read to its end, which may take several rounds.
        """
        cursor = missing.cursor
        while addresses or user_ids:
            if not await self._run(account_lookups.acquire_calls, LookupCall.MEMBERS, 1):
                return MEMBERS_SCOPE in missing.scopes
            try:
                page = await self._directory.fetch_members(cursor)
            except DeliveryError as error:
                return await self._stop_reading(error)
            self._scopes.working.add(MEMBERS_SCOPE)
            if addresses and not page.shows_addresses:
                await self._give_up_addresses(addresses)
            await self._record_page(page, addresses, user_ids)
            cursor = page.cursor
            await self._run(account_lookups.record_cursor, cursor)
            if not cursor:
                break
        await self._run(account_lookups.record_cursor, "")
        await self._drop_remaining(addresses, user_ids)
        return True

    async def _record_page(
        self, page: MemberPage, addresses: dict[str, None], user_ids: dict[str, None]
    ) -> None:
        for account in page.accounts:
            if (account.is_active and account.email in addresses) or account.user_id in user_ids:
                if await self._record(account):
                    addresses.pop(account.email, None)
                user_ids.pop(account.user_id, None)

    async def _drop_remaining(self, addresses: dict[str, None], user_ids: dict[str, None]) -> None:
        """So many that are not in the list are not in the workspace."""
        if len(addresses) > MAX_SINGLE_LOOKUPS:
            await self._run(account_lookups.record_unknown, list(addresses))
            addresses.clear()
        if len(user_ids) > MAX_SINGLE_LOOKUPS:
            for user_id in user_ids:
                await self._record(Account(user_id))
            user_ids.clear()

    async def _give_up_addresses(self, addresses: dict[str, None]) -> None:
        """Without this permission the list has no addresses, and a look-up is refused."""
        addresses.clear()
        self._scopes.missing.add(EMAIL_SCOPE)
        await self._run(account_lookups.pause_calls, LookupCall.MEMBERS, None)

    async def _stop_reading(self, error: DeliveryError) -> bool:
        """Returns whether single look-ups may do instead."""
        if error.code == INVALID_CURSOR:
            await self._run(account_lookups.record_cursor, "")
            return False
        await self._stop(LookupCall.MEMBERS, error)
        return error.code == MISSING_SCOPE

    async def _look_up_each(
        self, call: LookupCall, keys: Iterable[str], look_up: Callable[[str], Awaitable[None]]
    ) -> None:
        """As many as Slack allows now."""
        waiting, self._failures = list(keys), 0
        while waiting:
            granted = await self._run(account_lookups.acquire_calls, call, min(BATCH_SIZE, len(waiting)))
            batch, waiting = waiting[:granted], waiting[granted:]
            for key in batch:
                if not await self._try_look_up(call, key, look_up):
                    return
            if not granted:
                return

    async def _try_look_up(
        self, call: LookupCall, key: str, look_up: Callable[[str], Awaitable[None]]
    ) -> bool:
        """Returns whether to go on with the next one: one that fails is put off, and keeps nobody waiting."""
        try:
            await look_up(key)
        except DeliveryError as error:
            self._failures += 1
            is_general = error.code in {MISSING_SCOPE, RATE_LIMITED} or self._failures >= MAX_FAILURES
            if is_general:
                await self._stop(call, error)
            else:
                log.warning("a look-up failed; it is tried again later", method=call.value, code=error.code)
                await self._run(account_lookups.postpone_lookup, key)
            return not is_general
        self._failures = 0
        self._scopes.working.add(SCOPES[call])
        return True

    async def _look_up_address(self, address: str) -> None:
        account = await self._directory.find_account(address)
        if account is None or not await self._record(account):
            await self._run(account_lookups.record_unknown, [address])

    async def _look_up_account(self, user_id: str) -> None:
        await self._record(await self._directory.fetch_account(user_id) or Account(user_id))

    async def _record(self, account: Account) -> bool:
        """Returns whether somebody was newly linked to it."""
        linked = await self._run(account_lookups.record_account, account)
        self._result.initials += linked
        return bool(linked)

    async def _stop(self, call: LookupCall, error: DeliveryError) -> None:
        log.warning("look-ups stopped; they go on later", method=call.value, code=error.code)
        self._result.problem = error.sentence
        if error.code == MISSING_SCOPE:
            self._scopes.missing.add(SCOPES[call])
        await self._run(account_lookups.pause_calls, call, error.retry_after)
