"""Every line the bot itself offers, in its help and on its buttons, has to be one that it understands."""

from typing import Any

import pytest

from bot.commands import Help
from bot.rendering import Renderer
from bot.rendering.check import message_classes
from bot.services.help_topics import topics
from handlers.command_parser import parse
from tests.handlers.command_parser.lines import TODAY

EXAMPLES = [example for topic in topics("") for example in topic.examples]
NAMES = [topic.usage.split()[1] for topic in topics("")]


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_examples_of_the_help(line: str) -> None:
    command = parse(line.replace("@person", "<@U123|ann>"), today=TODAY)
    name = line.removeprefix("/cip ").split()[0].replace("-", "")
    assert command.name.startswith(name)


@pytest.mark.parametrize("name", NAMES)
def test_there_is_help_on_every_command_by_its_name(name: str) -> None:
    command = parse(f"help {name}", today=TODAY)
    assert isinstance(command, Help)
    assert command.topic == ("" if name == "help" else name)


def _run_values(blocks: list[dict[str, Any]]) -> list[str]:
    elements = [
        element for block in blocks for element in [*block.get("elements", []), block.get("accessory") or {}]
    ]
    return [each["value"] for each in elements if str(each.get("action_id", "")).startswith("run:")]


def test_the_lines_behind_the_buttons() -> None:
    renderer, lines = Renderer(), []
    for message in message_classes():
        for part in renderer.slack(message.example()):
            lines += _run_values(part.blocks)
    assert len(lines) > 3
    for line in lines:
        assert parse(line, today=TODAY) is not None
