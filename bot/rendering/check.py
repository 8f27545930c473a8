"""`python -m bot.rendering.check` renders every message with its example, and prints each problem."""

import re
import sys
from collections.abc import Iterator
from typing import Any, get_args

from jinja2 import TemplateError

from bot.messages import Message, NewDateForm, PromptForm, QuestionForm, ReasonForm
from bot.rendering import limits
from bot.rendering.layout import Renderer
from bot.rendering.limits import json_length
from bot.rendering.modals import form_view, new_date_view, prompt_form_view, reason_view
from bot.rendering.mrkdwn import CHANNEL_ID, USER_ID, safe_link
from bot.rendering.templates import template_names

_TAG = re.compile("<([^<>]*)>")
_STRAY = re.compile("[<>]|&(?!amp;|lt;|gt;)")
_MAX_BLOCKS_LENGTH = 13_000
_MAX_TEXT_LENGTH = 40_000
_MAX_ACTION_ID_LENGTH = 255


def find_faults(text: str, blocks: list[dict[str, Any]], *, is_view: bool = False) -> list[str]:
    """What is wrong with a rendered message: a phrase for each that goes after "the message has". is_view: it
    is shown as a view.
    """
    return [
        *_check_message(text, blocks, is_view=is_view),
        *(fault for block in blocks for fault in _check_block(block)),
        *_check_action_ids(blocks),
    ]


def _check_message(text: str, blocks: list[dict[str, Any]], *, is_view: bool) -> Iterator[str]:
    max_blocks = limits.MAX_VIEW_BLOCKS if is_view else limits.MAX_BLOCKS
    if not text.strip():
        yield "the plain text is empty"
    if limits.utf16_length(text) > _MAX_TEXT_LENGTH:
        yield "the plain text is too long"
    if not 0 < len(blocks) <= max_blocks:
        yield f"{len(blocks)} blocks"
    if json_length(blocks) > (limits.MAX_VIEW_JSON_LENGTH if is_view else _MAX_BLOCKS_LENGTH):
        yield f"{json_length(blocks)} characters of blocks"
    yield from _check_tags("the plain text", text)


def _check_block(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if kind == "header":
        yield from _check_text(block["text"], limits.MAX_HEADER_LENGTH, kind)
    elif kind == "section":
        yield from _check_section(block)
    elif kind == "context":
        yield from _check_count(block["elements"], limits.MAX_CONTEXT_ELEMENTS, kind)
        for element in block["elements"]:
            yield from _check_text(element, limits.MAX_SECTION_LENGTH, kind)
    elif kind == "actions":
        yield from _check_count(block["elements"], limits.MAX_ACTIONS, kind)
        for element in block["elements"]:
            yield from _check_button(element)
    elif kind != "divider":
        yield f"a block of the unknown type {kind}"


def _check_section(block: dict[str, Any]) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield "a section with nothing in it"
    if "text" in block:
        yield from _check_text(block["text"], limits.MAX_SECTION_LENGTH, "section")
    if "fields" in block:
        yield from _check_count(block["fields"], limits.MAX_FIELDS, "fields")
        for field in block["fields"]:
            yield from _check_text(field, limits.MAX_FIELD_LENGTH, "field")
    if "accessory" in block:
        yield from _check_button(block["accessory"])


def _check_count(elements: list[dict[str, Any]], limit: int, kind: str) -> Iterator[str]:
    if not 0 < len(elements) <= limit:
        yield f"{len(elements)} elements in {kind}"


def _check_text(text: dict[str, Any], limit: int, kind: str) -> Iterator[str]:
    if not 0 < limits.utf16_length(text["text"].strip()) <= limits.utf16_length(text["text"]) <= limit:
        yield f"{limits.utf16_length(text['text'])} characters in a {kind}"
    if text["type"] == "mrkdwn":
        if text.get("verbatim") is not True:
            yield f"a {kind} that is not verbatim"
        yield from _check_tags(f"a {kind}", text["text"])


def _check_tags(where: str, text: str) -> Iterator[str]:
    """Each tag is a mention or a safe link, and everything else is escaped."""
    for tag in _TAG.finditer(text):
        if not _is_allowed_tag(tag.group(1)):
            yield f"a tag in {where} that was not meant: {tag.group()!r}"
    stray = _STRAY.search(_TAG.sub("", text))
    if stray:
        yield f"an unescaped {stray.group()!r} in {where}"


def _is_allowed_tag(tag: str) -> bool:
    if tag.startswith("@"):
        return USER_ID.fullmatch(tag[1:]) is not None
    if tag.startswith("#"):
        return CHANNEL_ID.fullmatch(tag[1:]) is not None
    return safe_link(tag.split("|", 1)[0]) != ""


def _check_button(button: dict[str, Any]) -> Iterator[str]:
    yield from _check_text(button["text"], limits.MAX_BUTTON_LENGTH, "button")
    for name, limit in (
        ("value", limits.MAX_VALUE_LENGTH),
        ("action_id", _MAX_ACTION_ID_LENGTH),
        ("accessibility_label", limits.MAX_BUTTON_LENGTH),
    ):
        if name in button and not 0 < limits.utf16_length(button[name]) <= limit:
            yield f"a button's {name} of {limits.utf16_length(button[name])} characters"
    if button.get("style", "primary") not in {"primary", "danger"}:
        yield f"a button of the unknown style {button['style']}"


def _check_action_ids(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Action ids are unique in the message."""
    seen: set[str] = set()
    for block in blocks:
        accessory = [block["accessory"]] if "accessory" in block else []
        for element in [*accessory, *(block["elements"] if block["type"] == "actions" else [])]:
            if element["action_id"] in seen:
                yield f"the action id {element['action_id']} twice"
            seen.add(element["action_id"])


def message_classes() -> list[type[Message]]:
    """All classes of messages, by name."""
    classes = [each for each in Message.__subclasses__() if each.__module__.startswith("bot.messages.")]
    return sorted(classes, key=lambda each: each.name)


def find_problems(classes: list[type[Message]], templates: set[str]) -> Iterator[str]:
    """A sentence for each class without template, template without class, and faulty rendering."""
    names = {each.name for each in classes}
    yield from (
        f"templates/messages/{name}.xml.j2 belongs to no message." for name in sorted(templates - names)
    )
    yield from (f"The message {name} has no template." for name in sorted(names - templates))
    renderer = Renderer()
    for each in classes:
        if each.name in templates:
            yield from _check_rendering(renderer, each)


def _check_rendering(renderer: Renderer, each: type[Message]) -> Iterator[str]:
    try:
        example = each.example()
        text, parts = renderer.text(example), renderer.slack(example)
        is_view = renderer.document(example).is_view
    except (TemplateError, SyntaxError, ValueError, AttributeError, TypeError) as error:
        yield f"The message {each.name} cannot be rendered: {error}"
        return
    if not text.strip():
        yield f"The message {each.name} has no plain text."
    for part in parts:
        yield from (
            f"The message {each.name} has {fault}."
            for fault in find_faults(part.text, part.blocks, is_view=is_view)
        )


def main() -> int:
    problems = list(find_problems(message_classes(), template_names()))
    example = ReasonForm.example()
    reason_view(Renderer(), example.ref, "", example.title)
    new_date_view(Renderer(), NewDateForm.example())
    for each in get_args(PromptForm):
        prompt_form_view(Renderer(), each.example())
    form_view(Renderer(), QuestionForm.example(), "question", "", submit="Next", close="Close")
    sys.stdout.write("".join(f"{line}\n" for line in problems) or "Every message renders.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
