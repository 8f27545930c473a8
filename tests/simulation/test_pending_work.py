"""The simulation's own look at what comes next."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import UpdateStatus
from bot.database import Database
from bot.errors import DeliveryError, ErrorKind
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.runtime.bot import build_dispatcher
from bot.services.outbox import claims, outbox, refusals
from bot.services.prompts import planner
from bot.services.scheduling import waiting
from bot.simulation import pending_work
from models import Action, ActionOwner, Board, Delivery, DeliveryState, Refusal
from tests.fixtures.plans import asker

EVENING = datetime(2027, 1, 25, 20, 30, tzinfo=UTC)
MORNING = datetime(2027, 1, 26, 8, 0, tzinfo=UTC)
# A Tuesday at ten past nine: several people are to be asked.
PROMPTED_AT = datetime(2026, 3, 3, 9, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
REFUSED = DeliveryError("The token was revoked.", code="token_revoked", try_again=False, kind=ErrorKind.TOKEN)


def test_a_digest_that_is_late_at_night_is_due_in_the_morning(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=None))
        session.execute(update(Action).values(escalate_at=None))
        session.execute(update(Board).values(next_digest_at=EVENING - timedelta(hours=12)))
        assert not pending_work.is_pending(session, EVENING, ())
        assert pending_work.next_moment(session, EVENING) == MORNING
        assert pending_work.is_pending(session, MORNING, ())
        assert pending_work.next_moment(session, EVENING - timedelta(days=2)) == EVENING - timedelta(hours=12)


def refuse_everything(session: Session, now: datetime) -> int:
    """Let a worker try what is due, with a token that is refused. Returns how many it tried."""
    claimed = claims.claim(session, by="host:1:a", now=now, limit=50)
    for each in claimed:
        refusals.put_off(session, outbox.require_row(session, each.id), REFUSED, now)
    return len(claimed)


def plan_and_refuse(session: Session) -> None:
    """Nothing but prompts is due, and all of them wait for a token that is accepted."""
    session.execute(update(Board).values(next_digest_at=PROMPTED_AT + timedelta(days=7)))
    while planner.plan_prompts(session, PROMPTED_AT):
        pass
    assert refuse_everything(session, PROMPTED_AT) > 0


def test_what_waits_is_pending_once_it_is_to_be_looked_at_again(planned: Database) -> None:
    with planned.transaction() as session:
        plan_and_refuse(session)
        assert not pending_work.is_pending(session, PROMPTED_AT, ())
        later = PROMPTED_AT + HOUR
        assert pending_work.next_moment(session, PROMPTED_AT) == later
        assert pending_work.is_pending(session, later, ())
        waiting.settle_overdue(session, later)
        refuse_everything(session, later)
        assert not pending_work.is_pending(session, later, ())


def test_what_waits_is_looked_at_together_when_the_last_of_it_is_due(planned: Database) -> None:
    """One moment an hour, and not one for each message: a week without a token would take a day to live."""
    with planned.transaction() as session:
        plan_and_refuse(session)
        last = PROMPTED_AT + timedelta(minutes=20)
        session.execute(update(ActionOwner).values(prompt_at=None))
        session.execute(update(Action).values(escalate_at=None))
        session.execute(update(Refusal).values(next_try_at=last + 2 * HOUR))
        first = session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.WAITING)).first()
        session.execute(update(Delivery).where(Delivery.id == first).values(next_attempt_at=last + HOUR))
        assert pending_work.next_moment(session, PROMPTED_AT) == last + HOUR


def test_a_prompt_whose_day_is_over_is_pending_until_it_is_asked_again(planned: Database) -> None:
    """The clock may not move on to the next prompt time before a bot has given it up."""
    with planned.transaction() as session:
        plan_and_refuse(session)
        midnight = datetime(2026, 3, 4, 0, 30, tzinfo=UTC)
        assert pending_work.is_pending(session, midnight, ())
        waiting.settle_overdue(session, midnight)
        refuse_everything(session, midnight)
        assert not pending_work.is_pending(session, midnight, ())
        assert pending_work.next_moment(session, midnight) == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def test_a_refusal_that_may_have_been_put_right_is_pending_until_it_is_tried(planned: Database) -> None:
    with planned.transaction() as session:
        plan_and_refuse(session)
        soon = PROMPTED_AT + timedelta(minutes=5)
        refusals.try_now(session, soon)
        assert pending_work.is_pending(session, soon, ())
        assert refuse_everything(session, soon) == 1
        assert not pending_work.is_pending(session, soon, ())


def test_a_refusal_for_which_nothing_waits_is_not_pending(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Board).values(next_digest_at=None))
        session.execute(update(ActionOwner).values(prompt_at=None))
        session.execute(update(Action).values(escalate_at=None))
        workspace_id = session.scalars(select(Board.workspace_id)).one()
        refusals.record_token_error(session, workspace_id, REFUSED, PROMPTED_AT)
        assert not pending_work.is_pending(session, PROMPTED_AT + HOUR, ())


def test_when_a_message_that_was_written_earlier_was_recorded(planned: Database) -> None:
    """By the record: the workspace cannot tell."""
    recorded = PROMPTED_AT + timedelta(seconds=7)
    with planned.transaction() as session:
        for marker, at in (("word00001x", PROMPTED_AT), ("word00002x", recorded)):
            update_status(session, f"{marker} as agreed", at)
        assert pending_work.recorded_at(session, "word00002x") == recorded
        assert pending_work.recorded_at(session, "word00003x") is None


def update_status(session: Session, note: str, now: datetime) -> None:
    command = UpdateStatus(refs=(RefQuery("1", "5.2"),), status=Status.IN_PROGRESS, note=note)
    build_dispatcher().answer(session, asker("SS"), command, now)
