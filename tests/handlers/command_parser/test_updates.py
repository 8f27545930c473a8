from datetime import date

import pytest

from bot.commands import Offer, UpdateStatus
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from tests.handlers.command_parser.lines import parse_error, read, refs, update

DONE, GOING = Status.COMPLETE, Status.IN_PROGRESS


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("update 5.2 done", ["5.2"]),
        ("Update 5.2. DONE", ["5.2"]),
        ("update\u00a05.2\u00a0done.", ["5.2"]),
        ("/cip update 5.2 done", ["5.2"]),
        ("update S1 5.2 done", ["1/5.2"]),
        ("update 1/5.2 done", ["1/5.2"]),
        ("update section 2 5.2 complete", ["2/5.2"]),
        ("update mtfs 5.2 done", ["mtfs/5.2"]),
        ("update 1.3 a) done", ["1.3a"]),
        ("update A4 done", ["A4"]),
        ("update 2.5, 2.6 done", ["2.5", "2.6"]),
        ("update 2.5 and 2.6 done", ["2.5", "2.6"]),
        ("update 2.5 2.6 done", ["2.5", "2.6"]),
        ("update 2.5, 2.6 & 2.7: completed", ["2.5", "2.6", "2.7"]),
        ("update s1 5.2, 5.3 done", ["1/5.2", "1/5.3"]),
        ("update 1/5.2, 5.3 done", ["1/5.2", "5.3"]),
        ("update 2.5, 2.5 done", ["2.5"]),
        ("update 5.2 = done", ["5.2"]),
        ("update 5.2: done", ["5.2"]),
        ("update done 5.2", ["5.2"]),
        ("5.2 done", ["5.2"]),
        ("mtfs 5.2 done", ["mtfs/5.2"]),
        ("done 5.2", ["5.2"]),
        ("amber done 5.2", ["5.2"]),
        ("done green\n5.2", ["5.2"]),
        ("5.2 is now done", ["5.2"]),
        ("mark 5.2 as complete", ["5.2"]),
        ("status 5.2 done", ["5.2"]),
    ],
)
def test_refs_and_orders(line: str, expected: list[str]) -> None:
    command = update(line)
    assert (refs(command), command.status, command.note) == (expected, DONE, "")


@pytest.mark.parametrize(
    ("words", "status", "declared", "note"),
    [
        ("in progress", GOING, None, ""),
        ("inprogress", GOING, None, ""),
        ("in\u2013progress", GOING, None, ""),
        ("wip two of five", GOING, None, "two of five"),
        ("not started", Status.NOT_STARTED, None, ""),
        ("on hold until May", Status.ON_HOLD, None, "until May"),
        ("Complete and verified", Status.VERIFIED, None, ""),
        ("in progress - two of five", GOING, None, "two of five"),
        ("in progress: two of five", GOING, None, "two of five"),
        ("in progress “two of five”", GOING, None, "two of five"),
        ("done—all five teams", DONE, None, "all five teams"),
        ("in progress, amber", GOING, Colour.AMBER, ""),
        ("amber, in progress", GOING, Colour.AMBER, ""),
        ("in progress amber - slow", GOING, Colour.AMBER, "slow"),
        ("at risk", None, Colour.AMBER, ""),
        ("at-risk supplier is late", None, Colour.AMBER, "supplier is late"),
        ("on track", None, Colour.GREEN, ""),
        ("red", None, Colour.RED, ""),
        ("to green", None, Colour.GREEN, ""),
        ("- two of five done", GOING, None, "two of five done"),
        ("“two of five”", None, None, "two of five"),
        ("in progress it's John's", GOING, None, "it's John's"),
        ("in progress - due to illness", GOING, None, "due to illness"),
        ("wip <!channel> & <b>", GOING, None, "<!channel> & <b>"),
        (
            "wip met <@U123|ann> at <https://a.example/b|it>",
            GOING,
            None,
            "met @ann at it (https://a.example/b)",
        ),
        ("in progress first\nsecond", GOING, None, "first\nsecond"),
    ],
)
def test_statuses_colours_and_notes(
    words: str, status: Status | None, declared: Colour | None, note: str
) -> None:
    command = update(f"update 5.2 {words}")
    assert (command.status, command.declared, command.note) == (status, declared, note)


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("blocked", ""),
        ("Blocked because no data", "no data"),
        ("blocked - waiting for IT", "waiting for IT"),
        ("stuck: waiting for IT", "waiting for IT"),
    ],
)
def test_blocked_is_in_progress_and_red(words: str, note: str) -> None:
    command = update(f"update 5.2 {words}")
    assert command.blocked
    assert (command.status, command.declared, command.note) == (GOING, Colour.RED, note)


def test_a_number_in_a_note_is_no_second_ref() -> None:
    command = update("done 5.2 and 3 teams told")
    assert refs(command) == ["5.2"]
    assert command.note == "and 3 teams told"


@pytest.mark.parametrize(
    ("line", "public", "note"),
    [
        ("update 5.2 done public", True, ""),
        ("update 5.2 done “all teams” public", True, "all teams"),
        ("update 5.2 done - all teams --public", True, "all teams"),
        ("update 5.2 done: the report is now public", False, "the report is now public"),
    ],
)
def test_public_is_added_and_never_taken_from_a_note(line: str, public: bool, note: str) -> None:
    command = update(line)
    assert (command.public, command.note, command.status) == (public, note, DONE)


@pytest.mark.parametrize(
    "options",
    [
        "--due 30 June --because late data",
        "\u2013due 30 June \u2013because “late data”",
        "—due 30 June —because late data",
        "-- due 30 June -- because late data",
        "--because 'late data' --due 30/06/2026",
        "--DUE=30/6/26 --Reason: late data",
        "--due 30 June because late data",
        "due 30 June because late data",
    ],
)
def test_a_date_with_its_reason(options: str) -> None:
    command = update(f"update 5.2 {options}")
    assert (command.due, command.because, command.note) == (date(2026, 6, 30), "late data", "")


def test_options_stand_anywhere_among_the_words() -> None:
    command = update("update 5.2 --rag amber in progress two of five --evidence https://a.example/x?y=1&z")
    assert (command.status, command.declared, command.note) == (GOING, Colour.AMBER, "two of five")
    assert command.evidence == "https://a.example/x?y=1&z"


def test_because_takes_all_up_to_the_next_option() -> None:
    command = update("update 5.2 --due 30 June --because one, two - three --rag red")
    assert (command.because, command.declared) == ("one, two - three", Colour.RED)


def test_a_reason_without_a_date_is_a_note() -> None:
    assert update("update 5.2 blocked --because no data").note == "no data"
    assert update("update 5.2 wip slow --because no data").note == "slow, because no data"
    assert update("update 5.2 --because no data").note == "no data"
    assert update("update 5.2 amber --because no data --note call us").note == "call us, because no data"


def test_no_words_of_two_reasons_are_lost() -> None:
    command = update("update 5.2 due 30 June because late data --because the audit found gaps")
    assert command.because == "late data the audit found gaps"


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("in-progress =5 teams", "=5 teams"),
        ("in-progress = 5 teams", "= 5 teams"),
        ("in-progress - =5 teams", "=5 teams"),
        ("in-progress: =5 teams", "=5 teams"),
        ("in-progress -3 teams", "-3 teams"),
        ("- =5 teams", "=5 teams"),
        ("--note =5 teams", "=5 teams"),
        ('--note "=5 teams"', "=5 teams"),
        ("--note=5 teams", "5 teams"),
        ("--note = 5 teams", "5 teams"),
        ("--because =5 teams", "=5 teams"),
    ],
)
def test_a_note_keeps_the_sign_it_begins_with(words: str, note: str) -> None:
    assert update(f"update 5.2 {words}").note == note


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("update", "/cip mine"),
        ("update recruitment plan done", "/cip mine"),
        ("update 5.2 wip --rag ambr", "/cip update 5.2 wip --rag amber"),
        ("update 5.2 --rag blue", "/cip update 5.2 complete"),
        ("update 5.2 wip --becuase late", "/cip update 5.2 wip --because late"),
        (
            "update 5.2 wip --evidence www.a.example/x",
            "/cip update 5.2 wip --evidence https://www.a.example/x",
        ),
    ],
)
def test_what_cannot_be_read_comes_back_ready_to_copy(line: str, suggestion: str) -> None:
    assert parse_error(line).suggestion == suggestion


@pytest.mark.parametrize(
    ("line", "labels", "note"),
    [
        ("update 5.2", ["In progress", "Not started", "Done"], ""),
        ("update 5.2 dnoe all teams", ["Done", "Add as a note"], "dnoe all teams"),
        ("update 5.2 =5 teams", ["Add as a note", "In progress"], "=5 teams"),
        ("update 5.2 --because", ["In progress", "Not started", "Done"], ""),
        ("update 5.2 --note", ["In progress", "Not started", "Done"], ""),
        ("update 5.2 waiting on legal", ["At risk", "Add as a note"], "waiting on legal"),
        ("update 5.2 removed the barrier", ["Add as a note", "In progress"], "removed the barrier"),
        ("update 5.2 done all teams", ["Done", "In progress"], "done all teams"),
        ("update 5.2 not applicable", ["Dropped", "Add as a note"], "not applicable"),
        ("update 5.2 done? who says", ["Show 5.2", "In progress"], "done? who says"),
        ("update 5.2 done or not", ["In progress", "Done"], "done or not"),
        ("update 5.2 red and green", ["Red", "On track"], "red and green"),
        ("update 5.2 complete --owner SP", ["Done"], ""),
    ],
)
def test_what_is_not_plain_is_offered_in_the_words_that_were_typed(
    line: str, labels: list[str], note: str
) -> None:
    offer = read(line)
    assert isinstance(offer, Offer)
    assert [option.label for option in offer.options][: len(labels)] == labels
    for option in offer.options:
        [command] = option.commands
        if isinstance(command, UpdateStatus):
            assert (refs(command), command.note) == (["5.2"], note)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("--due 30 June", "needs its reason"),
        ("--due 30 June --because", "needs its reason"),
        ("moved to 30 June", "needs its reason"),
        ("--due blursday --because x", "not the day"),
        ("--due", "not the day"),
        ("moved to the June board because no papers", "not the day"),
        ("--due 31/01/2062 --because late", "more than five years"),
        ("--due 31/01/2017 --because late", "has passed"),
        ("moved to yesterday because late", "has passed"),
        ("moved to 30 June or 7 July because late", "more than one day"),
        ("due 31 May --due 30 June --because x", "more than one day"),
        ("moved to Monday 30 June because late", "does not fit the date"),
        ("moved to 31 June because late", "There is no"),
    ],
)
def test_a_date_that_cannot_be_recorded_is_asked_about(words: str, problem: str) -> None:
    offer = read(f"update 5.2 {words}")
    assert isinstance(offer, Offer)
    assert problem in offer.problem


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("update 5.2 wip --evidence ftp://a.example", "https://"),
        ("update 5.2 wip --evidence javascript:alert(1)", "web address"),
        ("update 5.2 wip --evidence https://", "web address"),
        ("update 5.2 wip --evidence", "web address"),
        ("update 5.2 red --rag green", "two colours, Red and Green"),
        ("update 5.2 --rag red --rag green", "given twice"),
        ("update 5.2 --rag", "needs a colour"),
        ("update " + ", ".join(f"2.{n}" for n in range(1, 23)) + " done", "22 actions"),
    ],
)
def test_what_is_wrong_is_said(line: str, says: str) -> None:
    assert says in parse_error(line).sentence


def test_a_note_has_a_limit_and_the_error_gives_its_length() -> None:
    assert len(update("update 5.2 wip " + "x" * 2000).note) == 2000
    error = parse_error("update 5.2 wip " + "x" * 2001)
    assert "2,001 characters" in error.sentence
    assert "Nothing was changed" in error.sentence
    assert (
        "1,000 characters"
        not in parse_error('update 5.2 --due 30 June --because "' + "y" * 2001 + '"').sentence
    )
