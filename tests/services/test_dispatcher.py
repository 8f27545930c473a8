from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from bot import commands
from bot.commands import Command, Help, Mine, Paged
from bot.messages import ErrorMessage, Message
from bot.services.dispatcher import Dispatcher
from bot.services.people import Actor
from tests.fixtures.commands import DISPATCHER


def _handler(_session: Session, _who: Actor, _command: Command, _now: datetime) -> Message:
    return ErrorMessage("not asked")


def test_every_type_of_command_has_a_handler() -> None:
    found = [each for each in vars(commands).values() if isinstance(each, type) and issubclass(each, Command)]
    assert set(DISPATCHER.handlers) == set(found) - {Command, Paged}


def test_no_type_of_command_has_two_handlers() -> None:
    with pytest.raises(ValueError, match="more than one handler for Help"):
        Dispatcher({Help: _handler, Mine: _handler}, {Help: _handler})
