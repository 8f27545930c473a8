"""The tick: what is due is read from the database, never from a timetable in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.delivery.worker import Worker
from bot.services import idempotency
from bot.services.digests import digests
from bot.services.outbox import rate_limits
from bot.services.prompts import planner
from bot.services.scheduling import next_prompts
from models.queries import boards as boards_query
from models.queries import prompt_schedule as prompting_query

log = structlog.get_logger()


class TickJob:
    """One run sends what is left over, writes what has come due to the outbox, and sends that."""

    def __init__(self, database: Database, worker: Worker, clock: Clock) -> None:
        self._database, self._worker, self._clock = database, worker, clock
        self._lock = asyncio.Lock()
        self.last_run_at: datetime | None = None

    async def run(self) -> None:
        """Safe to call at any time and as often as one likes: everything due is done once. Raises
        ExceptionGroup when some of it could not be planned; the rest was, and is sent.
        """
        async with self._lock:
            now = self._clock.now()
            await self._worker.drain()
            faults: list[Exception] = []
            if await self._database.read(_is_due, now):
                faults = await self._plan(now)
                await self._worker.drain()
            self.last_run_at = now
        if faults:
            raise ExceptionGroup("not everything that has come due could be written down", faults)

    async def _plan(self, now: datetime) -> list[Exception]:
        """Each kind by itself: a digest that cannot be made keeps nobody from being asked. Returns what went
        wrong.
        """
        faults: list[Exception] = []
        for plan in (digests.plan_digests, next_prompts.replan_changed_boards, planner.plan_prompts):
            try:
                while await self._database.run(plan, now):
                    pass
            except Exception as fault:  # noqa: BLE001 - raised by `run`, once the others were planned
                faults.append(fault)
        return faults

    @asynccontextmanager
    async def pause(self) -> AsyncIterator[None]:
        """Nothing is planned and nothing is sent while the context lasts."""
        async with self._lock, self._worker.pause():
            yield

    async def delete_expired(self) -> None:
        """Delete rows that are no longer needed, and heal what was put off for too long."""
        await self._database.run(idempotency.delete_expired, self._clock.now())
        await self._database.run(rate_limits.delete_expired, self._clock.now())
        await self._database.run(rate_limits.resume_postponed, self._clock.now())

    async def next_due_at(self) -> datetime | None:
        """When something next comes due by itself."""
        return await self._database.read(find_next_due)


def find_next_due(session: Session) -> datetime | None:
    moments = (boards_query.next_digest_at(session), prompting_query.next_prompt_at(session))
    return min((moment for moment in moments if moment is not None), default=None)


def _is_due(session: Session, now: datetime) -> bool:
    """Whether there is anything to write down. Mostly there is not, and then nothing waits for the writer."""
    moment = find_next_due(session)
    return (moment is not None and moment <= now) or bool(
        prompting_query.boards_with_changed_reminders(session)
    )
