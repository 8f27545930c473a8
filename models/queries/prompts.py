"""What people were asked, and what became of it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from bot.session_cache import SessionCache
from models.base import DeliveryState
from models.in_list_statement import InListStatement
from models.outbox import Delivery, PromptItem
from models.people import Person
from models.plans import Action, ActionOwner, Plan
from models.queries.actions import OPEN_STATUSES
from models.queries.loading import PERSON
from models.queries.outbox import UNCLAIMED, UNSENT
from models.sql_fastpath import CompiledStatement, EntityColumns, RawRow, param

PERSONAL_KINDS = ("prompt",)
_DELIVERY = EntityColumns(Delivery)
_UNSETTLED = InListStatement(
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
        .where(Delivery.person_id.in_(people), Delivery.kind.in_(PERSONAL_KINDS), Delivery.state.in_(UNSENT))
        .group_by(Delivery.person_id)
    )
)
_PROMPTS_OF = InListStatement(
    lambda people: (
        select(Delivery.person_id, Delivery.key, Delivery.due_at, Delivery.state)
        .where(
            Delivery.person_id.in_(people),
            Delivery.kind.in_(PERSONAL_KINDS),
            Delivery.due_at > param("since"),
        )
        .order_by(Delivery.due_at)
    )
)


def unsettled_prompts(session: Session, people: Collection[int]) -> dict[int, datetime]:
    """By person, when their unsent message is next attempted or its lease ends. Whoever has none is left
    out.
    """
    return {row[0]: row[1] for row in _UNSETTLED.run(session, people)}


class PromptRow(NamedTuple):
    """One person's delivery of one day, without its items."""

    person_id: int
    key: str
    due_at: datetime
    state: DeliveryState


def prompts_of(session: Session, people: Collection[int], since: datetime) -> list[PromptRow]:
    """Prompts to any of these people due after `since`, whatever their state, oldest first."""
    return [PromptRow._make(row) for row in _PROMPTS_OF.run(session, people, {"since": since})]


def item_by_id(session: Session, item_id: int) -> PromptItem | None:
    return session.scalar(
        select(PromptItem)
        .where(PromptItem.id == item_id)
        .options(joinedload(PromptItem.delivery), joinedload(PromptItem.action))
    )


_SENT_ITEMS = (
    select(PromptItem)
    .join(PromptItem.delivery)
    .where(
        Delivery.kind == "prompt",
        Delivery.state == DeliveryState.SENT,
        PromptItem.reason == "",
        PromptItem.as_lead.is_(False),
    )
    .options(joinedload(PromptItem.action).joinedload(Action.section))
    .order_by(PromptItem.id)
)


def items_of_message(session: Session, person_id: int, ts: str) -> Sequence[PromptItem]:
    """What the prompt to this person asked that has this message timestamp. ts: as Slack writes it."""
    return session.scalars(
        _SENT_ITEMS.where(Delivery.person_id == person_id, Delivery.message_ts == ts)
    ).all()


def items_of_prompts(session: Session, prompts: Collection[int]) -> Sequence[PromptItem]:
    return session.scalars(_SENT_ITEMS.where(PromptItem.delivery_id.in_(prompts))).all()


def items_by_id(session: Session, ids: Collection[int]) -> Sequence[PromptItem]:
    return session.scalars(_SENT_ITEMS.where(PromptItem.id.in_(ids))).all()


class EarlierPrompt(NamedTuple):
    """A prompt that was sent, or may have been. is_sent: whether that is known."""

    id: int
    is_sent: bool
    sent_at: datetime | None


def prompts_before(session: Session, person_id: int, since: datetime, ts: str) -> list[EarlierPrompt]:
    """The prompts to this person that were due after `since` and were, or may have been, sent before the
    message with this timestamp.
    """
    was_tried = and_(Delivery.state.in_(UNCLAIMED), Delivery.attempts > 0)
    rows = session.execute(
        select(Delivery.id, Delivery.state, Delivery.sent_at).where(
            Delivery.person_id == person_id,
            Delivery.kind.in_(PERSONAL_KINDS),
            Delivery.due_at > since,
            or_(
                was_tried,
                Delivery.state == DeliveryState.CLAIMED,
                and_(Delivery.state == DeliveryState.SENT, Delivery.message_ts < ts),
            ),
        )
    )
    return [
        EarlierPrompt(delivery_id, state is DeliveryState.SENT, sent_at)
        for delivery_id, state, sent_at in rows
    ]


def replies_since(
    session: Session, workspace_id: int, channel_id: str, since: datetime
) -> Sequence[dict[str, Any]]:
    """What the bot replied in this conversation after that moment, as stored in the outbox."""
    return session.scalars(
        select(Delivery.facts).where(
            Delivery.workspace_id == workspace_id,
            Delivery.kind == "reply",
            Delivery.target == channel_id,
            Delivery.due_at > since,
        )
    ).all()


# Each row begins with the id of its action.
SELECT_OPEN_ITEMS = (
    select(PromptItem.action_id, PromptItem.id, Delivery.due_at)
    .join(PromptItem.delivery)
    .where(
        PromptItem.reason == "",
        PromptItem.as_lead.is_(False),
        PromptItem.answer.in_(("", "later", "at-risk")),
        Delivery.state.in_((*UNSENT, DeliveryState.SENT)),
    )
)
_OPEN_ITEMS = CompiledStatement(SELECT_OPEN_ITEMS.where(PromptItem.action_id == param("action_id")))

# By action id.
_CACHED_OPEN_ITEMS = SessionCache[int, list[RawRow]]()


def cache_open_items(session: Session, actions: Iterable[int], rows: Iterable[RawRow]) -> None:
    """Cache what SELECT_OPEN_ITEMS gave for these actions, each of which is locked. What it gave for others
    is left out: it may change.
    """
    rows_by_action: dict[int, list[RawRow]] = {each: [] for each in actions}
    for row in rows:
        if row[0] in rows_by_action:
            rows_by_action[row[0]].append(row)
    _CACHED_OPEN_ITEMS.of_session(session).update(rows_by_action)


def open_items_of_action(session: Session, action_id: int, since: datetime) -> Sequence[PromptItem]:
    """Asked and not answered, or answered "at risk" without a reason yet, in prompts that are unsent or were
    sent after `since`.
    """
    # Most have none, and nothing that is pending makes one.
    rows = _CACHED_OPEN_ITEMS.of_session(session).get(action_id)
    if rows is None:
        rows = _OPEN_ITEMS.run(session, {"action_id": action_id}, flush=False)
    ids = [item_id for _, item_id, due_at in rows if due_at > since]
    if not ids:
        return []
    return session.scalars(
        select(PromptItem)
        .join(PromptItem.delivery)
        .where(PromptItem.id.in_(ids))
        .options(contains_eager(PromptItem.delivery))
        .order_by(PromptItem.delivery_id)
    ).all()


_this_item = aliased(PromptItem)
# Other prompts sent that ask the same person about the same actions.
_SAME_QUESTIONS = (
    select(PromptItem.action_id, *_DELIVERY.columns)
    .select_from(_this_item)
    .join(
        PromptItem,
        (PromptItem.action_id == _this_item.action_id) & (PromptItem.person_id == _this_item.person_id),
    )
    .join(Delivery, Delivery.id == PromptItem.delivery_id)
    .where(
        _this_item.delivery_id == param("delivery_id"),
        _this_item.reason == "",
        _this_item.as_lead.is_(False),
        PromptItem.reason == "",
        PromptItem.as_lead.is_(False),
        Delivery.kind == "prompt",
        Delivery.state == DeliveryState.SENT,
    )
)
_ASKED_LATER = CompiledStatement(
    _SAME_QUESTIONS.where(Delivery.due_at > param("due_at")).order_by(Delivery.due_at.desc())
)
_ASKED_EARLIER = CompiledStatement(
    _SAME_QUESTIONS.where(
        Delivery.due_at < param("due_at"), PromptItem.answer.in_(("", "later", "at-risk"))
    ).order_by(Delivery.due_at)
)


def later_prompts(session: Session, prompt: Delivery) -> dict[int, Delivery]:
    """By action id, the next prompt, already sent, that asked the same person about it again."""
    return _by_action(session, _ASKED_LATER, prompt)


def earlier_prompts(session: Session, prompt: Delivery) -> dict[int, Delivery]:
    """By action id, the last prompt before this one that still shows the same person buttons."""
    return _by_action(session, _ASKED_EARLIER, prompt)


def _by_action(session: Session, statement: CompiledStatement, prompt: Delivery) -> dict[int, Delivery]:
    rows = statement.run(session, {"delivery_id": prompt.id, "due_at": prompt.due_at})
    return {row[0]: _DELIVERY.from_row(session, row[1:]) for row in rows}


def items_answered_at(session: Session, action_id: int, moment: datetime) -> Sequence[PromptItem]:
    """Questions about the action that an update recorded at exactly this moment answered."""
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


_WAITING_ITEM = (
    PromptItem.reason == "",
    PromptItem.as_lead.is_(False),
    PromptItem.answer.in_(("", "later")),
)
_UNHEARD = or_(Action.last_word_at.is_(None), Action.last_word_at < Delivery.due_at)


def first_unanswered(session: Session, action_id: int) -> datetime | None:
    """When the first question about the action was sent that nobody has answered since the last word."""
    return session.scalar(
        select(func.min(Delivery.sent_at))
        .select_from(PromptItem)
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .join(Action, Action.id == PromptItem.action_id)
        .where(
            PromptItem.action_id == action_id,
            Delivery.state == DeliveryState.SENT,
            *_WAITING_ITEM,
            _UNHEARD,
        )
    )


def mark_unanswered(session: Session, delivery_id: int, now: datetime) -> None:
    """Record on the actions that a prompt asks about, and that nobody was asked about since the last word,
    that they wait for an answer from now on. They are locked in the order of ids.
    """
    asked = session.scalars(
        select(Action.id)
        .join(PromptItem, PromptItem.action_id == Action.id)
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .where(PromptItem.delivery_id == delivery_id, *_WAITING_ITEM, _UNHEARD)
        .where(Action.unanswered_since.is_(None))
        .order_by(Action.id)
        .with_for_update(of=Action, key_share=True)
    ).all()
    if asked:
        session.execute(
            update(Action)
            .where(Action.id.in_(asked))
            .values(unanswered_since=now)
            .execution_options(synchronize_session=False)
        )


_UNANSWERED = CompiledStatement(
    select(
        func.count(func.distinct(PromptItem.action_id)),
        func.min(Delivery.sent_at),
        *PERSON.columns,
    )
    .select_from(Action)
    .join(Plan, Plan.id == Action.plan_id)
    .join(PromptItem, PromptItem.action_id == Action.id)
    .join(Delivery, Delivery.id == PromptItem.delivery_id)
    .join(
        ActionOwner,
        and_(ActionOwner.action_id == Action.id, ActionOwner.person_id == PromptItem.person_id),
    )
    .join(Person, Person.id == PromptItem.person_id)
    .where(
        Plan.board_id == param("board_id"),
        Action.unanswered_since < param("before"),
        Action.gone_at.is_(None),
        Action.status.in_(OPEN_STATUSES),
        Delivery.state == DeliveryState.SENT,
        Delivery.sent_at < param("before"),
        *_WAITING_ITEM,
        _UNHEARD,
    )
    .group_by(Person.id)
    .order_by(func.min(Delivery.sent_at), Person.initials)
)


class UnansweredRow(NamedTuple):
    """Who has not answered, about how many actions, and since when."""

    person: Person
    actions: int
    since: datetime


def unanswered_owners(session: Session, board_id: int, before: datetime) -> list[UnansweredRow]:
    """Owners with an open action that they were asked about before that moment, with no word on it since;
    longest silent first.
    """
    rows = _UNANSWERED.run(session, {"board_id": board_id, "before": before})
    return [UnansweredRow(PERSON.from_row(session, row[2:]), row[0], row[1]) for row in rows]


def count_questions(session: Session, action_ids: Collection[int]) -> dict[int, int]:
    """By action, how many prompts asked about it since the last word; those without any are left out."""
    rows = session.execute(
        select(PromptItem.action_id, func.count(func.distinct(PromptItem.delivery_id)))
        .join(Delivery, Delivery.id == PromptItem.delivery_id)
        .join(Action, Action.id == PromptItem.action_id)
        .where(
            PromptItem.action_id.in_(action_ids),
            Delivery.state == DeliveryState.SENT,
            *_WAITING_ITEM,
            _UNHEARD,
        )
        .group_by(PromptItem.action_id)
    )
    return dict(list(rows))
