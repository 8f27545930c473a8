"""The bot's pending work, read from its database: to know how far to move the clock, not for checks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.services import heartbeat
from bot.services.scheduling import next_prompts
from models.base import DeliveryState
from models.operations import Heartbeat
from models.outbox import Delivery, Refusal, StatusChange
from models.people import Board
from models.plans import Action, ActionOwner
from models.queries import refusals as refusals_query

UNSENT = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.WAITING)


def is_pending(session: Session, now: datetime, killed: Collection[str]) -> bool:
    """Whether something is due now, or is to be put right after a clock that was ahead. killed: ids (as text)
    of killed processes, whose claims do not count.
    """
    return (
        heartbeat.is_written_ahead(session, now)
        or _has_work_to_plan(session, now)
        or _has_delivery_to_send(session, now)
        or refusals_query.has_overdue(session, now)
        or _has_refusal_to_probe(session, now)
        or _has_live_claim(session, killed)
    )


def _has_work_to_plan(session: Session, now: datetime) -> bool:
    for moment in (ActionOwner.prompt_at, Action.escalate_at):
        if session.scalar(select(moment).where(moment <= now).limit(1)) is not None:
            return True
    boards = session.scalars(select(Board).where(Board.next_digest_at <= now))
    return any(not next_prompts.build_calendar(board).is_quiet(now) for board in boards)


def _has_delivery_to_send(session: Session, now: datetime) -> bool:
    query = _unblocked().where(
        or_(
            (Delivery.state == DeliveryState.PLANNED) & (Delivery.next_attempt_at <= now),
            (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= now),
        )
    )
    return session.scalar(query.limit(1)) is not None


def _has_refusal_to_probe(session: Session, now: datetime) -> bool:
    """Whether one of the deliveries that wait is to be tried again."""
    query = (
        _unblocked()
        .join(
            Refusal,
            (Refusal.workspace_id == Delivery.workspace_id) & (Refusal.scope == Delivery.refused_scope),
        )
        .where(Delivery.state == DeliveryState.WAITING, Refusal.next_try_at <= now)
    )
    return session.scalar(query.limit(1)) is not None


def _unblocked() -> Select[Any]:
    """The deliveries that wait for no other one."""
    previous = aliased(Delivery)
    return (
        select(Delivery.id)
        .outerjoin(previous, previous.id == func.coalesce(Delivery.parent_id, Delivery.updates_id))
        .where(or_(previous.id.is_(None), previous.state.not_in(UNSENT)))
    )


def _has_live_claim(session: Session, killed: Collection[str]) -> bool:
    claimed = session.scalars(select(Delivery.claimed_by).where(Delivery.state == DeliveryState.CLAIMED))
    return any(name.split(":")[1] not in killed for name in claimed)


def is_catching_up(session: Session, restarted_at: datetime) -> bool:
    """Whether bots that started at that moment have still to handle messages written before it."""
    return (
        session.scalar(
            select(Heartbeat.id)
            .where(or_(Heartbeat.heard_until < restarted_at, Heartbeat.missed_since.is_not(None)))
            .limit(1)
        )
        is not None
    )


def recorded_at(session: Session, marker: str) -> datetime | None:
    """When a bot recorded the update with this marker in its note; None where none did."""
    query = select(StatusChange.at).where(StatusChange.note.contains(marker, autoescape=True))
    return session.scalar(query.order_by(StatusChange.id).limit(1))


def next_moment(session: Session, now: datetime) -> datetime | None:
    """When the next prompt, digest, attempt or end of a lease is due, or what waits is looked at again, which
    may be in the past; None for never. Attempts that are due already are left out: they wait for another
    delivery.

    What waits is looked at together, when the last of it is to be: each hour, and not for each person.
    """
    moments = [
        session.scalar(select(func.min(ActionOwner.prompt_at))),
        session.scalar(select(func.min(Action.escalate_at))),
        session.scalar(
            select(func.min(Delivery.next_attempt_at)).where(
                Delivery.state == DeliveryState.PLANNED, Delivery.next_attempt_at > now
            )
        ),
        session.scalar(
            select(func.max(Delivery.next_attempt_at)).where(
                Delivery.state == DeliveryState.WAITING, Delivery.next_attempt_at > now
            )
        ),
        session.scalar(select(func.min(Refusal.next_try_at)).where(Refusal.next_try_at > now)),
        session.scalar(select(func.min(Delivery.lease_until)).where(Delivery.state == DeliveryState.CLAIMED)),
        *(_digest_moment(each, now) for each in _boards_with_digest(session)),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _boards_with_digest(session: Session) -> list[Board]:
    return list(session.scalars(select(Board).where(Board.next_digest_at.is_not(None))))


def _digest_moment(board: Board, now: datetime) -> datetime | None:
    """When it may be sent. Late ones, as no bot ran at their time, wait for the end of quiet hours too."""
    due = board.next_digest_at
    return next_prompts.build_calendar(board).after_quiet_hours(max(due, now)) if due else None
