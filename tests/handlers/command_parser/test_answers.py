"""Lines without a ref, read as said of what was asked about."""

from datetime import date

import pytest

from bot.commands import Choose, UpdateStatus
from bot.errors import NotUnderstoodError
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from handlers.command_parser import FreeTextReply, parse
from tests.handlers.command_parser.lines import TODAY, refs


def read_reply(line: str) -> FreeTextReply:
    return FreeTextReply(line, today=TODAY)


def answer(line: str, *asked: str) -> UpdateStatus:
    found = read_reply(line).to_command(asked or ("1/5.2",), is_sure=True)
    assert isinstance(found, UpdateStatus)
    return found


@pytest.mark.parametrize(
    ("line", "status", "declared", "note"),
    [
        ("done", Status.COMPLETE, None, ""),
        ("/cip done", Status.COMPLETE, None, ""),
        ("In progress, two of five teams", Status.IN_PROGRESS, None, "two of five teams"),
        ("Yes, it\u2019s now done: the data is in", Status.COMPLETE, None, "the data is in"),
        ("still in progress", Status.IN_PROGRESS, None, ""),
        ("no - it is on hold until May", Status.ON_HOLD, None, "until May"),
        ("- it is done, they say", None, None, "it is done, they say"),
        ("blocked because there is no money", Status.IN_PROGRESS, Colour.RED, "there is no money"),
        ("on track", None, Colour.GREEN, ""),
        ("- the contract is signed", None, None, "the contract is signed"),
    ],
)
def test_a_line_is_said_of_the_action(
    line: str, status: Status | None, declared: Colour | None, note: str
) -> None:
    found = answer(line)
    assert (refs(found), found.status, found.declared, found.note) == (["1/5.2"], status, declared, note)
    assert parse(found.line, today=TODAY) == found, "the line kept for the record means the same"


@pytest.mark.parametrize(
    ("line", "is_later"),
    [
        ("later", True),
        ("Sorry, not now!", True),
        ("please remind me tomorrow, thanks", True),
        ("OK: ask me again later :pray:", True),
        ("later this month we sign", False),
        ("tomorrow", False),
        ("not yet", False),
    ],
)
def test_to_be_asked_later_is_no_answer(line: str, is_later: bool) -> None:
    assert read_reply(line).is_later is is_later
    assert not read_reply(line).is_status


def test_a_date_is_said_of_it_with_its_reason() -> None:
    found = answer("moved to 30 April because the contract is late")
    assert (found.due, found.because) == (date(2026, 4, 30), "the contract is late")


def test_one_of_its_milestones_can_be_named() -> None:
    assert refs(answer("a) done", "1.3")) == ["1.3a"]


def test_of_several_actions_the_same_is_said_of_each() -> None:
    found = read_reply("done at last").to_command(("1/5.2", "6.1"), is_sure=True)
    assert isinstance(found, Choose)
    assert [each.line for each in found.updates] == ["update 1/5.2 done at last", "update 6.1 done at last"]


@pytest.mark.parametrize(
    ("line", "sentence", "offered"),
    [
        ("waiting for HR", "I can't find a status", "in-progress waiting for HR"),
        ("dnoe", "Did you mean complete?", "complete"),
        ("it is what it is", "I can't find a status", "in-progress it is what it is"),
        ("moved to 30 April", "A new date needs its reason", "moved to 30 April --because"),
        (", 6.1 done", "names more than one action", ""),
    ],
)
def test_what_cannot_be_read_comes_back_put_right(line: str, sentence: str, offered: str) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        answer(line)
    assert sentence in caught.value.sentence
    assert (caught.value.suggestion or "").startswith(offered)


def test_what_is_not_sure_is_asked_about() -> None:
    found = read_reply("done for today").to_command(("1/5.2",), is_sure=False)
    assert isinstance(found, Choose)
    assert [each.line for each in found.updates] == ["update 1/5.2 done for today"]


@pytest.mark.parametrize(
    "line",
    [
        "done",
        "Done.",
        "yes, done: the data is in",
        "in progress two of five",
        "blocked no money",
        "blocked: no money",
        "on track, 80% spent",
        "on hold with the helpdesk",
        "not started",
        "red because the supplier is late",
        "done green",
        "moved to 30 April because the contract is late",
        "done :tada:",
    ],
)
def test_an_answer_that_is_clear(line: str) -> None:
    assert (read_reply(line).is_status or read_reply(line).is_date, read_reply(line).is_clear) == (True, True)


@pytest.mark.parametrize(
    "line",
    [
        "that is complete nonsense",
        "it's complete nonsense to ask me this",
        "we're closed on Friday",
        "I'm done for today",
        "all done for today, bye",
        "done?",
        "finished my coffee",
        "dropped you an email",
        "red tape is holding us up",
        "stuck in traffic",
        "hold, please",
        "new",
        "checked",
        "thanks",
        "",
    ],
)
def test_words_that_may_be_about_something_else(line: str) -> None:
    assert not read_reply(line).is_clear


@pytest.mark.parametrize(
    ("line", "ref"),
    [
        ("done 5.2", "5.2"),
        ("complete on 5.2: all of it", "5.2"),
        ("in progress, 2 of 5 teams done", None),
        ("in progress 1.5 FTE recruited", None),
        ("on track, 80% spent", None),
        ("done on 12 March", None),
        ("done, phase 2 starts in May", None),
        ("blocked by 5.1", None),
        ("moved to 30 April", None),
        ("thanks", None),
    ],
)
def test_a_figure_is_a_ref_only_right_after_the_status(line: str, ref: str | None) -> None:
    found = read_reply(line).ref
    assert (found.ref if found else None) == ref


@pytest.mark.parametrize(
    ("line", "expected"),
    [("at risk", True), ("At-risk s2", True), ("at risk: the supplier is late", False), ("amber", False)],
)
def test_at_risk_may_ask_for_a_list(line: str, expected: bool) -> None:
    assert read_reply(line).may_ask_for_list is expected
