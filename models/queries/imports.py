"""The stored plan, for comparing with a newer version; and its versions, answers and uploads."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, load_only, selectinload

from models.imports import PlanAnswer, PlanUpload, PlanVersion
from models.outbox import StatusChange
from models.people import Workspace
from models.plans import Action, ActionOwner, Project, Section


def actions_of_plan(session: Session, plan_id: int) -> Sequence[Action]:
    """Every action the plan ever had, also those removed, in plan order."""
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


def headings_of_actions(session: Session, plan_id: int) -> Sequence[Action]:
    """The same actions with what they are recognised by alone: section, ref, title, and since when they are
    there or gone.
    """
    columns = (Action.ref, Action.title, Action.created_at, Action.gone_at, Action.gone_reason)
    return session.scalars(
        select(Action)
        .where(Action.plan_id == plan_id)
        .options(load_only(*columns), joinedload(Action.section))
        .order_by(Action.position, Action.id)
    ).all()


def sections_of_plan(session: Session, plan_id: int) -> Sequence[Section]:
    return session.scalars(select(Section).where(Section.plan_id == plan_id)).all()


def projects_of_plan(session: Session, plan_id: int) -> Sequence[Project]:
    """Every project the plan ever had, also those removed, in plan order."""
    return session.scalars(
        select(Project)
        .join(Project.section)
        .where(Section.plan_id == plan_id)
        .options(contains_eager(Project.section))
        .order_by(Section.position, Project.position, Project.id)
    ).all()


def milestones_updated_in_chat(session: Session, action_id: int) -> set[int]:
    """Milestones whose status was given in chat."""
    rows = session.scalars(
        select(StatusChange.milestone_id).where(
            StatusChange.action_id == action_id,
            StatusChange.milestone_id.is_not(None),
            StatusChange.source != "import",
        )
    )
    return {milestone_id for milestone_id in rows if milestone_id is not None}


def versions(session: Session, plan_id: int) -> Sequence[PlanVersion]:
    """Newest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.number.desc())
    return session.scalars(query).all()


def latest_version(session: Session, plan_id: int) -> PlanVersion | None:
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id).order_by(PlanVersion.number.desc())
    return session.scalar(query.limit(1))


def version_by_number(session: Session, plan_id: int, number: int) -> PlanVersion | None:
    return session.scalar(
        select(PlanVersion).where(PlanVersion.plan_id == plan_id, PlanVersion.number == number)
    )


def highest_version_number(session: Session, plan_id: int) -> int:
    return session.scalar(select(func.max(PlanVersion.number)).where(PlanVersion.plan_id == plan_id)) or 0


def answers(session: Session, workspace_id: int, title: str) -> Sequence[PlanAnswer]:
    return session.scalars(
        select(PlanAnswer).where(PlanAnswer.workspace_id == workspace_id, PlanAnswer.plan == title)
    ).all()


def answer_by_key(session: Session, workspace_id: int, title: str, key: str) -> PlanAnswer | None:
    return session.scalar(
        select(PlanAnswer).where(
            PlanAnswer.workspace_id == workspace_id, PlanAnswer.plan == title, PlanAnswer.key == key
        )
    )


def removed_actions(session: Session, plan_id: int) -> Sequence[Action]:
    """What the plan no longer has, latest first."""
    return session.scalars(
        select(Action)
        .where(Action.plan_id == plan_id, Action.gone_at.is_not(None))
        .options(joinedload(Action.section))
        .order_by(Action.gone_at.desc(), Action.position)
    ).all()


def upload_by_key(session: Session, workspace_id: int, key: str) -> PlanUpload | None:
    query = select(PlanUpload).where(PlanUpload.workspace_id == workspace_id, PlanUpload.key == key)
    return session.scalar(query)


def next_upload(session: Session, team_id: str, state: str, excluded: Collection[int]) -> PlanUpload | None:
    """Of the team's in this state: everybody's first file before anybody's second, and small ones first.

    excluded: ids of those in work. They count as their sender's first all the same.
    """
    order = func.row_number().over(partition_by=PlanUpload.user_id, order_by=(PlanUpload.size, PlanUpload.id))
    turns = select(PlanUpload.id, order.label("turn"))
    turns = turns.join(Workspace, Workspace.id == PlanUpload.workspace_id)
    turn = turns.where(Workspace.team_id == team_id, PlanUpload.state == state).subquery()
    query = select(PlanUpload).join(turn, turn.c.id == PlanUpload.id).where(PlanUpload.id.not_in(excluded))
    return session.scalar(query.order_by(turn.c.turn, PlanUpload.size, PlanUpload.id).limit(1))


def count_uploads(session: Session, workspace_id: int, user_id: str, *, state: str) -> int:
    """How many of this account's are in this state."""
    return _count_uploads(session, workspace_id, user_id, PlanUpload.state == state)


def count_uploads_since(session: Session, workspace_id: int, user_id: str, since: datetime) -> int:
    return _count_uploads(session, workspace_id, user_id, PlanUpload.received_at > since)


def _count_uploads(session: Session, workspace_id: int, user_id: str, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(PlanUpload)
    query = query.where(PlanUpload.workspace_id == workspace_id, PlanUpload.user_id == user_id, *which)
    return session.scalar(query) or 0


def undecided_uploads(session: Session, states: Collection[str], before: datetime) -> Sequence[PlanUpload]:
    """Those in one of these states that came before this moment, locked until the transaction ends."""
    query = select(PlanUpload).where(PlanUpload.state.in_(states), PlanUpload.received_at < before)
    return session.scalars(query.with_for_update()).all()


def lock_upload(session: Session, upload_id: int) -> PlanUpload | None:
    """The row, locked until the transaction ends, so that two people cannot both decide."""
    query = select(PlanUpload).where(PlanUpload.id == upload_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))
