"""Slack's cursors: an opaque word for where the next page starts."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.web_api.call import Call

T = TypeVar("T")
MOST = 1000


def page(call: Call, items: Sequence[T], default: int = 100) -> tuple[list[T], Json]:
    """Cut out one page's items, with the `response_metadata` that leads to the next."""
    limit = call.number("limit", default)
    if not 0 < limit <= MOST:
        raise RefusedError("invalid_limit")
    start = _start(call.text("cursor"))
    more = start + limit < len(items)
    return list(items[start : start + limit]), {"next_cursor": _cursor(start + limit) if more else ""}


def _cursor(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"next:"))
    except (ValueError, binascii.Error):
        raise RefusedError("invalid_cursor") from None
