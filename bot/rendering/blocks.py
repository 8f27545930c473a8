"""Parts as Block Kit: one function per kind of block, each within the platform's limits."""

import re
from collections.abc import Callable
from typing import Any

from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.mrkdwn import fitted
from bot.rendering.mrkdwn_escape import JOINER

Block = dict[str, Any]
_ENTITY = re.compile("&(?=(?:amp|lt|gt);)")


class Names:
    """Gives every button of a message an action id of its own: "run:0", "run:1", "why:2"."""

    def __init__(self) -> None:
        self._next = 0

    def action_id(self, action: str) -> str:
        self._next += 1
        return f"{action}:{self._next - 1}"


def blocks_of(part: d.Part, names: Names) -> list[Block]:
    """The blocks of any part but a list; none where there is nothing to show."""
    made = _OF.get(type(part))
    return made(part, names) if made else []


def plain(text: str, limit: int) -> Block:
    """Plain text is not escaped, but what looks like an escape would be read as one: it is taken apart."""
    return {"type": "plain_text", "text": limits.clip(_ENTITY.sub(f"&{JOINER}", text), limit), "emoji": True}


def written(text: str) -> Block:
    """Verbatim: bare addresses, #channels and @names in what people wrote stay text."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    """A block of its own for some mrkdwn; expanded, so that no line hides behind "See more"."""
    return {"type": "section", "text": written(text), "expand": True}


def _heading(part: d.Heading, _names: Names) -> list[Block]:
    return [{"type": "header", "text": plain(part.text, limits.HEADER)}] if part.text else []


def _context(part: d.Context, _names: Names) -> list[Block]:
    text = fitted(part.content, limits.CONTEXT)
    return [{"type": "context", "elements": [written(text)]}] if text else []


def _section(part: d.Section, names: Names) -> list[Block]:
    text = fitted(part.content, limits.SECTION)
    fields = [_field(field) for field in part.fields[: limits.FIELDS]]
    if not text and not fields:
        return []
    block: Block = section(text) if text else {"type": "section"}
    if fields:
        block["fields"] = fields
    button = _button(part.button, names) if part.button else None
    if button:
        block["accessory"] = button
    return [block]


def _field(field: d.Field) -> Block:
    return written(fitted((d.Bold((d.Text(field.label),)), d.Break(), *field.content), limits.FIELD))


def _actions(part: d.Buttons, names: Names) -> list[Block]:
    made = [_button(button, names) for button in part.buttons[: limits.ACTIONS]]
    elements = [element for element in made if element]
    return [{"type": "actions", "elements": elements}] if elements else []


def _button(button: d.Button, names: Names) -> Block | None:
    """None where the value would be cut: a button must do exactly what it says."""
    if not button.value or not button.text or limits.units(button.value) > limits.VALUE:
        return None
    element: Block = {
        "type": "button",
        "action_id": names.action_id(button.action),
        "text": plain(button.text, limits.BUTTON),
        "value": button.value,
    }
    if button.style:
        element["style"] = button.style
    if button.label:
        element["accessibility_label"] = limits.clip(button.label, limits.BUTTON)
    return element


_OF: dict[type[d.Part], Callable[[Any, Names], list[Block]]] = {
    d.Heading: _heading,
    d.Section: _section,
    d.Context: _context,
    d.Buttons: _actions,
    d.Divider: lambda _part, _names: [{"type": "divider"}],
}
