"""A plan of thousands of actions is asked about in linear time, with nothing read that is not needed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.importing.analysis import analyse_draft, ask_about_draft
from bot.importing.drafting.draft import PlanDraft
from bot.importing.questions import generate
from bot.importing.questions.generate import cell_questions, owner_questions
from bot.importing.table.problems import Diagnostic, Doubt, Severity
from models.people import Workspace
from tests.fixtures.plans import DRAFT, action
from tests.structure.growth import grows_too_fast

LONG = 4_000


def plan_of(count: int) -> PlanDraft:
    """Each action has an owner of its own, and something doubtful about it."""
    actions = tuple(
        action(f"1.{number}", owners=(f"Owner {number}",), where=f"row {number}") for number in range(count)
    )
    problems = tuple(
        Diagnostic(each.where, "status", "", "No status.", Severity.WARNING, f"1/{each.ref}", Doubt.NO_STATUS)
        for each in actions
    )
    return replace(DRAFT, actions=actions, problems=problems)


def test_doubtful_cells_are_found_by_their_ref(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each.action_index for each in cell_questions(plan_of(30))] == list(range(30))
    monkeypatch.setattr(generate, "QUESTION_BUILDERS", {})
    assert not grows_too_fast(lambda draft: list(cell_questions(draft)), plan_of, long=LONG)


def test_what_an_owner_has_is_gathered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "_person_question", lambda refs, *_: refs)
    assert not grows_too_fast(lambda draft: owner_questions(draft, []), plan_of, long=LONG)


@pytest.mark.parametrize("left_out", [(), ("6.1",), ("6.1", "5.1", "1.3")])
def test_a_list_asks_what_the_comparison_with_the_whole_plan_asks(
    planned: Database, left_out: tuple[str, ...]
) -> None:
    kept = tuple(each for each in DRAFT.actions if each.ref not in left_out)
    problems = (Diagnostic("row 1", "status", "", "No status.", Severity.WARNING, "1/5.2", Doubt.NO_STATUS),)
    draft = replace(DRAFT, actions=(*kept, action("9.9", title="Something else")), problems=problems)
    with planned.transaction(write=False) as session:
        workspace = session.scalars(select(Workspace)).one()
        asked = ask_about_draft(session, workspace, draft)
        whole = analyse_draft(session, workspace, draft)
    assert asked.questions == whole.questions
    assert len(asked.questions) >= len(left_out) + 1
    assert asked.open_questions == whole.open_questions
