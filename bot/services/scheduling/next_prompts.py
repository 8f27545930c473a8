"""Stores on each action what lists need of its dates, and on its owners when they are next asked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.plan.calendar import (
    BoardCalendar,
    RepeatRules,
    choose_timezone,
    next_repeat,
    next_scheduled_prompt,
)
from bot.plan.due_dates import Role
from bot.services.isolation import run_isolated
from models.people import Board, Person
from models.plans import Action, ActionDate, ActionOwner, Milestone
from models.queries import actions as actions_query
from models.queries import boards as boards_query
from models.queries import prompt_schedule as query

COUNTED_ROLES = (Role.DUE, Role.MILESTONE)
ESCALATION_DAYS = 7


def build_calendar(board: Board, person: Person | None = None) -> BoardCalendar:
    """The board's calendar, in the person's own timezone where one is known."""
    return _build_calendar(board, person.timezone if person else None)


def _build_calendar(board: Board, own_timezone: str | None) -> BoardCalendar:
    timezone = choose_timezone(own_timezone, board.timezone)
    return BoardCalendar(timezone, board.country, board.prompt_time, board.quiet_from, board.quiet_until)


def find_milestone(action: Action, entry: ActionDate) -> Milestone | None:
    if entry.milestone_id is None:
        return None
    return next((each for each in action.milestones if each.id == entry.milestone_id), None)


def open_dates(action: Action) -> list[ActionDate]:
    """The dates that can still be missed, earliest first: a finished milestone's no longer can."""
    if not action.status.is_open or action.gone_at is not None:
        return []
    found = []
    for entry in action.due_dates:
        if entry.day is None or entry.role not in COUNTED_ROLES:
            continue
        milestone = find_milestone(action, entry)
        if milestone is None or (milestone.status.is_open and milestone.gone_at is None):
            found.append(entry)
    return sorted(found, key=lambda entry: (entry.day or date.max, entry.position))


def refresh_due_columns(action: Action) -> None:
    """Recompute the action's own columns; call it after anything about it changed and was flushed."""
    dates = open_dates(action)
    action.next_due_on = dates[0].day if dates else None
    action.next_due_confirmed = dates[0].confirmed if dates else True
    slips = [(each.day - each.first_day).days for each in action.due_dates if each.day and each.first_day]
    action.slipped_days = max(0, *slips) if slips else 0


def dates_for(action: Action, person: Person) -> list[date]:
    """The open dates this owner answers for: all but those of milestones that name someone else only."""
    return _filter_by_owner(action, open_dates(action), person)


def _filter_by_owner(action: Action, entries: list[ActionDate], person: Person) -> list[date]:
    found = []
    for entry in entries:
        milestone = find_milestone(action, entry)
        named = milestone.owners if milestone else []
        if entry.day and (not named or person.initials in named):
            found.append(entry.day)
    return found


def plan_next_prompt(
    action: Action, owner: ActionOwner, board: Board, *, after: datetime, since: datetime | None = None
) -> None:
    """Set when this owner is next asked: at the first reminder after `after`, or once nothing was said for as
    long as the board's rules have it. since: of when that counts, None for the last word or question.
    """
    dates = dates_for(action, owner.person)
    owner.prompt_at = _find_next_moment(action, owner, dates, board, board.ladder, after, since)


def _find_next_moment(
    action: Action,
    owner: ActionOwner,
    dates: list[date],
    board: Board,
    day_offsets: Sequence[int],
    after: datetime,
    since: datetime | None = None,
) -> datetime | None:
    """None for an action that is closed or gone."""
    if not action.status.is_open or action.gone_at is not None:
        return None
    calendar = build_calendar(board, owner.person)
    reminder = next_scheduled_prompt(dates, day_offsets, calendar, after=after)
    rules = RepeatRules(board.repeat_days, board.late_repeat_days)
    since = since or last_heard_or_asked(action, owner)
    repeat = next_repeat(dates, rules, calendar, since=since, after=after)
    return min(repeat, reminder.at) if reminder else repeat


def last_heard_or_asked(action: Action, owner: ActionOwner) -> datetime:
    """The last word, or when this owner was last asked; at first, when the action came into the plan."""
    moments = (action.created_at, action.last_word_at, owner.asked_at)
    return max(moment for moment in moments if moment is not None)


def plan_next_prompts(action: Action, board: Board, *, now: datetime, catch_up: bool = False) -> None:
    """Set when each owner is next asked, and when the project's lead gets it in a prompt.

    catch_up: an action that came in late, with all its reminders in the past, is asked about once at the next
    prompt time instead of never, and its lead gets it a week after that.
    """
    entries = open_dates(action)
    for owner in action.owners:
        if owner.snoozed_until is not None:
            owner.snoozed_until = None
        dates = _filter_by_owner(action, entries, owner.person)
        owner.prompt_at = _find_next_moment(action, owner, dates, board, board.ladder, now)
        if catch_up and owner.asked_at is None and _has_no_reminder(owner, dates, board, now):
            owner.prompt_at = build_calendar(board, owner.person).next_prompt_moment(now)
    dates = [entry.day for entry in entries if entry.day]
    action.escalate_at = _next_escalation(action, dates, board, now=now, catch_up=catch_up)


def _next_escalation(
    action: Action, dates: list[date], board: Board, *, now: datetime, catch_up: bool
) -> datetime | None:
    """The lead gets an action seven days after a date was missed, unless they own it themselves. A lead who
    is still to get one that was missed long ago gets it, whatever was recorded meanwhile.
    """
    lead = action.project.lead if action.project else None
    if lead is None or not dates or any(owner.person_id == lead.id for owner in action.owners):
        return None
    waiting, calendar = action.escalate_at, build_calendar(board, lead)
    long_late = dates[0] < calendar.today(now) - timedelta(days=ESCALATION_DAYS)
    if long_late and (catch_up or waiting is not None):
        in_a_week = calendar.next_prompt_moment(now + timedelta(days=ESCALATION_DAYS))
        return min(waiting or in_a_week, in_a_week)
    reminder = next_scheduled_prompt(dates, (-ESCALATION_DAYS,), calendar, after=now)
    return reminder.at if reminder else None


def is_for_lead(action: Action, day: date) -> bool:
    """Whether the project's lead is to know of it: by that day an open date was missed for a week."""
    due = action.next_due_on
    return due is not None and due <= day - timedelta(days=ESCALATION_DAYS)


def _has_no_reminder(owner: ActionOwner, dates: list[date], board: Board, now: datetime) -> bool:
    """Whether it is late, with all reminders in the past."""
    calendar = build_calendar(board, owner.person)
    is_late = any(day < build_calendar(board).today(now) for day in dates)
    return is_late and next_scheduled_prompt(dates, board.ladder, calendar, after=now) is None


def replan_changed_boards(session: Session, now: datetime) -> int:
    """Work out anew when each owner is next asked, on boards whose prompt schedule was changed. Returns how
    many boards those were. What is due by now is asked as it was planned.

    A board that fails keeps its old schedule and holds up no other. Raises ExceptionGroup once no other is
    left.
    """
    changed = query.boards_to_replan(session)
    replanned, faults = run_isolated(session, changed, lambda board: _replan_board(session, board, now))
    if faults and not replanned:
        raise ExceptionGroup("ladders could not be taken up", list(faults.values()))
    return replanned


def _replan_board(session: Session, board: Board, now: datetime) -> int:
    for action in actions_query.lock_actions(session, query.open_actions(session, board.id)).values():
        for owner in action.owners:
            owner.prompt_at = _choose_next_prompt(owner, board, now)
    board.ladder, board.ladder_since = list(board.prompt_days), now
    return 1


def _choose_next_prompt(owner: ActionOwner, board: Board, now: datetime) -> datetime | None:
    """The next moment by the new schedule. One that was put off (Later, no room in the week) stays, unless
    the new schedule asks sooner.
    """
    planned = owner.prompt_at
    if planned is not None and planned <= now:
        return planned
    dates = dates_for(owner.action, owner.person)
    before, after = (
        _find_next_moment(owner.action, owner, dates, board, days, now)
        for days in (board.ladder, board.prompt_days)
    )
    if planned is None or planned == before:
        return after
    return min(planned, after) if after else planned


def replan_person(session: Session, person: Person, previous: str | None, now: datetime) -> None:
    """Move what this person is next asked, or gets as a lead, to the prompt time of the same day in the
    timezone that they have now. previous: the one before. What is due by now stays due.
    """
    boards = boards_query.boards(session, person.workspace_id)
    if all(_build_calendar(each, previous) == build_calendar(each, person) for each in boards):
        return
    waiting = query.actions_waiting_for(session, person.id)
    for action in actions_query.lock_actions(session, waiting).values():
        board = action.plan.board
        before, after = _build_calendar(board, previous), build_calendar(board, person)
        for owner in action.owners:
            if owner.person_id == person.id:
                is_snoozed = owner.snoozed_until == owner.prompt_at
                owner.prompt_at = _move_to_timezone(owner.prompt_at, before, after, now)
                owner.snoozed_until = owner.prompt_at if is_snoozed else owner.snoozed_until
        if action.project is not None and action.project.lead_id == person.id:
            action.escalate_at = _move_to_timezone(action.escalate_at, before, after, now)
    session.flush()


def plan_linked_person(session: Session, person: Person, now: datetime) -> None:
    """Somebody can be asked from now on: what they should have been asked by now is due at the next prompt
    time.
    """
    waiting = query.actions_waiting_for(session, person.id)
    for action in actions_query.lock_actions(session, waiting).values():
        for owner in action.owners:
            planned = owner.prompt_at
            if owner.person_id == person.id and planned is not None and planned > now:
                plan_next_prompt(action, owner, action.plan.board, after=now)
                owner.prompt_at = min(planned, owner.prompt_at or planned)
    session.flush()


def _move_to_timezone(
    at: datetime | None, before: BoardCalendar, after: BoardCalendar, now: datetime
) -> datetime | None:
    """What is due at another time than the prompt time waits for something else, and stays."""
    if at is None or at <= now or at != before.prompt_moment(before.today(at)):
        return at
    moved = after.prompt_moment(before.today(at))
    return moved if moved > now else after.next_time_to_ask(now)
