"""Who should have been asked by now and was not: worked out anew from dates, owners, what was said and the
calendar, without the moments kept on the rows (docs/decisions/0004).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from bot.plan.calendar import BoardCalendar, ScheduledPrompt, scheduled_prompts
from bot.services.audit.findings import GRACE, LOOK_BACK, MISSING_PROMPT, Finding, unchecked
from bot.services.prompts import daily_prompt
from bot.services.prompts.daily_prompt import MIDNIGHT, WEEK
from bot.services.scheduling.next_prompts import ESCALATION_DAYS
from bot.services.scheduling.quiet_hours import TOO_LATE
from models.base import DeliveryState
from models.people import Board
from models.queries import audit as query
from models.queries.outbox import UNSENT

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
    for person, at, state in query.prompt_deliveries(session, board.workspace_id, now - LOOK_BACK):
        found[person].at.append(at)
        found[person].unsettled |= DeliveryState(state) in UNSENT
    return found


def matters(session: Session, board: Board, initials: dict[int, str], now: datetime) -> Iterator[Matter]:
    since = now - LOOK_BACK
    ladder = board.ladder or [0]
    first = (since - SHIFT).date() + timedelta(days=min(*ladder, -ESCALATION_DAYS))
    among = query.recently_due(board.id, first, (now + SHIFT).date() + timedelta(days=max(ladder)), since)
    days, owners = _days(session, among), _owners(session, among)
    changes, told = query.last_changes(session, among), query.last_escalations(session, among)
    asked = {
        (action, person, as_lead): Asked(at, answer, answered_at, reason)
        for action, person, as_lead, at, answer, answered_at, reason in query.prompt_items(
            session, among, since
        )
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


def _days(session: Session, among: query.ActionIdQuery) -> dict[int, list[tuple[date, list[str]]]]:
    found: dict[int, list[tuple[date, list[str]]]] = defaultdict(list)
    for action, day, named in query.open_deadlines(session, among):
        found[action].append((day, named or []))
    return found


def _owners(session: Session, among: query.ActionIdQuery) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for action, person in query.owners(session, among):
        found[action].append(person)
    return found


BUDGET = "already sent "
DAY = timedelta(days=1)
Ladder = tuple[int, ...]


def missing_prompts(session: Session, board: Board, now: datetime) -> Iterator[Finding]:
    """A finding for each person and action that should be in the ledger and is not; and one for each person
    of whom that cannot be told.
    """
    people = {row[0]: (row[1], _calendar(board, row[2])) for row in query.people(session, board.workspace_id)}
    got = mornings(session, board, now)
    restored = query.restored_at(session, board.workspace_id, now - LOOK_BACK)
    faulty: set[int] = set()
    for matter in matters(session, board, {key: value[0] for key, value in people.items()}, now):
        initials, calendar = people[matter.person]
        if matter.person in faulty:
            continue
        try:
            due = _due_after(restored, matter, tuple(board.ladder), calendar)
            day = _missed_on(due, got[matter.person], calendar, now)
        except Exception as fault:  # noqa: BLE001 - it is told, and everybody else's are looked at
            faulty.add(matter.person)
            words = f"Reminders to {initials} about actions of the {board.name}"
            yield unchecked(board, str(matter.person), words, fault)
            continue
        if day is not None:
            yield _finding(board, matter, initials, day)


def _finding(board: Board, matter: Matter, initials: str, day: date) -> Finding:
    who = f"{initials}, as the lead," if matter.as_lead else initials
    return Finding(
        MISSING_PROMPT,
        f"{MISSING_PROMPT}:{matter.action}:{matter.person}:{day.isoformat()}",
        f"{who} about {matter.shown}, due on {day.day} {day:%B %Y}",
        board.id,
    )


def _calendar(board: Board, timezone: str | None) -> BoardCalendar:
    return BoardCalendar(
        timezone or board.timezone, board.country, board.prompt_time, board.quiet_from, board.quiet_until
    )


def _due(matter: Matter, ladder: Ladder, calendar: BoardCalendar) -> datetime | None:
    """When the person was next to be asked, as far as can be told from outside; rather late than early."""
    asked = matter.asked
    if asked is not None and asked.at >= matter.base:
        return _again(matter, asked, ladder, calendar)
    if not matter.as_lead:
        return _next_rung(matter.days, ladder, calendar, matter.base) or _caught_up(matter, calendar)
    told_since = matter.told_at is not None and matter.told_at >= matter.base
    return None if told_since else _next_rung(matter.days, (-ESCALATION_DAYS,), calendar, matter.base)


def _due_after(
    restored: datetime | None, matter: Matter, ladder: Ladder, calendar: BoardCalendar
) -> datetime | None:
    """What was due before the database was restored is asked on a later morning."""
    due = _due(matter, ladder, calendar)
    if due is None or restored is None or due > restored:
        return due
    return calendar.next_prompt_moment(_midnight_after(calendar, restored))


def _again(matter: Matter, asked: Asked, ladder: Ladder, calendar: BoardCalendar) -> datetime | None:
    """After somebody was asked, or left out."""
    if asked.answer == "later" and asked.answered_at is not None:
        return calendar.next_prompt_moment(asked.answered_at)
    if asked.reason.startswith(BUDGET):
        return calendar.next_prompt_moment(calendar.at(calendar.today(asked.at) + WEEK, MIDNIGHT))
    if asked.reason.startswith((TOO_LATE, *daily_prompt.REASONS)):
        return calendar.next_prompt_moment(calendar.next_prompt_moment(asked.at))
    if matter.as_lead:
        return None
    return _next_rung(matter.days, ladder, calendar, _midnight_after(calendar, asked.at))


def _caught_up(matter: Matter, calendar: BoardCalendar) -> datetime | None:
    """What came in late, with its whole ladder behind it, is asked about once."""
    late = any(day < calendar.today(matter.came_in) for day in matter.days)
    return calendar.next_prompt_moment(matter.came_in) if late and matter.base == matter.came_in else None


def _next_rung(
    days: tuple[date, ...], ladder: Ladder, calendar: BoardCalendar, after: datetime
) -> datetime | None:
    ahead = [rung.at for day in days for rung in _rungs(day, ladder, calendar) if rung.at > after]
    return min(ahead, default=None)


@lru_cache(maxsize=4096)
def _rungs(day: date, ladder: Ladder, calendar: BoardCalendar) -> tuple[ScheduledPrompt, ...]:
    return tuple(scheduled_prompts(day, ladder, calendar))


def _midnight_after(calendar: BoardCalendar, moment: datetime) -> datetime:
    return calendar.at(calendar.today(moment) + DAY, time(0)) - timedelta(microseconds=1)


def _missed_on(due: datetime | None, morning: Morning, calendar: BoardCalendar, now: datetime) -> date | None:
    """The day from which they have waited in vain. One message a day: whoever had one that day, or after, is
    asked on the next working morning. While one is on its way the rest waits. Judged only when it could have
    been sent for a while.
    """
    if due is None or morning.unsettled or not _has_been_loud(calendar, now):
        return None
    day = calendar.today(due)
    since = next((at for at in morning.at if calendar.today(at) >= day), None)
    waited_for = due if since is None else calendar.next_prompt_moment(max(since, due))
    return day if now >= waited_for + GRACE else None


def _has_been_loud(calendar: BoardCalendar, now: datetime) -> bool:
    today = calendar.today(now)
    since = calendar.prompt_moment(today)
    return calendar.is_working(today) and not calendar.is_quiet(now) and now >= since + GRACE
