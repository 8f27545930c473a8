"""Who should have been asked by now and was not: worked out anew from dates, owners, what was said and the
calendar, without the moments kept on the rows (docs/decisions/0004).
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from bot.plan.calendar import Calendar, Rung, rungs
from bot.services import missed
from bot.services.audit_findings import GRACE, LOOK_BACK, MISSING_PROMPT, Finding, unchecked
from bot.services.audit_matters import Asked, Matter, Morning, matters, mornings
from bot.services.mornings import MIDNIGHT, WEEK
from bot.services.standing import ESCALATION_DAYS
from bot.services.untimely import TOO_LATE
from models.people import Board
from models.queries import auditing as query

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


def _calendar(board: Board, timezone: str | None) -> Calendar:
    return Calendar(
        timezone or board.timezone, board.country, board.prompt_time, board.quiet_from, board.quiet_until
    )


def _due(matter: Matter, ladder: Ladder, calendar: Calendar) -> datetime | None:
    """When the person was next to be asked, as far as can be told from outside; rather late than early."""
    asked = matter.asked
    if asked is not None and asked.at >= matter.base:
        return _again(matter, asked, ladder, calendar)
    if not matter.as_lead:
        return _next_rung(matter.days, ladder, calendar, matter.base) or _caught_up(matter, calendar)
    told_since = matter.told_at is not None and matter.told_at >= matter.base
    return None if told_since else _next_rung(matter.days, (-ESCALATION_DAYS,), calendar, matter.base)


def _due_after(
    restored: datetime | None, matter: Matter, ladder: Ladder, calendar: Calendar
) -> datetime | None:
    """What was due before the database was restored is asked on a later morning."""
    due = _due(matter, ladder, calendar)
    if due is None or restored is None or due > restored:
        return due
    return calendar.next_prompt_moment(_midnight_after(calendar, restored))


def _again(matter: Matter, asked: Asked, ladder: Ladder, calendar: Calendar) -> datetime | None:
    """After somebody was asked, or left out."""
    if asked.answer == "later" and asked.answered_at is not None:
        return calendar.next_prompt_moment(asked.answered_at)
    if asked.reason.startswith(BUDGET):
        return calendar.next_prompt_moment(calendar.at(calendar.today(asked.at) + WEEK, MIDNIGHT))
    if asked.reason.startswith((TOO_LATE, *missed.REASONS)):
        return calendar.next_prompt_moment(calendar.next_prompt_moment(asked.at))
    if matter.as_lead:
        return None
    return _next_rung(matter.days, ladder, calendar, _midnight_after(calendar, asked.at))


def _caught_up(matter: Matter, calendar: Calendar) -> datetime | None:
    """What came in late, with its whole ladder behind it, is asked about once."""
    late = any(day < calendar.today(matter.came_in) for day in matter.days)
    return calendar.next_prompt_moment(matter.came_in) if late and matter.base == matter.came_in else None


def _next_rung(
    days: tuple[date, ...], ladder: Ladder, calendar: Calendar, after: datetime
) -> datetime | None:
    ahead = [rung.at for day in days for rung in _rungs(day, ladder, calendar) if rung.at > after]
    return min(ahead, default=None)


@lru_cache(maxsize=4096)
def _rungs(day: date, ladder: Ladder, calendar: Calendar) -> tuple[Rung, ...]:
    return tuple(rungs(day, ladder, calendar))


def _midnight_after(calendar: Calendar, moment: datetime) -> datetime:
    return calendar.at(calendar.today(moment) + DAY, time(0)) - timedelta(microseconds=1)


def _missed_on(due: datetime | None, morning: Morning, calendar: Calendar, now: datetime) -> date | None:
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


def _has_been_loud(calendar: Calendar, now: datetime) -> bool:
    today = calendar.today(now)
    since = calendar.prompt_moment(today)
    return calendar.is_working(today) and not calendar.is_quiet(now) and now >= since + GRACE
