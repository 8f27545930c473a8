"""Blocks, by the surface that allows them. Limits: docs.slack.dev, reference/block-kit/blocks."""

from bot.sandbox.validation.elements import ACTIONS, IMAGE, INPUTS, SECTION_ACCESSORIES
from bot.sandbox.validation.objects import ID, RICH_TEXT, SLACK_FILE, TYPE, URL, plain_text, text_object
from bot.sandbox.validation.schema import (
    ArraySchema,
    BooleanSchema,
    ObjectSchema,
    Schema,
    StringSchema,
    TypedSchema,
)

MAX_MESSAGE_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_MARKDOWN_CHARACTERS = 12_000


def _block(
    required: dict[str, Schema],
    optional: dict[str, Schema] | None = None,
    one_of: tuple[tuple[str, ...], ...] = (),
) -> Schema:
    return ObjectSchema({"type": TYPE, **required}, {"block_id": ID, **(optional or {})}, one_of)


_CELL = TypedSchema(
    {"raw_text": ObjectSchema({"type": TYPE, "text": StringSchema(3000)}), "rich_text": RICH_TEXT}
)
_COLUMN = ObjectSchema(
    {}, {"align": StringSchema(choices=("left", "center", "right")), "is_wrapped": BooleanSchema()}
)

_COMMON_BLOCKS: dict[str, Schema] = {
    "section": _block(
        {},
        {
            "text": text_object(3000),
            "fields": ArraySchema(text_object(2000), 10),
            "accessory": TypedSchema(SECTION_ACCESSORIES),
            "expand": BooleanSchema(),
        },
        (("text", "fields"),),
    ),
    "header": _block({"text": plain_text(150)}),
    "divider": _block({}),
    "context": _block(
        {
            "elements": ArraySchema(
                TypedSchema({"image": IMAGE, "mrkdwn": text_object(3000), "plain_text": text_object(3000)}),
                10,
            )
        }
    ),
    "actions": _block({"elements": ArraySchema(TypedSchema(ACTIONS), 25)}),
    "image": _block(
        {"alt_text": StringSchema(2000)},
        {"image_url": URL, "slack_file": SLACK_FILE, "title": plain_text(2000)},
        (("image_url", "slack_file"),),
    ),
    "input": _block(
        {"label": plain_text(2000), "element": TypedSchema(INPUTS)},
        {"dispatch_action": BooleanSchema(), "hint": plain_text(2000), "optional": BooleanSchema()},
    ),
    "rich_text": RICH_TEXT,
}
_MESSAGE_ONLY_BLOCKS: dict[str, Schema] = {
    "table": _block(
        {"rows": ArraySchema(ArraySchema(_CELL, 20), 100)}, {"column_settings": ArraySchema(_COLUMN, 20)}
    ),
    "markdown": _block({"text": StringSchema(MAX_MARKDOWN_CHARACTERS)}),
}

MESSAGE_BLOCKS_SCHEMA = ArraySchema(
    TypedSchema({**_COMMON_BLOCKS, **_MESSAGE_ONLY_BLOCKS}), MAX_MESSAGE_BLOCKS, 0
)
VIEW_BLOCKS_SCHEMA = ArraySchema(TypedSchema(_COMMON_BLOCKS), MAX_VIEW_BLOCKS, 0)
