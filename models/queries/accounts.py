"""How the accounts of people are found, and every change of them."""

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.accounts import AccountChange, AccountLookup, LinkingState
from models.people import Person
from models.queries import people as people_query

PersonAndLookup = Row[Person, AccountLookup | None]


def lock_linking_state(session: Session, workspace_id: int) -> LinkingState:
    """The workspace's row, locked until the transaction ends; inserted where there is none."""
    query = select(LinkingState).where(LinkingState.workspace_id == workspace_id).with_for_update()
    state = session.scalar(query.execution_options(populate_existing=True))
    if state is not None:
        return state
    state = LinkingState(workspace_id=workspace_id)
    try:
        with session.begin_nested():
            session.add(state)
    except IntegrityError:
        return lock_linking_state(session, workspace_id)
    return state


def linking_state(session: Session, workspace_id: int) -> LinkingState | None:
    return session.scalar(select(LinkingState).where(LinkingState.workspace_id == workspace_id))


def find_lookup(session: Session, person_id: int) -> AccountLookup | None:
    return session.scalar(select(AccountLookup).where(AccountLookup.person_id == person_id))


def lookup_of(session: Session, person: Person) -> AccountLookup:
    """The person's row; added where there is none."""
    found = find_lookup(session, person.id)
    if found is not None:
        return found
    row = AccountLookup(workspace_id=person.workspace_id, person_id=person.id)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return lookup_of(session, person)
    return row


def forget_lookup(session: Session, person_id: int) -> None:
    """What was found out about the account that the person had so far, or about their lack of one."""
    row = find_lookup(session, person_id)
    if row is not None:
        row.attempts, row.looked_up_at, row.next_lookup_at, row.slack_timezone = 0, None, None, None


def people_with_lookups(session: Session, workspace_id: int) -> Sequence[PersonAndLookup]:
    """Everybody, each with their row or None."""
    return session.execute(
        select(Person, AccountLookup)
        .outerjoin(AccountLookup, AccountLookup.person_id == Person.id)
        .where(Person.workspace_id == workspace_id)
        .order_by(Person.id)
    ).all()


def last_account(session: Session, person_id: int) -> str:
    """The account that the person last had and had to give up; "" where they never had one, or have one."""
    query = select(AccountChange).where(AccountChange.person_id == person_id)
    last = session.scalar(query.order_by(AccountChange.id.desc()).limit(1))
    return last.old_user_id if last is not None and not last.new_user_id else ""


def lock_linked_managers(session: Session, workspace_id: int) -> Sequence[Person]:
    """Plan managers who have an account, locked, so that two of them are not taken away at once."""
    return session.scalars(
        select(Person)
        .where(
            Person.workspace_id == workspace_id,
            people_query.is_plan_manager(),
            Person.slack_user_id.is_not(None),
        )
        .order_by(Person.id)
        .with_for_update()
    ).all()
