"""Boards, their channels, and which of them a digest is due for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.people import Board, BoardChannel


def boards(session: Session, workspace_id: int | None = None) -> Sequence[Board]:
    query = select(Board).order_by(Board.id)
    if workspace_id is not None:
        query = query.where(Board.workspace_id == workspace_id)
    return session.scalars(query).all()


def board_named(session: Session, workspace_id: int, name: str) -> Board | None:
    return session.scalar(select(Board).where(Board.workspace_id == workspace_id, Board.name == name))


def boards_of_channel(session: Session, workspace_id: int, channel_id: str, channel_name: str) -> set[int]:
    """The boards a channel belongs to: by its id, or by its name while the id is not known yet."""
    rows = session.scalars(
        select(BoardChannel.board_id).where(
            BoardChannel.workspace_id == workspace_id,
            or_(
                BoardChannel.channel_id == channel_id,
                BoardChannel.channel_id.is_(None) & (BoardChannel.name == channel_name),
            ),
        )
    )
    return set(rows)


def channels_without_id(session: Session, workspace_id: int) -> Sequence[BoardChannel]:
    return session.scalars(
        select(BoardChannel).where(
            BoardChannel.workspace_id == workspace_id, BoardChannel.channel_id.is_(None)
        )
    ).all()


def boards_due(session: Session, now: datetime) -> Sequence[Board]:
    """Boards whose digest has come due, locked so that two replicas do not both write it."""
    return session.scalars(
        select(Board)
        .where(Board.next_digest_at <= now)
        .order_by(Board.next_digest_at, Board.id)
        .with_for_update(skip_locked=True, key_share=True, of=Board)
    ).all()


_NEXT_DIGEST = select(func.min(Board.next_digest_at))


def next_digest_at(session: Session) -> datetime | None:
    return session.scalar(_NEXT_DIGEST)
