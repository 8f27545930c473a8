"""A request is applied once: the same one again gets the same answer, and a played-back one is refused."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import ReplayedError
from models.queries import inbound as query
from models.writing import write_last

KEPT = timedelta(days=7)
LONGEST_KEY = 200


def recall(
    session: Session, workspace_id: int, key: str, signature: str | None, *, may_be_ours: bool = False
) -> dict[str, Any] | None:
    """The answer given before to this request, None when it is new.

    Raises ReplayedError when this very signature was seen: the platform signs each redelivery afresh.
    may_be_ours: nobody knows whether it was saved a moment ago, so having seen it is no sign of a replay.
    """
    known = query.requests_like(session, workspace_id, key[:LONGEST_KEY], signature)
    if signature is not None and not may_be_ours and any(before == signature for before, _ in known):
        raise ReplayedError
    # A redelivery has a row besides, for its signature alone; a database gives the two in no order.
    return next((answer for _, answer in known if answer), None)


def remember(
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
    _write(session, workspace_id, key, signature, answer, now)
    write_last(session)


def remember_again(session: Session, workspace_id: int, signature: str | None, now: datetime) -> None:
    """Keep the fresh signature of a redelivery, so that it cannot be played back either."""
    if signature is not None:
        _write(session, workspace_id, f"again:{signature}", signature, {}, now)


def _write(
    session: Session,
    workspace_id: int,
    key: str,
    signature: str | None,
    answer: dict[str, Any],
    now: datetime,
) -> None:
    facts = {
        "workspace_id": workspace_id,
        "key": key[:LONGEST_KEY],
        "signature": signature,
        "received_at": now,
        "answer": answer,
    }
    query.keep_request(session, facts)


def forget_old(session: Session, now: datetime) -> None:
    query.forget_requests(session, now - KEPT)
