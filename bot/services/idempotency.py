"""A request is applied once: the same one again gets the same answer, and a played-back one is refused."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import ReplayedError
from bot.services import people
from bot.services.people import Actor
from models.fast_flush import NewRow, flush_and_expunge
from models.outbox import InboundRequest
from models.queries import idempotency as query

RETENTION = timedelta(days=7)
MAX_KEY_LENGTH = 200
# In the key of a message's later version, between that of the message and the moment of the change.
EDIT_MARK = ":edit:"
NO_ANSWER: dict[str, Any] = {"outcome": "done", "public": False, "parts": []}


def find_saved_answer(
    session: Session, asker: Asker, key: str, signature: str | None, *, may_be_saved: bool = False
) -> tuple[Actor, dict[str, Any] | None]:
    """Who asks, and the answer given before to this request, None when it is new.

    Raises ReplayedError when this very signature was seen: the platform signs each redelivery afresh.
    Raises NotAllowedError for a workspace the bot was not set up for.
    may_be_saved: nobody knows whether it was saved a moment ago, so having seen it is no sign of a replay.
    """
    previous = query.previous_requests(session, asker.team_id, asker.user_id, key[:MAX_KEY_LENGTH], signature)
    actor = people.identify(session, asker)
    if signature is not None and not may_be_saved and any(before == signature for before, _ in previous):
        raise ReplayedError
    # A redelivery has a row besides, for its signature alone; a database gives the two in no order.
    return actor, next((answer for _, answer in previous if answer), None)


def save_answer(
    session: Session,
    workspace_id: int,
    key: str,
    signature: str | None,
    answer: dict[str, Any],
    now: datetime,
) -> None:
    """Keep the answer, in the transaction of the change itself, and write everything: it is the last step.
    The key is unique: of two that take the same request at once, one gets the database's IntegrityError.
    """
    flush_and_expunge(session, [_build_row(workspace_id, key, signature, answer, now)])


def mark_handled(session: Session, workspace_id: int, key: str, now: datetime) -> None:
    """A request with this key, should it still come, is answered with nothing: it was handled another way."""
    entity, facts = _build_row(workspace_id, key, None, NO_ANSWER, now)
    session.add(entity(**facts))


def begin_version(session: Session, workspace_id: int, key: str, now: datetime) -> list[str] | None:
    """What was recorded for the message of whose later version this is the key, and for its other versions,
    oldest first; "" for one that recorded nothing. None where a version later than this one was handled.

    The message itself is answered with nothing, should it still come.
    """
    message_key = message_key_of(key)
    versions = query.answers_of_versions(session, workspace_id, message_key, f"{message_key}{EDIT_MARK}")
    if any(other > key for other, _ in versions):
        return None
    if not versions:
        mark_handled(session, workspace_id, message_key, now)
    return [str(answer.get("batch") or "") for _, answer in versions]


def message_key_of(key: str) -> str:
    """The key of the message of whose later version this is the key, perhaps."""
    return key.partition(EDIT_MARK)[0]


def save_signature(session: Session, workspace_id: int, signature: str | None, now: datetime) -> None:
    """Keep the fresh signature of a redelivery, so that it cannot be played back either."""
    if signature is not None:
        flush_and_expunge(session, [_build_row(workspace_id, f"again:{signature}", signature, {}, now)])


def _build_row(
    workspace_id: int, key: str, signature: str | None, answer: dict[str, Any], now: datetime
) -> NewRow:
    facts = {
        "workspace_id": workspace_id,
        "key": key[:MAX_KEY_LENGTH],
        "signature": signature,
        "received_at": now,
        "answer": answer,
    }
    return InboundRequest, facts


def delete_expired(session: Session, now: datetime) -> None:
    query.delete_requests(session, now - RETENTION)
