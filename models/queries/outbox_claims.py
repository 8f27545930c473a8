"""Which rows of the outbox may be sent now, and who has claimed them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.errors import CallKind
from models.base import DeliveryState
from models.outbox import Delivery
from models.people import Workspace
from models.queries.outbox import UNSENT
from models.sql_fastpath import CompiledStatement, param

# What the platform's ids of accounts begin with; those of channels never do.
USER_ID_PREFIXES = ("U", "W")
ROWS_BY_CALL: dict[CallKind, ColumnElement[bool]] = {
    CallKind.POST: Delivery.updates_id.is_(None),
    CallKind.UPDATE: Delivery.updates_id.is_not(None),
    CallKind.OPEN: Delivery.updates_id.is_(None)
    & or_(*(Delivery.target.startswith(each) for each in USER_ID_PREFIXES)),
    CallKind.FIND: Delivery.updates_id.is_(None) & (Delivery.attempts > 0),
}


# It is due, or it was claimed by someone whose lease ran out.
DUE = or_(
    (Delivery.state == DeliveryState.PLANNED) & (Delivery.next_attempt_at <= bindparam("now")),
    (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= bindparam("now")),
)
_predecessor = aliased(Delivery)
# A row that follows another (a reply in its thread, an edit of it) waits until that one was sent.
NOT_BLOCKED = ~(
    select(_predecessor.id)
    .where(
        _predecessor.id == func.coalesce(Delivery.parent_id, Delivery.updates_id),
        _predecessor.state.in_(UNSENT),
    )
    .exists()
)
_IN_TEAM = Delivery.workspace_id.in_(select(Workspace.id).where(Workspace.team_id == bindparam("team_id")))
# Building these costs more than running them, and every round runs them.
_WORKSPACES_DUE = (
    select(Delivery.workspace_id).where(DUE, NOT_BLOCKED).distinct().order_by(Delivery.workspace_id)
)
_NEXT_ATTEMPT = select(func.min(Delivery.next_attempt_at)).where(
    Delivery.state == DeliveryState.PLANNED, NOT_BLOCKED
)
_round_robin = (
    select(
        Delivery.id,
        func.row_number()
        .over(partition_by=Delivery.board_id, order_by=(Delivery.next_attempt_at, Delivery.id))
        .label("turn"),
    )
    # That it is unsent follows from being due; with it, SQLite uses its index on the state.
    .where(Delivery.workspace_id == bindparam("workspace_id"), Delivery.state.in_(UNSENT), DUE, NOT_BLOCKED)
    .subquery()
)
_CLAIMABLE = (
    select(Delivery)
    .join(_round_robin, _round_robin.c.id == Delivery.id)
    .where(DUE)
    .order_by(_round_robin.c.turn, Delivery.next_attempt_at, Delivery.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True, of=Delivery)
)


@cache
def _for_team(query: Select[Any], *, single_team: bool) -> Select[Any]:
    """The query for the rows of one workspace, or of any."""
    return query.where(_IN_TEAM) if single_team else query


def workspaces_due(session: Session, now: datetime, team_id: str | None) -> Sequence[int]:
    """Ids of the workspaces for which something can be sent; team_id None: of any."""
    query = _for_team(_WORKSPACES_DUE, single_team=team_id is not None)
    return session.scalars(query, {"now": now, "team_id": team_id}).all()


def lock_claimable(session: Session, workspace_id: int, now: datetime, limit: int) -> Sequence[Delivery]:
    """Rows to send now, locked: first of each board the one that has waited longest, then the second of
    each, so that a board with many messages does not delay another.
    """
    return session.scalars(_CLAIMABLE, {"workspace_id": workspace_id, "now": now, "limit": limit}).all()


def claim(session: Session, ids: Collection[int], *, by: str, lease_until: datetime) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(
            state=DeliveryState.CLAIMED,
            claimed_by=by,
            lease_until=lease_until,
            attempts=Delivery.attempts + 1,
        )
    )


def postpone(
    session: Session, workspace_id: int, now: datetime, until: datetime, call: CallKind | None = None
) -> None:
    """Everything due in a workspace waits until `until`, or everything that needs this kind of call."""
    needs = [ROWS_BY_CALL[call]] if call is not None else []
    session.execute(
        update(Delivery)
        .where(Delivery.workspace_id == workspace_id, DUE, *needs)
        .values(state=DeliveryState.PLANNED, lease_until=None, next_attempt_at=until)
        .execution_options(synchronize_session=False),
        {"now": now},
    )


def resume_postponed(session: Session, now: datetime, beyond: datetime) -> None:
    """What was due by now and is not to be tried before `beyond` is due."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.state == DeliveryState.PLANNED,
            Delivery.due_at <= now,
            Delivery.next_attempt_at > beyond,
        )
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


_RENEW = CompiledStatement(
    update(Delivery)
    .where(
        Delivery.id == param("delivery_id"),
        Delivery.state == DeliveryState.CLAIMED,
        Delivery.claimed_by == param("by"),
    )
    .values(lease_until=param("lease_until"))
    .returning(Delivery.id)
)


def renew_claim(session: Session, delivery_id: int, *, by: str, lease_until: datetime) -> bool:
    """Whether the row is still claimed by `by`; if so, the lease is extended."""
    return bool(_RENEW.run(session, {"delivery_id": delivery_id, "by": by, "lease_until": lease_until}))


def release_claims(session: Session, *, by: str, now: datetime) -> None:
    """Release all claims of `by`. They count as attempted: the next worker looks for the message first."""
    session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.CLAIMED, Delivery.claimed_by == by)
        .values(state=DeliveryState.PLANNED, lease_until=None, next_attempt_at=now)
    )


def next_attempt_at(session: Session, team_id: str | None) -> datetime | None:
    """When something can next be sent; None when nothing is planned."""
    query = _for_team(_NEXT_ATTEMPT, single_team=team_id is not None)
    moment: datetime | None = session.scalar(query, {"team_id": team_id})
    return moment
