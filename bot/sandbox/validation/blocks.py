"""Blocks, by the surface they may stand on. Limits: docs.slack.dev, reference/block-kit/blocks."""

from bot.sandbox.validation.elements import ACTIONS, IMAGE, INPUTS, SECTION_ACCESSORIES
from bot.sandbox.validation.objects import ID, RICH_TEXT, SLACK_FILE, TYPE, URL, plain, text
from bot.sandbox.validation.schema import ByType, Flag, Items, Record, Shape, Text

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARACTERS = 12_000


def _block(
    required: dict[str, Shape],
    optional: dict[str, Shape] | None = None,
    one_of: tuple[tuple[str, ...], ...] = (),
) -> Shape:
    return Record({"type": TYPE, **required}, {"block_id": ID, **(optional or {})}, one_of)


_CELL = ByType({"raw_text": Record({"type": TYPE, "text": Text(3000)}), "rich_text": RICH_TEXT})
_COLUMN = Record({}, {"align": Text(choices=("left", "center", "right")), "is_wrapped": Flag()})

_EVERYWHERE: dict[str, Shape] = {
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": Items(text(2000), 10),
            "accessory": ByType(SECTION_ACCESSORIES),
            "expand": Flag(),
        },
        (("text", "fields"),),
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "context": _block(
        {"elements": Items(ByType({"image": IMAGE, "mrkdwn": text(3000), "plain_text": text(3000)}), 10)}
    ),
    "actions": _block({"elements": Items(ByType(ACTIONS), 25)}),
    "image": _block(
        {"alt_text": Text(2000)},
        {"image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        (("image_url", "slack_file"),),
    ),
    "input": _block(
        {"label": plain(2000), "element": ByType(INPUTS)},
        {"dispatch_action": Flag(), "hint": plain(2000), "optional": Flag()},
    ),
    "rich_text": RICH_TEXT,
}
_ONLY_MESSAGES: dict[str, Shape] = {
    "table": _block({"rows": Items(Items(_CELL, 20), 100)}, {"column_settings": Items(_COLUMN, 20)}),
    "markdown": _block({"text": Text(MARKDOWN_CHARACTERS)}),
}

IN_MESSAGES = Items(ByType({**_EVERYWHERE, **_ONLY_MESSAGES}), MESSAGE_BLOCKS, 0)
IN_VIEWS = Items(ByType(_EVERYWHERE), VIEW_BLOCKS, 0)
