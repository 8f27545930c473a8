from datetime import date

import pytest

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from tests.handlers.command_parser.lines import parse_error, refs, update

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
        ("- two of five done", None, None, "two of five done"),
        ("“two of five”", None, None, "two of five"),
        ("in progress it's John's", GOING, None, "it's John's"),
        ("in progress - due to illness", GOING, None, "due to illness"),
        ("done <!channel> & <b>", DONE, None, "<!channel> & <b>"),
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
        ("update 5.2 done all teams --public", True, "all teams"),
        ("update 5.2 done the report is now public", False, "the report is now public"),
    ],
)
def test_public_is_added_and_never_taken_from_a_note(line: str, public: bool, note: str) -> None:
    command = update(line)
    assert (command.public, command.note, command.status) == (public, note, DONE)


@pytest.mark.parametrize(
    "options",
    [
        "--due 31 March --because late data",
        "\u2013due 31 March \u2013because “late data”",
        "—due 31 March —because late data",
        "-- due 31 March -- because late data",
        "--because 'late data' --due 31/03/2027",
        "--DUE=31/3/27 --Reason: late data",
        "--due 31 March because late data",
        "due 31 March because late data",
    ],
)
def test_a_date_with_its_reason(options: str) -> None:
    command = update(f"update 5.2 {options}")
    assert (command.due, command.because, command.note) == (date(2027, 3, 31), "late data", "")


def test_options_stand_anywhere_among_the_words() -> None:
    command = update("update 5.2 --rag amber in progress two of five --evidence https://a.example/x?y=1&z")
    assert (command.status, command.declared, command.note) == (GOING, Colour.AMBER, "two of five")
    assert command.evidence == "https://a.example/x?y=1&z"


def test_because_takes_all_up_to_the_next_option() -> None:
    command = update("update 5.2 --due 31 March --because one, two - three --rag red")
    assert (command.because, command.declared) == ("one, two - three", Colour.RED)


def test_a_reason_without_a_date_is_a_note() -> None:
    assert update("update 5.2 blocked --because no data").note == "no data"
    assert update("update 5.2 wip slow --because no data").note == "slow, because no data"
    assert update("update 5.2 --because no data").note == "no data"
    assert update("update 5.2 amber --because no data --note call us").note == "call us, because no data"


def test_no_words_of_two_reasons_are_lost() -> None:
    command = update("update 5.2 due 31 March because late data --because the audit found gaps")
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
        ("update", "/cip update 5.2 in-progress"),
        ("update 5.2", "/cip update 5.2 in-progress"),
        ("update 5.2 dnoe all teams", "/cip update 5.2 complete all teams"),
        ("update dnoe 5.2", "/cip update 5.2 complete"),
        ("update 5.2 =5 teams", "/cip update 5.2 in-progress =5 teams"),
        ("update 5.2 --because", "/cip update 5.2 in-progress"),
        ("update 5.2 --note", "/cip update 5.2 in-progress"),
        ("update s1 5.2 in porgress", "/cip update 1/5.2 in-progress"),
        ("update 5.2 waiting on legal", "/cip update 5.2 in-progress waiting on legal"),
        ("update 5.2 removed the barrier", "/cip update 5.2 in-progress removed the barrier"),
        ("update 5.2 --due 31 March", '/cip update 5.2 --due 31 March --because "why it moves"'),
        ("update 5.2 --due 31 March --because", '/cip update 5.2 --due 31 March --because "why it moves"'),
        ("update 5.2 --due blursday --because x", '/cip update 5.2 --due 31 March 2027 --because "x"'),
        (
            "update 5.2 complete all told --due blursday because ill --rag red",
            '/cip update 5.2 complete all told --due 31 March 2027 --rag red --because "ill"',
        ),
        (
            "update 5.2 dnoe all told --due 31 March because ill --rag red",
            '/cip update 5.2 complete all told --due 31 March --rag red --because "ill"',
        ),
        (
            "update 5.2 dnoe --due 31 March",
            '/cip update 5.2 complete --due 31 March --because "why it moves"',
        ),
        ("update 5.2 wip --rag ambr", "/cip update 5.2 wip --rag amber"),
        ("update 5.2 --rag blue", "/cip update 5.2 complete"),
        ("update 5.2 wip --becuase late", "/cip update 5.2 wip --because late"),
        (
            "update 5.2 wip --evidence www.a.example/x",
            "/cip update 5.2 wip --evidence https://www.a.example/x",
        ),
        ("update recruitment plan done", "/cip search recruitment plan"),
        ("update our very long recruitment plan, 5.2.1 done", "/cip update 5.2.1 done"),
    ],
)
def test_what_cannot_be_read_comes_back_ready_to_copy(line: str, suggestion: str) -> None:
    assert parse_error(line).suggestion == suggestion


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("update 5.2 wip --evidence ftp://a.example", "https://"),
        ("update 5.2 wip --evidence javascript:alert(1)", "web address"),
        ("update 5.2 wip --evidence https://", "web address"),
        ("update 5.2 wip --evidence", "web address"),
        ("update 5.2 red --rag green", "two colours, Red and Green"),
        ("update 5.2 --rag red --rag green", "given twice"),
        ("update 5.2 due 31 March --due 30 April --because x", "two dates, 31 March 2027 and 30 April 2026"),
        ("update 5.2 --rag", "needs a colour"),
        ("update 5.2 --due", "--due needs a date"),
        ("update " + ", ".join(f"2.{n}" for n in range(1, 23)) + " done", "22 actions"),
    ],
)
def test_what_is_wrong_is_said(line: str, says: str) -> None:
    assert says in parse_error(line).sentence


def test_a_note_has_a_limit_and_the_error_gives_its_length() -> None:
    assert len(update("update 5.2 done " + "x" * 2000).note) == 2000
    error = parse_error("update 5.2 done " + "x" * 2001)
    assert "2,001 characters" in error.sentence
    assert "Nothing was changed" in error.sentence
    assert (
        "1,000 characters"
        not in parse_error('update 5.2 --due 31 March --because "' + "y" * 2001 + '"').sentence
    )
