"""Which rows of the ledger may be sent now, and who has taken them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.errors import Call
from models.base import DeliveryState
from models.people import Workspace
from models.queries.ledger import UNSENT
from models.records import Delivery

# What the platform's ids of accounts begin with; those of channels never do.
ACCOUNTS = ("U", "W")
NEEDS: dict[Call, ColumnElement[bool]] = {
    Call.POST: Delivery.updates_id.is_(None),
    Call.UPDATE: Delivery.updates_id.is_not(None),
    Call.OPEN: Delivery.updates_id.is_(None) & or_(*(Delivery.target.startswith(each) for each in ACCOUNTS)),
    Call.FIND: Delivery.updates_id.is_(None) & (Delivery.attempts > 0),
}


def _due(now: datetime) -> ColumnElement[bool]:
    """Its time has come, or it was claimed by someone whose lease ran out."""
    return or_(
        (Delivery.state == DeliveryState.PLANNED) & (Delivery.next_attempt_at <= now),
        (Delivery.state == DeliveryState.CLAIMED) & (Delivery.lease_until <= now),
    )


def _waits_for_none() -> ColumnElement[bool]:
    """A row that follows another (its thread, its closing) waits until that one was sent."""
    before = aliased(Delivery)
    unsent = (
        select(before.id)
        .where(before.id == func.coalesce(Delivery.parent_id, Delivery.updates_id), before.state.in_(UNSENT))
        .exists()
    )
    return ~unsent


def _of_team(team_id: str | None) -> ColumnElement[bool]:
    """Rows of one workspace; of any, where no team is named."""
    if team_id is None:
        return Delivery.workspace_id.is_not(None)
    return Delivery.workspace_id.in_(select(Workspace.id).where(Workspace.team_id == team_id))


def workspaces_waiting(session: Session, now: datetime, team_id: str | None) -> Sequence[int]:
    """Ids of the workspaces for which something can be sent."""
    query = select(Delivery.workspace_id).where(_due(now), _waits_for_none(), _of_team(team_id))
    return session.scalars(query.distinct().order_by(Delivery.workspace_id)).all()


def claimable(session: Session, workspace_id: int, now: datetime, limit: int) -> Sequence[Delivery]:
    """Rows to send now, held: first of each board the one that waits longest, then the second of each, so
    that a board with much to say does not keep another waiting.
    """
    turn = func.row_number().over(
        partition_by=Delivery.board_id, order_by=(Delivery.next_attempt_at, Delivery.id)
    )
    fair = (
        select(Delivery.id, turn.label("turn"))
        .where(Delivery.workspace_id == workspace_id, _due(now), _waits_for_none())
        .subquery()
    )
    return session.scalars(
        select(Delivery)
        .join(fair, fair.c.id == Delivery.id)
        .where(_due(now))
        .order_by(fair.c.turn, Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    ).all()


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


def put_off(
    session: Session, workspace_id: int, now: datetime, until: datetime, needing: Call | None = None
) -> None:
    """Everything due in a workspace waits until then, or everything that needs such a call."""
    needs = [NEEDS[needing]] if needing is not None else []
    session.execute(
        update(Delivery)
        .where(Delivery.workspace_id == workspace_id, _due(now), *needs)
        .values(state=DeliveryState.PLANNED, lease_until=None, next_attempt_at=until)
        .execution_options(synchronize_session=False)
    )


def renew(session: Session, delivery_id: int, *, by: str, lease_until: datetime) -> bool:
    """Whether the row is still claimed by them; if so, for that much longer."""
    renewed = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.CLAIMED, Delivery.claimed_by == by)
        .values(lease_until=lease_until)
        .returning(Delivery.id)
    )
    return renewed.first() is not None


def let_go(session: Session, *, by: str, now: datetime) -> None:
    """Nothing is claimed by them any more. It counts as tried: whoever is next looks for it first."""
    session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.CLAIMED, Delivery.claimed_by == by)
        .values(state=DeliveryState.PLANNED, lease_until=None, next_attempt_at=now)
    )


def next_attempt(session: Session, team_id: str | None) -> datetime | None:
    """When something can next be sent; None when nothing is on its way."""
    moment: datetime | None = session.scalar(
        select(func.min(Delivery.next_attempt_at)).where(
            Delivery.state == DeliveryState.PLANNED, _waits_for_none(), _of_team(team_id)
        )
    )
    return moment
