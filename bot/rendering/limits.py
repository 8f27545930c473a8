"""What the chat platform takes, and how to cut text to it. Lengths are in UTF-16 units."""

import json
from typing import Any

HEADER = 150
SECTION = 3_000
FIELD = 600  # the platform takes 2,000; ten of those would fill the message
FIELDS = 10
CONTEXT = 2_000  # the platform takes 3,000
ITEM = 2_500  # of a list: a section with its title and one item stays within a section
TITLE = 300
CONTEXT_ELEMENTS = 10
ACTIONS = 25
BUTTON = 75
VALUE = 2_000
URL = 2_000
BLOCKS = 50
# All blocks of a message as JSON. Slack publishes no number; it has been seen to refuse 13,200.
SIZE = 12_700
TEXT = 16_000  # the platform cuts at 40,000
REWRITTEN_TEXT = 4_000  # what the platform takes when a message is edited

ELLIPSIS = "…"


def units(text: str) -> int:
    """The length of the text as the platform counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "ignore")) // 2


def clip(text: str, limit: int) -> str:
    """The text in at most `limit` units, with an ellipsis where it was cut."""
    if units(text) <= limit:
        return text
    cut = text.encode("utf-16-le", "ignore")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return cut.rstrip() + ELLIPSIS


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_units(value: Any) -> int:
    return units(_JSON.encode(value))
