"""Renders parts as Block Kit: one function per kind of block, each within Slack's limits."""

import re
from collections.abc import Callable
from typing import Any

from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.mrkdwn import WORD_JOINER, fit_mrkdwn

Block = dict[str, Any]
_ENTITY = re.compile("&(?=(?:amp|lt|gt);)")


class ActionIds:
    """Issues a unique action id for each button of a message: "run:0", "run:1", "why:2"."""

    def __init__(self) -> None:
        self._next = 0

    def next_id(self, action: str) -> str:
        self._next += 1
        return f"{action}:{self._next - 1}"


def blocks_of(part: d.Part, action_ids: ActionIds) -> list[Block]:
    """The blocks of any part but a list; [] where there is nothing to show."""
    build = _BUILDERS.get(type(part))
    return build(part, action_ids) if build else []


def plain_text(text: str, limit: int) -> Block:
    """A plain text object. Plain text is not escaped, so a word joiner goes into what looks like an
    escape.
    """
    return {
        "type": "plain_text",
        "text": limits.clip(_ENTITY.sub(f"&{WORD_JOINER}", text), limit),
        "emoji": True,
    }


def mrkdwn_text(text: str) -> Block:
    """A mrkdwn object. Verbatim: bare urls, #channels and @names in people's text stay text."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section_block(text: str) -> Block:
    """A section with some mrkdwn; expanded, so that no line hides behind "See more"."""
    return {"type": "section", "text": mrkdwn_text(text), "expand": True}


def _heading(part: d.HeadingPart, _action_ids: ActionIds) -> list[Block]:
    return [{"type": "header", "text": plain_text(part.text, limits.MAX_HEADER_LENGTH)}] if part.text else []


def _context(part: d.ContextPart, _action_ids: ActionIds) -> list[Block]:
    text = fit_mrkdwn(part.content, limits.MAX_CONTEXT_LENGTH)
    return [{"type": "context", "elements": [mrkdwn_text(text)]}] if text else []


def _section(part: d.SectionPart, action_ids: ActionIds) -> list[Block]:
    text = fit_mrkdwn(part.content, limits.MAX_SECTION_LENGTH)
    fields = [_field(field) for field in part.fields[: limits.MAX_FIELDS]]
    if not text and not fields:
        return []
    block: Block = section_block(text) if text else {"type": "section"}
    if fields:
        block["fields"] = fields
    button = _button(part.button, action_ids) if part.button else None
    if button:
        block["accessory"] = button
    return [block]


def _field(field: d.SectionField) -> Block:
    return mrkdwn_text(
        fit_mrkdwn(
            (d.Bold((d.TextRun(field.label),)), d.LineBreak(), *field.content), limits.MAX_FIELD_LENGTH
        )
    )


def _actions(part: d.ButtonsPart, action_ids: ActionIds) -> list[Block]:
    buttons = [_button(button, action_ids) for button in part.buttons[: limits.MAX_ACTIONS]]
    elements = [element for element in buttons if element]
    return [{"type": "actions", "elements": elements}] if elements else []


def _button(button: d.Button, action_ids: ActionIds) -> Block | None:
    """None where the value would have to be cut, as the button would then do something else."""
    if not button.value or not button.text or limits.utf16_length(button.value) > limits.MAX_VALUE_LENGTH:
        return None
    element: Block = {
        "type": "button",
        "action_id": action_ids.next_id(button.action),
        "text": plain_text(button.text, limits.MAX_BUTTON_LENGTH),
        "value": button.value,
    }
    if button.style:
        element["style"] = button.style
    if button.label:
        element["accessibility_label"] = limits.clip(button.label, limits.MAX_BUTTON_LENGTH)
    return element


_BUILDERS: dict[type[d.Part], Callable[[Any, ActionIds], list[Block]]] = {
    d.HeadingPart: _heading,
    d.SectionPart: _section,
    d.ContextPart: _context,
    d.ButtonsPart: _actions,
    d.DividerPart: lambda _part, _names: [{"type": "divider"}],
}
