"""Whether blocks keep the platform's limits and say nothing but what was meant."""

import re
from collections.abc import Iterator
from typing import Any

from bot.rendering import limits
from bot.rendering.mrkdwn import CHANNEL, USER, safe_link
from bot.rendering.sizes import json_units

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
