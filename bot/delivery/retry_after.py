"""How long the platform asks to wait, as its answer says it in the header Retry-After."""

from collections.abc import Mapping
from typing import Any

from bot.services.outbox.rate_limits import MAX_PAUSE

DEFAULT_WAIT = 30.0


def read_retry_after(headers: Mapping[str, Any] | None) -> float:
    """In seconds: at most an hour, and half a minute where the header says nothing that can be read."""
    text = str(next((value for name, value in (headers or {}).items() if name.lower() == "retry-after"), ""))
    try:
        seconds = float(text)
    except ValueError:
        return DEFAULT_WAIT
    # False for nan too.
    if not 0 <= seconds < float("inf"):
        return DEFAULT_WAIT
    return min(seconds, MAX_PAUSE.total_seconds())
