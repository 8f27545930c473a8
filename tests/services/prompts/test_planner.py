"""What the ladder asks, of whom and when, on the small plan imported on Monday 2 March 2026 at 8:30am."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import Undo, UpdateStatus
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Prompt
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.outbox import claims, outbox
from bot.services.prompts import answers, messages, planner
from bot.services.scheduling import next_prompts
from models import Action, ActionOwner, Board, Delivery, DeliveryState, Person, PromptItem
from models.queries import outbox as query
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import asker

NINE = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)


def plan_everyone(session: Session, now: datetime) -> None:
    while planner.plan_prompts(session, now):
        pass


def deliver(session: Session, now: datetime) -> dict[str, Prompt]:
    """Send every planned prompt; returns what each person got, by initials."""
    got = {}
    for delivery_id in [each.id for each in claims.claim(session, by="test", now=now, limit=100)]:
        row = query.delivery_with_items(session, delivery_id)
        assert row is not None
        message = messages.build_prompt(session, row, now) if row.kind == "prompt" else None
        if message is None:
            outbox.mark_skipped(session, row.id, "nothing left")
            continue
        outbox.mark_sent(session, row.id, channel="D1", ts=f"{row.id}.0", now=now)
        assert row.person is not None
        got[row.person.initials] = message
    session.flush()
    return got


def deliver_daily(session: Session, start: datetime, count: int) -> dict[str, list[tuple[str, ...]]]:
    """Live through so many days, a round at nine each morning; what each person was asked, in order."""
    asked: dict[str, list[tuple[str, ...]]] = {}
    for day in range(count):
        now = start + timedelta(days=day)
        plan_everyone(session, now)
        for initials, prompt in deliver(session, now).items():
            refs = tuple(line.line.ref for line in prompt.lines)
            refs += tuple(f"lead:{line.ref}" for line in prompt.escalated)
            asked.setdefault(initials, []).append((f"{now:%a %d}", *refs))
    return asked


def test_each_person_gets_one_message_with_everything_due(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        got = deliver(session, NINE)
    assert {initials: [line.line.ref for line in prompt.lines] for initials, prompt in got.items()} == {
        "RM": ["5.3"],
        "JM": ["5.3"],
        "SS": ["1/5.2"],
    }


def test_reminders_escalate_to_the_lead_and_end(planned: Database) -> None:
    with planned.transaction() as session:
        asked = deliver_daily(session, NINE, 14)
    assert asked["SS"] == [("Tue 03", "1/5.2"), ("Mon 09", "1/5.2"), ("Fri 13", "lead:6.1")] or asked["SS"][
        :2
    ] == [
        ("Mon 02", "1/5.2"),
        ("Fri 06", "1/5.2"),
    ]


def test_the_lead_gets_what_came_in_late_whatever_was_recorded_meanwhile(planned: Database) -> None:
    with planned.transaction() as session:
        action = session.scalars(select(Action).where(Action.ref == "6.1")).one()
        action.due_dates[0].day = NINE.date() - timedelta(days=20)
        session.flush()
        next_prompts.refresh_due_columns(action)
        next_prompts.plan_next_prompts(action, action.plan.board, now=NINE, catch_up=True)
        escalated_at = action.escalate_at
        assert escalated_at == datetime(2026, 3, 10, 9, tzinfo=UTC)
        said = UpdateStatus(refs=(RefQuery(None, "6.1"),), status=Status.IN_PROGRESS, line="")
        dispatch(session, asker("JM"), said, NINE + timedelta(days=1))
        assert action.escalate_at == escalated_at
        done = UpdateStatus(refs=(RefQuery(None, "6.1"),), status=Status.COMPLETE, line="")
        dispatch(session, asker("JM"), done, NINE + timedelta(days=2))
        assert action.escalate_at is None


def test_nothing_is_sent_at_the_weekend_or_on_a_bank_holiday(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=datetime(2026, 4, 3, 8, tzinfo=UTC)))
        session.execute(update(Action).values(escalate_at=None))
        plan_everyone(session, datetime(2026, 4, 3, 8, 0, 1, tzinfo=UTC))  # Good Friday
        assert session.scalars(select(Delivery)).all() == []
        moments = {owner.prompt_at for owner in session.scalars(select(ActionOwner))}
        assert moments == {datetime(2026, 4, 7, 8, tzinfo=UTC)}  # Tuesday, after Easter Monday


def test_a_bot_that_returns_at_night_waits_for_the_morning(planned: Database) -> None:
    with planned.transaction() as session:
        night, morning = datetime(2026, 3, 2, 23, tzinfo=UTC), datetime(2026, 3, 3, 9, 0, 1, tzinfo=UTC)
        plan_everyone(session, night)
        assert deliver(session, night) == {}
        plan_everyone(session, morning)
        assert deliver(session, morning)


def test_it_is_nine_o_clock_where_the_person_is(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Person).where(Person.initials == "RM").values(timezone="America/New_York"))
        plan_everyone(session, NINE)
        assert {row.target for row in session.scalars(select(Delivery))} == {"U0JM", "U0SS"}
        plan_everyone(session, datetime(2026, 3, 2, 14, 0, 1, tzinfo=UTC))
        assert "U0RM" in {row.target for row in session.scalars(select(Delivery))}


def test_whoever_spoke_lately_is_left_out_and_the_row_says_why(planned: Database) -> None:
    with planned.transaction() as session:
        command = UpdateStatus(refs=(RefQuery(None, "5.3"),), status=Status.IN_PROGRESS, line="")
        dispatch(session, asker("RM"), command, NINE - timedelta(minutes=10))
        for owner in session.scalars(select(ActionOwner)):
            owner.prompt_at = NINE if owner.action.ref == "5.3" else None
        plan_everyone(session, NINE)
        rows = session.scalars(select(Delivery).where(Delivery.kind == "prompt")).all()
        assert {row.state for row in rows} == {DeliveryState.SKIPPED}
        assert {row.reason for row in rows} == {"RM spoke today, less than 7 days before"}


def test_late_actions_are_asked_about_even_of_those_who_spoke(planned: Database) -> None:
    with planned.transaction() as session:
        command = UpdateStatus(refs=(RefQuery("1", "5.2"),), status=Status.IN_PROGRESS, line="")
        dispatch(session, asker("SS"), command, NINE - timedelta(minutes=10))
        session.execute(update(ActionOwner).values(prompt_at=None))
        ss = session.scalars(select(ActionOwner).join(Person).join(Action).where(Action.ref == "5.2")).one()
        ss.prompt_at = NINE
        plan_everyone(session, NINE)
        assert [row.state for row in session.scalars(select(Delivery))] == [DeliveryState.PLANNED]


def test_nobody_gets_more_than_the_budget_and_nothing_is_forgotten(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Board).values(weekly_budget=1, prompt_days=list(range(14, -8, -1))))
        next_prompts.replan_changed_boards(session, NINE)
        for owner in session.scalars(select(ActionOwner)):
            owner.prompt_at = NINE
        asked = deliver_daily(session, NINE, 15)
        for rows in asked.values():
            assert len(rows) <= 3
        assert [row[0] for row in asked["JM"]] == ["Mon 02", "Mon 09", "Mon 16"]
        reasons = {
            row.reason for row in session.scalars(select(Delivery)) if row.state is DeliveryState.SKIPPED
        }
        assert "already sent 1 message in 7 days; asked again when there is room" in reasons


def test_an_owner_without_an_account_leaves_a_row_that_says_so(planned: Database) -> None:
    with planned.transaction() as session:
        zz = session.scalars(select(ActionOwner).join(Person).where(Person.initials == "ZZ")).one()
        zz.action.due_dates[0].role = "due"  # type: ignore[assignment] # read back as the enum
        zz.action.due_dates[0].day = NINE.date() - timedelta(days=1)
        session.flush()
        session.expire_all()
        zz.prompt_at = NINE
        plan_everyone(session, NINE)
        row = session.scalars(select(Delivery).where(Delivery.target == "")).one()
        assert (row.state, row.reason) == (DeliveryState.SKIPPED, "no chat account is linked to ZZ")


@pytest.mark.parametrize(
    ("choice", "status", "declared"),
    [
        ("on-track", Status.NOT_STARTED, Colour.GREEN),
        ("at-risk", Status.NOT_STARTED, Colour.AMBER),
        ("complete", Status.COMPLETE, None),
    ],
)
def test_a_button_records_a_change_and_closes_the_question_for_all_owners(
    planned: Database, choice: str, status: Status, declared: Colour | None
) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        value = deliver(session, NINE)["RM"].lines[0].value
        assert answers.answer_prompt(session, asker("RM"), value, choice, NINE) is None
        action = session.scalars(select(Action).where(Action.ref == "5.3")).one()
        assert (action.status, action.declared, action.last_word_by) == (status, declared, "RM")
        rewrites = session.scalars(select(Delivery).where(Delivery.kind == "prompt-update")).all()
        assert {row.target for row in rewrites} == {"U0RM", "U0JM"}
        with pytest.raises(NotUnderstoodError, match="already answered"):
            answers.answer_prompt(session, asker("RM"), value, "complete", NINE)


def test_a_question_whose_answer_was_taken_back_is_open_again(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        value = deliver(session, NINE)["RM"].lines[0].value
        pressed = NINE + timedelta(minutes=5)
        answers.answer_prompt(session, asker("RM"), value, "on-track", pressed)
        rows = session.scalars(select(Delivery).where(Delivery.kind == "prompt-update")).all()
        assert len(rows) == 2
        for row in rows:
            outbox.mark_sent(session, row.id, channel="D1", ts="1.0", now=pressed)
        dispatch(session, asker("RM"), Undo(), pressed + timedelta(minutes=1))
        item = session.get_one(PromptItem, int(value.partition("-")[0]))
        message = messages.build_prompt(session, item.delivery, pressed)
        assert message is not None
        assert [line.answer for line in message.lines] == [""]
        rewrites = select(Delivery).where(Delivery.kind == "prompt-update")
        assert len(session.scalars(rewrites).all()) == 4
        assert answers.answer_prompt(session, asker("RM"), value, "complete", pressed) is None


def test_an_old_question_can_be_answered_once(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        value = deliver(session, NINE)["RM"].lines[0].value
        pressed = NINE + timedelta(days=20)
        assert answers.answer_prompt(session, asker("RM"), value, "on-track", pressed) is None
        assert session.get_one(PromptItem, int(value.partition("-")[0])).answer == "on-track"
        with pytest.raises(NotUnderstoodError, match="already answered"):
            answers.answer_prompt(session, asker("RM"), value, "complete", pressed + timedelta(days=1))


def test_later_is_a_snooze_and_no_update(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        value = deliver(session, NINE)["RM"].lines[0].value
        assert answers.answer_prompt(session, asker("RM"), value, "later", NINE) is None
        action = session.scalars(select(Action).where(Action.ref == "5.3")).one()
        assert (action.last_word_at, action.status) == (None, Status.NOT_STARTED)
        plan_everyone(session, NINE + timedelta(days=1))
        assert [line.line.ref for line in deliver(session, NINE + timedelta(days=1))["RM"].lines] == ["5.3"]


def test_somebody_elses_button_does_nothing(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        value = deliver(session, NINE)["RM"].lines[0].value
        with pytest.raises(NotAllowedError, match="someone else"):
            answers.answer_prompt(session, asker("SS"), value, "complete", NINE)
        for nonsense in ("999999", "x", "", "9" * 40, value.partition("-")[0], f"{value}0", value[:-1]):
            with pytest.raises(NotUnderstoodError, match="no longer know"):
                answers.answer_prompt(session, asker("RM"), nonsense, "complete", NINE)


def test_what_was_answered_before_it_was_sent_is_not_asked(planned: Database) -> None:
    with planned.transaction() as session:
        plan_everyone(session, NINE)
        command = UpdateStatus(refs=(RefQuery(None, "5.3"),), status=Status.COMPLETE, line="")
        dispatch(session, asker("JM"), command, NINE)
        assert set(deliver(session, NINE)) == {"SS"}
