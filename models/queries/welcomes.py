"""Welcomes that wait until their person owns something."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import DeliveryState
from models.outbox import Delivery
from models.plans import Action, ActionOwner
from models.queries.actions import OPEN_STATUSES


def lock_skipped(session: Session, workspace_id: int, kind: str, reason: str) -> Sequence[Delivery]:
    """Rows skipped for this reason whose person owns an open action now, locked."""
    owns = (
        select(ActionOwner.id)
        .join(Action, Action.id == ActionOwner.action_id)
        .where(
            ActionOwner.person_id == Delivery.person_id,
            Action.gone_at.is_(None),
            Action.status.in_(OPEN_STATUSES),
        )
        .exists()
    )
    query = select(Delivery).where(
        Delivery.workspace_id == workspace_id,
        Delivery.kind == kind,
        Delivery.state == DeliveryState.SKIPPED,
        Delivery.reason == reason,
        owns,
    )
    return session.scalars(query.order_by(Delivery.id).with_for_update(of=Delivery)).all()
