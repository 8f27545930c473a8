"""The delivery ledger: what is due, who has claimed it, and how it went."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.base import DeliveryState
from models.direct import Direct, place
from models.plans import Action
from models.records import Delivery, PromptItem

UNSENT = (DeliveryState.PLANNED, DeliveryState.CLAIMED)
TO_PEOPLE = ("prompt",)


# What every message needs is built once: that costs more than running it.
_KEYED = select(Delivery).where(
    Delivery.workspace_id == bindparam("workspace_id"), Delivery.key == bindparam("key")
)
_WITH_ITEMS = (
    select(Delivery)
    .where(Delivery.id == bindparam("delivery_id"))
    .options(joinedload(Delivery.person), selectinload(Delivery.items).joinedload(PromptItem.action))
)
_UNSETTLED = select(
    func.max(
        case((Delivery.state == DeliveryState.CLAIMED, Delivery.lease_until), else_=Delivery.next_attempt_at)
    )
).where(
    Delivery.person_id == bindparam("person_id"), Delivery.kind.in_(TO_PEOPLE), Delivery.state.in_(UNSENT)
)
_MESSAGES_TO = (
    select(Delivery.due_at)
    .where(
        Delivery.person_id == bindparam("person_id"),
        Delivery.kind.in_(TO_PEOPLE),
        Delivery.due_at > bindparam("since"),
        Delivery.state.in_((*UNSENT, DeliveryState.SENT)),
    )
    .order_by(Delivery.due_at)
)


def keyed(session: Session, workspace_id: int, key: str) -> Delivery | None:
    return session.scalar(_KEYED, {"workspace_id": workspace_id, "key": key})


def with_items(session: Session, delivery_id: int) -> Delivery | None:
    return session.scalar(_WITH_ITEMS, {"delivery_id": delivery_id})


def held(session: Session, delivery_id: int) -> Delivery:
    """A row as it is now, held until the transaction ends: nobody claims it meanwhile."""
    return session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def unsettled_prompt(session: Session, person_id: int) -> datetime | None:
    """When a message to this person, of which nobody knows yet whether it will be sent, is dealt with next;
    None when there is none.
    """
    moment: datetime | None = session.scalar(_UNSETTLED, {"person_id": person_id})
    return moment


def count_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    return {state.value: count for state, count in rows}


def oldest_unsent(session: Session) -> datetime | None:
    return session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state.in_(UNSENT)))


def messages_to(session: Session, person_id: int, since: datetime) -> list[datetime]:
    """When messages went, or are about to go, to a person after `since`, oldest first."""
    return list(session.scalars(_MESSAGES_TO, {"person_id": person_id, "since": since}))


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


def asked_again(session: Session, prompt: Delivery) -> dict[int, Delivery]:
    """Action id to the next prompt, already sent, in which the same person was asked about it once more."""
    rows = session.execute(
        select(PromptItem.action_id, Delivery)
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .where(*_asks_the_same(prompt), Delivery.due_at > prompt.due_at)
        .order_by(Delivery.due_at.desc())
    )
    return dict(list(rows))


def asked_before(session: Session, prompt: Delivery) -> dict[int, Delivery]:
    """Action id to the last prompt before this one that still shows the same person something to press."""
    rows = session.execute(
        select(PromptItem.action_id, Delivery)
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .where(
            *_asks_the_same(prompt),
            Delivery.due_at < prompt.due_at,
            PromptItem.answer.in_(("", "later", "at-risk")),
        )
        .order_by(Delivery.due_at)
    )
    return dict(list(rows))


def _asks_the_same(prompt: Delivery) -> tuple[ColumnElement[bool], ...]:
    asked = [each.action_id for each in prompt.items if not each.reason and not each.as_lead]
    return (
        PromptItem.person_id == prompt.person_id,
        PromptItem.action_id.in_(asked),
        PromptItem.reason == "",
        PromptItem.as_lead.is_(False),
        Delivery.kind == "prompt",
        Delivery.state == DeliveryState.SENT,
    )


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


def unanswered_since(session: Session, board_id: int, since: datetime) -> dict[int, int]:
    """Person id to how many actions they were asked about after `since` and have not answered."""
    rows = session.execute(
        select(PromptItem.person_id, func.count(func.distinct(PromptItem.action_id)))
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .join(Action, Action.id == PromptItem.action_id)
        .where(
            Delivery.board_id == board_id,
            Delivery.kind == "prompt",
            Delivery.state == DeliveryState.SENT,
            Delivery.due_at > since,
            PromptItem.reason == "",
            PromptItem.as_lead.is_(False),
            PromptItem.answer.in_(("", "later")),
            or_(Action.last_word_at.is_(None), Action.last_word_at < Delivery.due_at),
        )
        .group_by(PromptItem.person_id)
    )
    return dict(list(rows))


def count_sent_by_kind(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Delivery.kind, func.count())
        .where(Delivery.state == DeliveryState.SENT)
        .group_by(Delivery.kind)
    )
    return dict(list(rows))
