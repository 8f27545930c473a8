"""Who gets which role when a plan or a list of people comes in, and at the upgrade."""

from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.importing import apply_draft, people_import
from bot.importing.drafting.draft import PlanDraft
from bot.importing.people_import import PersonRow
from bot.importing.versions import Source
from bot.plan.owners import PersonRole
from bot.services import people, workspaces
from handlers.command_parser import parse
from models import Person, schema
from models.queries import people as people_query
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import DEFAULTS, DRAFT, NOW, TEAM, USERS, action, asker
from tests.fixtures.two_boards import HARBOUR_PLAN

OWNER, LEAD, MANAGER = PersonRole.OWNER.value, PersonRole.LEAD.value, PersonRole.PLAN_MANAGER.value


def roles_in(session: Session, title: str) -> set[tuple[str, str]]:
    """(initials, role) of everybody the plan knows."""
    rows = session.execute(
        text(
            "select person.initials, plan_role.role from plan_role"
            " join person on person.id = plan_role.person_id"
            " join plan on plan.id = plan_role.plan_id where plan.title = :title"
        ),
        {"title": title},
    )
    return {(initials, role) for initials, role in rows}


def bring_in(session: Session, draft: PlanDraft, channel: str | None, by: Person | None = None) -> None:
    workspace = workspaces.find_or_create_workspace(session)
    apply_draft.apply(
        session,
        workspace,
        draft,
        defaults=DEFAULTS,
        channel=channel,
        now=NOW,
        source=Source(person=by),
    )


def test_at_the_upgrade_everybody_keeps_what_they_had_in_every_plan(planned: Database) -> None:
    with planned.transaction() as session:
        bring_in(session, HARBOUR_PLAN, "#harbour")
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with planned.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0013")
    assert schema.upgrade(planned) == schema.newest_revision()
    with planned.transaction(write=False) as session:
        expected = {(each.initials, each.role.value) for each in people_query.people(session, 1)}
        assert len(expected) > len(USERS)
        for title in (DRAFT.title, HARBOUR_PLAN.title):
            assert roles_in(session, title) == expected


def test_the_first_plan_knows_everybody_who_was_there_before_it(planned: Database) -> None:
    with planned.transaction(write=False) as session:
        found = roles_in(session, DRAFT.title)
    assert {("VW", "viewer"), ("CH", "board-chair"), ("PM", MANAGER), ("RM", LEAD), ("RM", OWNER)} <= found


def test_a_plan_of_a_new_board_knows_its_own_people_and_the_plan_managers(planned: Database) -> None:
    with planned.transaction() as session:
        session.add(Person(workspace_id=1, initials="HL"))
        session.flush()
        bring_in(session, HARBOUR_PLAN, "#harbour")
        assert roles_in(session, HARBOUR_PLAN.title) == {("HO", OWNER), ("HL", LEAD), ("PM", MANAGER)}


def test_a_further_plan_of_a_board_knows_the_boards_people(planned: Database) -> None:
    with planned.transaction() as session:
        before = roles_in(session, DRAFT.title)
        bring_in(session, HARBOUR_PLAN, "#board")
        assert roles_in(session, HARBOUR_PLAN.title) == before | {("HO", OWNER)}


def test_a_newer_version_brings_its_new_owners_in_and_nobody_is_put_out(planned: Database) -> None:
    with planned.transaction() as session:
        before = roles_in(session, DRAFT.title)
        newer = replace(DRAFT, actions=(*DRAFT.actions[1:], action("9.1", owners=("NN",))))
        bring_in(session, newer, None)
        assert roles_in(session, DRAFT.title) == before | {("NN", OWNER)}


def give(
    session: Session, initials: str, role: PersonRole, board_id: int | None = None, email: str = ""
) -> None:
    rows = [PersonRow(initials, "", email, role, "row 2")]
    people_import.apply(session, workspaces.find_or_create_workspace(session), rows, NOW, board_id)


def test_a_list_of_people_gives_roles_in_one_board_or_in_all(planned: Database) -> None:
    with planned.transaction() as session:
        bring_in(session, HARBOUR_PLAN, "#harbour")
        for initials, role, board in (
            ("A1", PersonRole.VIEWER, None),
            ("A2", PersonRole.VIEWER, 2),
            ("A3", PersonRole.OWNER, None),
            ("A4", PersonRole.OWNER, 1),
        ):
            give(session, initials, role, board)
        ours, theirs = roles_in(session, DRAFT.title), roles_in(session, HARBOUR_PLAN.title)
    assert {each for each in ours if each[0][0] == "A"} == {("A1", "viewer"), ("A4", OWNER)}
    assert {each for each in theirs if each[0][0] == "A"} == {("A1", "viewer"), ("A2", "viewer")}


def test_another_role_in_the_list_takes_the_earlier_one_away(planned: Database) -> None:
    with planned.transaction() as session:
        give(session, "PM", PersonRole.VIEWER)
        assert ("PM", MANAGER) not in roles_in(session, DRAFT.title)
        give(session, "RM", PersonRole.PLAN_MANAGER, email="rm@council.example")
        assert {("RM", MANAGER), ("RM", OWNER), ("RM", LEAD)} <= roles_in(session, DRAFT.title)
        assert people.identify(session, asker("RM")).is_manager_of(1)


def test_one_list_for_one_board_lets_everybody_in_it_read(planned: Database) -> None:
    with planned.transaction() as session:
        give(session, "A5", PersonRole.OWNER)
        assert ("A5", OWNER) in roles_in(session, DRAFT.title)


def test_a_manager_links_nobody_of_another_board(planned: Database) -> None:
    with planned.transaction() as session:
        person = Person(workspace_id=1, initials="HM", slack_user_id="U0HM", role=PersonRole.PLAN_MANAGER)
        session.add(person)
        session.flush()
        bring_in(session, HARBOUR_PLAN, "#harbour", person)
        link = parse("link SS <@U0EVIL>", today=NOW.date())
        with pytest.raises(NotUnderstoodError, match="Nobody in the plan has the initials SS") as refused:
            dispatch(session, replace(asker("HM"), user_id="U0HM"), link, NOW)
        assert "RM" not in refused.value.sentence
        dispatch(
            session, replace(asker("HM"), user_id="U0HM"), parse("link HO <@U0HO>", today=NOW.date()), NOW
        )
        give(session, "SS", PersonRole.OWNER, board_id=2, email="ss@council.example")
        with pytest.raises(NotAllowedError, match="only somebody who manages all of them"):
            dispatch(session, replace(asker("HM"), user_id="U0HM"), link, NOW)
        show = parse("show 6.1", today=NOW.date())
        with pytest.raises(NotUnderstoodError, match=r"There is no action 6\.1"):
            dispatch(session, replace(asker("HM"), user_id="U0HM"), show, NOW)


def test_whoever_no_plan_names_learns_whom_to_ask(planned: Database) -> None:
    with planned.transaction() as session:
        session.add(Person(workspace_id=1, initials="QQ", slack_user_id="U0QQ"))
        session.flush()
        with pytest.raises(NotAllowedError, match=r"do not name you.*ask a plan manager \(PM\)"):
            dispatch(session, replace(asker("QQ"), user_id="U0QQ"), parse("at-risk", today=NOW.date()), NOW)
        assert workspaces.is_known(session, TEAM)
