from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing.drafting.activity import Step
from bot.importing.drafting.step_allocation import allocate_steps, overall_status
from bot.plan.date_parser import read_due_lines
from bot.plan.due_dates import DueDate, Role
from bot.plan.owners import read_owner_lines
from bot.plan.statuses import Status

DONE, GOING, NOT = Status.COMPLETE, Status.IN_PROGRESS, Status.NOT_STARTED
THREE = [Step("a)", "Draft"), Step("b)", "Consult"), Step("c)", "Publish")]


def lines(text: str) -> list[list[DueDate]]:
    return read_due_lines(text, as_at=date(2026, 3, 18))


@pytest.mark.parametrize("cell", ["01/04/26 31/07/26 31/10/26", "01/04/26\n31/07/26\n31/10/26"])
def test_as_many_dates_as_steps(cell: str) -> None:
    placed = allocate_steps(THREE, lines(cell), [], [])
    assert [step.due[0].text for step in placed.milestones] == ["01/04/26", "31/07/26", "31/10/26"]
    assert [due.role for due in placed.due] == [Role.MILESTONE] * 3
    assert placed.dates_unplaced == 0


def test_a_line_may_hold_two_readings() -> None:
    placed = allocate_steps(THREE, lines("April 26 and ongoing\nInitial meeting 05/08/26\n31/10/26"), [], [])
    assert [[due.role for due in step.due] for step in placed.milestones] == [
        [Role.START, Role.ONGOING], [Role.START], [Role.MILESTONE],
    ]  # fmt: skip


@pytest.mark.parametrize(("cell", "unplaced"), [("01/04/26", 0), ("01/04/26\n31/07/26", 2), ("", 0)])
def test_other_numbers_stay_with_the_action(cell: str, unplaced: int) -> None:
    placed = allocate_steps(THREE, lines(cell), [], [])
    assert all(not step.due for step in placed.milestones)
    assert all(due.role is Role.DUE for due in placed.due)
    assert placed.dates_unplaced == unplaced


def test_one_step_takes_no_date() -> None:
    placed = allocate_steps(THREE[:1], lines("01/04/26"), [], [])
    assert placed.milestones[0].due == ()
    assert placed.due[0].role is Role.DUE


@pytest.mark.parametrize(
    ("printed", "steps", "action"),
    [
        ([], [NOT, NOT, NOT], NOT),
        ([DONE], [DONE, DONE, DONE], DONE),
        ([DONE, GOING], [DONE, GOING, NOT], GOING),
        ([DONE, DONE], [DONE, DONE, NOT], GOING),
        ([DONE, DONE, DONE], [DONE, DONE, DONE], DONE),
        ([NOT, NOT], [NOT, NOT, NOT], NOT),
        ([DONE, NOT, DONE, DONE], [GOING, GOING, GOING], GOING),
    ],
)
def test_statuses(printed: list[Status], steps: list[Status], action: Status) -> None:
    placed = allocate_steps(THREE, [], [], printed)
    assert [step.status for step in placed.milestones] == steps
    assert placed.status is action
    assert placed.statuses_short == (len(printed) if len(printed) == 2 else 0)
    assert placed.statuses_over == (4 if len(printed) == 4 else 0)


def test_owners_on_lines_of_their_own() -> None:
    placed = allocate_steps(THREE, [], read_owner_lines("RM\nPB, MW\nST"), [])
    assert [step.owners for step in placed.milestones] == [("RM",), ("PB", "MW"), ("ST",)]
    assert allocate_steps(THREE, [], read_owner_lines("RM, PB, ST"), []).milestones[0].owners == ()
    assert allocate_steps(THREE, [], read_owner_lines("RM\nPB"), []).owners_unplaced == 2


@given(st.lists(st.sampled_from(Status), max_size=6), st.integers(0, 6))
def test_every_step_has_a_status_and_the_action_agrees(printed: list[Status], count: int) -> None:
    placed = allocate_steps([Step("", str(number)) for number in range(count)], [], [], printed)
    assert len(placed.milestones) == count
    if placed.milestones and placed.status is DONE:
        assert all(step.status is DONE for step in placed.milestones)
    assert placed.status is overall_status(printed, count)
