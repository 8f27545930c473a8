"""What has to be settled after a backup was restored."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from models.exports import PlanExport
from models.operations import BotHeartbeat, Heartbeat
from models.outbox import Delivery, Refusal
from models.plans import Action, ActionOwner, Plan, Project
from models.queries.outbox import UNSENT


def unsent_deliveries(session: Session) -> Iterable[Delivery]:
    return session.scalars(select(Delivery).where(Delivery.state.in_(UNSENT)).order_by(Delivery.id)).all()


def unsent_exports(session: Session) -> Iterable[PlanExport]:
    """Exports somebody asked for that were not sent yet."""
    return session.scalars(select(PlanExport).where(PlanExport.settled_at.is_(None))).all()


def delete_heartbeats(session: Session) -> None:
    """Messages written before the restore are not looked for."""
    session.execute(delete(Heartbeat))
    session.execute(delete(BotHeartbeat))


def delete_refusals(session: Session) -> None:
    """What the platform refused before the backup may have been put right: everything is tried again."""
    session.execute(delete(Refusal))


def owners_due(session: Session, now: datetime) -> Iterable[ActionOwner]:
    return session.scalars(
        select(ActionOwner)
        .where(ActionOwner.prompt_at <= now)
        .options(
            joinedload(ActionOwner.action).joinedload(Action.plan).joinedload(Plan.board),
            joinedload(ActionOwner.person),
        )
    ).all()


def actions_to_escalate(session: Session, now: datetime) -> Iterable[Action]:
    return session.scalars(
        select(Action)
        .where(Action.escalate_at <= now)
        .options(
            joinedload(Action.plan).joinedload(Plan.board),
            joinedload(Action.project).joinedload(Project.lead),
        )
    ).all()
