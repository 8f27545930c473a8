"""Finds the accounts behind e-mail addresses and the ids behind channel names, for rows that lack them."""

from collections.abc import Collection
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from bot.database import Database
from bot.services import people
from models.queries import boards as boards_query
from models.queries import people as query

log = structlog.get_logger()


class AccountDirectory(Protocol):
    async def find_accounts(self, addresses: Collection[str]) -> dict[str, str]: ...

    async def find_channels(self, names: Collection[str]) -> dict[str, str]: ...


class AccountLinkingJob:
    """Asks the directory only for what is missing, so that a settled workspace costs no call at all."""

    def __init__(self, database: Database, directory: AccountDirectory, team_id: str) -> None:
        self._database, self._directory, self._team_id = database, directory, team_id

    async def link(self) -> list[str]:
        """Returns the initials newly linked."""
        addresses, names = await self._database.read(_load_missing, self._team_id)
        accounts = await self._directory.find_accounts(addresses) if addresses else {}
        channels = await self._directory.find_channels(names) if names else {}
        if not accounts and not channels:
            return []
        linked = await self._database.run(_save_links, self._team_id, accounts, channels)
        log.info("linked", people=len(linked), channels=len(channels))
        return linked

    async def run(self) -> None:
        await self.link()


def _load_missing(session: Session, team_id: str) -> tuple[list[str], list[str]]:
    workspace = query.workspace_of_team(session, team_id)
    if workspace is None:
        return [], []
    names = [channel.name for channel in boards_query.channels_without_id(session, workspace.id)]
    return people.list_unlinked_addresses(session, workspace.id), names


def _save_links(
    session: Session, team_id: str, accounts: dict[str, str], channels: dict[str, str]
) -> list[str]:
    workspace = query.workspace_of_team(session, team_id)
    if workspace is None:
        return []
    for channel in boards_query.channels_without_id(session, workspace.id):
        channel.channel_id = channels.get(channel.name)
    return people.link_accounts(session, workspace.id, accounts)
