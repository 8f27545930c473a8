"""A new date without its reason is offered with the days that it may mean; each asks for the reason."""

from datetime import date

import pytest

from bot.commands import Offer, UpdateStatus
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from tests.handlers.command_parser.lines import read, update


def offered(line: str) -> Offer:
    command = read(line)
    assert isinstance(command, Offer), command
    return command


def new_dates(command: Offer) -> list[UpdateStatus]:
    updates = [each for option in command.options for each in option.commands]
    return [each for each in updates if isinstance(each, UpdateStatus) and each.due]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("update 5.2 moved to 30 April", date(2026, 4, 30)),
        ("update 5.2 --due 30/04/2026", date(2026, 4, 30)),
        ("update 5.2 new date 31 May 2026", date(2026, 5, 31)),
        ("update 5.2 pushed back to Friday", date(2026, 4, 10)),
    ],
)
def test_the_day_comes_first_and_asks_for_its_reason(line: str, day: date) -> None:
    command = offered(line)
    first = command.options[0]
    assert first.asks_reason
    assert first.label.startswith("New date (")
    assert [(each.due, each.because) for each in new_dates(command)] == [(day, "")]
    assert "Press the day below and say why" in command.problem
    assert not any(each.asks_reason for each in command.options[1:])


def test_status_and_colour_go_with_the_day() -> None:
    [moved] = new_dates(offered("update 5.2 in progress, moved to 30 April"))
    assert moved.status is Status.IN_PROGRESS
    [moved] = new_dates(offered("update 5.2 at risk, moved to 30 April"))
    assert moved.declared is Colour.AMBER
    [moved] = new_dates(offered("update 5.2 blocked, moved to 30 April"))
    assert moved.blocked


@pytest.mark.parametrize(
    "line", ["update 5.2 moved to Monday 30 April", "update 5.2 moved to 30 April or 7 May"]
)
def test_of_several_days_at_most_three_are_offered(line: str) -> None:
    command = offered(line)
    found = new_dates(command)
    assert 1 <= len(found) <= 3
    assert len({each.due for each in found}) == len(found)
    assert all(option.asks_reason for option in command.options if option.label.startswith("New date"))


def test_a_reason_that_was_given_is_not_asked_for() -> None:
    assert update("update 5.2 moved to 30 April because the data is late").because == "the data is late"
    command = offered("update 5.2 moved to Monday 30 April because the data is late")
    assert new_dates(command)
    assert not any(each.asks_reason for each in command.options)


@pytest.mark.parametrize("line", ["update 5.2 moved to 30 April?", "update 5.2 waiting on finance"])
def test_a_question_or_a_remark_offers_no_day(line: str) -> None:
    command = read(line)
    assert not any(each.asks_reason for each in getattr(command, "options", ()))
    assert command.name in {"offer", "show"}
