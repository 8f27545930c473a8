"""How far ahead of its pace each lane is."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.outbox import Lane


def lock_rate_limit(session: Session, workspace_id: int, name: str, now: datetime) -> Lane:
    """The lane, held until the transaction ends; made if it is not there yet."""
    found = _locked(session, workspace_id, name)
    if found is not None:
        return found
    lane = Lane(workspace_id=workspace_id, name=name, free_at=now)
    try:
        with session.begin_nested():
            session.add(lane)
    except IntegrityError:
        return lock_rate_limit(session, workspace_id, name, now)
    return lane


def _locked(session: Session, workspace_id: int, name: str) -> Lane | None:
    query = select(Lane).where(Lane.workspace_id == workspace_id, Lane.name == name).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def named(session: Session, workspace_id: int, names: Collection[str]) -> dict[str, Lane]:
    """Those of the lanes that are there."""
    query = select(Lane).where(Lane.workspace_id == workspace_id, Lane.name.in_(names))
    return {lane.name: lane for lane in session.scalars(query)}


def not_free(session: Session, workspace_id: int, names: Collection[str], now: datetime) -> Sequence[Lane]:
    query = select(Lane).where(Lane.workspace_id == workspace_id, Lane.name.in_(names), Lane.free_at > now)
    return session.scalars(query).all()


def forget(session: Session, before: datetime) -> None:
    """A lane that has been free for long needs no memory."""
    session.execute(delete(Lane).where(Lane.free_at < before))
