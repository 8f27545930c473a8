"""What messages sent before an upgrade carry: action ids, callback ids and the values of buttons.

Each comes back with what it carried when it was sent. A name may be added, but an old one must still be
understood.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from slack_bolt.async_app import AsyncApp

from bot.messages import Message, NewDateForm, PromptForm, QuestionForm, ReasonForm, StepForm, UseMessageForm
from bot.rendering import Renderer, form_view, new_date_view, prompt_form_view, reason_view
from bot.rendering.check import message_classes
from tests.fixtures.council import bot_running, council
from tests.paths import ROOT
from tests.stored_names import golden

BUTTON = re.compile(r'<button action="([^"]*)" value="([^"]*)"')


def test_templates_keep_their_actions_and_values() -> None:
    """A value as the template writes it; what it says of the message is in double braces."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates/messages").glob("*.j2")]
    found = {
        f"{action} = {_without_names(value)}" for text in texts for action, value in BUTTON.findall(text)
    }
    golden.check("template_buttons", "An action id or a button's value in a template", found)


def _without_names(value: str) -> str:
    """The fields of a message may be renamed; what stands around them may not."""
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "{}", value)


def test_examples_keep_their_actions_and_values() -> None:
    found = {
        f"{each.name}: {element['action_id']} = {element.get('value', '')}"
        for each in message_classes()
        for part in Renderer().slack(each.example())
        for element in _elements(part.blocks)
    }
    assert len(message_classes()) == len(list((ROOT / "templates/messages").glob("[!_]*.j2")))
    golden.check("example_buttons", "An action id or a button's value", found)


def test_forms_keep_their_names() -> None:
    example, used = ReasonForm.example(), UseMessageForm.example()
    question = replace(QuestionForm.example(), day=True, words=True, person=True)
    asked = replace(used, options=(), asks_ref=True)
    views = (
        reason_view(Renderer(), example.ref, example.ref, example.title),
        new_date_view(Renderer(), NewDateForm.example()),
        form_view(Renderer(), question, "question", "", submit="Next", close="Close", block_id_suffix=":0"),
        *(prompt_form_view(Renderer(), each.example()) for each in get_args(PromptForm)),
        form_view(Renderer(), StepForm.example(), "steps", "", submit="Next", close="", block_id_suffix=":0"),
        form_view(Renderer(), used, "use_as_update", "", submit="Record", close=""),
        form_view(Renderer(), asked, "use_as_update", "", submit="Next", close=""),
    )
    found = {
        f"{view['callback_id']}: {_field(block)}"
        for view in views
        for block in view["blocks"]
        if block["type"] == "input"
    }
    golden.check("forms", "A form's callback id, block id or action id", found)


def _field(block: dict[str, Any]) -> str:
    return f"{block['block_id']} / {block['element']['action_id']} {block['element']['type']}"


def _elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        found = [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        yield from (each for each in found if "action_id" in each)


async def test_what_is_listened_for_keeps_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every listener, in the order in which Bolt asks them."""
    found: list[str] = []
    for kind in ("command", "action", "view", "view_closed", "shortcut", "options", "event"):
        monkeypatch.setattr(AsyncApp, kind, _recording(found, kind, getattr(AsyncApp, kind)))
    async with council("sqlite", tmp_path) as running, bot_running(running):
        pass
    golden.check("listeners", "What Slack's requests are told apart by", found)


def _recording(found: list[str], kind: str, real: Any) -> Any:
    def record(app: AsyncApp, constraint: Any, *more: Any, **options: Any) -> Any:
        found.append(f"{kind} {getattr(constraint, 'pattern', constraint)}")
        return real(app, constraint, *more, **options)

    return record


def test_every_message_names_its_template() -> None:
    golden.check("messages", "The name of a message's template", (each.name for each in message_classes()))
    assert all(each.__dict__.get("name") for each in message_classes() if each is not Message)
