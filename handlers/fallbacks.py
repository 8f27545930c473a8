"""A response that was announced and is not shown yet: if the bot is killed before, the outbox delivers it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.services.outbox import outbox

FALLBACK_DELAY = timedelta(minutes=1)


def schedule_fallback(
    session: Session, asker: Asker, key: str, parts: Iterable[dict[str, Any]], now: datetime
) -> None:
    """Enqueue the parts of a response as direct messages to the asker, due in a minute, in the transaction
    that saves the response. key: of the request.
    """
    at = now + FALLBACK_DELAY
    for index, each in enumerate(parts):
        outbox.enqueue_reply(session, asker.team_id, asker.user_id, _fallback_key(key, index), each, at)


def cancel_fallback(session: Session, asker: Asker, key: str, count: int) -> None:
    """Take the fallback out of the outbox, since the response was shown. count: of its parts."""
    for index in range(count):
        outbox.cancel_reply(session, asker.team_id, _fallback_key(key, index))


def _fallback_key(key: str, index: int) -> str:
    return f"{key}:late:{index}"
