"""Forms. Their words stand in templates, as those of messages do."""

from collections.abc import Callable
from typing import Any

from bot.messages import Message, SayWhy
from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.blocks import Names, blocks_of, plain
from bot.rendering.layout import Renderer

TITLE = 24
METADATA = 3_000
OPTIONS = 10


def why_view(renderer: Renderer, ref: str, private_metadata: str, title: str = "") -> dict[str, Any]:
    """The form "Say why", for views.open. title: the action's own, "" when it is not known.

    The submission carries callback_id "why" and the note at values["note"]["note"].
    """
    return form_view(renderer, SayWhy(ref, title), "why", private_metadata, submit="Save", close="Cancel")


def form_view(
    renderer: Renderer,
    message: Message,
    callback_id: str,
    private_metadata: str,
    *,
    submit: str,
    close: str,
    tag: str = "",
) -> dict[str, Any]:
    """A message as a form: its heading is the form's title. submit "" for one with nothing to send.

    tag: what the names of its blocks end in. A form that takes the place of another keeps what was filled in
    under the same names, so that each question needs names of its own.

    private_metadata comes back as it was given; ValueError when it is longer than the platform takes.
    """
    if limits.units(private_metadata) > METADATA:
        raise ValueError("private_metadata is longer than 3,000 characters")
    document = renderer.document(message)
    names = Names()
    parts = [part for part in document.parts if not isinstance(part, d.Heading)]
    first = next((part for part in parts if isinstance(part, d.Question)), None)
    blocks = [block for part in parts for block in _blocks(part, names, tag, focus=part is first)]
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "title": plain(document.heading, TITLE),
        "close": plain(close, TITLE),
        "blocks": blocks,
    }
    return {**view, "submit": plain(submit, TITLE)} if submit else view


def _blocks(part: d.Part, names: Names, tag: str, *, focus: bool) -> list[dict[str, Any]]:
    return [_input(part, tag, focus=focus)] if isinstance(part, d.Question) else blocks_of(part, names)


def _input(part: d.Question, tag: str, *, focus: bool) -> dict[str, Any]:
    element = {**_ELEMENTS[part.kind](part), "action_id": part.name}
    block: dict[str, Any] = {
        "type": "input",
        "block_id": f"{part.name}{tag}",
        "label": plain(part.label, limits.HEADER),
        "element": {**element, "focus_on_load": True} if focus else element,
    }
    if part.hint:
        block["hint"] = plain(part.hint, limits.HEADER)
    return {**block, "optional": True} if part.optional else block


def _text(part: d.Question) -> dict[str, Any]:
    return {"type": "plain_text_input", "multiline": True, "max_length": part.longest}


def _choice(part: d.Question) -> dict[str, Any]:
    options = [
        {"text": plain(words, limits.BUTTON), "value": value} for value, words in part.options[:OPTIONS]
    ]
    return {"type": "radio_buttons", "options": options}


_ELEMENTS: dict[str, Callable[[d.Question], dict[str, Any]]] = {
    "text": _text,
    "choice": _choice,
    "day": lambda _: {"type": "datepicker"},
    "person": lambda _: {"type": "users_select"},
}
