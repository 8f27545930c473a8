"""The auditor finds what is missing, says so once, and is silent while all is well."""

import random
import time
from collections.abc import Sized
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, func, insert, select, update
from sqlalchemy.orm import Session

from bot.commands import Command, Undo, UpdateStatus
from bot.database import Database
from bot.errors import CipError
from bot.plan.due_dates import Precision, Role
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.audit import audit
from bot.services.audit.findings import KINDS
from bot.services.digests import digests
from bot.services.outbox import claims, outbox
from bot.services.prompts import answers
from bot.services.scheduling import next_prompts
from models import Action, ActionDate, ActionOwner, AuditFinding, Board, Delivery, DeliveryState, PromptItem
from models.queries import actions as actions_query
from models.queries import prompt_schedule as prompting_query
from tests.fixtures.commands import dispatch
from tests.fixtures.databases import fresh_url
from tests.fixtures.plans import asker, on
from tests.services.prompts.test_planner import deliver, plan_everyone

NINE = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A longer life is worth a try after any change of the rules: 90 days found no false alarm.
SIMULATED_DAYS, OUTAGE_RATE = 9, 0.1
# The ladders, the board, its open actions; these held and read, with owners, dates and milestones.
MAX_READS = 8


def count_findings(session: Session, now: datetime) -> dict[str, int]:
    """What an audit finds; what it has to tell is sent."""
    by_kind = audit.run_audit(session, now).by_kind
    session.execute(update(Delivery).where(Delivery.kind == "notice").values(state=DeliveryState.SENT))
    return {kind: count for kind, count in by_kind.items() if count}


def run_round(session: Session, now: datetime) -> None:
    """Everything due is written down and sent."""
    digests.plan_digests(session, now)
    plan_everyone(session, now)
    deliver(session, now)


def notice_texts(session: Session) -> list[str]:
    rows = session.scalars(
        select(Delivery).where(Delivery.key.startswith("notice:audit")).order_by(Delivery.id)
    )
    return [f"{row.facts['what']} {' | '.join(row.facts['details'])}" for row in rows]


def test_a_missing_prompt_is_found_and_notified_once(planned: Database) -> None:
    with planned.transaction() as session:
        owner = session.scalars(select(ActionOwner).join(Action).where(Action.ref == "5.2")).one()
        owner.prompt_at = None
        run_round(session, NINE)
        assert count_findings(session, NINE + timedelta(minutes=30)) == {}
        assert count_findings(session, NINE + 2 * HOUR) == {"missing-prompt": 1}
        assert count_findings(session, NINE + 3 * HOUR) == {"missing-prompt": 1}
        assert audit.run_audit(session, NINE + 3 * HOUR).new_findings == ()
        (only,) = notice_texts(session)
        assert only.startswith("1 reminder that should have been made was not in the bot's record. SS about")
        assert only.endswith("1/5.2, due on 2 March 2026")
        owner.prompt_at = NINE + DAY
        run_round(session, NINE + DAY)
        assert count_findings(session, NINE + DAY + 2 * HOUR) == {}
        row = session.scalars(select(AuditFinding)).one()
        assert (row.told_at, row.cleared_at) == (NINE + 2 * HOUR, NINE + DAY + 2 * HOUR)
        assert len(notice_texts(session)) == 1


def test_a_changed_schedule_counts_from_when_it_was_replanned(planned: Database) -> None:
    """For three weeks, with a ladder of every day taken up on the second morning."""
    with planned.transaction() as session:
        run_round(session, NINE)
        session.execute(update(Board).values(prompt_days=list(range(20, -15, -1))))
        assert count_findings(session, NINE + 2 * HOUR) == {}
        alarms, before = [], len(find_asked_actions(session))
        for day in range(1, 22):
            now = NINE + day * DAY
            for moment in (now, now + 2 * HOUR):
                next_prompts.replan_changed_boards(session, moment)
                run_round(session, moment)
            alarms.append(count_findings(session, now + 4 * HOUR))
        assert alarms == [{}] * 21
        assert len(find_asked_actions(session)) > before + 10, "the new ladder asks oftener"


def test_a_missing_prompt_of_a_changed_schedule_is_found(planned: Database) -> None:
    with planned.transaction() as session:
        run_round(session, NINE)
        session.execute(update(Board).values(prompt_days=list(range(20, -15, -1))))
        next_prompts.replan_changed_boards(session, NINE + HOUR)
        assert next_prompts.replan_changed_boards(session, NINE + HOUR) == 0
        session.execute(update(ActionOwner).values(prompt_at=None))
        assert count_findings(session, NINE + DAY + 2 * HOUR)["missing-prompt"] >= 1


def test_a_changed_schedule_keeps_what_is_due_and_what_was_put_off(planned: Database) -> None:
    with planned.transaction() as session:
        due, put_off, asked, none = session.scalars(select(ActionOwner).order_by(ActionOwner.id).limit(4))
        for each in (due, put_off, asked, none):
            each.action.due_dates[0].day = date(2026, 3, 16)
        due.prompt_at, put_off.prompt_at, none.prompt_at = NINE, NINE + 3 * DAY, None
        next_prompts.plan_next_prompt(asked.action, asked, asked.action.plan.board, after=NINE)
        assert asked.prompt_at == at_nine(9)
        session.execute(update(Board).values(prompt_days=[4]))
        assert next_prompts.replan_changed_boards(session, NINE) == 1
        moments = [each.prompt_at for each in (due, put_off, asked, none)]
        assert moments == [NINE, NINE + 3 * DAY, at_nine(12), at_nine(12)]


def test_a_board_is_replanned_a_few_actions_at_a_time(
    planned: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions_query, "MAX_IDS_PER_QUERY", 2)
    taken: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, values: Sized, *_: object) -> None:
        if "action.id IN" in statement or "action_id IN" in statement:
            taken.append(len(values))

    with planned.transaction() as session:
        session.execute(update(Board).values(prompt_days=[4]))
    with planned.transaction() as session:
        open_ones = prompting_query.open_actions(session, 1)
        event.listen(planned.engine, "before_cursor_execute", note)
        assert next_prompts.replan_changed_boards(session, NINE) == 1
        assert set(actions_query.lock_actions(session, open_ones)) == open_ones
        event.remove(planned.engine, "before_cursor_execute", note)
    assert len(open_ones) > max(taken) == 2


def test_replanning_makes_no_more_queries_for_more_owners(planned: Database) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with planned.transaction() as session:
        session.execute(update(Board).values(prompt_days=[4]))
    with planned.transaction() as session:
        event.listen(planned.engine, "before_cursor_execute", note)
        assert next_prompts.replan_changed_boards(session, NINE) == 1
        event.remove(planned.engine, "before_cursor_execute", note)
    assert len([each for each in asked if each.startswith("SELECT")]) <= MAX_READS, asked


def at_nine(day: int) -> datetime:
    return datetime(2026, 3, day, 9, tzinfo=UTC)


def find_asked_actions(session: Session) -> list[int]:
    return list(session.scalars(select(PromptItem.id).where(PromptItem.reason == "")))


def test_a_missing_escalation_is_found(planned: Database) -> None:
    """RM had a message that Friday, so that the missing word could have come on Monday."""
    with planned.transaction() as session:
        run_round(session, NINE)
        session.execute(update(Action).values(escalate_at=None))
        for day in (1, 2, 3, 4):
            run_round(session, NINE + day * DAY)
        assert count_findings(session, NINE + 4 * DAY + 2 * HOUR) == {}
        monday = NINE + 7 * DAY
        run_round(session, monday)
        assert count_findings(session, monday + 2 * HOUR) == {"missing-prompt": 1}
        assert "RM, as the lead, about 1/5.2, due on 6 March 2026" in notice_texts(session)[0]


def test_a_row_that_vanished_from_the_outbox_is_found(planned: Database) -> None:
    with planned.transaction() as session:
        run_round(session, NINE)
        session.execute(delete(PromptItem))
        session.execute(delete(Delivery).where(Delivery.kind.in_(("prompt", "digest"))))
        assert count_findings(session, NINE + 2 * HOUR) == {"missing-prompt": 3, "missing-digest": 1}
        assert "The digest of the " in notice_texts(session)[1]


def test_a_digest_that_was_never_written_is_found(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Board).values(next_digest_at=NINE + 7 * DAY))
        run_round(session, NINE)
        assert count_findings(session, NINE + 2 * HOUR) == {"missing-digest": 1}


def test_what_waits_too_long_is_found_but_not_for_the_night(planned: Database) -> None:
    with planned.transaction() as session:
        digests.plan_digests(session, NINE)
        plan_everyone(session, NINE)
        for row in session.scalars(select(Delivery)):
            outbox.schedule_retry(
                session, row.id, now=NINE, reason="Slack could not be reached.", retry_after=1
            )
        assert count_findings(session, NINE + timedelta(minutes=50)) == {}
        assert count_findings(session, NINE + timedelta(minutes=70)) == {"unsent": 4}
        assert "A prompt to SS: Slack could not be reached." in notice_texts(session)[0]
        night, morning = NINE + 11 * HOUR, NINE + DAY
        assert "unsent" not in count_findings(session, night)
        assert "unsent" not in count_findings(session, morning.replace(hour=8, minute=30))
        assert count_findings(session, morning + HOUR)["unsent"] == 4


def test_a_lapsed_claim_and_a_message_given_up_are_found(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        first, second, third = [
            each.id for each in claims.claim(session, by="a bot that died", now=NINE, limit=10)
        ]
        session.execute(update(Delivery).where(Delivery.id == second).values(attempts=outbox.MAX_ATTEMPTS))
        outbox.schedule_retry(session, second, now=NINE, reason="Slack had a fault.", retry_after=1)
        outbox.mark_failed(session, third, "That account is deactivated.")
        assert session.get_one(Delivery, second).state is DeliveryState.FAILED
        assert count_findings(session, NINE + timedelta(minutes=5)) == {"failed": 2}
        assert count_findings(session, NINE + timedelta(minutes=20)) == {"failed": 2, "lapsed": 1}
        assert len(notice_texts(session)) == 2
        assert "1 message could not be sent, however often the bot tried." in notice_texts(session)[0]
        assert first


def test_findings_at_night_are_notified_by_day_and_later_ones_the_next_day(
    planned: Database,
) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        rows = [each.id for each in claims.claim(session, by="a bot that died", now=NINE, limit=10)]
        outbox.release(session, rows[2], NINE + 40 * DAY)
        session.execute(update(Delivery).where(Delivery.id == rows[1]).values(lease_until=NINE + DAY))
        night = NINE + 13 * HOUR
        assert count_findings(session, night)["lapsed"] == 1
        notice = session.scalars(select(Delivery).where(Delivery.key.startswith("notice:audit:lapsed"))).one()
        assert notice.due_at == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
        assert count_findings(session, NINE + DAY + HOUR)["lapsed"] == 2
        assert sum("begun and never finished" in each for each in notice_texts(session)) == 1
        assert count_findings(session, NINE + 2 * DAY)["lapsed"] == 2
        assert sum("begun and never finished" in each for each in notice_texts(session)) == 2


def test_a_long_life_with_pauses_raises_no_alarm(planned: Database) -> None:
    """Answers, snoozes, moved dates, undos and days on which the bot was off."""
    rng = random.Random(11)
    now = off_until = NINE
    with planned.transaction() as session:
        while now < NINE + SIMULATED_DAYS * DAY:
            now += timedelta(hours=rng.choice((2, 5, 7)))
            if rng.random() < OUTAGE_RATE:
                off_until = now + timedelta(hours=rng.choice((5, 30, 80)))
            if now < off_until:
                continue
            run_round(session, now)
            _act(session, rng, now)
            assert count_findings(session, now + timedelta(minutes=5)) == {}, now
        asked = session.scalars(select(PromptItem.id)).all()
    assert len(asked) > SIMULATED_DAYS // 2


def _act(session: Session, rng: random.Random, now: datetime) -> None:
    """Now and then somebody answers a prompt, or types something."""
    if rng.random() < 0.2:
        item = session.scalars(
            select(PromptItem).where(PromptItem.answer == "").order_by(PromptItem.id.desc())
        ).first()
        if item is not None and not item.reason:
            actor = next(each.person.initials for each in item.action.owners) if item.action.owners else "PM"
            value = f"{item.id}-{item.delivery.token[:8]}"
            choice = rng.choice(("later", "on-track", "at-risk"))
            try:
                answers.answer_prompt(session, asker(actor), value, choice, now)
            except CipError:
                return
    if rng.random() < 0.1:
        _run_command(session, rng.choice(_lines(rng, now.date())), now)


def _lines(rng: random.Random, today: date) -> list[Command]:
    ref = RefQuery(*rng.choice((("1", "5.2"), ("1", "5.3"), ("1", "6.1"), ("2", "1.3"), ("2", "5.2"))))
    moved = today + timedelta(days=rng.choice((-2, 3, 9, 20)))
    return [
        UpdateStatus(refs=(ref,), status=Status.IN_PROGRESS, line=""),
        UpdateStatus(refs=(ref,), declared=Colour.AMBER, line=""),
        UpdateStatus(refs=(ref,), due=moved, because="it takes longer", line=""),
        UpdateStatus(refs=(ref,), status=rng.choice((Status.COMPLETE, Status.ON_HOLD)), line=""),
        Undo(line=""),
    ]


def _run_command(session: Session, command: Command, now: datetime) -> None:
    try:
        with session.begin_nested():
            dispatch(session, asker("PM"), command, now)
    except CipError:
        return


def test_ten_thousand_actions_are_audited_in_a_moment(tmp_path: Path) -> None:
    now = NINE + 42 * DAY
    database = Database(fresh_url("sqlite", tmp_path, "planned"), threads=1)
    with database.transaction() as session:
        _copy_actions(session, 10_000)
        started = time.process_time()
        by_kind = audit.run_audit(session, now).by_kind
        took = time.process_time() - started
    assert set(by_kind) == set(KINDS)
    assert by_kind["missing-prompt"] == 500
    assert took < 10
    database.close()


def _copy_actions(session: Session, count: int) -> None:
    """Actions without prompts, with dates over two years, copied from one of the plan."""
    like = session.scalars(select(Action).where(Action.ref == "6.1")).one()
    columns = {each.name: getattr(like, each.name) for each in Action.__table__.columns if each.name != "id"}
    first = 1 + (session.scalar(select(func.max(Action.id))) or 0)
    ids = range(first, first + count)
    session.execute(insert(Action), [{**columns, "id": each, "ref": f"9.{each}"} for each in ids])
    shared = {"workspace_id": like.workspace_id}
    owners = [{**shared, "action_id": each, "person_id": like.owners[0].person_id} for each in ids]
    session.execute(insert(ActionOwner), owners)
    dates = [
        {**shared, "action_id": each, "day": on(each % 700), "precision": Precision.DAY, "role": Role.DUE}
        for each in ids
    ]
    session.execute(insert(ActionDate), dates)
