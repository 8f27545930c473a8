"""Renders every message with its example: `python -m bot.rendering.check` names each fault in a sentence."""

import re
import sys
from collections.abc import Iterator
from typing import Any

from jinja2 import TemplateError

from bot.messages import Message, QuestionForm, SayWhy
from bot.rendering import limits
from bot.rendering.layout import Renderer
from bot.rendering.limits import json_units
from bot.rendering.modals import form_view, why_view
from bot.rendering.mrkdwn import CHANNEL, USER, safe_link
from bot.rendering.templates import template_names

_TAG = re.compile("<([^<>]*)>")
_STRAY = re.compile("[<>]|&(?!amp;|lt;|gt;)")
_MOST = 13_000
_LONGEST_TEXT = 40_000
_NAME = 255


def faults(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    """Everything wrong with a message, a sentence each."""
    return [*_message(text, blocks), *(fault for block in blocks for fault in _block(block)), *_names(blocks)]


def _message(text: str, blocks: list[dict[str, Any]]) -> Iterator[str]:
    if not text.strip():
        yield "the plain text is empty"
    if limits.units(text) > _LONGEST_TEXT:
        yield "the plain text is too long"
    if not 0 < len(blocks) <= limits.BLOCKS:
        yield f"{len(blocks)} blocks"
    if json_units(blocks) > _MOST:
        yield f"{json_units(blocks)} characters of blocks"
    yield from _marked("the plain text", text)


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if kind == "header":
        yield from _text(block["text"], limits.HEADER, kind)
    elif kind == "section":
        yield from _section(block)
    elif kind == "context":
        yield from _several(block["elements"], limits.CONTEXT_ELEMENTS, kind)
        for element in block["elements"]:
            yield from _text(element, limits.SECTION, kind)
    elif kind == "actions":
        yield from _several(block["elements"], limits.ACTIONS, kind)
        for element in block["elements"]:
            yield from _button(element)
    elif kind != "divider":
        yield f"a block of the unknown type {kind}"


def _section(block: dict[str, Any]) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield "a section with nothing in it"
    if "text" in block:
        yield from _text(block["text"], limits.SECTION, "section")
    if "fields" in block:
        yield from _several(block["fields"], limits.FIELDS, "fields")
        for field in block["fields"]:
            yield from _text(field, limits.FIELD, "field")
    if "accessory" in block:
        yield from _button(block["accessory"])


def _several(elements: list[dict[str, Any]], most: int, kind: str) -> Iterator[str]:
    if not 0 < len(elements) <= most:
        yield f"{len(elements)} elements in {kind}"


def _text(text: dict[str, Any], longest: int, kind: str) -> Iterator[str]:
    if not 0 < limits.units(text["text"].strip()) <= limits.units(text["text"]) <= longest:
        yield f"{limits.units(text['text'])} characters in a {kind}"
    if text["type"] == "mrkdwn":
        if text.get("verbatim") is not True:
            yield f"a {kind} that is not verbatim"
        yield from _marked(f"a {kind}", text["text"])


def _marked(where: str, text: str) -> Iterator[str]:
    """Every tag is a mention or a link of ours, and everything else is escaped."""
    for found in _TAG.finditer(text):
        if not _known(found.group(1)):
            yield f"a tag in {where} that was not meant: {found.group()!r}"
    stray = _STRAY.search(_TAG.sub("", text))
    if stray:
        yield f"an unescaped {stray.group()!r} in {where}"


def _known(tag: str) -> bool:
    if tag.startswith("@"):
        return USER.fullmatch(tag[1:]) is not None
    if tag.startswith("#"):
        return CHANNEL.fullmatch(tag[1:]) is not None
    return safe_link(tag.split("|", 1)[0]) != ""


def _button(button: dict[str, Any]) -> Iterator[str]:
    yield from _text(button["text"], limits.BUTTON, "button")
    for name, longest in (
        ("value", limits.VALUE),
        ("action_id", _NAME),
        ("accessibility_label", limits.BUTTON),
    ):
        if name in button and not 0 < limits.units(button[name]) <= longest:
            yield f"a button's {name} of {limits.units(button[name])} characters"
    if button.get("style", "primary") not in {"primary", "danger"}:
        yield f"a button of the unknown style {button['style']}"


def _names(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Action ids are unique in the message."""
    seen: set[str] = set()
    for block in blocks:
        accessory = [block["accessory"]] if "accessory" in block else []
        for element in [*accessory, *(block["elements"] if block["type"] == "actions" else [])]:
            if element["action_id"] in seen:
                yield f"the action id {element['action_id']} twice"
            seen.add(element["action_id"])


def message_classes() -> list[type[Message]]:
    """Every message there is, by name."""
    found = [each for each in Message.__subclasses__() if each.__module__.startswith("bot.messages.")]
    return sorted(found, key=lambda each: each.name)


def problems(classes: list[type[Message]], templates: set[str]) -> Iterator[str]:
    """What is wrong, a sentence each: a class without template, a template without class, a bad rendering."""
    names = {each.name for each in classes}
    yield from (
        f"templates/messages/{name}.xml.j2 belongs to no message." for name in sorted(templates - names)
    )
    yield from (f"The message {name} has no template." for name in sorted(names - templates))
    renderer = Renderer()
    for each in classes:
        if each.name in templates:
            yield from _rendering(renderer, each)


def _rendering(renderer: Renderer, each: type[Message]) -> Iterator[str]:
    try:
        example = each.example()
        text, parts = renderer.text(example), renderer.slack(example)
    except (TemplateError, SyntaxError, ValueError, AttributeError, TypeError) as error:
        yield f"The message {each.name} cannot be rendered: {error}"
        return
    if not text.strip():
        yield f"The message {each.name} has no plain text."
    for part in parts:
        yield from (f"The message {each.name} has {fault}." for fault in faults(part.text, part.blocks))


def main() -> int:
    found = list(problems(message_classes(), template_names()))
    example = SayWhy.example()
    why_view(Renderer(), example.ref, "", example.title)
    form_view(Renderer(), QuestionForm.example(), "question", "", submit="Next", close="Close")
    sys.stdout.write("".join(f"{line}\n" for line in found) or "Every message renders.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
