"""What the simulated people write is what they mean: the checks take every line as it is meant."""

from datetime import date

import pytest

from bot.commands import AskedAction, PromptContext, UpdateStatus
from bot.simulation.user_behaviour import STATUSES, compose_words
from handlers.command_parser import LineReading

COLOURS = ("", " --rag amber", " --rag red")


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("status", sorted(set(STATUSES)))
def test_an_update_is_read_without_a_question(status: str, colour: str) -> None:
    line = f"update 1/2.3 {compose_words(status, 'word00001x')}{colour}"
    command = LineReading(line, today=date(2027, 9, 1)).to_command()
    assert isinstance(command, UpdateStatus)
    assert command.status is not None
    assert (command.status.value, command.note) == (status, "word00001x as agreed")


@pytest.mark.parametrize("status", sorted(set(STATUSES)))
def test_an_answer_in_the_thread_of_a_question_is_read_without_another(status: str) -> None:
    asked = PromptContext((AskedAction(5, "2.3", 7),), prompt_id=3)
    command = LineReading(compose_words(status, "word00001x"), today=date(2027, 9, 1)).to_command(asked)
    assert isinstance(command, UpdateStatus)
    assert command.status is not None
    assert (command.status.value, command.note) == (status, "word00001x as agreed")
