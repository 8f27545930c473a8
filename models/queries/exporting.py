"""What a file of a plan holds besides its actions: everything that was said of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.outbox import Delivery, PromptItem, StatusChange
from models.people import Person
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


def gone_between(session: Session, board_id: int, since: datetime, until: datetime) -> Sequence[Action]:
    """Actions that a later version of a board's plan no longer had, in the order they went."""
    return session.scalars(
        select(Action)
        .join(Plan, Plan.id == Action.plan_id)
        .where(Plan.board_id == board_id, Action.gone_at > since, Action.gone_at <= until)
        .options(joinedload(Action.section))
        .order_by(Action.gone_at, Action.id)
    ).all()


def leads_told(
    session: Session, board_id: int, since: datetime, until: datetime
) -> Sequence[tuple[int, str, datetime]]:
    """Which lead was told of which late action, and when: action id, initials, moment; oldest first."""
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
