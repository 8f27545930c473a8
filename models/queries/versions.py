"""Versions of plans, answers to questions about them, and what is no longer in a plan."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.imports import PlanAnswer, PlanVersion
from models.plans import Action


def versions(session: Session, plan_id: int) -> Sequence[PlanVersion]:
    """Newest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.number.desc())
    return session.scalars(query).all()


def latest(session: Session, plan_id: int) -> PlanVersion | None:
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.number.desc())
    return session.scalar(query.limit(1))


def numbered(session: Session, plan_id: int, number: int) -> PlanVersion | None:
    return session.scalar(
        select(PlanVersion).where(PlanVersion.plan_id == plan_id, PlanVersion.number == number)
    )


def highest_number(session: Session, plan_id: int) -> int:
    return session.scalar(select(func.max(PlanVersion.number)).where(PlanVersion.plan_id == plan_id)) or 0


def answers(session: Session, workspace_id: int, title: str) -> Sequence[PlanAnswer]:
    return session.scalars(
        select(PlanAnswer).where(PlanAnswer.workspace_id == workspace_id, PlanAnswer.plan == title)
    ).all()


def answer_keyed(session: Session, workspace_id: int, title: str, key: str) -> PlanAnswer | None:
    return session.scalar(
        select(PlanAnswer).where(
            PlanAnswer.workspace_id == workspace_id, PlanAnswer.plan == title, PlanAnswer.key == key
        )
    )


def gone(session: Session, plan_id: int) -> Sequence[Action]:
    """What the plan no longer has, latest first."""
    return session.scalars(
        select(Action)
        .where(Action.plan_id == plan_id, Action.gone_at.is_not(None))
        .options(joinedload(Action.section))
        .order_by(Action.gone_at.desc(), Action.position)
    ).all()
