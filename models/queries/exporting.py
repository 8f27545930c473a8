"""What a file of a plan holds besides its actions: everything that was said of them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.plans import Action, Plan
from models.records import StatusChange


def plans(session: Session, workspace_id: int) -> Sequence[Plan]:
    query = select(Plan).where(Plan.workspace_id == workspace_id).options(joinedload(Plan.board))
    return session.scalars(query.order_by(Plan.id)).all()


def changes_of_actions(session: Session, action_ids: Collection[int]) -> Sequence[StatusChange]:
    """Every change of these actions, oldest first."""
    return session.scalars(
        select(StatusChange)
        .join(Action, Action.id == StatusChange.action_id)
        .where(StatusChange.action_id.in_(action_ids))
        .options(joinedload(StatusChange.person), joinedload(StatusChange.milestone))
        .order_by(StatusChange.id)
    ).all()
