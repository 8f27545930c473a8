"""An option with a new date and no reason is tried without one, and recorded only with one."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.commands import TakeOption, Undo, UpdateSeveral
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Candidates, Message, NewDateForm, OfferedAnswers, UpdateReceipt
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from tests.fixtures.plans import NOW, on
from tests.services.actions.test_updates import count, run_command, update
from tests.services.offers.offering import PROBLEM, WORDS, execute, offer, option, rows, take

DAY = on(20)
MOVED = replace(
    option("New date", update("1/5.2", due=DAY, due_text="20 days on", declared=Colour.AMBER)),
    asks_reason=True,
)
NOTE = option("Add as a note", update("1/5.2", note=WORDS))
REASON = "the data comes later"


def give(
    database: Database, offered: OfferedAnswers, because: str = REASON, index: int = 0, initials: str = "SS"
) -> Message:
    choice = offered.options[index].choice
    return run_command(database, initials, TakeOption(choice=choice, because=because))


def test_it_says_the_day_and_that_the_reason_is_asked_for(planned: Database) -> None:
    offered = offer(planned, MOVED, NOTE)
    moved, note = offered.options
    assert (moved.asks_reason, note.asks_reason) == (True, False)
    [change] = moved.changes
    assert (change.old_due, change.new_due, change.because) == (on(-3), DAY, "")
    assert change.to_colour is Colour.AMBER
    assert count(planned) == 0


def test_a_press_answers_with_the_form_and_records_nothing(planned: Database) -> None:
    offered = offer(planned, MOVED, NOTE)
    for _ in range(2):
        form = take(planned, offered)
        assert isinstance(form, NewDateForm)
        assert form.choice == offered.options[0].choice
        assert [(each.ref, each.new_due, each.because) for each in form.changes] == [("1/5.2", DAY, "")]
    assert count(planned) == 0
    receipt = give(planned, offered)
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].because == REASON
    assert rows(planned, "select reason from status_change") == [REASON]
    for index in (0, 1):
        with pytest.raises(NotUnderstoodError, match="You chose “New date” there already"):
            take(planned, offered, index)
    with pytest.raises(NotUnderstoodError, match="there already"):
        give(planned, offered)
    assert count(planned) == 1
    run_command(planned, "SS", Undo())
    with pytest.raises(NotUnderstoodError, match="was taken back"):
        give(planned, offered)


@pytest.mark.parametrize(
    "refused",
    [
        update("5.3", due=DAY),
        update("9.9", due=DAY),
        update("1/5.2", due=on(-3)),
        update("1/5.2", due=DAY, status=Status.VERIFIED),
        update("1/5.2", "5.3", due=DAY),
    ],
    ids=["not theirs", "no such action", "its date already", "verified by its owner", "one of several"],
)
def test_what_would_be_refused_is_not_offered(planned: Database, refused: UpdateSeveral) -> None:
    offered = offer(planned, replace(option("No", refused), asks_reason=True), MOVED, NOTE)
    assert [each.label for each in offered.options] == ["New date", "Add as a note"]
    assert offered.problem == PROBLEM


def test_where_no_day_is_left_to_press_the_answer_says_why(planned: Database) -> None:
    same = replace(option("Same", update("1/5.2", due=on(-3))), asks_reason=True)
    offered = offer(planned, same, NOTE)
    assert [each.label for each in offered.options] == ["Add as a note"]
    assert offered.problem != PROBLEM
    assert "27 February 2026" in offered.problem


def test_a_date_that_was_moved_there_meanwhile_is_refused(planned: Database) -> None:
    offered = offer(planned, MOVED, NOTE)
    run_command(planned, "PM", update("1/5.2", due=DAY, because="agreed"))
    with pytest.raises(NotUnderstoodError, match="22 March 2026"):
        take(planned, offered)
    with pytest.raises(NotUnderstoodError, match="22 March 2026"):
        give(planned, offered)
    assert isinstance(take(planned, offered, 1), UpdateReceipt)


def test_nobody_else_and_nobody_later_gives_the_reason(planned: Database) -> None:
    offered = offer(planned, MOVED)
    for initials in ("PM", "RM", "U0STRANGER"):
        with pytest.raises(NotAllowedError, match="Nothing was"):
            give(planned, offered, initials=initials)
    late = NOW + timedelta(days=7)
    with pytest.raises(NotUnderstoodError, match="more than 7 days old"):
        run_command(planned, "SS", TakeOption(choice=offered.options[0].choice, because=REASON), late)
    execute(planned, "delete from action_owner")
    with pytest.raises(NotAllowedError, match="can be updated by"):
        give(planned, offered)
    assert count(planned) == 0


def test_a_reason_goes_only_where_one_was_asked_for(planned: Database) -> None:
    offered = offer(planned, NOTE, MOVED)
    with pytest.raises(NotUnderstoodError, match="out of date"):
        give(planned, offered)
    assert count(planned) == 0


def test_which_action_is_asked_first_and_then_why(planned: Database) -> None:
    moved = replace(option("New date", update("5.2", due=DAY)), asks_reason=True)
    offered = offer(planned, moved, initials="PM")
    assert (offered.options[0].asks_which, offered.options[0].asks_reason) == (True, True)
    asked = take(planned, offered, initials="PM")
    assert isinstance(asked, Candidates)
    # 2/5.2 is due on that day already.
    assert [(each.ref, each.asks_reason) for each in asked.candidates] == [("1/5.2", True)]
    assert [each.because for each in asked.candidates[0].changes] == [""]
    choice = asked.candidates[0].choice
    assert isinstance(run_command(planned, "PM", TakeOption(choice=choice)), NewDateForm)
    receipt = run_command(planned, "PM", TakeOption(choice=choice, because=REASON))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].because == REASON
    with pytest.raises(NotUnderstoodError, match="there already"):
        give(planned, offered, initials="PM")
    assert count(planned) == 1


def test_one_reason_is_given_for_several_actions_and_one_that_stands_is_kept(planned: Database) -> None:
    several = UpdateSeveral(
        updates=(
            update("6.1", due=DAY),
            update("5.3", due=on(21), because="a room is missing"),
            update("1/5.2", note=WORDS),
        )
    )
    offered = offer(planned, replace(option("All", several), asks_reason=True), initials="PM")
    form = take(planned, offered, initials="PM")
    assert isinstance(form, NewDateForm)
    assert form.moving == 2
    assert isinstance(give(planned, offered, initials="PM"), UpdateReceipt)
    reasons = rows(planned, "select reason from status_change order by id")
    assert reasons == [REASON, "a room is missing", ""]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 5, 2), "a Saturday"),
        (date(2026, 5, 3), "a Sunday"),
        (date(2026, 5, 25), "a bank holiday"),
        (date(2026, 5, 5), ""),
    ],
)
def test_the_form_says_a_day_on_which_nobody_works(planned: Database, day: date, kind: str) -> None:
    moved = replace(option("New date", update("1/5.2", due=day)), asks_reason=True)
    form = take(planned, offer(planned, moved))
    assert isinstance(form, NewDateForm)
    assert form.rest_days == (((day, kind),) if kind else ())


def test_an_offer_of_an_older_version_asks_for_nothing(planned: Database) -> None:
    offered = offer(planned, NOTE)
    [stored] = rows(planned, "select options from offer")
    kept = json.loads(stored) if isinstance(stored, str) else stored
    assert kept["options"][0].pop("asks_reason") is False
    execute(planned, "update offer set options = :options", options=json.dumps(kept))
    assert isinstance(take(planned, offered), UpdateReceipt)


@pytest.mark.parametrize(
    "reason",
    ["<!channel> *x* & y", '=HYPERLINK("https://evil.example","x")', "{{ 7*7 }}", "two\nlines", "x" * 2000],
    ids=range(5),
)  # fmt: skip
def test_a_reason_is_recorded_as_it_was_written(planned: Database, reason: str) -> None:
    give(planned, offer(planned, MOVED), reason)
    assert rows(planned, "select reason from status_change") == [reason]
