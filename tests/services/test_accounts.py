"""Who has which account: the last plan manager stays, both accounts are told, and it is on record."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import LinkAccount, PersonRef
from bot.database import Database
from bot.errors import NotAllowedError
from bot.importing import people_import
from bot.importing.people_import import PersonRow
from bot.plan.owners import PersonRole
from bot.rendering import Renderer
from bot.services import accounts, linking, people, workspaces
from models import AccountChange, Delivery, Person
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, USERS, asker


def link(session: Session, actor: str, initials: str, user_id: str) -> None:
    dispatch(session, asker(actor), LinkAccount(initials=initials, person=PersonRef(user_id=user_id)), NOW)


def add_manager(session: Session, initials: str, user_id: str | None) -> None:
    workspace = workspaces.find_or_create_workspace(session)
    people_import.apply(session, workspace, [row(initials, "", PersonRole.PLAN_MANAGER)], NOW)
    session.execute(update(Person).where(Person.initials == initials).values(slack_user_id=user_id))
    session.expire_all()


def texts_by_account(session: Session) -> dict[str, str]:
    """The text to each account."""
    rows = session.scalars(select(Delivery).where(Delivery.kind == "account-change"))
    return {row.target: Renderer().text(accounts.read_account_moved(row.facts)) for row in rows}


def account_of(session: Session, initials: str) -> str | None:
    return session.scalars(select(Person.slack_user_id).where(Person.initials == initials)).one()


def test_relinking_is_notified_to_both_accounts_and_on_record(planned: Database) -> None:
    with planned.transaction() as session:
        link(session, "PM", "SS", "U0NEW")
        link(session, "PM", "SS", "U0NEW")
        texts = texts_by_account(session)
        assert set(texts) == {"U0SS", "U0NEW"}
        assert "no longer linked to SS" in texts["U0SS"]
        assert "PM linked SS to" in texts["U0SS"]
        assert "now linked to SS" in texts["U0NEW"]
        assert "tell a plan manager" in texts["U0SS"]
        assert "tell a plan manager" in texts["U0NEW"]
        (row,) = session.scalars(select(AccountChange))
        pm = people.identify(session, asker("PM")).person
        assert pm is not None
        assert (row.source, row.old_user_id, row.new_user_id) == ("command", "U0SS", "U0NEW")
        assert (row.by_person_id, row.by_user_id, row.at) == (pm.id, USERS["PM"], NOW)


def test_a_first_account_is_on_record_and_nobody_is_written_to(planned: Database) -> None:
    with planned.transaction() as session:
        link(session, "PM", "ZZ", "U0NEW")
        assert texts_by_account(session) == {}
        (row,) = session.scalars(select(AccountChange))
        assert (row.old_user_id, row.new_user_id) == ("", "U0NEW")


@pytest.mark.parametrize("user_id", ["U0NEW", "U0STRANGER"])
def test_the_last_plan_manager_is_not_taken_away(planned: Database, user_id: str) -> None:
    with planned.transaction() as session:
        add_manager(session, "P2", None)
        with pytest.raises(NotAllowedError, match="PM is the only plan manager of a plan who has an account"):
            link(session, "PM", "PM", user_id)
        assert account_of(session, "PM") == USERS["PM"]
        assert texts_by_account(session) == {}
        assert session.scalars(select(AccountChange)).all() == []


def test_one_of_two_plan_managers_is_and_then_the_other_is_the_last(planned: Database) -> None:
    with planned.transaction() as session:
        add_manager(session, "P2", "U0P2")
        link(session, "U0P2", "PM", "U0NEW")
        assert account_of(session, "PM") == "U0NEW"
        people_import.apply(session, workspaces.find_or_create_workspace(session), [row("P2", "")], NOW)
        with pytest.raises(NotAllowedError, match="only plan manager"):
            link(session, "U0NEW", "PM", "U0OTHER")


def row(initials: str, email: str, role: PersonRole = PersonRole.OWNER) -> PersonRow:
    return PersonRow(initials, "", email, role, "row 2")


def test_a_new_address_in_the_list_of_people_takes_the_account_and_both_are_notified(
    planned: Database,
) -> None:
    with planned.transaction() as session:
        workspace = workspaces.find_or_create_workspace(session)
        people_import.apply(session, workspace, [row("SS", "new@council.example")], NOW)
        assert "The list of people has another e-mail address" in texts_by_account(session)["U0SS"]
        assert linking.link_accounts(session, workspace.id, {"new@council.example": "U0NEW"}, NOW) == ["SS"]
        assert "in place of" in texts_by_account(session)["U0NEW"]
        changes = [
            (each.source, each.old_user_id, each.new_user_id)
            for each in session.scalars(select(AccountChange))
        ]
        assert changes == [("people", "U0SS", ""), ("email", "", "U0NEW")]


def test_the_same_account_found_again_is_notified_nothing_new(planned: Database) -> None:
    with planned.transaction() as session:
        workspace = workspaces.find_or_create_workspace(session)
        people_import.apply(session, workspace, [row("SS", "new@council.example")], NOW)
        linking.link_accounts(session, workspace.id, {"new@council.example": "U0SS"}, NOW)
        assert set(texts_by_account(session)) == {"U0SS"}
        assert len(session.scalars(select(Delivery).where(Delivery.kind == "account-change")).all()) == 1


def test_the_list_of_people_leaves_the_last_plan_manager_their_account(planned: Database) -> None:
    with planned.transaction() as session:
        workspace = workspaces.find_or_create_workspace(session)
        add_manager(session, "P2", "U0P2")
        session.execute(update(Person).where(Person.initials == "P2").values(email="p2@council.example"))
        session.expire_all()
        rows = [
            row("PM", "pm-new@council.example", PersonRole.PLAN_MANAGER),
            row("P2", "p2-new@council.example", PersonRole.PLAN_MANAGER),
        ]
        applied = people_import.apply(session, workspace, rows, NOW)
        assert (applied.moved, applied.kept) == (("PM",), ("P2",))
        assert account_of(session, "P2") == "U0P2"
        assert account_of(session, "PM") is None
