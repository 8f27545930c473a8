"""Of an action with open milestones it is asked what is done, whoever says it in whatever words; a line that
says it is not asked.

1.3 has two milestones, a) and b), neither of them begun; 5.3 and 1/5.2 have none.
"""

from dataclasses import replace

import pytest

from bot.commands import Command, Option, TakeOption, Undo, UpdateSeveral
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Candidates, OfferedAnswers, UndoReceipt, UpdateReceipt
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.actions import open_steps
from tests.fixtures.plans import on
from tests.services.actions.test_updates import count, run_command, update
from tests.services.offers.offering import execute, offer, rows, take

COMPLETE = Status.COMPLETE
ALL, ALONE, FIRST, SECOND, NOT_YET = range(5)


def ask(database: Database, command: Command, initials: str = "JM") -> OfferedAnswers:
    asked = run_command(database, initials, command)
    assert isinstance(asked, OfferedAnswers)
    return asked


def statuses(database: Database) -> list[tuple[str, str, str]]:
    """Of each change: the ref, the milestone's mark, and the new status."""
    found = rows(
        database,
        "select a.ref || '|' || coalesce(m.label, '') || '|' || c.to_status from status_change c"
        " join action a on a.id = c.action_id left join milestone m on m.id = c.milestone_id order by c.id",
    )
    return [tuple(each.split("|")) for each in found]


def begin(database: Database, *labels: str) -> None:
    """Close these milestones of 1.3."""
    for label in labels:
        receipt = run_command(database, "JM", update(f"1.3{label}", status=COMPLETE))
        assert isinstance(receipt, UpdateReceipt)


def test_it_is_asked_before_anything_is_recorded(planned: Database) -> None:
    asked = ask(planned, update("1.3", status=COMPLETE, note="signed off"))
    assert asked.problem == (
        "2 of 2 milestones of 1.3 are still open: a) Agree the procedure, b) Write the guidance."
        " What is done?"
    )
    assert [each.label for each in asked.options] == [
        "Done, with all milestones",
        "Done: only the action",
        "Only a) Agree the procedure",
        "Only b) Write the guidance",
        "Not yet: in progress",
    ]
    assert count(planned) == 0
    assert all(each.changes for each in asked.options)


@pytest.mark.parametrize(
    ("choice", "recorded"),
    [
        (ALL, [("1.3", "", "complete"), ("1.3", "a)", "complete"), ("1.3", "b)", "complete")]),
        (ALONE, [("1.3", "", "complete")]),
        (FIRST, [("1.3", "a)", "complete"), ("1.3", "", "in-progress")]),
        (SECOND, [("1.3", "b)", "complete"), ("1.3", "", "in-progress")]),
        (NOT_YET, [("1.3", "", "in-progress")]),
    ],
)
def test_a_press_records_what_its_option_says_and_undo_takes_all_of_it_back(
    planned: Database, choice: int, recorded: list[tuple[str, str, str]]
) -> None:
    asked = ask(planned, update("1.3", status=COMPLETE, note="signed off", evidence="https://x.example/1"))
    receipt = take(planned, asked, choice, initials="JM")
    assert isinstance(receipt, UpdateReceipt)
    assert statuses(planned) == recorded
    assert receipt.changes == asked.options[choice].changes
    assert [each.note for each in receipt.changes].count("signed off") == 1
    assert receipt.changes[0].note == "signed off"
    assert receipt.changes[0].evidence == "https://x.example/1"
    with pytest.raises(NotUnderstoodError, match="already"):
        take(planned, asked, choice, initials="JM")
    undone = run_command(planned, "JM", Undo())
    assert isinstance(undone, UndoReceipt)
    assert len(undone.changes) == len(recorded)
    assert rows(planned, "select status from milestone where status = 'complete'") == []
    assert rows(planned, "select status from action where ref = '1.3'") == ["not-started"]


def test_only_what_is_open_is_counted_and_named(planned: Database) -> None:
    begin(planned, "a")
    asked = ask(planned, update("1.3", status=COMPLETE))
    assert asked.problem.startswith("1 of 2 milestones of 1.3 is still open: b) Write the guidance.")
    assert asked.options[0].label == "Done, with all milestones"
    assert len(asked.options) == 4


def test_nothing_is_asked_once_all_are_done(planned: Database) -> None:
    begin(planned, "a", "b")
    assert isinstance(run_command(planned, "JM", update("1.3", status=COMPLETE)), UpdateReceipt)


@pytest.mark.parametrize("status", ["dropped", "complete"])
def test_a_milestone_that_was_dropped_or_is_gone_is_not_open(planned: Database, status: str) -> None:
    if status == "dropped":
        execute(planned, "update milestone set status = 'dropped'")
    else:
        execute(planned, "update milestone set gone_at = '2026-03-01 00:00:00'")
    assert isinstance(run_command(planned, "JM", update("1.3", status=COMPLETE)), UpdateReceipt)


@pytest.mark.parametrize(
    "facts",
    [
        {"status": Status.IN_PROGRESS},
        {"status": Status.ON_HOLD},
        {"status": Status.DROPPED},
        {"status": Status.NOT_STARTED},
        {"declared": Colour.AMBER},
        {"note": "all steps complete soon"},
        {"due": on(50), "because": "late data"},
        {"blocked": True},
    ],
)
def test_other_updates_are_not_asked_about(planned: Database, facts: dict[str, object]) -> None:
    receipt = run_command(planned, "JM", update("1.3", **facts))
    assert isinstance(receipt, UpdateReceipt)
    assert count(planned) == 1


def test_what_is_complete_already_is_not_asked_about_again(planned: Database) -> None:
    take(planned, ask(planned, update("1.3", status=COMPLETE)), ALONE, initials="JM")
    receipt = run_command(planned, "JM", update("1.3", status=COMPLETE, note="as I said"))
    assert isinstance(receipt, UpdateReceipt)
    assert statuses(planned) == [("1.3", "", "complete")] * 2


def test_verified_asks_too_and_a_step_alone_is_complete(planned: Database) -> None:
    asked = ask(planned, update("1.3", status=Status.VERIFIED), "PM")
    assert [each.label for each in asked.options][:2] == [
        "Verified, with all milestones",
        "Verified: only the action",
    ]
    assert not any("Not yet" in each.label for each in asked.options)
    take(planned, asked, FIRST, initials="PM")
    assert statuses(planned) == [("1.3", "a)", "complete"), ("1.3", "", "in-progress")]


def test_verified_with_all_of_it(planned: Database) -> None:
    take(planned, ask(planned, update("1.3", status=Status.VERIFIED), "PM"), ALL, initials="PM")
    assert statuses(planned) == [
        ("1.3", "", "verified"),
        ("1.3", "a)", "complete"),
        ("1.3", "b)", "complete"),
    ]


def test_an_owner_who_says_verified_is_offered_done_with_and_without_the_milestones(
    planned: Database,
) -> None:
    asked = ask(planned, update("1.3", status=Status.VERIFIED))
    assert [each.label for each in asked.options] == [
        "Done, with all milestones",
        "Done: only the action",
    ]


# Several actions


@pytest.mark.parametrize("is_one", [True, False])
def test_of_several_actions_those_with_open_milestones_are_asked_about(
    planned: Database, *, is_one: bool
) -> None:
    together = update("5.3", "1.3", status=COMPLETE)
    each = (update("5.3", status=COMPLETE, note="all said"), update("1.3", status=COMPLETE))
    asked = ask(planned, together if is_one else UpdateSeveral(updates=each, line="5.3, 1.3 done"))
    assert asked.problem.startswith("2 of 2 milestones of 1.3 are still open")
    assert len(asked.options) == 3
    assert count(planned) == 0
    take(planned, asked, 2, initials="JM")
    assert statuses(planned) == [("5.3", "", "complete"), ("1.3", "", "in-progress")]


def test_of_several_all_of_it_is_recorded_with_the_milestones(planned: Database) -> None:
    take(planned, ask(planned, update("5.3", "1.3", status=COMPLETE)), 0, initials="JM")
    assert sorted(statuses(planned)) == [
        ("1.3", "", "complete"),
        ("1.3", "a)", "complete"),
        ("1.3", "b)", "complete"),
        ("5.3", "", "complete"),
    ]
    assert len(set(rows(planned, "select batch from status_change"))) == 1


def test_a_list_that_names_the_open_milestones_goes_through(planned: Database) -> None:
    each = (update("1.3", status=COMPLETE), update("1.3a", status=COMPLETE), update("1.3b", status=COMPLETE))
    receipt = run_command(planned, "JM", UpdateSeveral(updates=each, line="1.3, 1.3a, 1.3b done"))
    assert isinstance(receipt, UpdateReceipt)
    assert rows(planned, "select status from milestone") == ["complete", "complete"]


def test_a_list_that_names_one_of_them_is_asked_about(planned: Database) -> None:
    each = (update("1.3", status=COMPLETE), update("1.3a", status=COMPLETE))
    ask(planned, UpdateSeveral(updates=each, line="1.3, 1.3a done"))
    assert count(planned) == 0


def test_a_milestone_that_is_only_begun_in_the_same_line_is_still_open(planned: Database) -> None:
    each = (
        update("1.3", status=COMPLETE),
        update("1.3a", status=COMPLETE),
        update("1.3b", status=Status.IN_PROGRESS),
    )
    ask(planned, UpdateSeveral(updates=each, line="1.3, 1.3a done, 1.3b in progress"))
    assert count(planned) == 0


# In words


@pytest.mark.parametrize(
    "words",
    [
        "all steps done",
        "All the milestones are complete.",
        "signed off, all its steps are now done",
        "both milestones complete",
        "all 2 milestones",
        "every step is done",
        "minutes filed: all of the steps finished!",
        "all two open milestones delivered",
    ],
)
def test_words_that_say_it_of_all_milestones_are_taken_for_it(planned: Database, words: str) -> None:
    receipt = run_command(planned, "JM", update("1.3", status=COMPLETE, note=words))
    assert isinstance(receipt, UpdateReceipt)
    assert rows(planned, "select status from milestone") == ["complete", "complete"]
    assert receipt.changes[0].note == words


@pytest.mark.parametrize(
    "words",
    [
        "not all steps done",
        "nearly all steps are complete",
        "all teams have answered",
        "all but one milestone",
        "all steps done except b)",
        "all steps done by Friday",
        "all stepsons told",
        "once all milestones are done",
        "all milestones open",
        "steps",
        "",
    ],
)
def test_other_words_are_not(planned: Database, words: str) -> None:
    ask(planned, update("1.3", status=COMPLETE, note=words))
    assert count(planned) == 0


def test_long_words_are_searched_in_time_that_grows_with_them() -> None:
    """Words that begin as the ones it looks for, again and again."""
    assert not open_steps.says_all_steps("all of its " * 20_000)


# What is offered


def test_an_offer_of_done_says_what_becomes_of_the_milestones(planned: Database) -> None:
    """One press, as of any other option."""
    done, note = update("1.3", status=COMPLETE, note="nearly"), update("1.3", note="nearly")
    offered = offer(planned, Option("Done", (done,)), Option("Add as a note", (note,)), initials="JM")
    assert [each.label for each in offered.options] == [
        "Done, with all milestones",
        "Done: only the action",
        "Add as a note",
    ]
    take(planned, offered, 1, initials="JM")
    assert statuses(planned) == [("1.3", "", "complete")]


def test_what_was_kept_before_a_milestone_was_open_asks_when_it_is_pressed(planned: Database) -> None:
    begin(planned, "a", "b")
    offered = offer(planned, Option("Done", (update("1.3", status=COMPLETE),)), initials="JM")
    [label] = [each.label for each in offered.options]
    assert label == "Done"
    execute(planned, "update milestone set status = 'in-progress' where label = 'b)'")
    before = count(planned)
    asked = take(planned, offered, initials="JM")
    assert isinstance(asked, OfferedAnswers)
    assert asked.problem.startswith("1 of 2 milestones of 1.3 is still open")
    assert count(planned) == before
    take(planned, asked, 0, initials="JM")
    assert rows(planned, "select status from action where ref = '1.3'") == ["complete"]
    with pytest.raises(NotUnderstoodError, match="already"):
        take(planned, offered, initials="JM")


def test_which_action_is_asked_before_which_milestones(planned: Database) -> None:
    """5.2 names two actions, of which the plan manager owns none; one is given milestones."""
    execute(
        planned,
        "update milestone set action_id = (select a.id from action a join section s on s.id = a.section_id"
        " where a.ref = '5.2' and s.number = '2')",
    )
    which = run_command(planned, "PM", update("5.2", status=COMPLETE))
    assert isinstance(which, Candidates)
    with_steps = next(each for each in which.candidates if each.ref == "2/5.2")
    assert with_steps.asks_steps
    assert with_steps.changes == ()
    asked = run_command(planned, "PM", TakeOption(choice=with_steps.choice))
    assert isinstance(asked, OfferedAnswers)
    assert count(planned) == 0
    take(planned, asked, ALL, initials="PM")
    assert [each[2] for each in statuses(planned)] == ["complete"] * 3
    with pytest.raises(NotUnderstoodError, match="already"):
        run_command(planned, "PM", TakeOption(choice=which.candidates[0].choice))


def test_nobody_but_the_one_who_was_asked_answers(planned: Database) -> None:
    asked = ask(planned, update("1.3", status=COMPLETE))
    with pytest.raises(NotAllowedError):
        take(planned, asked, ALL, initials="PM")
    assert count(planned) == 0


def test_who_may_not_update_is_refused_and_not_asked(planned: Database) -> None:
    with pytest.raises(NotAllowedError):
        run_command(planned, "SS", update("1.3", status=COMPLETE))


def test_a_milestone_that_was_done_meanwhile_is_no_answer_any_more(planned: Database) -> None:
    asked = ask(planned, update("1.3", status=COMPLETE))
    begin(planned, "a")
    before = count(planned)
    with pytest.raises(NotUnderstoodError, match="not open any more"):
        take(planned, asked, FIRST, initials="JM")
    assert count(planned) == before


@pytest.mark.parametrize("steps", ["99999", "x", "ALL", "-1"])
def test_an_answer_that_was_made_up_records_nothing(planned: Database, steps: str) -> None:
    with pytest.raises(NotUnderstoodError):
        run_command(planned, "JM", replace(update("1.3", status=COMPLETE), steps=steps))
    assert count(planned) == 0


def test_a_new_date_beside_it_keeps_its_reason(planned: Database) -> None:
    asked = ask(planned, update("1.3", status=COMPLETE, due=on(45), because="minutes come later"))
    receipt = take(planned, asked, ALL, initials="JM")
    assert isinstance(receipt, UpdateReceipt)
    assert (receipt.changes[0].new_due, receipt.changes[0].because) == (on(45), "minutes come later")


def test_a_ref_with_its_section_is_kept(planned: Database) -> None:
    asked = ask(planned, replace(update("1.3", status=COMPLETE), refs=(RefQuery("2", "1.3"),)))
    take(planned, asked, ALL, initials="JM")
    assert len(statuses(planned)) == 3
