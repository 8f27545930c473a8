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
from bot.jobs.clock_watch import ClockWatch
from bot.services import heartbeat, idempotency
from bot.services.clock_correction.correction import ClockCorrection, correct_clock
from bot.services.digests import digests
from bot.services.offers import offers
from bot.services.outbox import rate_limits
from bot.services.prompts import planner
from bot.services.scheduling import next_prompts
from models.queries import boards as boards_query
from models.queries import prompt_schedule as prompting_query

log = structlog.get_logger()


class TickJob:
    """One run sends what is left over, writes what has come due to the outbox, and sends that.

    watch: of the machine's clock; None where the clock is moved on purpose.
    """

    def __init__(
        self, database: Database, worker: Worker, clock: Clock, watch: ClockWatch | None = None
    ) -> None:
        self._database, self._worker, self._clock, self._watch = database, worker, clock, watch
        self._lock = asyncio.Lock()
        self._is_behind = False
        self._previous_cleanup: datetime | None = None
        self.last_run_at: datetime | None = None

    async def run(self) -> None:
        """Safe to call at any time and as often as one likes: everything due is done once. Raises
        ExceptionGroup when some of it could not be planned; the rest was, and is sent.
        """
        async with self._lock:
            now = self._clock.now()
            if not await self._correct_clock(now):
                return
            await self._worker.drain()
            faults: list[Exception] = []
            if await self._database.read(_is_due, now):
                faults = await self._plan(now)
                await self._worker.drain()
            self.last_run_at = now
        if faults:
            raise ExceptionGroup("not everything that has come due could be written down", faults)

    async def _correct_clock(self, now: datetime) -> bool:
        """Set right what was done by a clock that was ahead. False while it is not sure that the present time
        is the right one.
        """
        was_behind = self._is_behind
        self._is_behind = await self._database.read(heartbeat.is_written_ahead, now)
        if not self._is_behind:
            return True
        if self._watch is not None and not was_behind:
            self._watch.start_settling()
            return False
        if correction := await self._database.run(self._correct_by_present_time):
            log.warning(
                "what was planned by a clock that was ahead was taken back",
                ahead_until=correction.ahead_until.isoformat(),
                rows=correction.taken_back,
            )
        self._is_behind = False
        return True

    def _correct_by_present_time(self, session: Session) -> ClockCorrection | None:
        """By the time as it is now: a process that was held up for a while after it had looked at its clock
        finds what others wrote since, which is not ahead.
        """
        return correct_clock(session, self._clock.now())

    async def _plan(self, now: datetime) -> list[Exception]:
        """Each kind by itself: a digest that cannot be made keeps nobody from being asked. Returns what went
        wrong.
        """
        await self._database.run(heartbeat.record_write, now)
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
        """Delete rows that are no longer needed, and were not at the run before: a clock that is ahead at the
        start, or for a moment, forgets no request by that. What was put off for too long is healed.
        """
        previous, self._previous_cleanup = self._previous_cleanup, self._clock.now()
        if previous is not None:
            expired_at = min(previous, self._previous_cleanup)
            await self._database.run(idempotency.delete_expired, expired_at)
            await self._database.run(rate_limits.delete_expired, expired_at)
            await self._database.run(offers.delete_expired, expired_at)
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
