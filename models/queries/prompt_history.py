"""What the outbox holds about one action."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.outbox import Delivery, DigestSnapshot, PromptItem
from models.people import Person


def items_of(session: Session, action_id: int, *, limit: int, offset: int = 0) -> Sequence[PromptItem]:
    """Newest first, with their deliveries."""
    return session.scalars(
        select(PromptItem)
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .where(PromptItem.action_id == action_id)
        .options(joinedload(PromptItem.delivery))
        .order_by(Delivery.due_at.desc(), PromptItem.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def count_items(session: Session, action_id: int) -> int:
    query = select(func.count()).select_from(PromptItem).where(PromptItem.action_id == action_id)
    return session.scalar(query) or 0


def initials_by_id(session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.initials).where(Person.id.in_(ids)))
    return dict(list(rows))


def initials_by_user(session: Session, workspace_id: int, users: Collection[str]) -> dict[str, str]:
    rows = session.execute(
        select(Person.slack_user_id, Person.initials).where(
            Person.workspace_id == workspace_id, Person.slack_user_id.in_(users)
        )
    )
    return {user: initials for user, initials in rows if user}


def newest_snapshot(session: Session, board_id: int) -> DigestSnapshot | None:
    return session.scalar(
        select(DigestSnapshot)
        .where(DigestSnapshot.board_id == board_id)
        .order_by(DigestSnapshot.due_at.desc())
        .limit(1)
    )
