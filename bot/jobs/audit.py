"""Runs the audit every few minutes, after the tick has run."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from bot import metrics
from bot.clock import Clock
from bot.database import Database
from bot.jobs.tick import TickJob
from bot.services.audit import audit

log = structlog.get_logger()
AUDIT_INTERVAL = 300.0
SOMETHING_MISSING, CANNOT_CHECK = "audit: something due is missing", "audit: what is due cannot be worked out"
MAX_TICK_AGE = timedelta(minutes=2)


class AuditJob:
    """Any number of replicas may audit: a finding is stored, and notified, by one of them."""

    def __init__(self, database: Database, clock: Clock, tick: TickJob, nudge: Callable[[], None]) -> None:
        self._database, self._clock, self._tick, self._nudge = database, clock, tick, nudge

    async def run(self) -> None:
        """Only while the tick runs: a bot that has just come back first does what is due."""
        now, last = self._clock.now(), self._tick.last_run_at
        if last is None or now - last > MAX_TICK_AGE:
            return
        try:
            audited = await self._database.run(audit.run_audit, now)
        except IntegrityError:
            log.info("another replica audits at this moment")
            return
        metrics.set_audit_findings(audited.by_kind, now.timestamp())
        for each in audited.new_findings:
            what = CANNOT_CHECK if each.fault else SOMETHING_MISSING
            log.error(what, kind=each.kind, finding=each.key, exc_info=each.fault)
        if audited.new_findings:
            self._nudge()
