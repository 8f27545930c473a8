"""Keeps what a list needs of an action on the action itself, and the owners' next prompts in step."""

from datetime import date, datetime, timedelta

from bot.plan.calendar import Calendar, next_rung
from bot.plan.dates import Role
from models.people import Board, Person
from models.plans import Action, ActionDate, ActionOwner, Milestone

COUNTED = (Role.DUE, Role.MILESTONE)
ESCALATION_DAYS = 7


def calendar_of(board: Board, person: Person | None = None) -> Calendar:
    """The board's calendar, in the person's own timezone where one is known."""
    timezone = (person.timezone if person else None) or board.timezone
    return Calendar(timezone, board.country, board.prompt_time, board.quiet_from, board.quiet_until)


def milestone_of(action: Action, entry: ActionDate) -> Milestone | None:
    return next((each for each in action.milestones if each.id == entry.milestone_id), None)


def open_dates(action: Action) -> list[ActionDate]:
    """The dates that can still be missed, earliest first: a finished milestone's no longer can."""
    if not action.status.is_open or action.gone_at is not None:
        return []
    found = []
    for entry in action.due_dates:
        if entry.day is None or entry.role not in COUNTED:
            continue
        milestone = milestone_of(action, entry)
        if milestone is None or (milestone.status.is_open and milestone.gone_at is None):
            found.append(entry)
    return sorted(found, key=lambda entry: (entry.day or date.max, entry.position))


def refresh(action: Action) -> None:
    """Recompute the action's own columns; call it after anything about it changed and was flushed."""
    dates = open_dates(action)
    action.next_due_on = dates[0].day if dates else None
    action.next_due_confirmed = dates[0].confirmed if dates else True
    slips = [(each.day - each.first_day).days for each in action.due_dates if each.day and each.first_day]
    action.slipped_days = max(0, *slips) if slips else 0


def dates_for(action: Action, person: Person) -> list[date]:
    """The open dates this owner answers for: all but those of milestones that name someone else only."""
    found = []
    for entry in open_dates(action):
        milestone = milestone_of(action, entry)
        named = milestone.owners if milestone else []
        if entry.day and (not named or person.initials in named):
            found.append(entry.day)
    return found


def plan_next_prompt(action: Action, owner: ActionOwner, board: Board, *, after: datetime) -> None:
    """Set when this owner is next asked: the next rung of the ladder that lies after `after`."""
    calendar = calendar_of(board, owner.person)
    rung = next_rung(dates_for(action, owner.person), board.prompt_days, calendar, after=after)
    owner.prompt_at = rung.at if rung else None


def plan_next_prompts(action: Action, board: Board, *, now: datetime, catch_up: bool = False) -> None:
    """Set when each owner is next asked, and when the project's lead is told.

    catch_up: an action that came in late, with its whole ladder behind it, is asked about once at the next
    prompt time instead of never, and its lead is told a week after that.
    """
    for owner in action.owners:
        owner.snoozed_until = None
        plan_next_prompt(action, owner, board, after=now)
        if catch_up and owner.prompt_at is None and _is_late(action, owner, board, now):
            owner.prompt_at = calendar_of(board, owner.person).next_prompt_moment(now)
    _plan_escalation(action, board, now=now, catch_up=catch_up)


def _plan_escalation(action: Action, board: Board, *, now: datetime, catch_up: bool) -> None:
    """The lead is told seven days after a date was missed, unless they own the action themselves. One that
    is still to be told of a date missed long ago is told, whatever was said meanwhile.
    """
    waiting, action.escalate_at = action.escalate_at, None
    lead = action.project.lead if action.project else None
    dates = [each.day for each in open_dates(action) if each.day]
    if lead is None or not dates or any(owner.person_id == lead.id for owner in action.owners):
        return
    calendar = calendar_of(board, lead)
    rung = next_rung(dates, (-ESCALATION_DAYS,), calendar, after=now)
    action.escalate_at = rung.at if rung else None
    long_late = dates[0] < calendar.today(now) - timedelta(days=ESCALATION_DAYS)
    if long_late and (catch_up or waiting is not None):
        in_a_week = calendar.next_prompt_moment(now + timedelta(days=ESCALATION_DAYS))
        action.escalate_at = min(waiting or in_a_week, in_a_week)


def _is_late(action: Action, owner: ActionOwner, board: Board, now: datetime) -> bool:
    today = calendar_of(board).today(now)
    return any(day < today for day in dates_for(action, owner.person))
