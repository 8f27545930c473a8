"""The plan as it stands in the database, whole, for comparing with a newer version."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.outbox import StatusChange
from models.plans import Action, ActionOwner, Project, Section


def actions_of_plan(session: Session, plan_id: int) -> Sequence[Action]:
    """Every action the plan ever had, those gone included, in plan order."""
    return session.scalars(
        select(Action)
        .where(Action.plan_id == plan_id)
        .options(
            joinedload(Action.section),
            joinedload(Action.project),
            selectinload(Action.owners).joinedload(ActionOwner.person),
            selectinload(Action.due_dates),
            selectinload(Action.milestones),
        )
        .order_by(Action.position, Action.id)
    ).all()


def sections_of_plan(session: Session, plan_id: int) -> Sequence[Section]:
    return session.scalars(select(Section).where(Section.plan_id == plan_id)).all()


def projects_of_plan(session: Session, plan_id: int) -> Sequence[Project]:
    """Every project the plan ever had, those gone included, in plan order."""
    return session.scalars(
        select(Project)
        .join(Project.section)
        .where(Section.plan_id == plan_id)
        .options(contains_eager(Project.section))
        .order_by(Section.position, Project.position, Project.id)
    ).all()


def milestones_spoken_of(session: Session, action_id: int) -> set[int]:
    """Milestones whose status was given in chat."""
    rows = session.scalars(
        select(StatusChange.milestone_id).where(
            StatusChange.action_id == action_id,
            StatusChange.milestone_id.is_not(None),
            StatusChange.source != "import",
        )
    )
    return {milestone_id for milestone_id in rows if milestone_id is not None}
