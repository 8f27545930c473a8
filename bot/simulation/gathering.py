"""Gather the evidence: from the workspace, and from what the bot's database holds."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.plan.calendar import Calendar
from bot.sandbox.entities import Message
from bot.simulation.diary import Diary, Key
from bot.simulation.evidence import ChangeRow, Evidence, Item, Row, Rules, Seen, Standing
from bot.simulation.people import buttons
from bot.simulation.town import BOARD, Town
from models.people import Board, Person
from models.plans import Action
from models.records import Delivery, PromptItem, StatusChange


def gather(town: Town, diary: Diary) -> Evidence:
    """All there is to judge by, as things stand now."""
    with town.database.transaction(write=False) as session:
        return Evidence(
            draft=town.draft,
            rules=_rules(session),
            linked=town.linked,
            direct={town.sandbox.dm(user): initials for initials, user in town.linked.items()},
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
    channels = [BOARD, *(town.sandbox.dm(user) for user in town.linked.values())]
    return [
        Seen(channel, each.ts, _token(each.metadata), each.text, each.thread_ts or "", _items_of(each))
        for channel in channels
        for each in town.sandbox.workspace.messages.of(channel)
        if each.by_bot and each.only_for is None
    ]


def _items_of(message: Message) -> frozenset[int]:
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
