"""The welcome: once to everybody who is linked for the first time, as soon as they own something.

It goes with the linking, so whoever was linked before there were welcomes gets none: they have been asked,
and know the bot. Each question says how to change when it comes.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.messages import Welcome
from bot.services.actions import presenters
from bot.services.outbox import outbox
from bot.services.prompts import asking_rules
from models.base import DeliveryState
from models.outbox import Delivery
from models.people import Person
from models.plans import Action
from models.queries import actions as actions_query
from models.queries import ref_index
from models.queries import welcomes as query

DELIVERY_KIND = "welcome"
# Stored as the reason of a row that waits for a plan.
OWNS_NOTHING = "owns no open action yet"
MAX_REFS = 8


def enqueue_welcome(session: Session, person: Person, user_id: str, now: datetime) -> None:
    """Once for each person and account, however often they are linked."""
    outbox.enqueue(
        session,
        outbox.NewDelivery(
            person.workspace_id,
            DELIVERY_KIND,
            f"{DELIVERY_KIND}:{person.id}:{user_id}",
            user_id,
            now,
            person=person,
        ),
    )


def build_welcome(session: Session, row: Delivery, now: datetime) -> Welcome | None:
    """As things stand now; the row gets the board whose quiet hours hold. None where the account is another
    person's by now, and where there is nothing to ask them yet.
    """
    person = row.person
    owned = _load_owned(session, person) if person and person.slack_user_id == row.target else []
    if person is None or not owned:
        return None
    row.board = owned[0].plan.board
    shared = ref_index.shared_refs(session, person.workspace_id, [each.ref for each in owned])
    return Welcome(
        person.initials,
        tuple(dict.fromkeys(each.plan.title for each in owned)),
        presenters.format_refs(owned[:MAX_REFS], shared),
        len(owned),
        asking_rules.find_rules(session, person, owned[0].plan, now),
    )


def _load_owned(session: Session, person: Person) -> list[Action]:
    owned = actions_query.load_actions(session, actions_query.owned_ids(session, person.id)).values()
    return [each for each in owned if each.gone_at is None and each.status.is_open]


def send_waiting(session: Session, workspace_id: int, now: datetime) -> None:
    """A plan came in: welcome those who were linked before they owned anything."""
    for row in query.lock_skipped(session, workspace_id, DELIVERY_KIND, OWNS_NOTHING):
        row.state, row.reason, row.attempts = DeliveryState.PLANNED, "", 0
        row.due_at = row.next_attempt_at = now
    session.flush()
