"""Two plans may number alike: then a word of the plan's title tells which is meant."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.commands import UpdateStatus
from bot.database import Database
from bot.messages import ActionCard, Candidates, Message, UpdateReceipt
from bot.plan.owners import PersonRole
from bot.plan.statuses import Status
from handlers.command_parser import parse
from models import Action, Person, Plan
from models.plans import PlanRole, Section
from tests.fixtures.plans import NOW
from tests.services.actions.test_updates import run_command


@pytest.fixture
def two_plans(planned: Database) -> Database:
    with planned.transaction() as session:
        first = session.scalars(select(Plan)).one()
        plan = Plan(workspace_id=1, board_id=first.board_id, title="Children's plan 2026", imported_at=NOW)
        session.add(plan)
        session.flush()
        manager = session.scalars(select(Person.id).where(Person.initials == "PM")).one()
        session.add(
            PlanRole(workspace_id=1, plan_id=plan.id, person_id=manager, role=PersonRole.PLAN_MANAGER)
        )
        section = Section(workspace_id=1, plan_id=plan.id, number="1", title="MTFS savings")
        session.add(section)
        session.flush()
        session.add(
            Action(
                workspace_id=1,
                plan_id=plan.id,
                section_id=section.id,
                ref="5.2",
                title="Open a nursery",
                status=Status.NOT_STARTED,
                created_at=NOW,
            )
        )
    return planned


def run_line(database: Database, line: str) -> Message:
    return run_command(database, "PM", parse(line, today=NOW.date(), command="/cip"))


def test_of_two_that_are_numbered_alike_each_can_be_chosen(two_plans: Database) -> None:
    asked = run_line(two_plans, "update 1/5.2 complete: all six in")
    assert isinstance(asked, Candidates)
    assert [each.run for each in asked.candidates] == [
        "update improvement-1/5.2 complete: all six in",
        "update children-1/5.2 complete: all six in",
    ]
    for each, title in zip(asked.candidates, ("Gather the data", "Open a nursery"), strict=True):
        receipt = run_line(two_plans, each.run)
        assert isinstance(receipt, UpdateReceipt)
        (change,) = receipt.changes
        assert (change.title.startswith(title), change.note) == (True, "all six in")


def test_a_ref_whose_action_is_clear_needs_no_choice(two_plans: Database) -> None:
    command = parse("update 1/5.2 complete: all six in", today=NOW.date())
    assert isinstance(command, UpdateStatus)
    with two_plans.transaction() as session:
        titles = {each.id: each.title for each in session.scalars(select(Action).where(Action.ref == "5.2"))}
    for number, title in titles.items():
        receipt = run_command(two_plans, "PM", replace(command, action_id=number))
        if title.startswith("Improve the out"):
            # It stands in another section: what was typed counts.
            assert isinstance(receipt, Candidates)
            continue
        assert isinstance(receipt, UpdateReceipt)
        assert [change.title for change in receipt.changes] == [title]


def test_candidates_of_one_plan_are_distinguished_by_their_section_alone(two_plans: Database) -> None:
    asked = run_line(two_plans, "show 5.2")
    assert isinstance(asked, Candidates)
    runs = [each.run for each in asked.candidates]
    assert runs == ["show improvement-1/5.2", "show 2/5.2", "show children-1/5.2"]
    shown = [run_line(two_plans, run) for run in runs]
    assert [each.line.title for each in shown if isinstance(each, ActionCard)] == [
        each.title for each in asked.candidates
    ]


def test_a_word_that_another_section_is_called_too_is_not_taken(two_plans: Database) -> None:
    with two_plans.transaction() as session:
        session.execute(update(Section).where(Section.plan_id != 1).values(title="Improvement for families"))
    asked = run_line(two_plans, "show 1/5.2")
    assert isinstance(asked, Candidates)
    assert [each.run for each in asked.candidates] == ["show savings-1/5.2", "show children-1/5.2"]
    shown = [run_line(two_plans, each.run) for each in asked.candidates]
    assert all(isinstance(each, ActionCard) for each in shown)


def test_a_number_in_a_plans_title_is_no_section(two_plans: Database) -> None:
    with two_plans.transaction() as session:
        plan_id = session.scalars(select(Plan.id).where(Plan.id != 1)).one()
        section = Section(workspace_id=1, plan_id=plan_id, number="2", title="Practice")
        session.add(section)
        session.flush()
        session.add(
            Action(
                workspace_id=1,
                plan_id=plan_id,
                section_id=section.id,
                ref="5.2",
                title="Train the staff",
                status=Status.NOT_STARTED,
                created_at=NOW,
            )
        )
    asked = run_line(two_plans, "show 5.2")
    assert isinstance(asked, Candidates)
    # Section 1 of either plan is no section 2 of it, though both titles have a word that begins with 2.
    assert len(asked.candidates) == 4
    shown = [run_line(two_plans, each.run) for each in asked.candidates]
    assert [each.line.title for each in shown if isinstance(each, ActionCard)] == [
        each.title for each in asked.candidates
    ]
