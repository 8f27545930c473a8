"""Different updates said in one line: all of them are recorded, as one, or none."""

from datetime import timedelta

import pytest

from bot.commands import TakeOption, Undo, UpdateSeveral, UpdateStatus
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Candidates, UndoReceipt, UpdateReceipt
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.actions.late_messages import prepare_late_command
from tests.fixtures.plans import NOW, on
from tests.services.actions.test_updates import count, run_command, update


def several(*updates: UpdateStatus) -> UpdateSeveral:
    return UpdateSeveral(updates=updates, line="update 6.1 complete and 5.3 blocked")


def receipt_of(database: Database, initials: str, *updates: UpdateStatus) -> UpdateReceipt:
    receipt = run_command(database, initials, several(*updates))
    assert isinstance(receipt, UpdateReceipt)
    return receipt


def test_each_is_recorded_with_its_own_words_and_one_undo_takes_all_back(planned: Database) -> None:
    receipt = receipt_of(
        planned,
        "PM",
        update("6.1", status=Status.COMPLETE, note="signed"),
        update("5.3", blocked=True),
        update("1/5.2", due=on(20), because="the data comes later"),
    )
    first, second, third = receipt.changes
    assert (first.ref, first.to_status, first.note) == ("6.1", "complete", "signed")
    assert (second.ref, second.rag.colour, second.note) == ("5.3", Colour.RED, "")
    assert (third.ref, third.to_status, third.new_due) == ("1/5.2", "in progress", on(20))
    assert receipt.asks_why == ("5.3",)
    assert count(planned) == 3
    undone = run_command(planned, "PM", Undo())
    assert isinstance(undone, UndoReceipt)
    assert [each.ref for each in undone.changes] == ["6.1", "5.3", "1/5.2"]
    assert [each.to_status for each in undone.changes] == ["in progress", "not started", "in progress"]
    assert undone.changes[2].new_due == on(-3)
    with pytest.raises(NotUnderstoodError, match="no change"):
        run_command(planned, "PM", Undo())


@pytest.mark.parametrize(
    "wrong",
    [
        update("5.3", status=Status.COMPLETE),  # somebody else's
        update("9.9", status=Status.COMPLETE),
        update("1/5.2", due=on(20)),  # without a reason
        update("1/5.2", status=Status.VERIFIED),  # by its owner
        update("1/5.2", declared=Colour.GREY),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_where_one_is_refused_none_is_recorded(
    planned: Database, wrong: UpdateStatus, *, is_first: bool
) -> None:
    """SS leads the project of 6.1."""
    right = update("6.1", status=Status.COMPLETE)
    with pytest.raises((NotAllowedError, NotUnderstoodError)):
        run_command(planned, "SS", several(*((wrong, right) if is_first else (right, wrong))))
    assert count(planned) == 0
    assert len(receipt_of(planned, "SS", right).changes) == 1


@pytest.mark.parametrize("refs", [("1/5.2", "1/5.2"), ("5.2", "1/5.2"), ("1/5.2", "mtfs/5.2")])
def test_two_things_said_of_one_action_are_refused(planned: Database, refs: tuple[str, str]) -> None:
    pair = update(refs[0], status=Status.COMPLETE), update(refs[1], declared=Colour.RED)
    with pytest.raises(NotUnderstoodError, match=r"two things of 1/5\.2") as refusal:
        run_command(planned, "SS", several(*pair))
    assert "Nothing was changed." in refusal.value.sentence
    assert count(planned) == 0


def test_one_update_may_name_an_action_twice_as_ever(planned: Database) -> None:
    receipt = receipt_of(
        planned, "PM", update("6.1", "6.1", status=Status.COMPLETE), update("5.3", status=Status.ON_HOLD)
    )
    assert [each.ref for each in receipt.changes] == ["6.1", "5.3"]


def test_two_milestones_of_one_action_are_two_things(planned: Database) -> None:
    receipt = receipt_of(
        planned,
        "JM",
        update("1.3a", status=Status.COMPLETE),
        update("1.3b", status=Status.COMPLETE),
    )
    assert [(each.ref, each.milestone[:2]) for each in receipt.changes if each.milestone] == [
        ("1.3", "a)"),
        ("1.3", "b)"),
    ]
    assert receipt.finish == ("1.3",)
    undone = run_command(planned, "JM", Undo())
    assert isinstance(undone, UndoReceipt)
    assert {each.to_status for each in undone.changes} == {"not started"}


def test_a_colour_that_stays_is_pointed_out_of_the_one_it_stays_on(planned: Database) -> None:
    run_command(planned, "PM", update("6.1", declared=Colour.RED, note="no money"))
    receipt = receipt_of(
        planned,
        "PM",
        update("6.1", status=Status.IN_PROGRESS),
        update("5.3", status=Status.IN_PROGRESS, declared=Colour.AMBER),
    )
    assert receipt.unchanged_colours == (("6.1", Colour.RED),)


def test_what_is_heard_late_is_recorded_where_nothing_was_said_since(planned: Database) -> None:
    sent_at = NOW - timedelta(hours=1)
    late = prepare_late_command(
        several(update("6.1", status=Status.COMPLETE), update("5.3", status=Status.COMPLETE)), sent_at
    )
    assert isinstance(late, UpdateSeveral)
    run_command(planned, "PM", update("5.3", status=Status.IN_PROGRESS), NOW - timedelta(minutes=5))
    with pytest.raises(NotUnderstoodError, match=r"5\.3 was updated after") as refusal:
        run_command(planned, "PM", late)
    assert refusal.value.suggestion == "/cip update 5.3"
    assert count(planned) == 1


def test_an_ambiguous_ref_in_one_of_them_is_offered_with_all_of_them(planned: Database) -> None:
    """PM owns neither 5.2."""
    asked = run_command(
        planned,
        "PM",
        several(update("6.1", status=Status.COMPLETE), update("5.2", status=Status.ON_HOLD, note="no staff")),
    )
    assert isinstance(asked, Candidates)
    assert count(planned) == 0
    assert [[change.ref for change in each.changes] for each in asked.candidates] == [
        ["6.1", "1/5.2"],
        ["6.1", "2/5.2"],
    ]
    assert all(each.choice for each in asked.candidates)


def test_the_same_ref_for_two_actions_is_asked_twice(planned: Database) -> None:
    """As of "5.2 done and 5.2 on hold", where two actions are called so."""
    asked = run_command(
        planned,
        "PM",
        several(update("5.2", status=Status.COMPLETE), update("5.2", status=Status.ON_HOLD)),
    )
    assert isinstance(asked, Candidates)
    again = run_command(planned, "PM", TakeOption(choice=asked.candidates[1].choice))
    assert isinstance(again, Candidates)
    # The other would be the same action twice, which is refused.
    [only] = again.candidates
    assert (only.ref, again.left_out) == ("1/5.2", 1)
    receipt = run_command(planned, "PM", TakeOption(choice=only.choice))
    assert isinstance(receipt, UpdateReceipt)
    assert [(each.ref, each.to_status) for each in receipt.changes] == [
        ("2/5.2", "complete"),
        ("1/5.2", "on hold"),
    ]


def test_a_section_that_is_named_needs_no_question(planned: Database) -> None:
    receipt = receipt_of(
        planned,
        "PM",
        UpdateStatus(refs=(RefQuery("practice", "5.2"),), status=Status.COMPLETE),
        UpdateStatus(refs=(RefQuery("1", "5.2"),), status=Status.COMPLETE),
    )
    assert [each.ref for each in receipt.changes] == ["2/5.2", "1/5.2"]
