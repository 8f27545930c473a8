"""The audit as a job: in the metrics, in the log, and to plan managers."""

import io
import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import metrics
from bot.database import Database
from bot.delivery.worker import Worker
from bot.jobs.audit import AuditJob
from bot.jobs.tick import TickJob
from bot.plan.calendar import BoardCalendar
from bot.rendering import Renderer
from bot.services.audit import audit, prompts
from bot.services.audit.prompts import ExpectedPrompt
from models import ActionOwner, Board, Person, Plan
from tests.backup.test_after_restore import NINE, RecordingSender
from tests.fixtures.sandbox import FixedClock
from tests.handlers.conftest import logged
from tests.jobs.test_tick import copy_board, fail_planning_for

__all__ = ["logged"]


def read_audit_metrics() -> dict[str, float]:
    lines = metrics.exposition({}).decode().splitlines()
    found = (line.rpartition(" ") for line in lines if line.startswith("cip_audit_"))
    return {name: float(value) for name, _, value in found}


async def test_a_finding_is_an_alarm_once_in_the_log_and_in_chat(
    planned: Database, logged: io.StringIO
) -> None:
    clock, chat = FixedClock(NINE), RecordingSender()
    worker = Worker(planned, chat, Renderer("/cip"), clock)
    tick_job, nudged = TickJob(planned, worker, clock), []
    audit = AuditJob(planned, clock, tick_job, lambda: nudged.append(True))
    await audit.run()
    assert nudged == [], "nothing is judged before the first round"
    with planned.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=None))
    await tick_job.run()
    clock.moment += timedelta(hours=2)
    await audit.run()
    assert nudged == [], "nothing is judged while the tick_job stand still"
    for _ in range(3):
        await tick_job.run()
        await audit.run()
        await tick_job.run()
    assert read_audit_metrics()['cip_audit_findings{kind="missing-prompt"}'] == 3
    assert read_audit_metrics()['cip_audit_findings{kind="lapsed"}'] == 0
    assert read_audit_metrics()["cip_audit_last_seconds"] == clock.moment.timestamp()
    assert len(nudged) == 1
    notices = [text for text in chat.texts if "not in the bot's record" in text]
    assert len(notices) == 1
    assert "3 reminders that should have been made were not" in notices[0]
    assert "SS about 1/5.2, due on 2 March 2026" in notices[0]
    alarms = [json.loads(line) for line in logged.getvalue().splitlines() if "audit:" in line]
    assert [each["level"] for each in alarms] == ["error"] * 3


async def test_a_digest_that_cannot_be_made_is_an_alarm_too(planned: Database) -> None:
    clock, chat = FixedClock(NINE), RecordingSender()
    tick_job = TickJob(planned, Worker(planned, chat, Renderer("/cip"), clock), clock)
    audit = AuditJob(planned, clock, tick_job, lambda: None)
    with planned.transaction() as session:
        session.execute(update(Plan).values(rag_rules={"no rule": 1}))
        session.execute(update(Board).values(next_digest_at=NINE))
    clock.moment += timedelta(hours=2)
    for _ in range(2):
        with pytest.raises(ExceptionGroup):
            await tick_job.run()
        await audit.run()
    assert read_audit_metrics()['cip_audit_findings{kind="missing-digest"}'] == 1
    assert any("not in the bot's record" in text for text in chat.texts)


def fail_audit_of(monkeypatch: pytest.MonkeyPatch, database: Database, initials: str) -> None:
    """Whatever the reason: nothing that people or imports write can be the cause. They are known by a
    timezone that nobody else has.
    """
    with database.transaction() as session:
        session.execute(update(Person).where(Person.initials == initials).values(timezone="Africa/Accra"))
    original = prompts._expected_after_restore

    def expected_after_restore(
        restored: datetime | None,
        expected: ExpectedPrompt,
        schedule: prompts.AskingSchedule,
        calendar: BoardCalendar,
    ) -> datetime | None:
        if calendar.timezone == "Africa/Accra":
            raise ValueError("cannot be worked out")
        return original(restored, expected, schedule, calendar)

    monkeypatch.setattr(prompts, "_expected_after_restore", expected_after_restore)


async def test_somebody_whose_prompts_cannot_be_planned_is_an_alarm(
    planned: Database, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, chat = FixedClock(NINE), RecordingSender()
    tick_job = TickJob(planned, Worker(planned, chat, Renderer("/cip"), clock), clock)
    audit = AuditJob(planned, clock, tick_job, lambda: None)
    fail_planning_for(monkeypatch, "SS")
    fail_audit_of(monkeypatch, planned, "SS")
    for hours in (0, 2, 2):
        clock.moment = NINE + timedelta(hours=hours)
        with pytest.raises(ExceptionGroup):
            await tick_job.run()
        await audit.run()
    assert len(chat.texts) == 5, "the digest and its thread, RM, JM and the notice"
    assert read_audit_metrics()['cip_audit_findings{kind="unchecked"}'] == 1
    assert read_audit_metrics()['cip_audit_findings{kind="missing-prompt"}'] == 0
    (notice,) = [text for text in chat.texts if "cannot work out what is due" in text]
    assert "In 1 case" in notice
    assert "Reminders to SS" in notice
    (alarm,) = [json.loads(line) for line in logged.getvalue().splitlines() if "audit:" in line]
    assert "ValueError" in alarm["exception"]


def test_somebody_whose_timezone_cannot_be_read_is_audited_in_that_of_the_board(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Person).values(timezone="No/Where"))
        session.execute(update(ActionOwner).values(prompt_at=None))
        assert alarms(session) == ({"missing-prompt": 3, "missing-digest": 1}, [])


def alarms(session: Session) -> tuple[dict[str, int], list[str]]:
    audited = audit.run_audit(session, NINE + timedelta(hours=2))
    found = {kind: count for kind, count in audited.by_kind.items() if count}
    return found, [each.words for each in audited.new_findings if each.kind == "unchecked"]


def test_a_digest_rule_that_cannot_be_read_is_an_alarm_of_its_own(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Board).values(digest_rule="no rule"))
        session.execute(update(ActionOwner).values(prompt_at=None))
        assert alarms(session) == (
            {"missing-prompt": 3, "unchecked": 1},
            ["The digest of the Board"],
        )


def test_a_board_that_cannot_be_read_leaves_the_others_audited(planned: Database) -> None:
    with planned.transaction() as session:
        broken = session.scalars(select(Board)).one()
        session.add(other := copy_board(broken, "Other board"))
        session.flush()
        session.execute(update(Plan).values(board_id=other.id))
        session.execute(update(ActionOwner).values(prompt_at=None))
        broken.timezone = "No/Where"
        assert alarms(session) == (
            {"missing-prompt": 3, "missing-digest": 1, "unchecked": 1},
            [f"Reminders and digest of the {broken.name}"],
        )


@pytest.fixture(autouse=True)
def _quiet_metrics() -> None:
    metrics.AUDIT_FINDINGS.clear()
