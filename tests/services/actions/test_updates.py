from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.commands import AtRisk, Mine, Scope, Show, Undo, UpdateStatus
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import (
    ActionCard,
    ActionList,
    Candidates,
    LastWord,
    Message,
    Note,
    OfferedAnswers,
    UndoReceipt,
    UpdateReceipt,
)
from bot.plan.rag import Colour
from bot.plan.reading import EVERY_BOARD
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.actions import details
from models.queries import ref_index
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker, on


def run_command(database: Database, initials: str, command: Any, now: datetime = NOW) -> Message:
    with database.transaction() as session:
        return dispatch(session, asker(initials), command, now)


def update(*refs: str, **facts: Any) -> UpdateStatus:
    queries = []
    for ref in refs:
        section, _, number = ref.rpartition("/")
        queries.append(RefQuery(section or None, number))
    return UpdateStatus(refs=tuple(queries), line="update " + ", ".join(refs), **facts)


def count(database: Database) -> int:
    with database.transaction(write=False) as session:
        return int(session.execute(text("select count(*) from status_change")).scalar_one())


def test_an_owner_updates_and_sees_the_colour_with_its_reason(planned: Database) -> None:
    receipt = run_command(planned, "SS", update("5.2", status=Status.COMPLETE, note="All teams done"))
    assert isinstance(receipt, UpdateReceipt)
    (change,) = receipt.changes
    assert (change.ref, change.from_status, change.to_status) == ("1/5.2", "in progress", "complete")
    assert (change.rag.colour, change.note) == (Colour.BLUE, "All teams done")
    assert count(planned) == 1


def test_the_askers_own_open_action_decides_an_ambiguous_ref(planned: Database) -> None:
    receipt = run_command(planned, "SS", update("5.2", status=Status.IN_PROGRESS))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].title == "Gather the data on workforce costs"


def test_a_ref_that_stays_ambiguous_is_offered_with_lines_that_name_one(planned: Database) -> None:
    offered = run_command(planned, "PM", update("5.2", status=Status.COMPLETE))
    assert isinstance(offered, Candidates)
    assert [each.run for each in offered.candidates] == ["update 1/5.2", "update 2/5.2"]
    assert count(planned) == 0


def test_a_section_names_it_outright(planned: Database) -> None:
    receipt = run_command(planned, "PM", update("practice/5.2", status=Status.COMPLETE))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].ref == "2/5.2"


def test_several_refs_are_all_changed_or_none(planned: Database) -> None:
    with pytest.raises(NotAllowedError):
        run_command(planned, "SS", update("1/5.2", "6.1", "5.3", status=Status.COMPLETE))
    assert count(planned) == 0
    receipt = run_command(planned, "PM", update("6.1", "5.3", status=Status.COMPLETE))
    assert isinstance(receipt, UpdateReceipt)
    assert [change.ref for change in receipt.changes] == ["6.1", "5.3"]


@pytest.mark.parametrize(
    ("initials", "says"),
    [
        ("VW", "its owner SS"),
        ("CH", "the project's lead RM"),
        ("U0STRANGER", "ask a plan manager (PM) to run /cip link"),
    ],
)
def test_the_refusal_to_anyone_else_names_who_can(planned: Database, initials: str, says: str) -> None:
    with pytest.raises(NotAllowedError, match="Nothing was changed") as refusal:
        run_command(planned, initials, update("1/5.2", status=Status.COMPLETE))
    assert says in refusal.value.sentence
    assert count(planned) == 0


def test_the_lead_of_the_project_may_update(planned: Database) -> None:
    assert isinstance(run_command(planned, "RM", update("1/5.2", status=Status.COMPLETE)), UpdateReceipt)


def test_blocked_is_in_progress_red_and_asks_why(planned: Database) -> None:
    receipt = run_command(planned, "JM", update("6.1", blocked=True))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.asks_why == ("6.1",)
    assert receipt.changes[0].rag.colour is Colour.RED
    with_note = run_command(planned, "JM", update("6.1", blocked=True, note="No finance data"))
    assert isinstance(with_note, UpdateReceipt)
    assert with_note.asks_why == ()


def test_a_new_date_needs_a_reason_and_is_shown_with_the_old_one(planned: Database) -> None:
    with pytest.raises(NotUnderstoodError, match="needs a reason"):
        run_command(planned, "SS", update("1/5.2", due=on(20)))
    receipt = run_command(planned, "SS", update("1/5.2", due=on(20), because="the data comes later"))
    assert isinstance(receipt, UpdateReceipt)
    (change,) = receipt.changes
    assert (change.old_due, change.new_due, change.because) == (on(-3), on(20), "the data comes later")
    assert change.rag.colour is Colour.GREEN


def test_moving_a_date_far_is_amber(planned: Database) -> None:
    receipt = run_command(planned, "SS", update("1/5.2", due=on(60), because="later"))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].rag.reason == "date moved by 63 days in all"


def test_undo_takes_a_batch_back_with_its_dates(planned: Database) -> None:
    run_command(planned, "PM", update("6.1", "5.3", status=Status.COMPLETE))
    run_command(planned, "PM", update("1/5.2", due=on(20), because="later"))
    undone = run_command(planned, "PM", Undo())
    assert isinstance(undone, UndoReceipt)
    assert undone.changes[0].new_due == on(-3)
    again = run_command(planned, "PM", Undo())
    assert isinstance(again, UndoReceipt)
    assert {change.to_status for change in again.changes} == {"in progress", "not started"}
    with pytest.raises(NotUnderstoodError, match="no change"):
        run_command(planned, "PM", Undo())


def test_undo_will_not_undo_what_someone_else_said_since(planned: Database) -> None:
    receipt = run_command(planned, "SS", update("1/5.2", status=Status.COMPLETE))
    run_command(planned, "PM", update("1/5.2", status=Status.IN_PROGRESS), NOW + timedelta(hours=1))
    assert isinstance(receipt, UpdateReceipt)
    with pytest.raises(NotUnderstoodError, match="changed again since, by PM"):
        run_command(planned, "SS", Undo(batch=receipt.batch))


def test_nobody_undoes_for_another_but_a_plan_manager(planned: Database) -> None:
    receipt = run_command(planned, "SS", update("1/5.2", status=Status.COMPLETE))
    assert isinstance(receipt, UpdateReceipt)
    with pytest.raises(NotAllowedError, match="Only the person"):
        run_command(planned, "RM", Undo(batch=receipt.batch))
    assert isinstance(run_command(planned, "PM", Undo(batch=receipt.batch)), UndoReceipt)


def test_a_milestone_is_updated_by_its_label_and_starts_its_action(planned: Database) -> None:
    receipt = run_command(planned, "JM", update("1.3a", status=Status.COMPLETE))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].milestone == "a) Agree the procedure"
    assert receipt.changes[1].to_status == "in progress"
    finished = run_command(planned, "JM", update("1.3b", status=Status.COMPLETE))
    assert isinstance(finished, UpdateReceipt)
    assert finished.finish == ("1.3",)
    assert isinstance(run_command(planned, "JM", Undo()), UndoReceipt)
    undone = run_command(planned, "JM", Undo())
    assert isinstance(undone, UndoReceipt)
    assert [change.to_status for change in undone.changes] == ["not started", "not started"]


def test_of_several_milestones_their_action_is_asked_about_once(planned: Database) -> None:
    blocked = run_command(planned, "JM", update("1.3a", "1.3b", blocked=True))
    assert isinstance(blocked, UpdateReceipt)
    assert blocked.asks_why == ("1.3",)
    finished = run_command(planned, "JM", update("1.3a", "1.3b", status=Status.COMPLETE))
    assert isinstance(finished, UpdateReceipt)
    assert finished.finish == ("1.3",)


def test_only_milestones_that_may_be_meant_are_read(planned: Database) -> None:
    with planned.transaction(write=False) as session:
        found = {
            number: [each.label for each in ref_index.labelled_milestones(session, 1, number, EVERY_BOARD)]
            for number in ("1.3", "5.2", "")
        }
    assert found == {"1.3": ["a)", "b)"], "5.2": [], "": ["a)", "b)"]}


def test_an_owner_cannot_verify_their_own_action(planned: Database) -> None:
    offered = run_command(planned, "SS", update("1/5.2", status=Status.VERIFIED))
    assert isinstance(offered, OfferedAnswers)
    assert "someone other than its owner" in offered.problem
    assert {change.to_status for option in offered.options for change in option.changes} == {"complete"}
    with planned.transaction(write=False) as session:
        assert session.scalar(text("select count(*) from status_change")) == 0
    assert isinstance(run_command(planned, "PM", update("1/5.2", status=Status.VERIFIED)), UpdateReceipt)


def test_a_colour_declared_earlier_is_pointed_out_until_it_is_taken_back(planned: Database) -> None:
    run_command(planned, "SS", update("1/5.2", blocked=True, note="No finance data"))
    moving = run_command(planned, "SS", update("1/5.2", status=Status.IN_PROGRESS, note="It came"))
    assert isinstance(moving, UpdateReceipt)
    assert moving.unchanged_colours == (("1/5.2", Colour.RED),)
    why = run_command(planned, "SS", update("1/5.2", note="The supplier is late"))
    assert isinstance(why, UpdateReceipt)
    assert why.unchanged_colours == ()
    green = run_command(planned, "SS", update("1/5.2", status=Status.IN_PROGRESS, declared=Colour.GREEN))
    assert isinstance(green, UpdateReceipt)
    assert green.unchanged_colours == ()


def test_nobody_is_quoted_with_what_someone_else_said(planned: Database) -> None:
    later = NOW + timedelta(days=3)
    run_command(planned, "SS", update("1/5.2", status=Status.IN_PROGRESS, note="Two teams done"))
    run_command(planned, "RM", update("1/5.2", declared=Colour.GREEN), later)
    shown = run_command(planned, "CH", Show(ref=RefQuery("1", "5.2")), later)
    assert isinstance(shown, ActionCard)
    assert shown.line.last_word == LastWord("", "RM", 0, before=Note("Two teams done", "SS", 3))
    run_command(planned, "RM", Undo(), later)
    shown = run_command(planned, "CH", Show(ref=RefQuery("1", "5.2")), later)
    assert isinstance(shown, ActionCard)
    assert shown.line.last_word == LastWord("Two teams done", "SS", 3)


def test_undo_says_which_note_no_longer_counts(planned: Database) -> None:
    run_command(planned, "SS", update("1/5.2", status=Status.IN_PROGRESS, note="Two teams done"))
    undone = run_command(planned, "SS", Undo())
    assert isinstance(undone, UndoReceipt)
    assert undone.changes[0].withdrawn == "Two teams done"


@pytest.mark.parametrize(
    ("ref", "title"),
    [("1/5.2", "Gather the data on workforce costs"), ("5.2", ""), ("9.9", ""), ("what", "")],
)
def test_a_form_names_the_action_where_it_is_one(planned: Database, ref: str, title: str) -> None:
    with planned.transaction() as session:
        assert details.find_title(session, asker("CH"), ref) == title


def test_the_error_for_an_unknown_section_lists_those_there_are(planned: Database) -> None:
    with pytest.raises(NotUnderstoodError, match="no section “schools”") as miss:
        run_command(planned, "SS", Show(ref=RefQuery("schools", "5.2")))
    assert "1 MTFS savings; 2 Practice priorities" in miss.value.sentence


@pytest.mark.parametrize(
    ("section", "project", "words"),
    [("", "5", "project 5 of sections 1 and 2"), ("1", "5", "section 1, project 5"), ("", "6", "project 6")],
)
def test_a_project_number_of_two_sections_is_labelled_with_both(
    planned: Database, section: str, project: str, words: str
) -> None:
    listed = run_command(planned, "CH", AtRisk(scope=Scope(section=section, project=project)))
    assert isinstance(listed, ActionList)
    assert listed.scope == words


def test_mine_says_whose_it_is_where_others_read_it(planned: Database) -> None:
    alone, shared = run_command(planned, "SS", Mine()), run_command(planned, "SS", Mine(public=True))
    assert isinstance(alone, ActionList)
    assert isinstance(shared, ActionList)
    assert (alone.whose, shared.whose) == ("", "SS")


def test_an_unknown_ref_names_the_nearest(planned: Database) -> None:
    with pytest.raises(NotUnderstoodError, match=r"The nearest is 5\.2") as miss:
        run_command(planned, "SS", update("5.22", status=Status.COMPLETE))
    assert miss.value.suggestion == "/cip show 5.2"


@pytest.mark.parametrize("statement", ["update status_change set note = 'x'", "delete from status_change"])
def test_the_record_cannot_be_changed(planned: Database, statement: str) -> None:
    run_command(planned, "SS", update("1/5.2", status=Status.COMPLETE))
    with pytest.raises(DatabaseError, match="append-only"), planned.transaction() as session:
        session.execute(text(statement))
    assert count(planned) == 1
