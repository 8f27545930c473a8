"""What the audit reads: rows without objects, of what may lately have come due and of the outbox.

action_ids: a query for the ids of the actions in question.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.plan.due_dates import Role
from models.base import DeliveryState
from models.operations import AuditFinding
from models.outbox import Delivery, PromptItem, StatusChange
from models.people import Person
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project, Section
from models.queries.actions import OPEN_STATUSES
from models.queries.outbox import UNSENT

ActionIdQuery = Select[int]
DEADLINE_ROLES = (Role.DUE, Role.MILESTONE)


def open_actions(board_id: int) -> ActionIdQuery:
    """Open actions of the board's plans."""
    return (
        select(Action.id)
        .join(Plan, Plan.id == Action.plan_id)
        .where(Plan.board_id == board_id, Action.gone_at.is_(None), Action.status.in_(OPEN_STATUSES))
    )


def actions(session: Session, action_ids: ActionIdQuery) -> Sequence[Any]:
    """id, ref, section number, when it was first imported, when its plan was last imported, the lead's id."""
    return session.execute(
        select(Action.id, Action.ref, Section.number, Action.created_at, Plan.imported_at, Project.lead_id)
        .join(Section, Section.id == Action.section_id)
        .join(Plan, Plan.id == Action.plan_id)
        .outerjoin(Project, Project.id == Action.project_id)
        .where(Action.id.in_(action_ids))
    ).all()


def open_deadlines(session: Session, action_ids: ActionIdQuery) -> Sequence[Any]:
    """Action id, a day that can still be missed, the initials its milestone names (None: no milestone)."""
    return session.execute(
        select(ActionDate.action_id, ActionDate.day, Milestone.owners)
        .outerjoin(Milestone, Milestone.id == ActionDate.milestone_id)
        .where(
            ActionDate.action_id.in_(action_ids),
            ActionDate.day.is_not(None),
            ActionDate.role.in_(DEADLINE_ROLES),
            or_(
                ActionDate.milestone_id.is_(None),
                Milestone.status.in_(OPEN_STATUSES) & Milestone.gone_at.is_(None),
            ),
        )
    ).all()


def owners(session: Session, action_ids: ActionIdQuery) -> Sequence[Any]:
    """Action id, person id."""
    return session.execute(
        select(ActionOwner.action_id, ActionOwner.person_id).where(ActionOwner.action_id.in_(action_ids))
    ).all()


def last_changes(session: Session, action_ids: ActionIdQuery) -> dict[int, datetime]:
    rows = session.execute(
        select(StatusChange.action_id, func.max(StatusChange.at))
        .where(StatusChange.action_id.in_(action_ids))
        .group_by(StatusChange.action_id)
    )
    return dict(list(rows))


def prompt_items(
    session: Session, action_ids: ActionIdQuery, since: datetime, now: datetime
) -> Sequence[Any]:
    """Oldest first: action id, person id, as lead, when, answer, when answered, why it was left out."""
    return session.execute(
        select(
            PromptItem.action_id,
            PromptItem.person_id,
            PromptItem.as_lead,
            Delivery.due_at,
            PromptItem.answer,
            PromptItem.answered_at,
            func.coalesce(func.nullif(PromptItem.reason, ""), Delivery.reason),
        )
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .where(PromptItem.action_id.in_(action_ids), Delivery.due_at > since, _happened_by(now))
        .order_by(Delivery.due_at, PromptItem.id)
    ).all()


def last_asked(session: Session, action_ids: ActionIdQuery, now: datetime) -> dict[tuple[int, int], datetime]:
    """By action and person, when a prompt to them was last planned that asks about it, or says why not."""
    rows = session.execute(
        select(PromptItem.action_id, PromptItem.person_id, func.max(Delivery.due_at))
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .where(PromptItem.action_id.in_(action_ids), PromptItem.as_lead.is_(False), _happened_by(now))
        .group_by(PromptItem.action_id, PromptItem.person_id)
    )
    return {(action, person): at for action, person, at in rows}


def last_escalations(session: Session, action_ids: ActionIdQuery) -> dict[int, datetime]:
    """By action id, when it was last escalated to its lead."""
    rows = session.execute(
        select(PromptItem.action_id, func.max(Delivery.due_at))
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .where(PromptItem.action_id.in_(action_ids), PromptItem.as_lead)
        .group_by(PromptItem.action_id)
    )
    return dict(list(rows))


def prompt_deliveries(session: Session, workspace_id: int, since: datetime, now: datetime) -> Sequence[Any]:
    """Oldest first: person id, when, state."""
    return session.execute(
        select(Delivery.person_id, Delivery.due_at, Delivery.state)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.kind == "prompt",
            or_(Delivery.due_at > since, Delivery.state.in_(UNSENT)),
            _happened_by(now),
        )
        .order_by(Delivery.due_at)
    ).all()


def people(session: Session, workspace_id: int) -> Sequence[Any]:
    """id, initials, timezone, and the day from which they are asked again."""
    return session.execute(
        select(Person.id, Person.initials, Person.timezone, Person.away_until).where(
            Person.workspace_id == workspace_id
        )
    ).all()


def restored_at(session: Session, workspace_id: int, since: datetime) -> datetime | None:
    """When the database was last restored from a backup: what was due before that is asked later."""
    return session.scalar(
        select(func.max(Delivery.due_at)).where(
            Delivery.workspace_id == workspace_id,
            Delivery.key.startswith("notice:restored:"),
            Delivery.due_at > since,
        )
    )


def first_imported_at(session: Session, board_id: int) -> datetime | None:
    """When the board's first action was imported."""
    return session.scalar(
        select(func.min(Action.created_at))
        .join(Plan, Plan.id == Action.plan_id)
        .where(Plan.board_id == board_id)
    )


def digest_rows(session: Session, board_id: int, since: datetime, now: datetime) -> Sequence[Any]:
    """Key, when it was planned, of the rows due after `since`."""
    return session.execute(
        select(Delivery.key, Delivery.planned_at).where(
            Delivery.board_id == board_id,
            Delivery.kind == "digest",
            Delivery.due_at > since,
            _happened_by(now),
        )
    ).all()


def _happened_by(now: datetime) -> ColumnElement[bool]:
    """All but the rows that say why nothing was sent as seen from a time that has not come."""
    return or_(
        Delivery.planned_at.is_(None), Delivery.planned_at <= now, Delivery.state != DeliveryState.SKIPPED
    )


def overdue_deliveries(
    session: Session, workspace_id: int, before: datetime, limit: int
) -> Sequence[Delivery]:
    """Rows due before that moment, not sent and not waiting for another one; oldest first."""
    other = aliased(Delivery)
    waits_for = func.coalesce(Delivery.parent_id, Delivery.updates_id)
    return session.scalars(
        select(Delivery)
        .outerjoin(other, other.id == waits_for)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.state == DeliveryState.PLANNED,
            Delivery.due_at <= before,
            or_(waits_for.is_(None), other.state.not_in(UNSENT)),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
    ).all()


def lapsed_claims(session: Session, workspace_id: int, before: datetime, limit: int) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.state == DeliveryState.CLAIMED,
            Delivery.lease_until <= before,
        )
        .order_by(Delivery.id)
        .limit(limit)
    ).all()


def failed_deliveries(session: Session, workspace_id: int, since: datetime, limit: int) -> Sequence[Delivery]:
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.workspace_id == workspace_id,
            Delivery.state == DeliveryState.FAILED,
            Delivery.due_at > since,
        )
        .order_by(Delivery.id)
        .limit(limit)
    ).all()


def findings_by_key(session: Session, workspace_id: int, keys: Collection[str]) -> dict[str, AuditFinding]:
    """Findings that are still open, and those with one of these keys."""
    rows = session.scalars(
        select(AuditFinding).where(
            AuditFinding.workspace_id == workspace_id,
            or_(AuditFinding.cleared_at.is_(None), AuditFinding.key.in_(keys)),
        )
    )
    return {row.key: row for row in rows}
