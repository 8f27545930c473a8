"""Audits what the rounds did, some minutes after they did it."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from bot import metrics
from bot.clock import Clock
from bot.database import Database
from bot.jobs.tick import Rounds
from bot.services.audit import audit

log = structlog.get_logger()
AUDIT_EVERY = 300.0
MISSING, CANNOT_TELL = "audit: something due is missing", "audit: what is due cannot be worked out"
LAST_ROUND_WITHIN = timedelta(minutes=2)


class Audit:
    """Any number of replicas may audit: a finding is written down, and told, by one of them."""

    def __init__(self, database: Database, clock: Clock, rounds: Rounds, nudge: Callable[[], None]) -> None:
        self._database, self._clock, self._rounds, self._nudge = database, clock, rounds, nudge

    async def run(self) -> None:
        """Only while the rounds go on: a bot that has just come back first does what is due."""
        now, last = self._clock.now(), self._rounds.last_at
        if last is None or now - last > LAST_ROUND_WITHIN:
            return
        try:
            audited = await self._database.run(audit.run_audit, now)
        except IntegrityError:
            log.info("another replica audits at this moment")
            return
        metrics.set_audit_findings(audited.by_kind, now.timestamp())
        for each in audited.new_findings:
            what = CANNOT_TELL if each.fault else MISSING
            log.error(what, kind=each.kind, finding=each.key, exc_info=each.fault)
        if audited.new_findings:
            self._nudge()
