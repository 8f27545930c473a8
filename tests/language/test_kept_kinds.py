"""Kinds of lines once misread: what is excepted, quoted, left open, moved by so much, or put off."""

from collections.abc import Iterator

import pytest

from bot.command_line.line_results import LineResult
from bot.command_line.line_runner import LineRunner
from bot.command_line.line_states import LineState, read_state
from tests.language.measure import opened_runner


@pytest.fixture(scope="module")
def runner() -> Iterator[LineRunner]:
    with opened_runner() as opened:
        yield opened


def read(runner: LineRunner, line: str, who: str, asked: str = "") -> LineResult:
    facts = {"line": line, "as": who, "date": "2026-11-30", **({"reply_to": asked} if asked else {})}
    return runner.run(*read_state(facts, LineState()))


def records(result: LineResult) -> dict[str, tuple[str | None, str | None, str | None]]:
    """Of each ref: status, colour and date."""
    return {ref: (each.status, each.declared, each.due) for each in result.does for ref in each.refs}


@pytest.mark.parametrize(
    ("line", "who", "asked"),
    [
        ("5.1 pushed to 29 January or whenever HR finish", "SP", ""),
        ("2.3 moved to 26 Feb at the earliest because of the lease", "KB", ""),
        ('the board paper lists 5.2 as "complete", which is wrong', "SP", ""),
        ('1.1 HT said "on track" in the meeting, I have doubts', "HT", ""),
        ("5.3 is done, this one isn't", "SP", "5.2"),
        ("push back a fortnight, server not in yet", "SP", "5.3"),
    ],
)
def test_what_is_not_certain_is_asked(runner: LineRunner, line: str, who: str, asked: str) -> None:
    result = read(runner, line, who, asked)
    assert not result.does
    assert result.choices
    assert not [each for each in result.choices if each.problem]


def test_what_is_excepted_is_left_as_it_is(runner: LineRunner) -> None:
    on_hold = ("on-hold", None, None)
    result = read(runner, "1.1 to 1.4 bar 1.3 on hold", "RM")
    assert records(result) == dict.fromkeys(("1.1", "1.2", "1.4"), on_hold)


def test_what_is_said_of_both_is_recorded_of_both(runner: LineRunner) -> None:
    offered = read(runner, "1.3 same as 6.1, both not started", "KB")
    refs = [{ref for each in choice.does for ref in each.refs} for choice in offered.choices]
    assert {"1.3", "6.1"} in refs


@pytest.mark.parametrize(
    ("line", "asked", "due", "because"),
    [
        ("push back a fortnight, server not in yet", "5.3", "2027-02-12", "server not in yet"),
        ("need another month", "5.3", "2027-02-28", ""),
        ("+2 weeks. Nobody is free.", "5.3", "2027-02-12", "Nobody is free"),
        ("bring it forward two weeks", "5.3", "2027-01-15", ""),
    ],
)
def test_a_date_that_moves_by_so_much_is_offered_as_its_day(
    runner: LineRunner, line: str, asked: str, due: str, because: str
) -> None:
    result = read(runner, line, "SP", asked)
    assert not result.does
    [offered] = [each for choice in result.choices for each in choice.does if each.due == due]
    assert offered.because.rstrip(".") in {because, "…"} or not because


@pytest.mark.parametrize("line", ["ooo", "away", "on leave til 14 dec", "half day, will look tomorrow"])
def test_somebody_away_may_be_asked_later(runner: LineRunner, line: str) -> None:
    result = read(runner, line, "SP", "5.2")
    assert not result.does
    assert "later" in {each.command for choice in result.choices for each in choice.does}


def test_a_ref_said_in_words_is_not_taken_for_another(runner: LineRunner) -> None:
    result = read(runner, "action one point two is complete", "RM")
    assert "Action 1" not in records(result)


def test_a_ref_of_letters_may_stand_with_its_section(runner: LineRunner) -> None:
    [shown] = read(runner, "show 1/A4", "HT").does
    assert (shown.command, shown.refs) == ("show", ("A4",))
