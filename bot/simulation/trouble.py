"""Troubles that last until they are put right: a refused token, a channel without the bot, a full disk, a
wrong clock.
"""

import asyncio
import resource
from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import text

from bot.simulation.event_log import Trouble, TroubleKind
from bot.simulation.replicas import ForkedReplicas, Replicas
from bot.simulation.scenario import BOARD_CHANNEL_ID, Scenario
from bot.simulation.wrong_clock import WrongClock

TOKEN_ERRORS = ("token_revoked", "invalid_auth", "account_inactive")
# How likely one begins on a day on which none lasts.
TROUBLE_SHARE = 0.12


LENGTHS = {
    TroubleKind.TOKEN: (timedelta(minutes=50), timedelta(hours=7), timedelta(days=2), timedelta(days=9)),
    TroubleKind.CHANNEL: (timedelta(hours=3), timedelta(days=1), timedelta(days=8), timedelta(days=16)),
    TroubleKind.DISK: (timedelta(hours=1),),
    TroubleKind.CLOCK: (timedelta(minutes=1),),
}


class Troubles:
    """One trouble at a time; everything random comes from `rng`. names: the kinds that may come."""

    def __init__(self, scenario: Scenario, replicas: Replicas, names: Collection[str], rng: Random) -> None:
        self._scenario, self._replicas, self._rng = scenario, replicas, rng
        self._kinds = tuple(kind for kind in TroubleKind if kind.value in names)
        self.current: Trouble | None = None
        self._wrong_clock: WrongClock | None = None

    def begins_today(self) -> bool:
        return bool(self._kinds) and self._rng.random() < TROUBLE_SHARE

    @property
    def stops_work(self) -> bool:
        """Whether nothing is done now as it should be: the bots cannot write to their database, or refuse
        requests whose signatures seem to be of another time.
        """
        return self.current is not None and self.current.kind in {TroubleKind.DISK, TroubleKind.CLOCK}

    @property
    def may_restart(self) -> bool:
        """Whether bots may be stopped and started now: one whose token is refused does not start."""
        return self.current is None or self.current.kind is TroubleKind.CHANNEL

    async def begin(self, moment: datetime) -> Trouble:
        kind = self._rng.choice(self._kinds)
        self.current = Trouble(kind, moment, moment + self._rng.choice(LENGTHS[kind]))
        conditions = self._scenario.sandbox.conditions
        if kind is TroubleKind.TOKEN:
            conditions.revoke_token(self._rng.choice(TOKEN_ERRORS))
        elif kind is TroubleKind.CHANNEL:
            conditions.remove_bot(BOARD_CHANNEL_ID)
        elif kind is TroubleKind.CLOCK:
            replicas = _require_processes(self._replicas)
            self._wrong_clock = WrongClock(self._scenario.clock, replicas, self._rng)
            await self._wrong_clock.begin()
        else:
            await self._limit_disk(full=True)
        return self.current

    async def end(self) -> None:
        """Put it right. The bot that is invited hears of it, if one runs."""
        trouble, self.current = self.current, None
        conditions = self._scenario.sandbox.conditions
        if trouble is None:
            return
        if trouble.kind is TroubleKind.TOKEN:
            conditions.renew_token()
        elif trouble.kind is TroubleKind.CHANNEL:
            if self._replicas.events_urls:
                self._scenario.sandbox.settings.events_url = self._rng.choice(self._replicas.events_urls)
            await conditions.invite_bot(BOARD_CHANNEL_ID)
        elif self._wrong_clock is not None:
            await self._wrong_clock.end()
            self._wrong_clock = None
        else:
            await self._limit_disk(full=False)

    async def _limit_disk(self, *, full: bool) -> None:
        """On SQLite no bot can write a file; PostgreSQL takes no writes."""
        database = self._scenario.database
        if database.is_sqlite:
            limit = 0 if full else resource.RLIM_INFINITY
            for process_id in _require_processes(self._replicas).process_ids:
                resource.prlimit(process_id, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            return
        await asyncio.to_thread(self._switch_read_only, on=full)

    def _switch_read_only(self, *, on: bool) -> None:
        """A session takes the setting up when it begins, so those there are end."""
        engine = self._scenario.database.engine
        name = engine.dialect.identifier_preparer.quote(str(engine.url.database))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {on}"))
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )


def _require_processes(replicas: Replicas) -> ForkedReplicas:
    if not isinstance(replicas, ForkedReplicas):
        raise TypeError("only replicas in processes of their own have a disk, and a clock")
    return replicas
