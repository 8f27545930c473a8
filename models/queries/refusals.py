"""What the platform refuses, and the deliveries that wait until it is put right."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.errors import CallKind, ErrorKind
from models.base import DeliveryState
from models.outbox import Delivery, Refusal
from models.people import Workspace
from models.queries.outbox import UNSENT
from models.queries.outbox_claims import DUE, NOT_BLOCKED, ROWS_BY_CALL

WORKSPACE_SCOPE, CALL_PREFIX, TARGET_PREFIX = "workspace", "call:", "to:"
# Whatever is to be looked at later than that was put off by a clock that was ahead.
MAX_INTERVAL = timedelta(hours=2)
_OVERDUE = (Delivery.state == DeliveryState.WAITING) & or_(
    Delivery.next_attempt_at <= bindparam("now"), Delivery.next_attempt_at > bindparam("latest")
)
# Its outcome is known, or it waits for something else.
_PROBE_OVER = (
    select(Delivery.id)
    .where(
        Delivery.id == Refusal.probe_id,
        Delivery.state.not_in((DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.WAITING)),
    )
    .exists()
)


def refusals(session: Session, workspace_id: int | None = None) -> Sequence[Refusal]:
    """In the order in which they began."""
    query = select(Refusal).order_by(Refusal.since, Refusal.id)
    if workspace_id is not None:
        query = query.where(Refusal.workspace_id == workspace_id)
    return session.scalars(query).all()


def lock_refusal(session: Session, workspace_id: int, scope: str) -> Refusal | None:
    query = select(Refusal).where(Refusal.workspace_id == workspace_id, Refusal.scope == scope)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def lock_token_refusals(session: Session, team_id: str) -> Sequence[Refusal]:
    """Of the team's whole workspace, because of its token."""
    query = select(Refusal).where(
        Refusal.scope == WORKSPACE_SCOPE,
        Refusal.kind == ErrorKind.TOKEN,
        Refusal.workspace_id.in_(select(Workspace.id).where(Workspace.team_id == team_id)),
    )
    return session.scalars(query.with_for_update()).all()


def has_waiting(session: Session, refusal: Refusal) -> bool:
    """Whether a delivery waits for what is refused, or is the one that is tried."""
    query = select(
        exists().where(
            Delivery.workspace_id == refusal.workspace_id,
            Delivery.state.in_(UNSENT),
            or_(
                (Delivery.state == DeliveryState.WAITING) & (Delivery.refused_scope == refusal.scope),
                Delivery.id == (refusal.probe_id or 0),
            ),
        )
    )
    return bool(session.scalar(query))


def insert_refusal(session: Session, refusal: Refusal) -> bool:
    """False when there is one of that scope, or comes to be at this very moment."""
    try:
        with session.begin_nested():
            session.add(refusal)
    except IntegrityError:
        return False
    return True


def refusals_to_probe(session: Session, now: datetime, team_id: str | None) -> Sequence[Refusal]:
    """Those of which a delivery may be tried again, locked. team_id: None for every team. Mostly there are
    none, and then nothing is locked.
    """
    is_time = or_(Refusal.next_try_at <= now, Refusal.next_try_at > now + MAX_INTERVAL, _PROBE_OVER)
    query = select(Refusal).where(is_time).order_by(Refusal.id)
    if team_id is not None:
        query = query.where(
            Refusal.workspace_id.in_(select(Workspace.id).where(Workspace.team_id == team_id))
        )
    if not session.scalars(query.limit(1).with_only_columns(Refusal.id)).all():
        return []
    return session.scalars(query.with_for_update(skip_locked=True, of=Refusal)).all()


def find_probe(session: Session, refusal: Refusal, now: datetime) -> Delivery | None:
    """A delivery of the scope, locked: one that waits, the newest first, else one that has come due."""
    waits = and_(Delivery.state == DeliveryState.WAITING, Delivery.refused_scope == refusal.scope)
    query = (
        select(Delivery)
        .where(
            Delivery.workspace_id == refusal.workspace_id,
            or_(waits, and_(DUE, _in_scope(refusal))),
            NOT_BLOCKED,
        )
        .order_by(Delivery.state == DeliveryState.WAITING, Delivery.due_at.desc(), Delivery.id.desc())
        .limit(1)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return session.scalar(query, {"now": now})


def _in_scope(refusal: Refusal) -> ColumnElement[bool]:
    """The deliveries that the refusal concerns."""
    if refusal.scope.startswith(TARGET_PREFIX):
        return Delivery.target == refusal.scope.removeprefix(TARGET_PREFIX)
    if refusal.scope.startswith(CALL_PREFIX):
        return ROWS_BY_CALL[CallKind(refusal.scope.removeprefix(CALL_PREFIX))]
    return true()


def hold_due(session: Session, refusal: Refusal, now: datetime, until: datetime) -> None:
    """Everything due that the refusal concerns waits, but for its probe. until: when to look again."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.workspace_id == refusal.workspace_id,
            DUE,
            _in_scope(refusal),
            Delivery.id != (refusal.probe_id or 0),
        )
        .values(
            state=DeliveryState.WAITING,
            lease_until=None,
            next_attempt_at=until,
            reason=refusal.reason,
            refused_code=refusal.code,
            refused_scope=refusal.scope,
        )
        .execution_options(synchronize_session=False),
        {"now": now},
    )


def release_waiting(session: Session, refusal: Refusal, now: datetime) -> None:
    """Everything that waits for what was refused is due."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.workspace_id == refusal.workspace_id,
            Delivery.state == DeliveryState.WAITING,
            Delivery.refused_scope == refusal.scope,
        )
        .values(state=DeliveryState.PLANNED, next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


def delete_refusal(session: Session, refusal: Refusal) -> None:
    session.execute(delete(Refusal).where(Refusal.id == refusal.id))


def try_now(session: Session, now: datetime, team_id: str | None, scopes: Collection[str] | None) -> None:
    """Let a delivery of each scope be tried at once. team_id, scopes: None for every one."""
    query = update(Refusal).values(next_try_at=now).execution_options(synchronize_session=False)
    if team_id is not None:
        query = query.where(
            Refusal.workspace_id.in_(select(Workspace.id).where(Workspace.team_id == team_id))
        )
    if scopes is not None:
        query = query.where(or_(Refusal.scope.in_(scopes), Refusal.scope.startswith(f"{TARGET_PREFIX}#")))
    session.execute(query)


def has_overdue(session: Session, now: datetime) -> bool:
    return bool(session.scalar(select(exists().where(_OVERDUE)), {"now": now, "latest": now + MAX_INTERVAL}))


def lock_overdue(session: Session, now: datetime, limit: int) -> Sequence[Delivery]:
    """Waiting deliveries that are to be looked at again, locked."""
    return session.scalars(
        select(Delivery)
        .where(_OVERDUE)
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery),
        {"now": now, "latest": now + MAX_INTERVAL},
    ).all()


def digests_superseded(session: Session, board_id: int, reason: str) -> Sequence[Delivery]:
    """Digests of a board that waited and were skipped for a reason that begins so, locked."""
    query = select(Delivery).where(
        Delivery.board_id == board_id,
        Delivery.kind == "digest",
        Delivery.state == DeliveryState.SKIPPED,
        Delivery.refused_code != "",
        Delivery.reason.startswith(reason, autoescape=True),
    )
    return session.scalars(query.with_for_update(of=Delivery)).all()


def older_waiting_digests(session: Session, board_id: int, channel_row: int) -> list[Delivery]:
    """Digests of a board to one of its channels that wait and were never tried without an answer, locked."""
    rows = session.scalars(
        select(Delivery)
        .where(
            Delivery.board_id == board_id,
            Delivery.kind == "digest",
            Delivery.state == DeliveryState.WAITING,
            Delivery.attempts == 0,
        )
        .with_for_update(of=Delivery)
    )
    return [row for row in rows if row.key.rpartition(":")[2] == str(channel_row)]


def count_waiting(session: Session) -> dict[tuple[int, str], int]:
    """By workspace and scope, how many deliveries wait."""
    rows = session.execute(
        select(Delivery.workspace_id, Delivery.refused_scope, func.count())
        .where(Delivery.state == DeliveryState.WAITING)
        .group_by(Delivery.workspace_id, Delivery.refused_scope)
    )
    return {(workspace_id, scope): count for workspace_id, scope, count in rows}


def count_outcomes(session: Session, refusal: Refusal) -> dict[tuple[str, DeliveryState], int]:
    """By kind and state, the deliveries that the refusal concerned."""
    rows: Sequence[Any] = session.execute(
        select(Delivery.kind, Delivery.state, func.count())
        .where(
            Delivery.workspace_id == refusal.workspace_id,
            Delivery.refused_scope == refusal.scope,
            or_(Delivery.due_at >= refusal.since, Delivery.state == DeliveryState.WAITING),
        )
        .group_by(Delivery.kind, Delivery.state)
    ).all()
    return {(kind, state): count for kind, state, count in rows}


def count_failed(session: Session, since: datetime) -> list[tuple[str, int]]:
    """Reasons of deliveries that failed, due after `since`, with how many, most frequent first."""
    rows = session.execute(
        select(Delivery.reason, func.count())
        .where(Delivery.state == DeliveryState.FAILED, Delivery.due_at > since)
        .group_by(Delivery.reason)
        .order_by(func.count().desc(), Delivery.reason)
    )
    return [(reason, count) for reason, count in rows]
