"""What `read` says of an option that asks for its reason: it is pressed as with any reason, which it leaves
out.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bot.command_line.line_runner import LineRunner
from bot.command_line.line_states import SLASH, LineState
from tests.language.measure import opened_runner

DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def runner() -> Iterator[LineRunner]:
    with opened_runner() as one:
        yield one


def dates_of(runner: LineRunner, line: str, state: LineState) -> list[Any]:
    result = runner.run(line, state).as_json()
    assert result["does"] == []
    effects = [effect for choice in result["choices"] for effect in choice["does"]]
    return [
        (each["command"], each["refs"], each["due"], each["because"], each["declared"])
        for each in effects
        if each["due"]
    ]


@pytest.mark.parametrize("place", ["dm", "slash", "channel"])
def test_a_new_date_is_among_the_choices_and_its_reason_is_not(runner: LineRunner, place: str) -> None:
    state = LineState("HT", place, day=DAY)
    moved = [("update", ["1.1"], "2027-04-30", "", None)]
    assert dates_of(runner, "1.1 moved to 30 April 2027", state) == moved
    [first, *_] = runner.run("1.1 moved to 30 April 2027", state).choices
    assert (first.label, first.problem) == ("New date (30 April 2027)", "")


@pytest.mark.parametrize("in_thread", [True, False])
def test_a_day_in_answer_to_a_question_is_a_new_date(runner: LineRunner, in_thread: bool) -> None:
    state = LineState("HT", asked="1.1", in_thread=in_thread, day=DAY)
    assert dates_of(runner, "30 April", state) == [("update", ["1.1"], "2027-04-30", "", None)]
    assert dates_of(runner, "30 April", state) == [("update", ["1.1"], "2027-04-30", "", None)]


def test_a_colour_goes_with_it(runner: LineRunner) -> None:
    state = LineState("HT", SLASH, day=DAY)
    found = dates_of(runner, "update 1.1 at risk, moved to 30 April 2027", state)
    assert found == [("update", ["1.1"], "2027-04-30", "", "amber")]


def test_the_date_that_it_has_is_no_choice(runner: LineRunner) -> None:
    state = LineState("HT", day=DAY)
    assert dates_of(runner, "1.1 moved to 29 January 2027", state) == []


def test_a_reason_that_was_given_is_shown(runner: LineRunner) -> None:
    state = LineState("HT", day=DAY)
    [effect] = runner.run("1.1 moved to 30 April 2027 because panel is late", state).does
    assert (effect.due, effect.because) == ("2027-04-30", "panel is late")
