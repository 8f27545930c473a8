"""The evidence a simulation is checked by: the workspace's messages, the event log and the bot's database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.importing.drafting.draft import PlanDraft
from bot.plan.calendar import BoardCalendar, RepeatRules
from bot.sandbox.entities import SandboxMessage
from bot.services.outbox.outbox import EARLY_SUFFIX
from bot.simulation.event_log import ActionRef, EventLog
from bot.simulation.scenario import BOARD_CHANNEL_ID, Scenario
from bot.simulation.shared_clock import time_of_ts
from bot.simulation.user_behaviour import prompt_buttons
from models.outbox import Delivery, PromptItem, StatusChange
from models.people import Board, Person
from models.plans import Action


@dataclass(frozen=True)
class BotMessage:
    """A message of the bot in the workspace. token: the opaque key in its metadata, "" for none.

    buttons: the ids of the prompt items that can still be answered there.
    """

    channel: str
    ts: str
    token: str
    text: str
    thread_ts: str = ""
    buttons: frozenset[int] = frozenset()

    @property
    def at(self) -> datetime:
        return time_of_ts(self.ts)


@dataclass(frozen=True)
class PromptItemRow:
    """One action in one prompt, from the database. id: in the value of its buttons. person: initials."""

    id: int
    key: ActionRef
    person: str
    as_lead: bool
    reason: str
    answer: str


@dataclass(frozen=True)
class DeliveryRow:
    """One row of the outbox. person: initials, "" for a channel's. last_tried_at: the last attempt.
    was_refused: it waited until somebody put something right. for_day: of a prompt, the day it is for.
    sent_at: when the bot learned that it was sent, None for not yet.
    """

    id: int
    kind: str
    key: str
    token: str
    person: str
    state: str
    reason: str
    due_at: datetime
    last_tried_at: datetime
    channel: str
    ts: str
    part: int = 0
    parent_id: int | None = None
    items: tuple[PromptItemRow, ...] = ()
    was_refused: bool = False
    for_day: date | None = None
    sent_at: datetime | None = None

    @property
    def is_early(self) -> bool:
        """Whether the bot knows that its clock was ahead when it sent this, and sends another on its day."""
        return self.key.endswith(EARLY_SUFFIX)


@dataclass(frozen=True)
class ChangeRow:
    """One recorded status change by a person. text: note and reason. undoes: id of the change it reverses."""

    id: int
    key: ActionRef
    at: datetime
    person: str
    source: str
    text: str
    from_status: str
    to_status: str
    undoes: int | None


@dataclass(frozen=True)
class ActionState:
    """An action in the database. next_due: its earliest open date."""

    status: str
    next_due: date | None


@dataclass(frozen=True)
class BoardRules:
    """The board's settings that were in force."""

    calendar: BoardCalendar
    prompt_days: tuple[int, ...]
    budget: int
    recent_days: int
    digest_rule: str
    repeat: RepeatRules


@dataclass(frozen=True)
class Evidence:
    """All that the checks read.

    user_ids: by initials. dm_owners: initials by the channel of their direct messages. unlinked: initials of
    people with an address and no account.
    """

    draft: PlanDraft
    rules: BoardRules
    user_ids: dict[str, str]
    dm_owners: dict[str, str]
    event_log: EventLog
    messages: list[BotMessage]
    rows: list[DeliveryRow]
    changes: list[ChangeRow]
    actions: dict[ActionRef, ActionState]
    unlinked: list[str] = field(default_factory=list)

    def was_sent_by_wrong_clock(self, row: DeliveryRow) -> bool:
        """By the time at which the workspace has its message."""
        return bool(row.ts) and self.event_log.is_clock_wrong(time_of_ts(row.ts))

    @property
    def rows_by_token(self) -> dict[str, DeliveryRow]:
        return {row.token: row for row in self.rows}


def collect_evidence(scenario: Scenario, event_log: EventLog) -> Evidence:
    """Read everything at the end of a run."""
    with scenario.database.transaction(write=False) as session:
        return Evidence(
            draft=scenario.draft,
            rules=_load_rules(session),
            user_ids=scenario.user_ids,
            dm_owners={
                scenario.sandbox.dm_id(user): initials for initials, user in scenario.user_ids.items()
            },
            event_log=event_log,
            messages=_load_messages(scenario),
            rows=_load_rows(session),
            changes=_load_changes(session),
            actions=_load_actions(session),
            unlinked=_load_unlinked(session),
        )


def _load_unlinked(session: Session) -> list[str]:
    query = select(Person.initials).where(Person.email.is_not(None), Person.slack_user_id.is_(None))
    return list(session.scalars(query.order_by(Person.initials)))


def _load_rules(session: Session) -> BoardRules:
    board = session.scalars(select(Board)).one()
    calendar = BoardCalendar(
        board.timezone, board.country, board.prompt_time, board.quiet_from, board.quiet_until
    )
    prompt_days = tuple(board.prompt_days)
    repeat = RepeatRules(board.repeat_days, board.late_repeat_days)
    return BoardRules(
        calendar, prompt_days, board.weekly_budget, board.recent_days, board.digest_rule, repeat
    )


def _load_messages(scenario: Scenario) -> list[BotMessage]:
    """The bot's messages without the ephemeral ones."""
    channels = [BOARD_CHANNEL_ID, *(scenario.sandbox.dm_id(user) for user in scenario.user_ids.values())]
    return [
        BotMessage(
            channel, each.ts, _token_of(each.metadata), each.text, each.thread_ts or "", _open_items(each)
        )
        for channel in channels
        for each in scenario.sandbox.workspace.messages.in_channel(channel)
        if each.by_bot and each.only_for is None
    ]


def _open_items(message: SandboxMessage) -> frozenset[int]:
    return frozenset(int(element["value"].partition("-")[0]) for element in prompt_buttons(message))


def _token_of(metadata: dict[str, Any] | None) -> str:
    return str(((metadata or {}).get("event_payload") or {}).get("key") or "")


def _load_rows(session: Session) -> list[DeliveryRow]:
    people = {person.id: person.initials for person in session.scalars(select(Person))}
    items: dict[int, list[PromptItemRow]] = {}
    loaded = session.scalars(
        select(PromptItem).options(joinedload(PromptItem.action).joinedload(Action.section))
    )
    for each in loaded:
        items.setdefault(each.delivery_id, []).append(_to_item(each, people))
    rows = session.scalars(select(Delivery).order_by(Delivery.id))
    return [_to_row(each, people, tuple(items.get(each.id, ()))) for each in rows]


def _to_item(item: PromptItem, people: dict[int, str]) -> PromptItemRow:
    return PromptItemRow(
        item.id, _key_of(item.action), people[item.person_id], item.as_lead, item.reason, item.answer
    )


def _key_of(action: Action) -> ActionRef:
    return action.section.number, action.ref


def _to_row(row: Delivery, people: dict[int, str], items: tuple[PromptItemRow, ...]) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        kind=row.kind,
        key=row.key,
        token=row.token,
        person=people.get(row.person_id or 0, ""),
        state=row.state.value,
        reason=row.reason,
        due_at=row.due_at,
        last_tried_at=row.next_attempt_at,
        channel=row.channel_id,
        ts=row.message_ts,
        part=int(row.facts.get("part", 0)),
        parent_id=row.parent_id,
        items=items,
        was_refused=row.refused_code != "",
        sent_at=row.sent_at,
        for_day=date.fromisoformat(row.facts["day"]) if row.kind == "prompt" else None,
    )


def _load_changes(session: Session) -> list[ChangeRow]:
    query = (
        select(StatusChange)
        .where(StatusChange.source != "import")
        .options(joinedload(StatusChange.action).joinedload(Action.section), joinedload(StatusChange.person))
        .order_by(StatusChange.id)
    )
    return [
        ChangeRow(
            each.id,
            _key_of(each.action),
            each.at,
            each.person.initials if each.person else "",
            each.source,
            f"{each.note} {each.reason}",
            each.from_status.value,
            each.to_status.value,
            each.undoes_id,
        )
        for each in session.scalars(query)
    ]


def _load_actions(session: Session) -> dict[ActionRef, ActionState]:
    query = select(Action).options(joinedload(Action.section))
    return {
        _key_of(each): ActionState(each.status.value, each.next_due_on) for each in session.scalars(query)
    }
