"""What the auditor judges prompts by: light rows of who may lately have come due, and of what they got."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.services.audit_findings import LOOK_BACK
from bot.services.standing import ESCALATION_DAYS
from models.base import DeliveryState
from models.people import Board
from models.queries import auditing as query
from models.queries.ledger import UNSENT

# A rung moves over a weekend and bank holidays, so dates a little further away count too.
SHIFT = timedelta(days=6)


@dataclass(frozen=True)
class Asked:
    """The last time somebody was asked about an action, or left out. reason: why they were left out."""

    at: datetime
    answer: str
    answered_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Matter:
    """One person and one action. base: from when on its reminders count. came_in: when the action did.

    told_at: when the lead was last told, at any time.
    """

    action: int
    shown: str
    person: int
    as_lead: bool
    days: tuple[date, ...]
    base: datetime
    came_in: datetime
    asked: Asked | None = None
    told_at: datetime | None = None


@dataclass
class Morning:
    """What a person got lately: when, and whether the last of it is still on its way."""

    at: list[datetime] = field(default_factory=list)
    unsettled: bool = False


def mornings(session: Session, board: Board, now: datetime) -> dict[int, Morning]:
    found: dict[int, Morning] = defaultdict(Morning)
    for person, at, state in query.prompt_rows(session, board.workspace_id, now - LOOK_BACK):
        found[person].at.append(at)
        found[person].unsettled |= DeliveryState(state) in UNSENT
    return found


def matters(session: Session, board: Board, initials: dict[int, str], now: datetime) -> Iterator[Matter]:
    since = now - LOOK_BACK
    ladder = board.ladder or [0]
    first = (since - SHIFT).date() + timedelta(days=min(*ladder, -ESCALATION_DAYS))
    among = query.lately_due(board.id, first, (now + SHIFT).date() + timedelta(days=max(ladder)), since)
    days, owners = _days(session, among), _owners(session, among)
    changes, told = query.last_changes(session, among), query.leads_told(session, among)
    asked = {
        (action, person, as_lead): Asked(at, answer, answered_at, reason)
        for action, person, as_lead, at, answer, answered_at, reason in query.items(session, among, since)
    }
    for action, ref, section, came_in, imported_at, lead in query.actions(session, among):
        base = max(since, came_in, imported_at, changes.get(action, came_in))
        matter = Matter(action, f"{section}/{ref}", 0, False, (), base, came_in)
        planned = max(base, board.ladder_since or base)
        for person in owners[action]:
            own = tuple(day for day, named in days[action] if not named or initials[person] in named)
            told_of = asked.get((action, person, False))
            yield replace(matter, person=person, days=own, base=planned, asked=told_of)
        if lead is not None and lead not in owners[action]:
            yield replace(
                matter,
                person=lead,
                as_lead=True,
                days=tuple(day for day, _ in days[action]),
                asked=asked.get((action, lead, True)),
                told_at=told.get(action),
            )


def _days(session: Session, among: query.Ids) -> dict[int, list[tuple[date, list[str]]]]:
    found: dict[int, list[tuple[date, list[str]]]] = defaultdict(list)
    for action, day, named in query.open_days(session, among):
        found[action].append((day, named or []))
    return found


def _owners(session: Session, among: query.Ids) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for action, person in query.owners(session, among):
        found[action].append(person)
    return found
