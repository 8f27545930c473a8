"""A plan of thousands of actions is asked about in linear time."""

from dataclasses import replace

import pytest

from bot.importing.drafting.draft import PlanDraft
from bot.importing.questions import generate
from bot.importing.questions.generate import cell_questions, owner_questions
from bot.importing.table.problems import Diagnostic, Doubt, Severity
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
