"""What a board's earlier digests said."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.outbox import DigestSnapshot
from models.sql_fastpath import Direct, place


class Snapshot(NamedTuple):
    """What the next digest needs of the one before. colours: by action id, as text."""

    due_at: datetime
    made_at: datetime
    colours: dict[str, str]


_SNAPSHOT = select(DigestSnapshot.due_at, DigestSnapshot.made_at, DigestSnapshot.colours)
_LAST_SNAPSHOT = Direct(
    _SNAPSHOT.where(DigestSnapshot.board_id == place("board_id"), DigestSnapshot.due_at < place("before"))
    .order_by(DigestSnapshot.due_at.desc())
    .limit(1)
)


def last_snapshot(session: Session, board_id: int, before: datetime) -> Snapshot | None:
    rows = _LAST_SNAPSHOT.run(session, {"board_id": board_id, "before": before})
    return Snapshot._make(rows[0]) if rows else None


_FIRST_SNAPSHOT = Direct(
    _SNAPSHOT.where(
        DigestSnapshot.board_id == place("board_id"),
        DigestSnapshot.due_at > place("since"),
        DigestSnapshot.due_at <= place("until"),
    )
    .order_by(DigestSnapshot.due_at)
    .limit(1)
)


def first_snapshot(session: Session, board_id: int, since: datetime, until: datetime) -> Snapshot | None:
    """The earliest digest a board had in this time."""
    rows = _FIRST_SNAPSHOT.run(session, {"board_id": board_id, "since": since, "until": until})
    return Snapshot._make(rows[0]) if rows else None
