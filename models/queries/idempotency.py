"""Requests already handled, by which a repeated one is recognised; and when the bot was last there."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, and_, delete, not_, or_, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.operations import BotHeartbeat, Heartbeat
from models.outbox import InboundRequest
from models.people import Workspace
from models.queries import people
from models.sql_fastpath import MultiSelect, param

T = TypeVar("T")
_WORKSPACE_ID = select(Workspace.id).where(Workspace.team_id == param("team_id")).scalar_subquery()
_HAS_KEY = and_(InboundRequest.workspace_id == _WORKSPACE_ID, InboundRequest.key == param("key"))
_PREVIOUS = select(InboundRequest.signature, InboundRequest.answer)
# Each half by an index of its own: for both in one condition PostgreSQL reads the whole table, as long as it
# has no statistics of it.
_FOUND = union_all(
    _PREVIOUS.where(_HAS_KEY),
    _PREVIOUS.where(InboundRequest.signature == param("signature"), not_(_HAS_KEY)),
).subquery()
_PREVIOUS_REQUESTS = select(_FOUND.c.signature, _FOUND.c.answer)
# Every request begins with both.
_USER_CONTEXT_AND_PREVIOUS = MultiSelect(people.SELECT_USER_CONTEXT, _PREVIOUS_REQUESTS)


def previous_requests(
    session: Session, team_id: str, user_id: str, key: str, signature: str | None
) -> list[tuple[str | None, dict[str, Any]]]:
    """Signature and answer of every handled request that has this key, or this signature. Who asks is read in
    the same round trip, and cached for people.user_context.
    """
    params = {"team_id": team_id, "user_id": user_id, "key": key, "signature": signature}
    users, requests = _USER_CONTEXT_AND_PREVIOUS.run(session, params)
    people.cache_user_context(session, team_id, user_id, users)
    return [(previous, answer) for previous, answer in requests]


def answers_of_versions(
    session: Session, workspace_id: int, key: str, key_start: str
) -> Sequence[tuple[str, dict[str, Any]]]:
    """Key and answer of the request with this key, and of those whose keys begin so, oldest first."""
    has_key = or_(InboundRequest.key == key, InboundRequest.key.startswith(key_start, autoescape=True))
    rows = session.execute(
        select(InboundRequest.key, InboundRequest.answer)
        .where(InboundRequest.workspace_id == workspace_id, has_key)
        .order_by(InboundRequest.id)
    )
    return [(found, answer) for found, answer in rows]


def delete_requests(session: Session, before: datetime) -> None:
    session.execute(delete(InboundRequest).where(InboundRequest.received_at < before))


def lock_heartbeat(session: Session, workspace_id: int, now: datetime) -> Heartbeat:
    """The workspace's row, locked until the transaction ends; inserted, as of now, where there is none."""
    query = select(Heartbeat).where(Heartbeat.workspace_id == workspace_id).with_for_update()
    return _lock_or_insert(session, query, lambda: Heartbeat(workspace_id=workspace_id, heard_until=now))


_ONLY_ROW = 1
_LAST_WRITE = select(BotHeartbeat.at).where(BotHeartbeat.id == _ONLY_ROW)


def last_write_at(session: Session) -> datetime | None:
    """When a bot last wrote, by its clock; None before the first time."""
    return session.scalar(_LAST_WRITE)


def lock_bot_heartbeat(session: Session, now: datetime) -> BotHeartbeat:
    """The row, locked until the transaction ends; inserted, as of now, where there is none."""
    query = select(BotHeartbeat).where(BotHeartbeat.id == _ONLY_ROW).with_for_update()
    return _lock_or_insert(session, query, lambda: BotHeartbeat(id=_ONLY_ROW, at=now))


def _lock_or_insert(session: Session, query: Select[T], build: Callable[[], T]) -> T:
    """The row of the query, which locks it. build: makes it where there is none."""
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is not None:
        return found
    row = build()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return _lock_or_insert(session, query, build)
    return row
