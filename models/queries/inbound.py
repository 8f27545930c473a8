"""Requests already taken, by which the same one is known again."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from models.direct import Direct, place
from models.records import InboundRequest

_LIKE = Direct(
    select(InboundRequest.signature, InboundRequest.answer).where(
        or_(
            and_(InboundRequest.workspace_id == place("workspace_id"), InboundRequest.key == place("key")),
            InboundRequest.signature == place("signature"),
        )
    )
)
_KEPT = ("workspace_id", "key", "signature", "received_at", "answer")
_KEEP = Direct(insert(InboundRequest).inline().values({name: place(name) for name in _KEPT}))


def requests_like(
    session: Session, workspace_id: int, key: str, signature: str | None
) -> list[tuple[str | None, dict[str, Any]]]:
    """Signature and answer of every request taken before that has this key, or this very signature."""
    facts = {"workspace_id": workspace_id, "key": key, "signature": signature}
    return [(before, answer) for before, answer in _LIKE.run(session, facts)]


def keep_request(session: Session, facts: dict[str, Any]) -> None:
    """facts: the columns of an InboundRequest. Raises IntegrityError when its key is known already."""
    _KEEP.run(session, facts, flush=False)


def forget_requests(session: Session, before: datetime) -> None:
    session.execute(delete(InboundRequest).where(InboundRequest.received_at < before))
