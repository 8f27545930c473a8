"""The simulation's own look at what comes next."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.database import Database
from bot.simulation import pending_work
from models import Action, ActionOwner, Board

EVENING = datetime(2027, 1, 25, 20, 30, tzinfo=UTC)
MORNING = datetime(2027, 1, 26, 8, 0, tzinfo=UTC)


def test_a_digest_that_is_late_at_night_is_due_in_the_morning(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=None))
        session.execute(update(Action).values(escalate_at=None))
        session.execute(update(Board).values(next_digest_at=EVENING - timedelta(hours=12)))
        assert not pending_work.is_pending(session, EVENING, ())
        assert pending_work.next_moment(session, EVENING) == MORNING
        assert pending_work.is_pending(session, MORNING, ())
        assert pending_work.next_moment(session, EVENING - timedelta(days=2)) == EVENING - timedelta(hours=12)
