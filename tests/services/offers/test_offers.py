"""What somebody may have meant is offered: each option was tried, none of it stays, and one is taken once."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.commands import Choose, Offer, Show, Snooze, TakeOption, Undo, UpdateSeveral
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import ActionCard, Candidates, OfferedAnswers, SnoozeReceipt, UpdateReceipt
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.offers import offers
from bot.services.prompts import planner
from models import Action, PromptItem
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker, on
from tests.services.actions.test_updates import count, run_command, update
from tests.services.offers.offering import PROBLEM, WORDS, execute, offer, option, rows, take
from tests.services.prompts.test_planner import NINE

AT_RISK = option("At risk", update("1/5.2", declared=Colour.AMBER, note=WORDS))
DONE = option("Done", update("1/5.2", status=Status.COMPLETE, note=WORDS))
NOTE = option("Add as a note", update("1/5.2", note=WORDS))
WEEK = timedelta(days=7)


def test_each_option_says_what_it_would_record_and_none_of_it_is(planned: Database) -> None:
    moved = option("New date", update("1/5.2", due=on(20), because="the data comes later"))
    offered = offer(planned, AT_RISK, DONE, moved, NOTE)
    assert (offered.problem, offered.words) == (PROBLEM, WORDS)
    assert [each.label for each in offered.options] == ["At risk", "Done", "New date", "Add as a note"]
    at_risk, done, new_date, note = (each.changes[0] for each in offered.options)
    assert (at_risk.to_colour, at_risk.to_status, at_risk.note) == (Colour.AMBER, "in progress", WORDS)
    assert (done.from_status, done.to_status) == ("in progress", "complete")
    assert (new_date.old_due, new_date.new_due) == (on(-3), on(20))
    assert (note.note, note.to_colour, note.from_status) == (WORDS, None, "in progress")
    assert offered.subject is not None
    assert offered.subject.ref == "1/5.2"
    assert count(planned) == 0
    with planned.transaction(write=False) as session:
        action = session.scalars(select(Action).where(Action.title.contains("workforce"))).one()
        assert (action.status, action.declared, action.next_due_on) == (Status.IN_PROGRESS, None, on(-3))
        assert action.last_word_at is None


def test_a_press_records_status_and_words_together(planned: Database) -> None:
    receipt = take(planned, offer(planned, NOTE, AT_RISK), 1, now=NOW + timedelta(days=2))
    assert isinstance(receipt, UpdateReceipt)
    [change] = receipt.changes
    assert (change.ref, change.to_colour, change.note) == ("1/5.2", Colour.AMBER, WORDS)
    assert receipt.by == "SS"
    assert rows(planned, "select user_id from status_change") == ["U0SS"]
    assert count(planned) == 1


def test_an_open_question_is_answered_by_the_press_and_not_by_the_offer(planned: Database) -> None:
    with planned.transaction() as session:
        while planner.plan_prompts(session, NINE):
            session.flush()
    open_items = "select id from prompt_item where answer = '' and reason = ''"
    before, deliveries = rows(planned, open_items), rows(planned, "select id from delivery")
    assert before
    offered = offer(planned, DONE, NOTE, now=NINE)
    assert rows(planned, open_items) == before
    assert rows(planned, "select id from delivery") == deliveries
    assert isinstance(take(planned, offered, now=NINE), UpdateReceipt)
    assert len(rows(planned, open_items)) < len(before)


def test_each_option_is_tried_alone_though_each_would_rewrite_another_question(planned: Database) -> None:
    """What one of them wrote for a moment is not what the next one finds."""
    with planned.transaction() as session:
        while planner.plan_prompts(session, NINE):
            session.flush()
    execute(planned, "update delivery set state = 'sent', message_ts = '1.1', sent_at = due_at")
    options = [
        option("One", update("1/5.2", note="one")),
        option("Two", update("5.3", status=Status.COMPLETE, note="two")),
        option("Three", update("1.3a", status=Status.COMPLETE)),
        option("All", update("1/5.2", "5.3", "1.3", note="all", declared=Colour.RED)),
    ]
    with planned.transaction() as session:
        command = Offer(problem=PROBLEM, words=WORDS, options=tuple(options))
        offered = dispatch(session, asker("PM"), command, NINE)
        assert isinstance(offered, OfferedAnswers)
        # In the same transaction: as it is where the answer is written to the outbox.
        receipt = dispatch(session, asker("PM"), TakeOption(choice=offered.options[3].choice), NINE)
        assert isinstance(receipt, UpdateReceipt)
        assert [each.from_status for each in receipt.changes] == ["in progress", "not started", "not started"]
    assert rows(planned, "select note from status_change") == ["all"] * 3
    updates = rows(planned, "select updates_id from delivery where kind = 'prompt-update'")
    assert len(updates) == len(set(updates)) > 1


@pytest.mark.parametrize(
    "refused",
    [
        option("Not theirs", update("5.3", status=Status.COMPLETE)),
        option("No such action", update("9.9", status=Status.COMPLETE)),
        option("No reason", update("1/5.2", due=on(20))),
        option("Verified by its owner", update("1/5.2", status=Status.VERIFIED)),
        option("One of several", update("1/5.2", "5.3", status=Status.COMPLETE)),
        option("Twice", update("1/5.2", note="a"), update("1/5.2", note="b")),
        option("Second of two", update("1/5.2", note="a"), Show(ref=RefQuery(None, "9.9"))),
    ],
    ids=lambda each: each.label,
)
def test_what_would_be_refused_is_not_offered(planned: Database, refused: Any) -> None:
    offered = offer(planned, refused, NOTE, refused)
    assert [each.label for each in offered.options] == ["Add as a note"]
    assert count(planned) == 0
    receipt = take(planned, offered)
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].note == WORDS


def test_where_every_option_is_refused_the_refusal_is_said(planned: Database) -> None:
    with pytest.raises(NotAllowedError, match="can be updated by its owner SS"):
        offer(planned, AT_RISK, DONE, initials="VW")
    with pytest.raises(NotUnderstoodError, match=r"There is no action 9\.9"):
        offer(planned, option("Done", update("9.9", status=Status.COMPLETE)))
    assert rows(planned, "select id from offer") == []


def test_without_options_only_the_problem_is_said_and_nothing_is_kept(planned: Database) -> None:
    for initials, options in (("SS", ()), ("U0STRANGER", ()), ("VW", (option("Something else"),))):
        offered = offer(planned, *options, initials=initials)
        assert (offered.options, offered.problem) == ((), PROBLEM)
    assert rows(planned, "select id from offer") == []


def test_nobody_else_can_press_it(planned: Database) -> None:
    offered = offer(planned, DONE)
    for initials in ("PM", "RM", "VW", "U0STRANGER"):
        with pytest.raises(NotAllowedError, match="Nothing was"):
            take(planned, offered, initials=initials)
    assert count(planned) == 0
    assert isinstance(take(planned, offered), UpdateReceipt)


@pytest.mark.parametrize("index", [0, 1])
def test_pressed_again_it_says_what_was_recorded_and_records_no_more(planned: Database, index: int) -> None:
    offered = offer(planned, AT_RISK, DONE)
    assert isinstance(take(planned, offered), UpdateReceipt)
    with pytest.raises(NotUnderstoodError) as again:
        take(planned, offered, index, now=NOW + timedelta(days=1))
    assert "You chose “At risk” there already, and it is recorded for 1/5.2." in again.value.sentence
    assert "Nothing more was recorded." in again.value.sentence
    assert count(planned) == 1


def test_pressed_again_after_an_undo_it_says_that(planned: Database) -> None:
    offered = offer(planned, AT_RISK, DONE)
    take(planned, offered)
    run_command(planned, "SS", Undo())
    with pytest.raises(NotUnderstoodError, match="what it recorded was taken back"):
        take(planned, offered, 1)
    assert count(planned) == 2


def test_it_is_valid_for_seven_days(planned: Database) -> None:
    offered, late = offer(planned, DONE), offer(planned, NOTE)
    almost = NOW + WEEK - timedelta(seconds=1)
    with pytest.raises(NotUnderstoodError) as refusal:
        take(planned, late, now=NOW + WEEK)
    assert refusal.value.sentence == (
        "That choice is more than 7 days old. Nothing was recorded. Send me your words again."
    )
    assert isinstance(take(planned, offered, now=almost), UpdateReceipt)
    with planned.transaction() as session:
        offers.delete_expired(session, almost)
    assert len(rows(planned, "select id from offer")) == 2
    with planned.transaction() as session:
        offers.delete_expired(session, NOW + WEEK + timedelta(hours=1))
    assert rows(planned, "select id from offer") == []
    with pytest.raises(NotUnderstoodError, match="more than 7 days old"):
        take(planned, late, now=NOW + WEEK + timedelta(days=30))


@pytest.mark.parametrize(
    "choice",
    [
        "", ":", "0", ":0", "{key}", "{key}:", "{key}:1", "{key}:-1", "{key}:99", "{key}:9999999999999999999",
        "{key}:0:0", "{key}:0 ", " {key}:0", "{key}\n:0", "{key}:\u0660", "{key}:\u00b2", "\x00:0",
        "{key}\x00:0", "%:0", "{other}:0", "' or 1=1 --:0", "undo", "update 1/5.2 complete",
        "k" * 5000 + ":0",
    ],
)  # fmt: skip
def test_a_key_that_is_guessed_or_garbled_does_nothing(planned: Database, choice: str) -> None:
    offered = offer(planned, DONE)
    key = offered.options[0].choice.partition(":")[0]
    other = key.swapcase()
    with pytest.raises(NotUnderstoodError, match=r"Nothing was recorded\. Send me your words again\."):
        run_command(planned, "SS", TakeOption(choice=choice.format(key=key, other=other)))
    assert count(planned) == 0
    assert isinstance(take(planned, offered), UpdateReceipt)


def test_keys_tell_nothing(planned: Database) -> None:
    choices = {offer(planned, DONE).options[0].choice for _ in range(3)}
    assert len(choices) == 3
    assert all(30 <= len(each) <= 75 and "5.2" not in each for each in choices)


def _set(stored: dict[str, Any], *path: Any, value: Any) -> dict[str, Any]:
    at: Any = stored
    for each in path[:-1]:
        at = at[each]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return stored


FACTS = ("options", 0, "commands", 0, "facts")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("options",), None),
        (("options",), "x"),
        (("options",), []),
        (("options", 0, "commands"), None),
        (("options", 0, "commands"), 7),
        (("options", 0, "commands", 0, "kind"), "frobnicate"),
        (("options", 0, "commands", 0, "kind"), ["update"]),
        (FACTS, []),
        ((*FACTS, "refs"), None),
        ((*FACTS, "refs"), [["1", "5.2"]]),
        ((*FACTS, "refs", 0, "plan"), "children"),
        ((*FACTS, "status"), "nearly"),
        ((*FACTS, "due"), "soon"),
        ((*FACTS, "certainty"), "high"),
    ],
)  # fmt: skip
def test_what_another_version_has_kept_is_out_of_date(planned: Database, path: Any, value: Any) -> None:
    """A field that is not known here may change what is meant, so nothing is recorded without it."""
    offered = offer(planned, DONE)
    [stored] = rows(planned, "select options from offer")
    changed = _set(json.loads(stored) if isinstance(stored, str) else stored, *path, value=value)
    execute(planned, "update offer set options = :options", options=json.dumps(changed))
    with pytest.raises(NotUnderstoodError) as refusal:
        take(planned, offered)
    assert refusal.value.sentence == (
        "That choice is out of date. Nothing was recorded. Send me your words again."
    )
    assert count(planned) == 0


def test_the_same_action_is_meant_though_its_ref_would_be_asked_about_by_then(planned: Database) -> None:
    """SS owns 1/5.2, which decides as long as it is open."""
    offered = offer(
        planned, option("Done", update("5.2", note=WORDS)), option("Note", update("5.2", note="x"))
    )
    run_command(planned, "PM", update("1/5.2", status=Status.COMPLETE), NOW + timedelta(hours=1))
    receipt = take(planned, offered, now=NOW + timedelta(hours=2))
    assert isinstance(receipt, UpdateReceipt)
    assert [change.ref for change in receipt.changes] == ["1/5.2"]


def test_nothing_is_recorded_of_another_action_that_has_got_the_ref(planned: Database) -> None:
    offered = offer(planned, option("Done", update("6.1", status=Status.COMPLETE)), initials="PM")
    execute(planned, "update action set ref = '7.1' where ref = '6.1'")
    with pytest.raises(NotUnderstoodError, match=r"no action 6\.1"):
        take(planned, offered, initials="PM")
    execute(planned, "update action set ref = '6.1' where ref = '5.3'")
    with pytest.raises(NotUnderstoodError, match="out of date"):
        take(planned, offered, initials="PM")
    assert count(planned) == 0


def test_a_right_that_was_lost_meanwhile_is_refused_and_another_option_stays(planned: Database) -> None:
    offered = offer(planned, DONE, option("Mine", update("6.1", note=WORDS)))
    execute(
        planned,
        "delete from action_owner where action_id in (select id from action where title like 'Gather%')",
    )
    with pytest.raises(NotAllowedError):
        take(planned, offered)
    assert isinstance(take(planned, offered, 1), UpdateReceipt)
    assert count(planned) == 1


def test_an_option_with_an_ambiguous_ref_stays_and_asks_which(planned: Database) -> None:
    """PM owns neither 5.2."""
    offered = offer(
        planned,
        option("Done", update("5.2", status=Status.COMPLETE)),
        option("Hold", update("6.1", note="x")),
        initials="PM",
    )
    assert [each.asks_which for each in offered.options] == [True, False]
    asked = take(planned, offered, initials="PM")
    assert isinstance(asked, Candidates)
    assert [each.ref for each in asked.candidates] == ["1/5.2", "2/5.2"]
    # Until one is chosen, any may be.
    assert isinstance(take(planned, offered, initials="PM"), Candidates)
    receipt = run_command(planned, "PM", TakeOption(choice=asked.candidates[1].choice))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].title == "Improve the out-of-hours team"
    for choice in (asked.candidates[0].choice, *(each.choice for each in offered.options)):
        with pytest.raises(NotUnderstoodError, match=r"You chose “2/5\.2” there already"):
            run_command(planned, "PM", TakeOption(choice=choice))
    assert count(planned) == 1


def test_what_an_option_led_to_is_over_with_it(planned: Database) -> None:
    offered = offer(
        planned,
        option("Done", update("5.2", status=Status.COMPLETE)),
        option("Note", update("6.1", note="x")),
        initials="PM",
    )
    asked = take(planned, offered, initials="PM", now=NOW + WEEK - timedelta(minutes=1))
    assert isinstance(asked, Candidates)
    with pytest.raises(NotUnderstoodError, match="more than 7 days old"):
        run_command(planned, "PM", TakeOption(choice=asked.candidates[0].choice), NOW + WEEK)
    take(planned, offered, 1, initials="PM")
    with pytest.raises(NotUnderstoodError, match="You chose “Note” there already"):
        run_command(planned, "PM", TakeOption(choice=asked.candidates[0].choice))
    assert count(planned) == 1


def test_several_updates_of_one_option_are_one_batch(planned: Database) -> None:
    both = option(
        "Both",
        update("1/5.2", status=Status.COMPLETE),
        UpdateSeveral(updates=(update("6.1", blocked=True), update("5.3", note="n", declared=Colour.AMBER))),
    )
    offered = offer(planned, both, option("One", update("6.1", "5.3", note=WORDS)), initials="PM")
    assert [len(each.changes) for each in offered.options] == [3, 2]
    assert offered.subject is None
    receipt = take(planned, offered, initials="PM")
    assert isinstance(receipt, UpdateReceipt)
    assert [each.ref for each in receipt.changes] == ["1/5.2", "6.1", "5.3"]
    assert receipt.asks_why == ("6.1",)
    run_command(planned, "PM", Undo())
    assert count(planned) == 6


def test_an_option_may_do_something_beside_its_update_or_only_read(planned: Database) -> None:
    shows = option("Show it", Show(ref=RefQuery("1", "5.2")))
    offered = offer(planned, shows, option("Note and show", update("1/5.2", note=WORDS), *shows.commands))
    assert offered.options[0].changes == ()
    for _ in range(2):
        assert isinstance(take(planned, offered), ActionCard)
    assert isinstance(take(planned, offered, 1), UpdateReceipt)
    assert count(planned) == 1


def test_asking_later_is_an_option_that_records_nothing(planned: Database) -> None:
    with planned.transaction() as session:
        while planner.plan_prompts(session, NINE):
            session.flush()
    execute(planned, "update delivery set state = 'sent', message_ts = '1.1', sent_at = due_at")
    with planned.transaction(write=False) as session:
        statement = select(PromptItem).join(Action).where(Action.title.contains("workforce"))
        item_id = session.scalars(statement).one().id
    offered = offer(planned, option("Ask me later", Snooze(item_ids=(item_id,))), DONE, now=NINE)
    assert offered.options[0].postponed == ("1/5.2",)
    assert rows(planned, "select answer from prompt_item where answer != ''") == []
    assert isinstance(take(planned, offered, now=NINE), SnoozeReceipt)
    with pytest.raises(NotUnderstoodError, match="You chose “Ask me later” there already"):
        take(planned, offered, 1, now=NINE)
    assert count(planned) == 0


@pytest.mark.parametrize(
    "words",
    [
        "<!channel> *done* & <https://evil.example|click> `x` _y_ ~z~",
        '=HYPERLINK("https://evil.example","x")',
        "{{ 7*7 }} {% raw %} </message>",
        "two\nlines\tand a tab",
        "Gwnaed \u00e2\u20ac\u2122 \U0001f600 caf\u00e9 \u202egnp",
        "x" * 4000,
        "&" * 4000,
    ],
    ids=range(7),
)  # fmt: skip
def test_words_are_recorded_as_they_were_written(planned: Database, words: str) -> None:
    offered = offer(
        planned, *(option(f"No {each}", update("1/5.2", note=words)) for each in range(8)), words=words
    )
    receipt = take(planned, offered, 7)
    assert isinstance(receipt, UpdateReceipt)
    assert rows(planned, "select note from status_change") == [words]
    assert rows(planned, "select words from offer") == [words]


def test_what_was_written_late_is_no_longer_late_once_it_is_chosen(planned: Database) -> None:
    sent_at = NOW - timedelta(hours=2)
    run_command(planned, "PM", update("1/5.2", note="mine"), NOW - timedelta(hours=1))
    late = replace(update("5.2", status=Status.COMPLETE), sent_at=sent_at)
    asked = run_command(planned, "PM", late)
    assert isinstance(asked, Candidates)
    receipt = run_command(planned, "PM", TakeOption(choice=asked.candidates[0].choice))
    assert isinstance(receipt, UpdateReceipt)
    assert rows(planned, "select source from status_change order by id") == ["command", "command"]


def test_an_answer_that_may_be_about_several_is_offered_for_each_whatever_its_length(
    planned: Database,
) -> None:
    note = "word " * 700
    with planned.transaction(write=False) as session:
        ids = {each.title[:6]: each.id for each in session.scalars(select(Action))}
    command = Choose(
        updates=(
            replace(update("5.2", note=note), action_id=ids["Gather"]),
            replace(update("6.1", note=note), action_id=ids["Agree "]),
            replace(update("5.3", note=note), action_id=ids["Talk t"]),
        )
    )
    asked = run_command(planned, "SS", command)
    assert isinstance(asked, Candidates)
    # SS cannot update 5.3.
    assert ([each.ref for each in asked.candidates], asked.left_out) == (["1/5.2", "6.1"], 1)
    assert [each.changes[0].note for each in asked.candidates] == [note, note]
    receipt = run_command(planned, "SS", TakeOption(choice=asked.candidates[1].choice))
    assert isinstance(receipt, UpdateReceipt)
    assert receipt.changes[0].ref == "6.1"
    with pytest.raises(NotUnderstoodError, match="already"):
        run_command(planned, "SS", TakeOption(choice=asked.candidates[0].choice))


def test_an_ambiguous_ref_of_which_only_some_may_be_updated_offers_those(planned: Database) -> None:
    """RM leads the project of 1/5.2 and has nothing to do with 2/5.2."""
    execute(planned, "delete from action_owner")
    asked = run_command(planned, "RM", update("5.2", status=Status.COMPLETE, note="in"))
    assert isinstance(asked, Candidates)
    assert ([each.ref for each in asked.candidates], asked.left_out) == (["1/5.2"], 1)
    with pytest.raises(NotAllowedError, match="can be updated by"):
        run_command(planned, "VW", update("5.2", status=Status.COMPLETE))


def test_of_several_refs_the_ambiguous_one_is_asked_about(planned: Database) -> None:
    asked = run_command(planned, "PM", update("6.1", "5.2", "5.3", status=Status.COMPLETE))
    assert isinstance(asked, Candidates)
    receipt = run_command(planned, "PM", TakeOption(choice=asked.candidates[1].choice))
    assert isinstance(receipt, UpdateReceipt)
    assert [each.ref for each in receipt.changes] == ["6.1", "2/5.2", "5.3"]
    run_command(planned, "PM", Undo())
    assert count(planned) == 6


def test_nobody_is_offered_an_offer_of_a_plan_they_may_not_read(planned: Database) -> None:
    with pytest.raises(NotAllowedError):
        run_command(planned, "VW", Offer(problem=PROBLEM, words=WORDS, options=(DONE,)))
    assert rows(planned, "select id from offer") == []
