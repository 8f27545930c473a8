"""What the Home tab shows of a lead's projects, of what does not arrive and of what waits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from models.base import DeliveryState
from models.imports import PlanUpload
from models.outbox import Delivery, PromptItem
from models.people import Person
from models.plans import Action, ActionOwner, Plan, Project, Section
from models.queries.actions import OPEN_STATUSES


class UnansweredItem(NamedTuple):
    """An action that somebody was asked about without an answer. since: when first."""

    person_id: int
    action_id: int
    since: datetime


def led_projects(session: Session, lead_id: int, plan_ids: Collection[int]) -> Sequence[Project]:
    """Those still in these plans, in plan order."""
    return session.scalars(
        select(Project)
        .join(Section, Section.id == Project.section_id)
        .where(Project.lead_id == lead_id, Project.gone_at.is_(None), Section.plan_id.in_(plan_ids))
        .order_by(Section.plan_id, Section.position, Project.position)
    ).all()


def actions_by_project(session: Session, project_ids: Collection[int]) -> dict[int, int]:
    """Action id to project id, of the actions still in the plan."""
    rows = session.execute(
        select(Action.id, Action.project_id).where(
            Action.project_id.in_(project_ids), Action.gone_at.is_(None)
        )
    )
    return {action: project for action, project in rows if project is not None}


def unanswered_of_lead(session: Session, lead_id: int, since: datetime) -> list[UnansweredItem]:
    """What other owners of this lead's projects were asked after `since`, whose latest word is older than the
    question; longest unanswered first.
    """
    first_asked = func.min(Delivery.due_at)
    rows = session.execute(
        select(PromptItem.person_id, PromptItem.action_id, first_asked)
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .join(Action, Action.id == PromptItem.action_id)
        .join(Project, Project.id == Action.project_id)
        .join(
            ActionOwner,
            and_(ActionOwner.action_id == Action.id, ActionOwner.person_id == PromptItem.person_id),
        )
        .where(
            Project.lead_id == lead_id,
            PromptItem.person_id != lead_id,
            Delivery.kind == "prompt",
            Delivery.state == DeliveryState.SENT,
            Delivery.due_at > since,
            PromptItem.reason == "",
            PromptItem.as_lead.is_(False),
            PromptItem.answer.in_(("", "later")),
            Action.gone_at.is_(None),
            Action.status.in_(OPEN_STATUSES),
            or_(Action.last_word_at.is_(None), Action.last_word_at < Delivery.due_at),
        )
        .group_by(PromptItem.person_id, PromptItem.action_id)
        .order_by(first_asked, PromptItem.action_id)
    )
    return [UnansweredItem._make(row) for row in rows]


def unanswered_of_owner(session: Session, person_id: int, since: datetime) -> set[int]:
    """Ids of the actions that this person was asked about after `since`, without an answer."""
    return set(
        session.scalars(
            select(PromptItem.action_id)
            .join(Delivery, Delivery.id == PromptItem.delivery_id)
            .join(Action, Action.id == PromptItem.action_id)
            .where(
                PromptItem.person_id == person_id,
                Delivery.kind == "prompt",
                Delivery.state == DeliveryState.SENT,
                Delivery.due_at > since,
                PromptItem.reason == "",
                PromptItem.as_lead.is_(False),
                PromptItem.answer.in_(("", "later")),
                or_(Action.last_word_at.is_(None), Action.last_word_at < Delivery.due_at),
            )
        )
    )


def owners_of_boards(session: Session, board_ids: Collection[int]) -> list[tuple[Person, int]]:
    """Everybody who owns an open action of these boards, and how many."""
    rows = session.execute(
        select(Person, func.count(Action.id))
        .join(ActionOwner, ActionOwner.person_id == Person.id)
        .join(Action, Action.id == ActionOwner.action_id)
        .join(Plan, Plan.id == Action.plan_id)
        .where(Plan.board_id.in_(board_ids), Action.gone_at.is_(None), Action.status.in_(OPEN_STATUSES))
        .group_by(Person.id)
        .order_by(Person.initials)
    )
    return [(person, count) for person, count in rows]


def next_prompt_of(session: Session, person_id: int) -> datetime | None:
    """When this person is next asked about anything."""
    return session.scalar(
        select(func.min(ActionOwner.prompt_at))
        .join(Action, Action.id == ActionOwner.action_id)
        .where(
            ActionOwner.person_id == person_id,
            Action.gone_at.is_(None),
            Action.status.in_(OPEN_STATUSES),
        )
    )


def failed_prompts(session: Session, people: Collection[int], since: datetime) -> dict[int, str]:
    """Person id to why the last message to them was given up; whoever got one since is left out."""
    later = aliased(Delivery)
    arrived = (
        select(later.id)
        .where(
            later.person_id == Delivery.person_id,
            later.state == DeliveryState.SENT,
            later.sent_at > Delivery.due_at,
        )
        .exists()
    )
    rows = session.execute(
        select(Delivery.person_id, Delivery.reason)
        .where(
            Delivery.person_id.in_(people),
            Delivery.kind == "prompt",
            Delivery.state == DeliveryState.FAILED,
            Delivery.due_at > since,
            ~arrived,
        )
        .order_by(Delivery.due_at)
    )
    return {person: reason for person, reason in rows if person is not None}


def failed_deliveries(session: Session, workspace_id: int, since: datetime) -> Sequence[Delivery]:
    """Given up after `since`, the latest first."""
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.state == DeliveryState.FAILED,
            Delivery.due_at > since,
        )
        .options(joinedload(Delivery.person))
        .order_by(Delivery.due_at.desc(), Delivery.id.desc())
    ).all()


def count_uploads(session: Session, workspace_id: int, state: str) -> int:
    query = select(func.count()).select_from(PlanUpload)
    return (
        session.scalar(query.where(PlanUpload.workspace_id == workspace_id, PlanUpload.state == state)) or 0
    )
