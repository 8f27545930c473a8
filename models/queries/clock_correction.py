"""Rows that were written, or that wait, by a clock that was ahead of the present one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from models.base import DeliveryState
from models.exports import PlanExport
from models.operations import Heartbeat
from models.outbox import Delivery, DigestSnapshot, PromptItem, RateLimit, Refusal
from models.plans import Action, ActionOwner
from models.queries.outbox import UNSENT

CALL_PREFIX = "call:"
NOTICE = "notice"


def planned_after(session: Session, kind: str, now: datetime) -> Sequence[Delivery]:
    """Rows of the kind with their items, person and board, locked."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.kind == kind, Delivery.planned_at > now)
        .options(
            selectinload(Delivery.items),
            joinedload(Delivery.person),
            joinedload(Delivery.board),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .with_for_update(of=Delivery)
        .execution_options(populate_existing=True)
    ).all()


def prompts_given_up(session: Session, reason: str, since: datetime) -> Sequence[Delivery]:
    """Prompts due after `since` and skipped for a reason that begins so."""
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.kind == "prompt",
            Delivery.state == DeliveryState.SKIPPED,
            Delivery.reason.startswith(reason, autoescape=True),
            Delivery.due_at > since,
        )
        .options(
            selectinload(Delivery.items),
            joinedload(Delivery.person),
            joinedload(Delivery.board),
        )
        .with_for_update(of=Delivery)
    ).all()


def delete_deliveries(session: Session, ids: Sequence[int]) -> None:
    """With their items. What the platform refuses is tried with another one."""
    session.execute(
        update(Refusal)
        .where(Refusal.probe_id.in_(ids))
        .values(probe_id=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(PromptItem).where(PromptItem.delivery_id.in_(ids)).execution_options(synchronize_session=False)
    )
    session.execute(delete(Delivery).where(Delivery.id.in_(ids)).execution_options(synchronize_session=False))


def delete_snapshot(session: Session, board_id: int, slot: datetime) -> None:
    session.execute(
        delete(DigestSnapshot).where(DigestSnapshot.board_id == board_id, DigestSnapshot.due_at == slot)
    )


def correct_actions(session: Session, now: datetime) -> None:
    """What was recorded, or asked, by the wrong clock was so by now."""
    for column in (Action.last_word_at, Action.unanswered_since):
        session.execute(
            update(Action)
            .where(column > now)
            .values({column: now})
            .execution_options(synchronize_session=False)
        )


def correct_last_questions(session: Session, now: datetime) -> None:
    """When owners were last asked, by what is left of the outbox once it was set right."""
    asked = (
        select(func.max(Delivery.due_at))
        .join(PromptItem, PromptItem.delivery_id == Delivery.id)
        .where(
            PromptItem.action_id == ActionOwner.action_id,
            PromptItem.person_id == ActionOwner.person_id,
            PromptItem.as_lead.is_(False),
            PromptItem.reason == "",
            Delivery.due_at <= now,
        )
        .scalar_subquery()
    )
    session.execute(
        update(ActionOwner)
        .where(ActionOwner.asked_at > now)
        .values(asked_at=asked)
        .execution_options(synchronize_session=False)
    )


def release_deliveries(session: Session, now: datetime, lease_end: datetime, last_notice: datetime) -> None:
    """What waits for a moment that was set by the wrong clock waits no longer. Notices may wait for the end
    of the night, until last_notice at most.
    """
    may_wait = (Delivery.kind == NOTICE) & (Delivery.due_at <= last_notice)
    unsent = update(Delivery).where(Delivery.state.in_(UNSENT), ~may_wait)
    unsent = unsent.execution_options(synchronize_session=False)
    session.execute(unsent.where(Delivery.due_at > now, Delivery.planned_at > now).values(due_at=now))
    by_wrong_clock = or_(Delivery.planned_at > now, Delivery.attempts > 0)
    session.execute(unsent.where(Delivery.next_attempt_at > now, by_wrong_clock).values(next_attempt_at=now))
    session.execute(unsent.where(Delivery.lease_until > lease_end).values(lease_until=lease_end))
    session.execute(
        update(Delivery)
        .where(Delivery.planned_at > now)
        .values(planned_at=now)
        .execution_options(synchronize_session=False)
    )


def release_rate_limits(session: Session, now: datetime, last: datetime, last_pause: datetime) -> None:
    """Free the limits that lie further ahead than they can. last: of sending; last_pause: of a pause that the
    platform asked for.
    """
    is_pause = RateLimit.name.startswith(CALL_PREFIX)
    session.execute(update(RateLimit).where(~is_pause, RateLimit.free_at > last).values(free_at=now))
    session.execute(update(RateLimit).where(is_pause, RateLimit.free_at > last_pause).values(free_at=now))


def correct_refusals(session: Session, now: datetime) -> None:
    """What the platform refused by the wrong clock it has refused by now. When it is next tried heals by
    itself (models.queries.refusals).
    """
    session.execute(
        update(Refusal)
        .where(Refusal.since > now)
        .values(since=now)
        .execution_options(synchronize_session=False)
    )


def release_exports(session: Session, lease_end: datetime) -> None:
    session.execute(
        update(PlanExport).where(PlanExport.lease_until > lease_end).values(lease_until=lease_end)
    )


def heartbeats_after(session: Session, now: datetime) -> Sequence[Heartbeat]:
    return session.scalars(select(Heartbeat).where(Heartbeat.heard_until > now).with_for_update()).all()
