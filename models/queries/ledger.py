"""The delivery ledger: what is due, who has claimed it, and how it went."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from models.among import Among
from models.base import DeliveryState
from models.direct import Direct, Piece, place, split
from models.people import Board, Person
from models.plans import Action
from models.queries import actions as actions_query
from models.queries.whole import BOARD, PERSON
from models.records import Delivery, PromptItem

UNSENT = (DeliveryState.PLANNED, DeliveryState.CLAIMED)
TO_PEOPLE = ("prompt",)


_DELIVERY, _ITEM = Piece(Delivery), Piece(PromptItem)
_PIECES = (_DELIVERY, PERSON, BOARD)
_ADD = Direct(
    # The words are the same in both databases.
    postgresql.insert(Delivery)
    .values({name: place(name) for name in _DELIVERY.names if name != "id"})
    .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
    .returning(Delivery.id)
)
_WHOLE = Direct(
    select(*(column for piece in _PIECES for column in piece.columns))
    .select_from(Delivery)
    .outerjoin(Person, Person.id == Delivery.person_id)
    .outerjoin(Board, Board.id == Delivery.board_id)
    .where(Delivery.id == place("delivery_id"))
)
_ITEMS = Direct(
    select(*_ITEM.columns).where(PromptItem.delivery_id == place("delivery_id")).order_by(PromptItem.id)
)
_ROW = Direct(select(*_DELIVERY.columns).where(Delivery.id == place("delivery_id")))
_KEYED = select(Delivery).where(
    Delivery.workspace_id == bindparam("workspace_id"), Delivery.key == bindparam("key")
)
_UNSETTLED = Among(
    lambda people: (
        select(
            Delivery.person_id,
            func.max(
                case(
                    (Delivery.state == DeliveryState.CLAIMED, Delivery.lease_until),
                    else_=Delivery.next_attempt_at,
                )
            ),
        )
        .where(Delivery.person_id.in_(people), Delivery.kind.in_(TO_PEOPLE), Delivery.state.in_(UNSENT))
        .group_by(Delivery.person_id)
    )
)
_PROMPTS_OF = Among(
    lambda people: (
        select(Delivery.person_id, Delivery.key, Delivery.due_at, Delivery.state)
        .where(
            Delivery.person_id.in_(people),
            Delivery.kind.in_(TO_PEOPLE),
            Delivery.due_at > place("since"),
        )
        .order_by(Delivery.due_at)
    )
)


def add(session: Session, facts: dict[str, Any]) -> Delivery | None:
    """A new row; None when one with its key is there already, or comes to be at this very moment.

    facts: every column but the id.
    """
    for row in _ADD.run(session, facts, flush=False):
        made: Delivery = _DELIVERY.take(session, [{**facts, "id": row[0]}[name] for name in _DELIVERY.names])
        return made
    return None


def row(session: Session, delivery_id: int) -> Delivery | None:
    rows = _ROW.run(session, {"delivery_id": delivery_id})
    return _DELIVERY.take(session, rows[0]) if rows else None


def keyed(session: Session, workspace_id: int, key: str) -> Delivery | None:
    return session.scalar(_KEYED, {"workspace_id": workspace_id, "key": key})


def with_items(session: Session, delivery_id: int) -> Delivery | None:
    """A row with its person, its board and what it asks, each action whole."""
    for row in _WHOLE.run(session, {"delivery_id": delivery_id}):
        delivery, person, board = (
            piece.take(session, values) for piece, values in zip(_PIECES, split(row, _PIECES), strict=True)
        )
        set_committed_value(delivery, "person", person)
        set_committed_value(delivery, "board", board)
        items = [_ITEM.take(session, each) for each in _ITEMS.run(session, {"delivery_id": delivery_id})]
        actions = actions_query.whole(session, [item.action_id for item in items])
        for item in items:
            set_committed_value(item, "action", actions[item.action_id])
            set_committed_value(item, "delivery", delivery)
        set_committed_value(delivery, "items", items)
        found: Delivery = delivery
        return found
    return None


def held(session: Session, delivery_id: int) -> Delivery:
    """A row as it is now, held until the transaction ends: nobody claims it meanwhile."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def unsettled_prompts(session: Session, people: Collection[int]) -> dict[int, datetime]:
    """When a message to each of these people, of which nobody knows yet whether it will be sent, is dealt
    with next. Whoever has none is not there.
    """
    return {row[0]: row[1] for row in _UNSETTLED.run(session, people)}


def count_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return {state.value: count for state, count in rows}


def oldest_unsent(session: Session) -> datetime | None:
    return session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state.in_(UNSENT)))


class PromptRow(NamedTuple):
    """One person's row of one day, without its items."""

    person_id: int
    key: str
    due_at: datetime
    state: DeliveryState


def prompts_of(session: Session, people: Collection[int], since: datetime) -> list[PromptRow]:
    """What went, is about to go, or was left out, to any of these people after `since`, oldest first."""
    return [PromptRow._make(row) for row in _PROMPTS_OF.run(session, people, {"since": since})]


def item(session: Session, item_id: int) -> PromptItem | None:
    return session.scalar(
        select(PromptItem)
        .where(PromptItem.id == item_id)
        .options(joinedload(PromptItem.delivery), joinedload(PromptItem.action))
    )


_OPEN_ITEMS = Direct(
    select(PromptItem.id)
    .join(PromptItem.delivery)
    .where(
        PromptItem.action_id == place("action_id"),
        PromptItem.reason == "",
        PromptItem.as_lead.is_(False),
        PromptItem.answer.in_(("", "later", "at-risk")),
        Delivery.due_at > place("since"),
        Delivery.state.in_((*UNSENT, DeliveryState.SENT)),
    )
)


def open_items_of_action(session: Session, action_id: int, since: datetime) -> Sequence[PromptItem]:
    """Asked and not answered, or answered "at risk" without a reason yet, in prompts that are on their way
    or were sent after `since`.
    """
    # Most have none, and nothing that is about to be written makes one.
    ids = [
        each[0] for each in _OPEN_ITEMS.run(session, {"action_id": action_id, "since": since}, flush=False)
    ]
    if not ids:
        return []
    return session.scalars(
        select(PromptItem)
        .join(PromptItem.delivery)
        .where(PromptItem.id.in_(ids))
        .options(contains_eager(PromptItem.delivery))
        .order_by(PromptItem.delivery_id)
    ).all()


_mine = aliased(PromptItem)
# What else was sent that asks the same person the same as one prompt.
_ASKS_THE_SAME = (
    select(PromptItem.action_id, *_DELIVERY.columns)
    .select_from(_mine)
    .join(
        PromptItem,
        (PromptItem.action_id == _mine.action_id) & (PromptItem.person_id == _mine.person_id),
    )
    .join(Delivery, Delivery.id == PromptItem.delivery_id)
    .where(
        _mine.delivery_id == place("delivery_id"),
        _mine.reason == "",
        _mine.as_lead.is_(False),
        PromptItem.reason == "",
        PromptItem.as_lead.is_(False),
        Delivery.kind == "prompt",
        Delivery.state == DeliveryState.SENT,
    )
)
_AGAIN = Direct(_ASKS_THE_SAME.where(Delivery.due_at > place("due_at")).order_by(Delivery.due_at.desc()))
_BEFORE = Direct(
    _ASKS_THE_SAME.where(
        Delivery.due_at < place("due_at"), PromptItem.answer.in_(("", "later", "at-risk"))
    ).order_by(Delivery.due_at)
)


def asked_again(session: Session, prompt: Delivery) -> dict[int, Delivery]:
    """Action id to the next prompt, already sent, in which the same person was asked about it once more."""
    return _by_action(session, _AGAIN, prompt)


def asked_before(session: Session, prompt: Delivery) -> dict[int, Delivery]:
    """Action id to the last prompt before this one that still shows the same person something to press."""
    return _by_action(session, _BEFORE, prompt)


def _by_action(session: Session, statement: Direct, prompt: Delivery) -> dict[int, Delivery]:
    rows = statement.run(session, {"delivery_id": prompt.id, "due_at": prompt.due_at})
    return {row[0]: _DELIVERY.take(session, row[1:]) for row in rows}


def items_answered_by(session: Session, action_id: int, moment: datetime) -> Sequence[PromptItem]:
    """Questions about the action that what was said at this very moment answered."""
    return session.scalars(
        select(PromptItem)
        .where(
            PromptItem.action_id == action_id,
            PromptItem.answered_at == moment,
            PromptItem.answer.not_in(("", "later")),
        )
        .options(joinedload(PromptItem.delivery))
        .order_by(PromptItem.delivery_id)
    ).all()


def update_waiting(session: Session, delivery_id: int) -> bool:
    """Whether a rewrite of this message is planned and not yet claimed, so that it will show what is new. It
    is held until the transaction ends, so that it is not claimed before that is there to be seen.
    """
    query = select(Delivery.id).where(
        Delivery.updates_id == delivery_id, Delivery.state == DeliveryState.PLANNED
    )
    return session.scalar(query.limit(1).with_for_update(key_share=True)) is not None


def updates_planned(session: Session, delivery_id: int) -> int:
    query = select(func.count()).select_from(Delivery).where(Delivery.updates_id == delivery_id)
    return session.scalar(query) or 0


_UNANSWERED = Direct(
    select(func.count(func.distinct(PromptItem.action_id)), *PERSON.columns)
    .join(Delivery, Delivery.id == PromptItem.delivery_id)
    .join(Action, Action.id == PromptItem.action_id)
    .join(Person, Person.id == PromptItem.person_id)
    .where(
        Delivery.board_id == place("board_id"),
        Delivery.kind == "prompt",
        Delivery.state == DeliveryState.SENT,
        Delivery.due_at > place("since"),
        PromptItem.reason == "",
        PromptItem.as_lead.is_(False),
        PromptItem.answer.in_(("", "later")),
        or_(Action.last_word_at.is_(None), Action.last_word_at < Delivery.due_at),
    )
    .group_by(Person.id)
    .order_by(Person.initials)
)


def unanswered_since(session: Session, board_id: int, since: datetime) -> list[tuple[Person, int]]:
    """Who was asked after `since` and has not answered, and about how many actions."""
    rows = _UNANSWERED.run(session, {"board_id": board_id, "since": since})
    return [(PERSON.take(session, row[1:]), row[0]) for row in rows]


def count_sent_by_kind(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Delivery.kind, func.count())
        .where(Delivery.state == DeliveryState.SENT)
        .group_by(Delivery.kind)
    )
    return dict(list(rows))
