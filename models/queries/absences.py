"""What somebody owns who is away."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.plans import Action, ActionOwner
from models.queries.actions import OPEN_STATUSES


def actions_owned(session: Session, person_id: int) -> set[int]:
    """Ids of the open actions that the person owns."""
    return set(
        session.scalars(
            select(Action.id)
            .join(ActionOwner, ActionOwner.action_id == Action.id)
            .where(
                ActionOwner.person_id == person_id, Action.gone_at.is_(None), Action.status.in_(OPEN_STATUSES)
            )
        )
    )
