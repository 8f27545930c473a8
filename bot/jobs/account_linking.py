"""Finds the accounts behind e-mail addresses and the ids behind channel names, for rows that lack them."""

from collections.abc import Callable, Collection
from typing import Any, Protocol

import structlog

from bot.clock import Clock
from bot.database import Database
from bot.jobs.people_lookups import LinkingResult, PeopleDirectory, PeopleLookups
from bot.services import account_lookups, linking_reports
from bot.services.account_lookups import LookupCall, ScopeFindings
from bot.services.directory import ChannelSearch

log = structlog.get_logger()
CHANNEL_SCOPES = frozenset({"channels:read", "groups:read"})


class AccountDirectory(PeopleDirectory, Protocol):
    async def find_channels(self, names: Collection[str]) -> ChannelSearch: ...


class AccountLinkingJob:
    """Asks the directory only for what is missing, so that a settled workspace costs no call at all."""

    def __init__(self, database: Database, directory: AccountDirectory, team_id: str, clock: Clock) -> None:
        self._database, self._directory, self._team_id, self._clock = database, directory, team_id, clock
        self._reported_timezones: set[tuple[str, str]] = set()

    async def run(self) -> None:
        await self._log_timezones()
        await self.link()

    async def link(self) -> LinkingResult:
        """Look up what is due, as far as Slack's limits allow now; the rest is for the next round."""
        missing = await self._database.read(
            account_lookups.load_missing_links, self._team_id, self._clock.now()
        )
        if not missing or not await self._run(account_lookups.acquire_lease):
            return LinkingResult()
        scopes, result = ScopeFindings(), LinkingResult()
        try:
            await self._find_channels(missing.channels, scopes, result)
            await PeopleLookups(self._run, self._directory, scopes, result).find(missing)
        finally:
            await self._end_round(scopes)
        if result.initials or result.channels:
            log.info("linked", people=len(result.initials), channels=result.channels)
        return result

    async def _find_channels(
        self, names: tuple[str, ...], scopes: ScopeFindings, result: LinkingResult
    ) -> None:
        """Whatever goes wrong here leaves the people theirs."""
        if not names:
            return
        search = await self._directory.find_channels(names)
        result.channels = len(search.found)
        await self._run(account_lookups.record_channels, search.found)
        scopes.missing |= search.missing_scopes
        if search.error is None:
            scopes.working |= CHANNEL_SCOPES - search.missing_scopes
            return
        log.warning("channels could not be looked for", code=search.error.code)
        await self._run(account_lookups.pause_calls, LookupCall.CHANNELS, search.error.retry_after)

    async def _end_round(self, scopes: ScopeFindings) -> None:
        for scope in await self._run(account_lookups.end_round, scopes):
            log.error("a permission is missing in Slack", scope=scope)
        await self._run(linking_reports.report_linking)

    async def _log_timezones(self) -> None:
        """Once for each timezone that cannot be read."""
        unreadable = await self._database.read(account_lookups.list_unreadable_timezones, self._team_id)
        for each in unreadable:
            if each not in self._reported_timezones:
                self._reported_timezones.add(each)
                log.warning("a timezone cannot be read; the board's is used", person=each[0])

    async def _run(self, work: Callable[..., Any], *args: object) -> Any:
        """Work on the database, in a transaction of its own, with the moment as its last argument."""
        return await self._database.run(work, self._team_id, *args, self._clock.now())
