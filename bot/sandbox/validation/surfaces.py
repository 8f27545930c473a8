"""Checks messages, metadata and views. RefusedError with Slack's code for what Slack would refuse."""

import json
from typing import Any

from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.blocks import MAX_MARKDOWN_CHARACTERS, MESSAGE_BLOCKS_SCHEMA, VIEW_BLOCKS_SCHEMA
from bot.sandbox.validation.objects import TYPE, plain_text
from bot.sandbox.validation.schema import (
    AnyObject,
    BooleanSchema,
    ObjectSchema,
    Schema,
    StringSchema,
    TypedSchema,
    Violation,
    Violations,
)


def check_block_ids(blocks: list[Json], pointer: str) -> Violations:
    """Block and action ids are unique. blocks: ones that match their schema."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and name in seen:
            yield Violation(f"`block_id` {name} already exists", f"{pointer}/{index}/block_id")
        seen.add(name or "")
        yield from _check_action_ids(block, f"{pointer}/{index}")


def _check_action_ids(block: Json, block_pointer: str) -> Violations:
    seen: set[str] = set()
    for index, element in enumerate(block.get("elements", []) if block["type"] == "actions" else []):
        name = element.get("action_id")
        if name is not None and name in seen:
            pointer = f"{block_pointer}/elements/{index}/action_id"
            yield Violation(f"`action_id` {name} already exists for another element in this block", pointer)
        seen.add(name or "")


MAX_TEXT_CHARACTERS = 40_000
MAX_UPDATED_TEXT_CHARACTERS = 4_000
# Slack documents no limit; by observation it takes about 13,200 characters of blocks.
MAX_MESSAGE_CHARACTERS = 13_200
MAX_METADATA_CHARACTERS = 8_000
MAX_ATTACHMENTS = 100

_EVENT_TYPE = StringSchema(255, pattern=r"[A-Za-z0-9_.-]+")


def format_violations(violations: list[Violation]) -> list[str]:
    return [f"[ERROR] {problem}" for problem in violations]


def check_message(
    text: str, blocks: Any, attachments: Any, *, max_characters: int = MAX_TEXT_CHARACTERS
) -> None:
    if blocks is not None and not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    if not text.strip() and not blocks and not attachments:
        raise RefusedError("no_text")
    if len(text) > max_characters:
        raise RefusedError("msg_too_long")
    if blocks:
        check_blocks(blocks)
    if attachments:
        _check_attachments(attachments)


def check_blocks(blocks: list[Any], pointer: str = "/blocks") -> None:
    problems = list(MESSAGE_BLOCKS_SCHEMA.check(blocks, pointer)) or list(check_block_ids(blocks, pointer))
    if problems:
        raise RefusedError("invalid_blocks", format_violations(problems))
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise RefusedError("invalid_attachments", ["[ERROR] only_one_table_allowed"])
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MAX_MARKDOWN_CHARACTERS or count_characters(blocks) > MAX_MESSAGE_CHARACTERS:
        raise RefusedError("msg_blocks_too_long")


def count_characters(blocks: list[Json]) -> int:
    """The characters of the blocks' compact JSON, by which this workspace limits a message."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def check_metadata(metadata: Any) -> None:
    """metadata: None, an empty object (which removes it), or an event type with its payload."""
    if metadata is None or metadata == {}:
        return
    if not isinstance(metadata, dict):
        raise RefusedError("invalid_metadata_format")
    schema: Schema = ObjectSchema({"event_type": _EVENT_TYPE, "event_payload": AnyObject()})
    problems = list(schema.check(metadata, "/metadata"))
    if problems:
        raise RefusedError("invalid_metadata_schema", format_violations(problems))
    if len(json.dumps(metadata)) > MAX_METADATA_CHARACTERS:
        raise RefusedError("metadata_too_large")


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise RefusedError("invalid_attachments")
    if len(attachments) > MAX_ATTACHMENTS:
        raise RefusedError("too_many_attachments")
    for index, attachment in enumerate(attachments):
        check_blocks(attachment.get("blocks", []), f"/attachments/{index}/blocks")


MAX_VIEW_BYTES = 250_000

_SHARED: dict[str, Schema] = {
    "private_metadata": StringSchema(3000, 0),
    "callback_id": StringSchema(255, 0),
    "external_id": StringSchema(255, 0),
}
_MODAL = ObjectSchema(
    {"type": TYPE, "title": plain_text(24), "blocks": VIEW_BLOCKS_SCHEMA},
    {
        **_SHARED,
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": BooleanSchema(),
        "notify_on_close": BooleanSchema(),
        "submit_disabled": BooleanSchema(),
    },
)
_HOME = ObjectSchema({"type": TYPE, "blocks": VIEW_BLOCKS_SCHEMA}, _SHARED)


def check_view(view: Any, kind: str, pointer: str = "/view") -> Json:
    """The view, if Slack would take it. kind: modal or home."""
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments", [f"[ERROR] must provide an object [json-pointer:{pointer}]"])
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        raise RefusedError("view_too_large")
    schema = TypedSchema({"modal": _MODAL} if kind == "modal" else {"home": _HOME})
    problems = list(schema.check(view, pointer)) or list(_check_form(view, pointer))
    if problems:
        raise RefusedError("invalid_arguments", format_violations(problems))
    return view


def _check_form(view: Json, pointer: str) -> Violations:
    yield from check_block_ids(view["blocks"], f"{pointer}/blocks")
    if (
        view["type"] == "modal"
        and not view.get("submit")
        and any(b["type"] == "input" for b in view["blocks"])
    ):
        yield Violation("missing required field: submit", pointer)
    focused = sum(
        bool(element.get("focus_on_load"))
        for block in view["blocks"]
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", []))
        if isinstance(element, dict)
    )
    if focused > 1:
        yield Violation("only one element may have focus_on_load", f"{pointer}/blocks")
