"""Renders forms as modals. Their text comes from templates, as that of messages."""

from collections.abc import Callable
from typing import Any

from bot.messages import Message, NewDateForm, PromptForm, ReasonForm
from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.blocks import ActionIds, blocks_of, plain_text
from bot.rendering.layout import Renderer

MAX_MODAL_TITLE_LENGTH = 24
MAX_METADATA_LENGTH = 3_000
MAX_OPTIONS = 10


def reason_view(renderer: Renderer, ref: str, private_metadata: str, title: str = "") -> dict[str, Any]:
    """The form "Say why", for views.open. ref, title: the action's; title "" when it is unknown.

    The submission has the callback_id "why", and the note in values["note"]["note"].
    """
    return form_view(renderer, ReasonForm(ref, title), "why", private_metadata, submit="Save", close="Cancel")


def new_date_view(renderer: Renderer, form: NewDateForm) -> dict[str, Any]:
    """The form "New date", for views.open.

    The submission has the callback_id "new-date", the choice in its private metadata, and the reason in
    values["reason"]["reason"].
    """
    return form_view(renderer, form, "new-date", form.choice, submit="Record", close="Cancel")


# By the form's name, the text of the button that sends it; "" for a form without fields.
_SUBMIT_TEXTS = {"more": "Next", "reasons_asked": "", "not_mine": "Send", "away": "Save"}
PROMPT_FORM_PREFIX = "prompt:"


def prompt_form_view(renderer: Renderer, form: PromptForm) -> dict[str, Any]:
    """A form of a question, for views.open.

    The submission has the callback_id "prompt:" and the form's name, and the value of the question's buttons
    in its private metadata.
    """
    submit = _SUBMIT_TEXTS.get(form.name, "Record")
    return form_view(
        renderer,
        form,
        f"{PROMPT_FORM_PREFIX}{form.name}",
        form.value,
        submit=submit,
        close="Cancel" if submit else "Close",
    )


def form_view(
    renderer: Renderer,
    message: Message,
    callback_id: str,
    private_metadata: str,
    *,
    submit: str,
    close: str,
    block_id_suffix: str = "",
) -> dict[str, Any]:
    """A message as a form: its heading is the form's title. submit, close: texts of the buttons; submit ""
    for a form without fields.

    private_metadata: returned unchanged with the submission; ValueError when it has more than 3,000
    characters. block_id_suffix: the end of its block ids. A form that replaces another keeps what was filled
    in under the same ids, so each question needs ids of its own.
    """
    if limits.utf16_length(private_metadata) > MAX_METADATA_LENGTH:
        raise ValueError("private_metadata is longer than 3,000 characters")
    document = renderer.document(message)
    action_ids = ActionIds()
    parts = [part for part in document.parts if not isinstance(part, d.HeadingPart)]
    first = next((part for part in parts if isinstance(part, d.InputPart)), None)
    blocks = [
        block for part in parts for block in _blocks(part, action_ids, block_id_suffix, focus=part is first)
    ]
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "title": plain_text(document.heading, MAX_MODAL_TITLE_LENGTH),
        "close": plain_text(close, MAX_MODAL_TITLE_LENGTH),
        "blocks": blocks,
    }
    return {**view, "submit": plain_text(submit, MAX_MODAL_TITLE_LENGTH)} if submit else view


def _blocks(
    part: d.Part, action_ids: ActionIds, block_id_suffix: str, *, focus: bool
) -> list[dict[str, Any]]:
    return (
        [_input_block(part, block_id_suffix, focus=focus)]
        if isinstance(part, d.InputPart)
        else blocks_of(part, action_ids)
    )


def _input_block(part: d.InputPart, block_id_suffix: str, *, focus: bool) -> dict[str, Any]:
    element = {**_ELEMENTS[part.kind](part), "action_id": part.name}
    block: dict[str, Any] = {
        "type": "input",
        "block_id": f"{part.name}{block_id_suffix}",
        "label": plain_text(part.label, limits.MAX_HEADER_LENGTH),
        "element": {**element, "focus_on_load": True} if focus else element,
    }
    if part.hint:
        block["hint"] = plain_text(part.hint, limits.MAX_HEADER_LENGTH)
    return {**block, "optional": True} if part.optional else block


def _text(part: d.InputPart) -> dict[str, Any]:
    return {**_line(part), "multiline": True}


def _line(part: d.InputPart) -> dict[str, Any]:
    element = {"type": "plain_text_input", "max_length": part.max_length}
    return {**element, "initial_value": part.initial[: part.max_length]} if part.initial else element


def _choice(part: d.InputPart) -> dict[str, Any]:
    options = [
        {"text": plain_text(words, limits.MAX_BUTTON_LENGTH), "value": value}
        for value, words in part.options[:MAX_OPTIONS]
    ]
    return {"type": "radio_buttons", "options": options}


_ELEMENTS: dict[str, Callable[[d.InputPart], dict[str, Any]]] = {
    "text": _text,
    "line": _line,
    "choice": _choice,
    "day": lambda _: {"type": "datepicker"},
    "person": lambda _: {"type": "users_select"},
    "file": lambda _: {"type": "file_input", "max_files": d.MAX_FILES},
}
