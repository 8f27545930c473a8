"""What there is to judge by: the workspace's messages, the diary, and what the bot's database holds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.importing.drafting.draft import PlanDraft
from bot.plan.calendar import Calendar
from bot.sandbox.entities import SandboxMessage
from bot.simulation.event_log import Diary, Key
from bot.simulation.scenario import BOARD, Town
from bot.simulation.shared_clock import moment_of
from bot.simulation.user_behaviour import buttons
from models.outbox import Delivery, PromptItem, StatusChange
from models.people import Board, Person
from models.plans import Action


@dataclass(frozen=True)
class Seen:
    """A message of the bot as it stands in the workspace. token: the opaque key in its metadata.

    buttons: the items of a prompt that can still be answered there.
    """

    channel: str
    ts: str
    token: str
    text: str
    thread_ts: str = ""
    buttons: frozenset[int] = frozenset()

    @property
    def at(self) -> datetime:
        return moment_of(self.ts)


@dataclass(frozen=True)
class Item:
    """One action in one prompt, as the ledger has it. id: the value of its buttons."""

    id: int
    key: Key
    person: str
    as_lead: bool
    reason: str
    answer: str


@dataclass(frozen=True)
class Row:
    """One row of the delivery ledger. person: initials, "" for a channel's. tried_at: its last try."""

    id: int
    kind: str
    key: str
    token: str
    person: str
    state: str
    reason: str
    due_at: datetime
    tried_at: datetime
    channel: str
    ts: str
    part: int = 0
    parent: int | None = None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class ChangeRow:
    """One recorded status change, people's only."""

    id: int
    key: Key
    at: datetime
    who: str
    source: str
    words: str
    from_status: str
    to_status: str
    undoes: int | None


@dataclass(frozen=True)
class Standing:
    """How an action stands in the database. next_due: the earliest date that can still be missed."""

    status: str
    next_due: date | None


@dataclass(frozen=True)
class Rules:
    """The board's settings that were in force."""

    calendar: Calendar
    ladder: tuple[int, ...]
    budget: int
    recent_days: int
    digest_rule: str


@dataclass(frozen=True)
class Evidence:
    """linked: user ids by initials. direct: initials by the id of their direct messages."""

    draft: PlanDraft
    rules: Rules
    linked: dict[str, str]
    direct: dict[str, str]
    diary: Diary
    messages: list[Seen]
    rows: list[Row]
    changes: list[ChangeRow]
    actions: dict[Key, Standing]
    failures: list[str] = field(default_factory=list)

    @property
    def by_token(self) -> dict[str, Row]:
        return {row.token: row for row in self.rows}


def gather(town: Town, diary: Diary) -> Evidence:
    """All there is to judge by, as things stand now."""
    with town.database.transaction(write=False) as session:
        return Evidence(
            draft=town.draft,
            rules=_rules(session),
            linked=town.linked,
            direct={town.sandbox.dm_id(user): initials for initials, user in town.linked.items()},
            diary=diary,
            messages=_messages(town),
            rows=_rows(session),
            changes=_changes(session),
            actions=_actions(session),
        )


def _rules(session: Session) -> Rules:
    board = session.scalars(select(Board)).one()
    calendar = Calendar(board.timezone, board.country, board.prompt_time, board.quiet_from, board.quiet_until)
    ladder = tuple(board.prompt_days)
    return Rules(calendar, ladder, board.weekly_budget, board.recent_days, board.digest_rule)


def _messages(town: Town) -> list[Seen]:
    """The bot's own, not the answers that only one person sees."""
    channels = [BOARD, *(town.sandbox.dm_id(user) for user in town.linked.values())]
    return [
        Seen(channel, each.ts, _token(each.metadata), each.text, each.thread_ts or "", _items_of(each))
        for channel in channels
        for each in town.sandbox.workspace.messages.in_channel(channel)
        if each.by_bot and each.only_for is None
    ]


def _items_of(message: SandboxMessage) -> frozenset[int]:
    return frozenset(int(element["value"].partition("-")[0]) for element in buttons(message))


def _token(metadata: dict[str, Any] | None) -> str:
    return str(((metadata or {}).get("event_payload") or {}).get("key") or "")


def _rows(session: Session) -> list[Row]:
    people = {person.id: person.initials for person in session.scalars(select(Person))}
    items: dict[int, list[Item]] = {}
    loaded = session.scalars(
        select(PromptItem).options(joinedload(PromptItem.action).joinedload(Action.section))
    )
    for each in loaded:
        items.setdefault(each.delivery_id, []).append(_item(each, people))
    rows = session.scalars(select(Delivery).order_by(Delivery.id))
    return [_row(each, people, tuple(items.get(each.id, ()))) for each in rows]


def _item(item: PromptItem, people: dict[int, str]) -> Item:
    return Item(item.id, _key(item.action), people[item.person_id], item.as_lead, item.reason, item.answer)


def _key(action: Action) -> Key:
    return action.section.number, action.ref


def _row(row: Delivery, people: dict[int, str], items: tuple[Item, ...]) -> Row:
    return Row(
        id=row.id,
        kind=row.kind,
        key=row.key,
        token=row.token,
        person=people.get(row.person_id or 0, ""),
        state=row.state.value,
        reason=row.reason,
        due_at=row.due_at,
        tried_at=row.next_attempt_at,
        channel=row.channel_id,
        ts=row.message_ts,
        part=int(row.facts.get("part", 0)),
        parent=row.parent_id,
        items=items,
    )


def _changes(session: Session) -> list[ChangeRow]:
    query = (
        select(StatusChange)
        .where(StatusChange.source != "import")
        .options(joinedload(StatusChange.action).joinedload(Action.section), joinedload(StatusChange.person))
        .order_by(StatusChange.id)
    )
    return [
        ChangeRow(
            each.id,
            _key(each.action),
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


def _actions(session: Session) -> dict[Key, Standing]:
    query = select(Action).options(joinedload(Action.section))
    return {_key(each): Standing(each.status.value, each.next_due_on) for each in session.scalars(query)}
