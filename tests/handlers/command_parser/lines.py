"""Reading lines on a known day."""

from datetime import date

import pytest

from bot.commands import Command, UpdateStatus
from bot.errors import NotUnderstoodError
from handlers.command_parser import parse

TODAY = date(2026, 4, 6)


def read(line: str) -> Command:
    return parse(line, today=TODAY)


def update(line: str) -> UpdateStatus:
    command = read(line)
    assert isinstance(command, UpdateStatus)
    return command


def parse_error(line: str) -> NotUnderstoodError:
    with pytest.raises(NotUnderstoodError) as caught:
        read(line)
    return caught.value


def refs(command: UpdateStatus) -> list[str]:
    return [f"{ref.section}/{ref.ref}" if ref.section else ref.ref for ref in command.refs]
