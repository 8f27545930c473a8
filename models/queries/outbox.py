"""The outbox: rows of deliveries, and the rate limits they share."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import DeliveryState
from models.outbox import Delivery, PromptItem, RateLimit
from models.people import Board, Person
from models.queries import actions as actions_query
from models.queries.loading import BOARD, PERSON
from models.sql_fastpath import (
    CompiledStatement,
    EntityColumns,
    param,
    set_collection,
    set_relationships,
    split_row,
)

UNSENT = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.WAITING)
# Not claimed: what is changed now is sent as it is then.
UNCLAIMED = (DeliveryState.PLANNED, DeliveryState.WAITING)

_DELIVERY, _ITEM = EntityColumns(Delivery), EntityColumns(PromptItem)
_ENTITIES = (_DELIVERY, PERSON, BOARD)
_INSERT = CompiledStatement(
    # SQLite takes the same statement.
    postgresql.insert(Delivery)
    .values({name: param(name) for name in _DELIVERY.names if name != "id"})
    .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    .returning(Delivery.id)
)
_WITH_RELATED = CompiledStatement(
    select(*(column for entity in _ENTITIES for column in entity.columns))
    .select_from(Delivery)
    .outerjoin(Person, Person.id == Delivery.person_id)
    .outerjoin(Board, Board.id == Delivery.board_id)
    .where(Delivery.id == param("delivery_id"))
)
_ITEMS = CompiledStatement(
    select(*_ITEM.columns).where(PromptItem.delivery_id == param("delivery_id")).order_by(PromptItem.id)
)
_BY_ID = CompiledStatement(select(*_DELIVERY.columns).where(Delivery.id == param("delivery_id")))
_BY_KEY = select(Delivery).where(
    Delivery.workspace_id == bindparam("workspace_id"), Delivery.key == bindparam("key")
)


def insert_delivery(session: Session, values: dict[str, Any]) -> Delivery | None:
    """A new row; None when one with its key is there already, or is inserted at the same moment.

    values: every column but the id.
    """
    for row in _INSERT.run(session, values, flush=False):
        delivery: Delivery = _DELIVERY.from_row(
            session, [{**values, "id": row[0]}[name] for name in _DELIVERY.names]
        )
        return delivery
    return None


def delivery_by_id(session: Session, delivery_id: int) -> Delivery | None:
    rows = _BY_ID.run(session, {"delivery_id": delivery_id})
    return _DELIVERY.from_row(session, rows[0]) if rows else None


def delivery_by_key(session: Session, workspace_id: int, key: str) -> Delivery | None:
    return session.scalar(_BY_KEY, {"workspace_id": workspace_id, "key": key})


def delivery_with_items(session: Session, delivery_id: int) -> Delivery | None:
    """A row with its person, its board and its items, each with its action as load_actions reads it."""
    for row in _WITH_RELATED.run(session, {"delivery_id": delivery_id}):
        delivery, person, board = (
            entity.from_row(session, values)
            for entity, values in zip(_ENTITIES, split_row(row, _ENTITIES), strict=True)
        )
        set_relationships(delivery, person=person, board=board)
        items = [_ITEM.from_row(session, each) for each in _ITEMS.run(session, {"delivery_id": delivery_id})]
        actions = actions_query.load_actions(session, [item.action_id for item in items])
        for item in items:
            set_relationships(item, action=actions[item.action_id], delivery=delivery)
        set_collection(delivery, "items", items)
        result: Delivery = delivery
        return result
    return None


def lock_delivery(session: Session, delivery_id: int) -> Delivery:
    """A row as it is now, locked until the transaction ends: nobody claims it meanwhile."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def count_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return {state.value: count for state, count in rows}


def oldest_unsent(session: Session) -> datetime | None:
    return session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state.in_(UNSENT)))


def has_planned_update(session: Session, delivery_id: int) -> bool:
    """Whether an edit of this message is planned, or waits, so that it will show what is new. It is
    locked until the transaction ends, so that it is not claimed before this transaction is committed.
    """
    query = select(Delivery.id).where(Delivery.updates_id == delivery_id, Delivery.state.in_(UNCLAIMED))
    return session.scalar(query.limit(1).with_for_update(key_share=True)) is not None


def count_updates(session: Session, delivery_id: int) -> int:
    query = select(func.count()).select_from(Delivery).where(Delivery.updates_id == delivery_id)
    return session.scalar(query) or 0


def count_sent_by_kind(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Delivery.kind, func.count())
        .where(Delivery.state == DeliveryState.SENT)
        .group_by(Delivery.kind)
    )
    return dict(list(rows))


def lock_rate_limit(session: Session, workspace_id: int, name: str, now: datetime) -> RateLimit:
    """The rate limit, locked until the transaction ends; inserted, free from now, where there is none."""
    existing = _find_and_lock(session, workspace_id, name)
    if existing is not None:
        return existing
    rate_limit = RateLimit(workspace_id=workspace_id, name=name, free_at=now)
    try:
        with session.begin_nested():
            session.add(rate_limit)
    except IntegrityError:
        return lock_rate_limit(session, workspace_id, name, now)
    return rate_limit


def _find_and_lock(session: Session, workspace_id: int, name: str) -> RateLimit | None:
    query = (
        select(RateLimit)
        .where(RateLimit.workspace_id == workspace_id, RateLimit.name == name)
        .with_for_update()
    )
    return session.scalar(query.execution_options(populate_existing=True))


def rate_limits_by_name(session: Session, workspace_id: int, names: Collection[str]) -> dict[str, RateLimit]:
    """Those that are in use, by name."""
    query = select(RateLimit).where(RateLimit.workspace_id == workspace_id, RateLimit.name.in_(names))
    return {each.name: each for each in session.scalars(query)}


def exhausted_rate_limits(
    session: Session, workspace_id: int, names: Collection[str], now: datetime
) -> Sequence[RateLimit]:
    query = select(RateLimit).where(
        RateLimit.workspace_id == workspace_id, RateLimit.name.in_(names), RateLimit.free_at > now
    )
    return session.scalars(query).all()


def delete_idle_rate_limits(session: Session, before: datetime) -> None:
    """One that has been free since before that moment limits nothing."""
    session.execute(delete(RateLimit).where(RateLimit.free_at < before))
