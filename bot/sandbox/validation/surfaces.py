"""May this be posted? RefusedError with Slack's code when it may not."""

import json
from typing import Any

from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.blocks import IN_MESSAGES, IN_VIEWS, MARKDOWN_CHARACTERS
from bot.sandbox.validation.objects import TYPE, plain
from bot.sandbox.validation.schema import AnyObject, ByType, Flag, Problem, Problems, Record, Shape, Text


def check_names(blocks: list[Json], at: str) -> Problems:
    """Asked of blocks that already have their shapes right."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and name in seen:
            yield Problem(f"`block_id` {name} already exists", f"{at}/{index}/block_id")
        seen.add(name or "")
        yield from _check_actions(block, f"{at}/{index}")


def _check_actions(block: Json, at: str) -> Problems:
    seen: set[str] = set()
    for index, element in enumerate(block.get("elements", []) if block["type"] == "actions" else []):
        name = element.get("action_id")
        if name is not None and name in seen:
            pointer = f"{at}/elements/{index}/action_id"
            yield Problem(f"`action_id` {name} already exists for another element in this block", pointer)
        seen.add(name or "")


TEXT_CHARACTERS = 40_000
UPDATED_TEXT_CHARACTERS = 4_000
# Slack publishes no number; about 13,200 characters of blocks is what it has been seen to take.
MESSAGE_CHARACTERS = 13_200
METADATA_CHARACTERS = 8_000
ATTACHMENTS = 100

_EVENT_TYPE = Text(255, pattern=r"[A-Za-z0-9_.-]+")


def as_messages(problems: list[Problem]) -> list[str]:
    return [f"[ERROR] {problem}" for problem in problems]


def check_message(text: str, blocks: Any, attachments: Any, *, longest: int = TEXT_CHARACTERS) -> None:
    if blocks is not None and not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    if not text.strip() and not blocks and not attachments:
        raise RefusedError("no_text")
    if len(text) > longest:
        raise RefusedError("msg_too_long")
    if blocks:
        check_blocks(blocks)
    if attachments:
        _check_attachments(attachments)


def check_blocks(blocks: list[Any], at: str = "/blocks") -> None:
    problems = list(IN_MESSAGES.check(blocks, at)) or list(check_names(blocks, at))
    if problems:
        raise RefusedError("invalid_blocks", as_messages(problems))
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise RefusedError("invalid_attachments", ["[ERROR] only_one_table_allowed"])
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_CHARACTERS or characters(blocks) > MESSAGE_CHARACTERS:
        raise RefusedError("msg_blocks_too_long")


def characters(blocks: list[Json]) -> int:
    """Count the characters of the blocks' compact JSON, which is how this workspace measures."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def check_metadata(metadata: Any) -> None:
    """None, an empty object (removes it), or an event type with its payload."""
    if metadata is None or metadata == {}:
        return
    if not isinstance(metadata, dict):
        raise RefusedError("invalid_metadata_format")
    shape: Shape = Record({"event_type": _EVENT_TYPE, "event_payload": AnyObject()})
    problems = list(shape.check(metadata, "/metadata"))
    if problems:
        raise RefusedError("invalid_metadata_schema", as_messages(problems))
    if len(json.dumps(metadata)) > METADATA_CHARACTERS:
        raise RefusedError("metadata_too_large")


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise RefusedError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise RefusedError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        check_blocks(attachment.get("blocks", []), f"/attachments/{index}/blocks")


VIEW_BYTES = 250_000

_SHARED: dict[str, Shape] = {
    "private_metadata": Text(3000, 0),
    "callback_id": Text(255, 0),
    "external_id": Text(255, 0),
}
_MODAL = Record(
    {"type": TYPE, "title": plain(24), "blocks": IN_VIEWS},
    {
        **_SHARED,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
)
_HOME = Record({"type": TYPE, "blocks": IN_VIEWS}, _SHARED)


def check_view(view: Any, kind: str, at: str = "/view") -> Json:
    """Pass a good view through. `kind`: modal or home."""
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments", [f"[ERROR] must provide an object [json-pointer:{at}]"])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise RefusedError("view_too_large")
    shape = ByType({"modal": _MODAL} if kind == "modal" else {"home": _HOME})
    problems = list(shape.check(view, at)) or list(_check_form(view, at))
    if problems:
        raise RefusedError("invalid_arguments", as_messages(problems))
    return view


def _check_form(view: Json, at: str) -> Problems:
    yield from check_names(view["blocks"], f"{at}/blocks")
    if (
        view["type"] == "modal"
        and not view.get("submit")
        and any(b["type"] == "input" for b in view["blocks"])
    ):
        yield Problem("missing required field: submit", at)
    focused = sum(
        bool(element.get("focus_on_load"))
        for block in view["blocks"]
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", []))
        if isinstance(element, dict)
    )
    if focused > 1:
        yield Problem("only one element may have focus_on_load", f"{at}/blocks")
