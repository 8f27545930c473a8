"""Who has which chat account. Every change goes through here: it is recorded, and both accounts hear it. Who
is linked for the first time is welcomed.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import NotAllowedError
from bot.messages import AccountMoved, Notice
from bot.plan.owners import PersonRole
from bot.sentences import sentence
from bot.services.outbox import admin_notices, outbox
from bot.services.prompts import welcomes
from bot.services.scheduling import next_prompts
from models.accounts import AccountChange
from models.people import Person
from models.queries import accounts as query
from models.queries import plan_roles as roles_query

DELIVERY_KIND = "account-change"
DEACTIVATED = "user_disabled"


@dataclass(frozen=True)
class ChangeOrigin:
    """Where a change comes from: source as in AccountChange; in chat, who asked for it and their initials."""

    source: str
    person_id: int | None = None
    user_id: str = ""
    initials: str = ""


FROM_PEOPLE_LIST = ChangeOrigin("people")
FROM_EMAIL = ChangeOrigin("email")


def change_account(
    session: Session, person: Person, user_id: str, origin: ChangeOrigin, now: datetime
) -> str:
    """Give the person this account, "" for none. Returns the one they had before, "" for none."""
    before = person.slack_user_id or ""
    if user_id == before:
        return before
    given_up = before or query.last_account(session, person.id)
    person.slack_user_id = user_id or None
    change = AccountChange(
        workspace_id=person.workspace_id,
        person_id=person.id,
        at=now,
        source=origin.source,
        old_user_id=before,
        new_user_id=user_id,
        by_person_id=origin.person_id,
        by_user_id=origin.user_id,
    )
    session.add(change)
    query.forget_lookup(session, person.id)
    session.flush()
    if before:
        message = AccountMoved(person.initials, is_linked=False, other=user_id, by=origin.initials)
        _notify_account(session, person, change, before, message, now)
    if user_id and not before:
        next_prompts.plan_linked_person(session, person, now)
    if user_id and not given_up:
        welcomes.enqueue_welcome(session, person, user_id, now)
    if user_id and given_up and given_up != user_id:
        message = AccountMoved(person.initials, is_linked=True, other=given_up, by=origin.initials)
        _notify_account(session, person, change, user_id, message, now)
    return before


def _notify_account(
    session: Session,
    person: Person,
    change: AccountChange,
    user_id: str,
    message: AccountMoved,
    now: datetime,
) -> None:
    key = f"{DELIVERY_KIND}:{change.id}:{user_id}"
    outbox.enqueue(
        session,
        outbox.NewDelivery(
            person.workspace_id, DELIVERY_KIND, key, user_id, now, person=person, facts=asdict(message)
        ),
    )


def notify_deactivated(session: Session, person: Person, now: datetime) -> None:
    """Tell plan managers, once for each account, that what is sent to this person no longer arrives. The key
    is that of a message that such an account refused.
    """
    notice = Notice(
        sentence("services.account_deactivated", initials=person.initials),
        sentence("services.delivery_remedy", code=DEACTIVATED, target=person.initials),
    )
    key = f"{DEACTIVATED}:{person.slack_user_id}"
    boards = roles_query.boards_of_person(session, person.id)
    admin_notices.notify_managers(session, person.workspace_id, key, notice, now, boards)


def read_account_moved(facts: dict[str, Any]) -> AccountMoved:
    return AccountMoved(**facts)


def require_other_manager(session: Session, person: Person, user_id: str) -> None:
    """Raises NotAllowedError where another account would take over from the last plan manager who has one, of
    all or of one plan.
    """
    if person.slack_user_id != user_id and is_last_manager(session, person):
        raise NotAllowedError(sentence("services.last_plan_manager", initials=person.initials))


def is_last_manager(session: Session, person: Person) -> bool:
    """Whether they are the only plan manager who has an account, or the only one of a plan."""
    linked = {each.id for each in query.lock_linked_managers(session, person.workspace_id)}
    managers_by_plan = defaultdict[int, set[int]](set)
    for plan_id, person_id, role in roles_query.role_keys(session, person.workspace_id):
        if role is PersonRole.PLAN_MANAGER:
            managers_by_plan[plan_id].add(person_id)
    return any(linked & managers == {person.id} for managers in (linked, *managers_by_plan.values()))
