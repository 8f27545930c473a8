"""Slack's limits, and how to cut text to them. Lengths are in UTF-16 units."""

import json
from typing import Any

from bot.plan.wording import ELLIPSIS

MAX_HEADER_LENGTH = 150
MAX_SECTION_LENGTH = 3_000
MAX_FIELD_LENGTH = 600  # the platform takes 2,000; ten of those would fill the message
MAX_FIELDS = 10
MAX_CONTEXT_LENGTH = 2_000  # the platform takes 3,000
MAX_ITEM_LENGTH = 2_500  # of a list: a section with its title and one item stays within a section
MAX_LIST_TITLE_LENGTH = 300
MAX_CONTEXT_ELEMENTS = 10
MAX_ACTIONS = 25
MAX_BUTTON_LENGTH = 75
MAX_VALUE_LENGTH = 2_000
MAX_URL_LENGTH = 2_000
MAX_BLOCKS = 50
# All blocks of a message as JSON. Slack documents no limit; by observation it refuses 13,200.
MAX_BLOCKS_JSON_LENGTH = 12_700
# A view, as the Home tab is, takes twice as many, and 250,000 characters; nobody reads on for so long.
MAX_VIEW_BLOCKS = 100
MAX_VIEW_JSON_LENGTH = 60_000
MAX_TEXT_LENGTH = 40_000  # where the platform itself cuts
MAX_EDITED_TEXT_LENGTH = 4_000  # what the platform takes when a message is edited


def utf16_length(text: str) -> int:
    """The length of the text as the platform counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "ignore")) // 2


def clip(text: str, limit: int) -> str:
    """The text in at most `limit` units, with an ellipsis if it was cut. Unlike wording.shorten it keeps
    line ends and counts as the platform does.
    """
    if utf16_length(text) <= limit:
        return text
    cut = text.encode("utf-16-le", "ignore")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return cut.rstrip() + ELLIPSIS


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_length(value: Any) -> int:
    """The length of the value as compact JSON."""
    return utf16_length(_JSON.encode(value))
