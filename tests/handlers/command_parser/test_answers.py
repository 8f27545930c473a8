"""Lines without a ref, read as said of what was asked about."""

from datetime import date

import pytest

from bot.commands import (
    AskedAction,
    AtRisk,
    Choose,
    Command,
    Offer,
    PromptContext,
    SmallTalk,
    Snooze,
    UpdateSeveral,
    UpdateStatus,
    Why,
)
from bot.errors import NotUnderstoodError
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from handlers.command_parser import LineReading
from tests.handlers.command_parser.lines import TODAY, refs

GOING, DONE = Status.IN_PROGRESS, Status.COMPLETE


def asked(*shown: str, in_thread: bool = False, is_latest: bool = True) -> PromptContext:
    actions = tuple(AskedAction(number, ref, 90 + number) for number, ref in enumerate(shown, start=1))
    return PromptContext(actions, 7 if in_thread else None, is_latest)


def read_reply(line: str, context: PromptContext) -> Command:
    return LineReading(line, today=TODAY).to_command(context)


def answer(line: str, ref: str = "1/5.2") -> UpdateStatus:
    found = read_reply(line, asked(ref))
    assert isinstance(found, UpdateStatus)
    return found


@pytest.mark.parametrize(
    ("line", "status", "declared", "note"),
    [
        ("done", DONE, None, ""),
        ("/cip done", DONE, None, ""),
        ("Done.", DONE, None, ""),
        ("done :tada:", DONE, None, ""),
        (":white_check_mark:", DONE, None, ""),
        ("100%", DONE, None, ""),
        ("all sorted now thanks", DONE, None, ""),
        ("we finished it last week", DONE, None, "last week"),
        ("In progress, two of five teams", GOING, None, "two of five teams"),
        ("Yes, it\u2019s now done: the data is in", DONE, None, "the data is in"),
        ("still in progress", GOING, None, ""),
        ("nearly there", GOING, None, "nearly there"),
        ("80%", GOING, None, "80%"),
        ("8/14", GOING, None, "8/14"),
        ("3 of 5 done", GOING, None, "3 of 5 done"),
        ("not finished", GOING, None, "not finished"),
        ("hasn't started yet", Status.NOT_STARTED, None, ""),
        ("no longer needed", Status.DROPPED, None, ""),
        ("no - it is on hold until May", Status.ON_HOLD, None, "until May"),
        ("- it is done, with thanks to HR", DONE, None, "with thanks to HR"),
        ("blocked because there is no money", GOING, Colour.RED, "there is no money"),
        ("blocked no money", GOING, Colour.RED, "no money"),
        ("on track", None, Colour.GREEN, ""),
        ("on track, 80% spent", None, Colour.GREEN, "80% spent"),
        ("at risk", None, Colour.AMBER, ""),
        ("red because the supplier is late", None, Colour.RED, "because the supplier is late"),
        ("was amber, now green", None, Colour.GREEN, "was amber"),
        ("amber to red", None, Colour.RED, ""),
        ("note: the contract is signed", None, None, "the contract is signed"),
        ("- the contract is signed", None, None, "the contract is signed"),
    ],
)
def test_a_line_is_said_of_the_action(
    line: str, status: Status | None, declared: Colour | None, note: str
) -> None:
    found = answer(line)
    assert (refs(found), found.status, found.declared, found.note) == (["1/5.2"], status, declared, note)
    assert found.action_id == 1


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
    found = read_reply(line, asked("1/5.2"))
    assert isinstance(found, Snooze) is is_later
    if isinstance(found, Snooze):
        assert found.item_ids == (91,)


def test_a_date_is_said_of_it_with_its_reason() -> None:
    found = answer("moved to 30 April because the contract is late")
    assert (found.due, found.because) == (date(2026, 4, 30), "the contract is late")


@pytest.mark.parametrize("line", ["30 April because of leave", "by 30 April, as people are on leave"])
def test_a_date_alone_is_a_new_one_where_it_has_its_reason(line: str) -> None:
    assert answer(line).due == date(2026, 4, 30)


def test_one_of_its_milestones_can_be_named() -> None:
    assert refs(answer("a) done", "1.3")) == ["1.3a"]


def test_of_several_actions_the_same_is_said_of_each() -> None:
    found = read_reply("done at last", asked("1/5.2", "6.1"))
    assert isinstance(found, Choose)
    assert [refs(each) for each in found.updates] == [["1/5.2"], ["6.1"]]
    assert {each.status for each in found.updates} == {DONE}


def test_of_several_actions_what_is_not_plain_needs_its_ref() -> None:
    with pytest.raises(NotUnderstoodError, match=r"1/5\.2 and 6\.1"):
        read_reply("done by Friday", asked("1/5.2", "6.1"))


def test_an_answer_to_an_older_question_is_confirmed_first() -> None:
    found = read_reply("done", asked("1/5.2", is_latest=False))
    assert isinstance(found, Choose)
    assert isinstance(read_reply("done", asked("1/5.2", in_thread=True, is_latest=False)), UpdateStatus)


@pytest.mark.parametrize(
    "line",
    [
        "that is complete nonsense",
        "it's complete nonsense to ask me this",
        "we're closed on Friday",
        "I'm done for today",
        "done for today",
        "all done for today, bye",
        "done?",
        "on track?",
        "finished? not yet",
        "done by Friday",
        "complete apart from the risk assessment",
        "complete subject to Cabinet",
        "done: no",
        "done wrongly, undo",
        "done or in progress, not sure",
        "HR say it's done",
        "finished my coffee",
        "dropped you an email",
        "red tape is holding us up",
        "red book valuation ordered",
        "green paper published",
        "blocked drains cleared",
        "waiting on finance",
        "not mine, ask HT",
        "it is what it is",
        "it is done, they say",
        "checked the figures",
        "moved to 30 April",
        "30 April",
        "in 2 weeks",
        "\U0001f44d",
        "no",
    ],
)
@pytest.mark.parametrize("in_thread", [False, True])
def test_words_that_may_mean_something_else_are_asked_about(line: str, in_thread: bool) -> None:
    found = read_reply(line, asked("1/5.2", in_thread=in_thread))
    assert isinstance(found, Offer)
    assert found.problem.strip().endswith((".", "?"))
    for option in found.options:
        for each in option.commands:
            assert getattr(each, "action_id", 1) == 1


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("done by Friday", "Done"),
        ("finished? not yet", "Done"),
        ("done?", "Done"),
        ("not blocked, I think", "Blocked"),
        ("should be green by Friday", "On track"),
        ("not at risk", "At risk"),
    ],
)
def test_what_the_words_deny_or_promise_is_not_offered(line: str, label: str) -> None:
    found = read_reply(line, asked("1/5.2"))
    if isinstance(found, Offer):
        assert label not in [option.label for option in found.options]


@pytest.mark.parametrize(
    ("line", "ref", "note"),
    [
        ("done 5.2", "5.2", ""),
        ("done: 5.3", "5.3", ""),
        ("complete on 5.2: all of it", "5.2", ""),
        ("in progress 5.3 two teams done", "5.3", "two teams done"),
        ("not started 5.3 yet", "5.3", ""),
        ("5.3 still in progress", "5.3", ""),
    ],
)
def test_a_ref_in_the_line_counts_before_what_was_asked(line: str, ref: str, note: str) -> None:
    found = answer(line, "6.1")
    assert (refs(found), found.note) == ([ref], note)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("in progress, 2 of 5 teams done", "2 of 5 teams done"),
        ("in progress 1.5 FTE recruited", "1.5 FTE recruited"),
        ("amber, gap still 1.4m", "gap still 1.4m"),
        ("in progress - phase 2 starts in May", "phase 2 starts in May"),
    ],
)
def test_a_figure_is_no_ref(line: str, note: str) -> None:
    found = answer(line)
    assert (refs(found), found.note) == (["1/5.2"], note)


def test_two_actions_are_two_updates() -> None:
    found = read_reply("done. 5.3 in progress", asked("1/5.2"))
    assert isinstance(found, UpdateSeveral)
    assert [(refs(each), each.status) for each in found.updates] == [(["1/5.2"], DONE), (["5.3"], GOING)]
    both = read_reply("done, and 5.3 too", asked("1/5.2"))
    assert isinstance(both, UpdateSeveral)
    assert [each.status for each in both.updates] == [DONE, DONE]


def test_what_only_speaks_of_another_action_is_about_the_one_asked() -> None:
    found = read_reply("waiting on 5.1", asked("1/5.2"))
    assert isinstance(found, Offer)
    updates = [each for option in found.options for each in option.commands if isinstance(each, UpdateStatus)]
    assert {tuple(refs(each)) for each in updates} == {("1/5.2",)}


@pytest.mark.parametrize("line", ["At-risk s2", "at risk in section 2", "at-risk"])
def test_at_risk_may_ask_for_a_list(line: str) -> None:
    assert isinstance(read_reply(line, asked("1/5.2")), AtRisk)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("thanks", "thanks"),
        ("ok, thank you!", "thanks"),
        ("OK", "ok"),
        ("hello", "hello"),
        ("stop messaging me", "stop"),
        ("too many reminders!!", "stop"),
        ("who are you?", "who"),
        ("what is this about?", "about"),
    ],
)
def test_small_talk_records_nothing(line: str, kind: str) -> None:
    found = read_reply(line, PromptContext(()))
    assert isinstance(found, SmallTalk)
    assert found.kind == kind


def test_what_this_is_about_is_why_it_was_asked() -> None:
    assert isinstance(read_reply("what is this about?", asked("1/5.2")), Why)
