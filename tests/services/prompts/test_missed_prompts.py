"""A day on which somebody was to be asked and was not is in the outbox, with the reason."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.database import Database
from bot.errors import DeliveryError, ErrorKind
from bot.services.audit import audit
from bot.services.outbox import claims, outbox, refusals
from bot.services.outbox.claims import ClaimedDelivery
from bot.services.prompts import daily_prompt
from bot.services.scheduling import next_prompts, quiet_hours
from models import Action, ActionOwner, Board, Delivery, DeliveryState, Person
from tests.services.prompts.test_planner import NINE, deliver, plan_everyone

DAY = timedelta(days=1)


def prompt_only_rm(session: Session, at: datetime | None = NINE - timedelta(seconds=1)) -> None:
    """Only RM is due to be asked, about everything that is theirs, at this moment."""
    session.execute(update(Action).values(escalate_at=None))
    session.execute(update(ActionOwner).values(prompt_at=None))
    rm = select(Person.id).where(Person.initials == "RM").scalar_subquery()
    session.execute(update(ActionOwner).where(ActionOwner.person_id == rm).values(prompt_at=at))
    session.expire_all()


def read_prompt_rows(session: Session) -> list[tuple[str, str, str]]:
    """Day, state and reason of every prompt; what was left out has its reason too."""
    rows = session.scalars(select(Delivery).where(Delivery.kind == "prompt").order_by(Delivery.due_at)).all()
    assert all(row.items for row in rows)
    assert all(item.reason in {"", row.reason} for row in rows for item in row.items)
    return [(row.facts["day"], row.state.value, row.reason) for row in rows]


def test_days_on_which_the_bot_was_off(planned: Database) -> None:
    with planned.transaction() as session:
        prompt_only_rm(session)
        first = session.scalars(select(ActionOwner).where(ActionOwner.prompt_at.is_not(None))).first()
        assert first is not None
        first.prompt_at = (NINE + DAY).replace(second=0)
        session.flush()
        plan_everyone(session, NINE + 3 * DAY)
        assert read_prompt_rows(session) == [
            ("2026-03-02", "skipped", daily_prompt.NOT_RUNNING),
            ("2026-03-03", "skipped", daily_prompt.NOT_RUNNING),
            ("2026-03-05", "planned", ""),
        ]
        assert [row.due_at.hour for row in session.scalars(select(Delivery))][:2] == [9, 9]
        assert "RM" in deliver(session, NINE + 3 * DAY)


def test_back_the_same_day_is_no_day_missed(planned: Database) -> None:
    with planned.transaction() as session:
        prompt_only_rm(session)
        plan_everyone(session, NINE + timedelta(hours=6))
        assert read_prompt_rows(session) == [("2026-03-02", "planned", "")]


def test_back_only_at_night(planned: Database) -> None:
    with planned.transaction() as session:
        prompt_only_rm(session)
        plan_everyone(session, datetime(2026, 3, 2, 22, tzinfo=UTC))
        assert read_prompt_rows(session) == [("2026-03-02", "skipped", daily_prompt.NOT_RUNNING)]
        assert (
            audit.run_audit(session, datetime(2026, 3, 3, 8, 30, tzinfo=UTC)).by_kind["missing-prompt"] == 0
        )
        plan_everyone(session, NINE + DAY)
        assert read_prompt_rows(session)[1:] == [("2026-03-03", "planned", "")]


def test_a_weekend_is_not_missed(planned: Database) -> None:
    with planned.transaction() as session:
        saturday = datetime(2026, 3, 7, 0, 10, tzinfo=UTC)
        prompt_only_rm(session, saturday)
        plan_everyone(session, saturday)
        plan_everyone(session, NINE + 7 * DAY)
        assert read_prompt_rows(session) == [("2026-03-09", "planned", "")]


def claim_one(session: Session) -> ClaimedDelivery:
    """The message of this morning, which is not sent yet; one action more is due tomorrow."""
    prompt_only_rm(session)
    owners = session.scalars(select(ActionOwner).where(ActionOwner.prompt_at.is_not(None))).all()
    owners[-1].prompt_at = NINE + DAY
    session.flush()
    plan_everyone(session, NINE)
    (claimed,) = claims.claim(session, by="test", now=NINE, limit=1)
    return claimed


def test_an_earlier_message_that_is_on_its_way_all_day(planned: Database) -> None:
    with planned.transaction() as session:
        claimed = claim_one(session)
        midnight = datetime(2026, 3, 3, 23, 59, 50, tzinfo=UTC)
        outbox.schedule_retry(session, claimed.id, now=midnight, reason="down", retry_after=30.0)
        plan_everyone(session, midnight)
        assert read_prompt_rows(session)[1:] == [("2026-03-03", "skipped", daily_prompt.EARLIER_PENDING)]


def test_an_earlier_message_that_is_on_its_way_until_it_is_too_late_to_write(planned: Database) -> None:
    with planned.transaction() as session:
        claimed = claim_one(session)
        evening = datetime(2026, 3, 3, 18, 10, tzinfo=UTC)
        outbox.schedule_retry(
            session,
            claimed.id,
            now=NINE + DAY,
            reason="down",
            retry_after=(evening - NINE - DAY).total_seconds(),
        )
        plan_everyone(session, NINE + DAY)
        assert len(read_prompt_rows(session)) == 1
        session.execute(update(Delivery).values(state=DeliveryState.SENT))
        session.expire_all()
        plan_everyone(session, evening + timedelta(minutes=1))
        assert read_prompt_rows(session)[1:] == [("2026-03-03", "skipped", daily_prompt.EARLIER_PENDING)]


def test_an_earlier_message_that_was_on_its_way_until_the_bot_was_off_at_midnight(planned: Database) -> None:
    """The next look at it was to be just before midnight, and came just after."""
    with planned.transaction() as session:
        claimed = claim_one(session)
        midnight = datetime(2026, 3, 4, tzinfo=UTC)
        outbox.schedule_retry(
            session,
            claimed.id,
            now=NINE + DAY,
            reason="down",
            retry_after=(midnight - NINE - DAY).total_seconds(),
        )
        for minutes in range(0, 24 * 60, 10):
            if (now := NINE + DAY + timedelta(minutes=minutes)) < midnight - timedelta(minutes=20):
                plan_everyone(session, now)
        assert len(read_prompt_rows(session)) == 1
        plan_everyone(session, midnight + timedelta(seconds=1))
        assert read_prompt_rows(session)[1:] == [("2026-03-03", "skipped", daily_prompt.EARLIER_PENDING)]


TOKEN = DeliveryError("The token was revoked.", code="token_revoked", try_again=False, kind=ErrorKind.TOKEN)


@pytest.mark.parametrize("minutes", [2, 30, 59])
def test_what_waited_for_a_message_that_was_refused_is_asked_soon_after_it(
    planned: Database, minutes: int
) -> None:
    """What is refused is looked at each hour, and may go out at any moment in between."""
    with planned.transaction() as session:
        claimed = claim_one(session)
        refused_at, renewed_at = NINE + DAY - timedelta(seconds=5), NINE + DAY + timedelta(minutes=minutes)
        refusals.put_off(session, outbox.require_row(session, claimed.id), TOKEN, refused_at)
        for minute in range(0, minutes, 5):
            plan_everyone(session, NINE + DAY + timedelta(minutes=minute))
        assert len(read_prompt_rows(session)) == 1
        outbox.mark_sent(session, claimed.id, channel="D1", ts="1.0", now=renewed_at)
        plan_everyone(session, renewed_at + outbox.MAX_BACKOFF + timedelta(seconds=2))
        assert read_prompt_rows(session)[1:] == [("2026-03-03", "planned", "")]


def test_a_second_board_s_question_on_a_day_that_had_its_message(planned: Database) -> None:
    with planned.transaction() as session:
        prompt_only_rm(session)
        owners = session.scalars(select(ActionOwner).where(ActionOwner.prompt_at.is_not(None))).all()
        owners[-1].prompt_at = NINE + timedelta(hours=3)
        session.flush()
        plan_everyone(session, NINE)
        deliver(session, NINE)
        plan_everyone(session, NINE + timedelta(hours=4))
        session.expire_all()
        (row,) = session.scalars(select(Delivery)).all()
        assert row.state is DeliveryState.SENT
        assert {item.action_id: item.reason for item in row.items}[
            owners[-1].action_id
        ] == daily_prompt.ALREADY_PROMPTED
        assert owners[-1].prompt_at == NINE + DAY - timedelta(seconds=1)


def test_what_was_given_up_is_due_the_next_morning_even_if_nobody_is_there(planned: Database) -> None:
    with planned.transaction() as session:
        prompt_only_rm(session)
        plan_everyone(session, NINE)
        (claimed,) = claims.claim(session, by="test", now=NINE, limit=1)
        quiet_hours.postpone(session, claimed.id, NINE + 3 * DAY)
        moments = {owner.prompt_at for owner in session.scalars(select(ActionOwner))} - {None}
        assert moments == {NINE + DAY - timedelta(seconds=1)}
        plan_everyone(session, NINE + 3 * DAY)
        assert [(day, state) for day, state, _ in read_prompt_rows(session)[1:]] == [
            ("2026-03-03", "skipped"),
            ("2026-03-05", "planned"),
        ]


def test_what_was_tried_the_next_day_is_asked_at_once(planned: Database) -> None:
    with planned.transaction(write=False) as session:
        board = session.scalars(select(Board)).one()
        assert board.prompt_time == time(9)
        calendar = next_prompts.build_calendar(board)
        tried = NINE + DAY + timedelta(hours=1)
        assert quiet_hours.next_ask_at(calendar, NINE, tried) == tried
        at_night = NINE + DAY + timedelta(hours=14)
        assert quiet_hours.next_ask_at(calendar, NINE, at_night) == NINE + 2 * DAY - timedelta(seconds=1)
