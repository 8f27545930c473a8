"""Who should have been asked by now and was not: worked out anew from dates, owners, updates and the
calendar, without the moments that the planner stored on the rows (docs/decisions/0004).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from bot.plan.calendar import (
    BoardCalendar,
    RepeatRules,
    ScheduledPrompt,
    choose_timezone,
    next_repeat,
    scheduled_prompts,
)
from bot.sentences import sentence
from bot.services.audit.findings import GRACE, LOOK_BACK, MISSING_PROMPT, Finding, unchecked_finding
from bot.services.prompts import daily_prompt
from bot.services.prompts.daily_prompt import MIDNIGHT, WEEK
from bot.services.scheduling.next_prompts import ESCALATION_DAYS
from bot.services.scheduling.quiet_hours import MISSED_DAY
from models.base import DeliveryState
from models.people import Board
from models.queries import audit as query
from models.queries.outbox import UNSENT


@dataclass(frozen=True)
class LastPrompt:
    """The last time somebody was asked about an action, or left out. reason: why they were left out."""

    at: datetime
    answer: str
    answered_at: datetime | None
    reason: str


@dataclass(frozen=True)
class ExpectedPrompt:
    """One person and one action. days: the open dates they answer for. counts_from: from when on reminders
    count. created_at: when the action came into the plan. heard_at: when anything was last recorded of it, or
    this person was last asked, or could not be. planned_at: since when the owners' next questions are planned
    as they are. escalated_at: when the lead last got a message of it.
    """

    action_id: int
    display_ref: str
    person_id: int
    as_lead: bool
    days: tuple[date, ...]
    counts_from: datetime
    created_at: datetime
    heard_at: datetime
    planned_at: datetime
    last_prompt: LastPrompt | None = None
    escalated_at: datetime | None = None


@dataclass(frozen=True)
class AskingSchedule:
    """A board's rules. oldest: what should have been asked by then was found by an earlier audit."""

    day_offsets: tuple[int, ...]
    repeat: RepeatRules
    oldest: datetime


@dataclass
class RecentPrompts:
    """The prompts of the last days to one person. is_pending: one of them is not sent yet."""

    sent_times: list[datetime] = field(default_factory=list)
    is_pending: bool = False


def load_recent_prompts(session: Session, board: Board, now: datetime) -> dict[int, RecentPrompts]:
    found: dict[int, RecentPrompts] = defaultdict(RecentPrompts)
    for person, at, state in query.prompt_deliveries(session, board.workspace_id, now - LOOK_BACK, now):
        found[person].sent_times.append(at)
        found[person].is_pending |= DeliveryState(state) in UNSENT
    return found


def find_expected_prompts(
    session: Session, board: Board, initials: dict[int, str], now: datetime
) -> Iterator[ExpectedPrompt]:
    since = now - LOOK_BACK
    action_ids = query.open_actions(board.id)
    days, owners = _load_open_days(session, action_ids), _load_owners(session, action_ids)
    changes, escalations = (
        query.last_changes(session, action_ids),
        query.last_escalations(session, action_ids),
    )
    last_prompts = {
        (action, person, as_lead): LastPrompt(at, answer, answered_at, reason)
        for action, person, as_lead, at, answer, answered_at, reason in query.prompt_items(
            session, action_ids, since, now
        )
    }
    last_asked = query.last_asked(session, action_ids, now)
    for action, ref, section, came_in, imported_at, lead in query.actions(session, action_ids):
        heard_at = max(came_in, changes.get(action, came_in))
        base = max(since, imported_at, heard_at)
        planned_at = max(imported_at, heard_at, board.ladder_since or heard_at)
        expected = ExpectedPrompt(
            action, f"{section}/{ref}", 0, False, (), base, came_in, heard_at, planned_at
        )
        counts_from = max(base, board.ladder_since or base)
        for person in owners[action]:
            own_days = tuple(day for day, named in days[action] if not named or initials[person] in named)
            yield replace(
                expected,
                person_id=person,
                days=own_days,
                counts_from=counts_from,
                heard_at=max(heard_at, last_asked.get((action, person), heard_at)),
                last_prompt=last_prompts.get((action, person, False)),
            )
        if lead is not None and lead not in owners[action]:
            yield replace(
                expected,
                person_id=lead,
                as_lead=True,
                days=tuple(day for day, _ in days[action]),
                last_prompt=last_prompts.get((action, lead, True)),
                escalated_at=escalations.get(action),
            )


def _load_open_days(
    session: Session, action_ids: query.ActionIdQuery
) -> dict[int, list[tuple[date, list[str]]]]:
    found: dict[int, list[tuple[date, list[str]]]] = defaultdict(list)
    for action, day, named in query.open_deadlines(session, action_ids):
        found[action].append((day, named or []))
    return found


def _load_owners(session: Session, action_ids: query.ActionIdQuery) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for action, person in query.owners(session, action_ids):
        found[action].append(person)
    return found


BUDGET_PREFIX = "already sent "
DAY = timedelta(days=1)


def find_missing_prompts(session: Session, board: Board, now: datetime) -> Iterator[Finding]:
    """A finding for each person and action that should have a prompt in the outbox and has none; and one for
    each person for whom that cannot be worked out.
    """
    people = {
        row[0]: (row[1], _build_calendar(board, row[2]), row[3])
        for row in query.people(session, board.workspace_id)
    }
    recent_by_person = load_recent_prompts(session, board, now)
    repeat = RepeatRules(board.repeat_days, board.late_repeat_days)
    schedule = AskingSchedule(tuple(board.ladder), repeat, now - LOOK_BACK)
    restored = query.restored_at(session, board.workspace_id, now - LOOK_BACK)
    faulty: set[int] = set()
    for expected in find_expected_prompts(
        session, board, {key: value[0] for key, value in people.items()}, now
    ):
        initials, calendar, away_until = people[expected.person_id]
        if expected.person_id in faulty:
            continue
        try:
            due = _expected_after_restore(restored, expected, schedule, calendar)
            due = _expected_after_absence(due, away_until, calendar)
            day = _find_missed_day(due, recent_by_person[expected.person_id], calendar, now)
        except Exception as fault:  # noqa: BLE001 - it becomes a finding, and everybody else's are audited
            faulty.add(expected.person_id)
            words = sentence("audit.unchecked_person", initials=initials, board=board.name)
            yield unchecked_finding(board, str(expected.person_id), words, fault)
            continue
        if day is not None:
            yield _build_finding(board, expected, initials, day)


def _build_finding(board: Board, expected: ExpectedPrompt, initials: str, day: date) -> Finding:
    return Finding(
        MISSING_PROMPT,
        f"{MISSING_PROMPT}:{expected.action_id}:{expected.person_id}:{day.isoformat()}",
        sentence(
            "audit.missing_prompt",
            initials=initials,
            as_lead=expected.as_lead,
            ref=expected.display_ref,
            day=day,
        ),
        board.id,
    )


def _build_calendar(board: Board, timezone: str | None) -> BoardCalendar:
    return BoardCalendar(
        choose_timezone(timezone, board.timezone),
        board.country,
        board.prompt_time,
        board.quiet_from,
        board.quiet_until,
    )


def _expected_at(
    expected: ExpectedPrompt, schedule: AskingSchedule, calendar: BoardCalendar
) -> datetime | None:
    """When the person was next to be asked, as far as the stored rows show; rather late than early."""
    last_prompt = expected.last_prompt
    if last_prompt is not None and last_prompt.at >= expected.counts_from:
        return _expected_after_prompt(expected, last_prompt, schedule, calendar)
    if not expected.as_lead:
        reminder = _next_reminder_at(expected.days, schedule.day_offsets, calendar, expected.counts_from)
        return _earliest(
            reminder or _catch_up_at(expected, calendar), _next_repeat_at(expected, schedule, calendar)
        )
    is_escalated = expected.escalated_at is not None and expected.escalated_at >= expected.counts_from
    return (
        None
        if is_escalated
        else _next_reminder_at(expected.days, (-ESCALATION_DAYS,), calendar, expected.counts_from)
    )


def _expected_after_restore(
    restored: datetime | None, expected: ExpectedPrompt, schedule: AskingSchedule, calendar: BoardCalendar
) -> datetime | None:
    """What was due before the database was restored is asked on a later day."""
    due = _expected_at(expected, schedule, calendar)
    if due is None or restored is None or due > restored:
        return due
    return calendar.next_prompt_moment(_midnight_after(calendar, restored))


def _expected_after_absence(
    due: datetime | None, away_until: date | None, calendar: BoardCalendar
) -> datetime | None:
    """What falls due while somebody is away is asked once they are back."""
    if due is None or away_until is None:
        return due
    return max(due, calendar.next_prompt_moment(calendar.at(away_until, MIDNIGHT)))


def _expected_after_prompt(
    expected: ExpectedPrompt, last_prompt: LastPrompt, schedule: AskingSchedule, calendar: BoardCalendar
) -> datetime | None:
    """After somebody was asked, or left out."""
    if last_prompt.answer == "later" and last_prompt.answered_at is not None:
        return calendar.next_prompt_moment(last_prompt.answered_at)
    if last_prompt.reason.startswith(BUDGET_PREFIX):
        return calendar.next_prompt_moment(calendar.at(calendar.today(last_prompt.at) + WEEK, MIDNIGHT))
    if last_prompt.reason.startswith((MISSED_DAY, *daily_prompt.POSTPONED_REASONS)):
        return calendar.next_prompt_moment(calendar.next_prompt_moment(last_prompt.at))
    if expected.as_lead:
        return None
    reminder = _next_reminder_at(
        expected.days, schedule.day_offsets, calendar, _midnight_after(calendar, last_prompt.at)
    )
    return _earliest(reminder, _next_repeat_at(expected, schedule, calendar))


def _next_repeat_at(
    expected: ExpectedPrompt, schedule: AskingSchedule, calendar: BoardCalendar
) -> datetime | None:
    """When nothing was said for as long as the board's rules have it; None where it was found before."""
    after = max(expected.planned_at, expected.heard_at)
    at = next_repeat(expected.days, schedule.repeat, calendar, since=expected.heard_at, after=after)
    return at if at > schedule.oldest else None


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def _catch_up_at(expected: ExpectedPrompt, calendar: BoardCalendar) -> datetime | None:
    """An action that came in late, with all its reminders in the past, is asked about once."""
    late = any(day < calendar.today(expected.created_at) for day in expected.days)
    return (
        calendar.next_prompt_moment(expected.created_at)
        if late and expected.counts_from == expected.created_at
        else None
    )


def _next_reminder_at(
    days: tuple[date, ...], day_offsets: tuple[int, ...], calendar: BoardCalendar, after: datetime
) -> datetime | None:
    ahead = [
        reminder.at
        for day in days
        for reminder in _list_reminders(day, day_offsets, calendar)
        if reminder.at > after
    ]
    return min(ahead, default=None)


@lru_cache(maxsize=4096)
def _list_reminders(
    day: date, day_offsets: tuple[int, ...], calendar: BoardCalendar
) -> tuple[ScheduledPrompt, ...]:
    return tuple(scheduled_prompts(day, day_offsets, calendar))


def _midnight_after(calendar: BoardCalendar, moment: datetime) -> datetime:
    return calendar.at(calendar.today(moment) + DAY, time(0)) - timedelta(microseconds=1)


def _find_missed_day(
    due: datetime | None, recent: RecentPrompts, calendar: BoardCalendar, now: datetime
) -> date | None:
    """The day from which they have waited in vain. One message a day: whoever had one that day, or after, is
    asked on the next working day. While one is on its way the rest waits. Judged only when it could have
    been sent for a while.
    """
    if due is None or recent.is_pending or not _is_past_prompt_time(calendar, now):
        return None
    day = calendar.today(due)
    since = next((at for at in recent.sent_times if calendar.today(at) >= day), None)
    waited_for = due if since is None else calendar.next_prompt_moment(max(since, due))
    return day if now >= waited_for + GRACE else None


def _is_past_prompt_time(calendar: BoardCalendar, now: datetime) -> bool:
    today = calendar.today(now)
    since = calendar.prompt_moment(today)
    return calendar.is_working(today) and not calendar.is_quiet(now) and now >= since + GRACE
