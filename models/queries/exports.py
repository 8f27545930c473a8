"""What an exported plan holds besides its actions: every change of them; and exports and calendars."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from models.exports import CalendarFeed, PlanExport
from models.outbox import Delivery, PromptItem, StatusChange
from models.people import Person, Workspace
from models.plans import Action, Plan


def changes_of_plan(session: Session, plan_id: int, section_ids: Collection[int]) -> Sequence[StatusChange]:
    """Every change of the actions in these sections of a plan, oldest first."""
    return session.scalars(
        select(StatusChange)
        .join(Action, Action.id == StatusChange.action_id)
        .where(Action.plan_id == plan_id, Action.section_id.in_(section_ids))
        .options(joinedload(StatusChange.person), joinedload(StatusChange.milestone))
        .order_by(StatusChange.id)
    ).all()


def removed_between(session: Session, board_id: int, since: datetime, until: datetime) -> Sequence[Action]:
    """Actions that a later version of a board's plan no longer had, in the order they were removed."""
    return session.scalars(
        select(Action)
        .join(Plan, Plan.id == Action.plan_id)
        .where(Plan.board_id == board_id, Action.gone_at > since, Action.gone_at <= until)
        .options(joinedload(Action.section))
        .order_by(Action.gone_at, Action.id)
    ).all()


def escalations_between(
    session: Session, board_id: int, since: datetime, until: datetime
) -> Sequence[tuple[int, str, datetime]]:
    """Which late action was escalated to which lead: action id, initials, when sent; oldest first."""
    rows = session.execute(
        select(PromptItem.action_id, Person.initials, Delivery.sent_at)
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .join(Person, Person.id == PromptItem.person_id)
        .join(Action, Action.id == PromptItem.action_id)
        .join(Plan, Plan.id == Action.plan_id)
        .where(
            Plan.board_id == board_id,
            PromptItem.as_lead.is_(True),
            PromptItem.reason == "",
            Delivery.sent_at > since,
            Delivery.sent_at <= until,
        )
        .order_by(Delivery.sent_at, PromptItem.id)
    )
    return [(action, initials, sent) for action, initials, sent in rows if sent is not None]


def waiting_exports(session: Session, workspace_id: int, user_id: str) -> Sequence[PlanExport]:
    """What someone asked for and was not sent yet."""
    return session.scalars(
        select(PlanExport).where(
            PlanExport.workspace_id == workspace_id,
            PlanExport.user_id == user_id,
            PlanExport.state == "asked",
        )
    ).all()


def export_to_send(session: Session, team_id: str, now: datetime) -> PlanExport | None:
    """The team's oldest export that nobody is sending, locked until the transaction ends."""
    return session.scalar(
        select(PlanExport)
        .join(Workspace, Workspace.id == PlanExport.workspace_id)
        .where(
            Workspace.team_id == team_id,
            PlanExport.state == "asked",
            or_(PlanExport.lease_until.is_(None), PlanExport.lease_until <= now),
        )
        .order_by(PlanExport.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=PlanExport)
    )


def calendars_of(session: Session, workspace_id: int, user_id: str) -> Sequence[CalendarFeed]:
    """The calendars an account follows, without those that were stopped."""
    return session.scalars(
        select(CalendarFeed)
        .where(
            CalendarFeed.workspace_id == workspace_id,
            CalendarFeed.user_id == user_id,
            CalendarFeed.stopped_at.is_(None),
        )
        .order_by(CalendarFeed.id)
    ).all()


def calendar_by_key_hash(session: Session, key_hash: str) -> CalendarFeed | None:
    """The calendar of a key; None for a stopped one as for one that never was."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.key_hash == key_hash, CalendarFeed.stopped_at.is_(None))
    )
