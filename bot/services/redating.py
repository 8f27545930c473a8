"""Moving a date: which one moves, what it was before, and putting it back."""

from datetime import date

from sqlalchemy.orm import Session

from bot.plan.due_dates import Precision, Role
from bot.services import standing
from models.plans import Action, ActionDate, Milestone
from models.records import StatusChange


def move(
    session: Session, action: Action, milestone: Milestone | None, day: date, text: str, change: StatusChange
) -> None:
    """Move the earliest open date (the milestone's own, if one was named); give it one if it has none."""
    dates = [
        each for each in standing.open_dates(action) if milestone is None or each.milestone_id == milestone.id
    ]
    entry = dates[0] if dates else _new_date(session, action, milestone)
    change.date_id, change.old_due, change.new_due = entry.id, entry.day, day
    change.date_before = {
        "text": entry.text,
        "precision": entry.precision.value,
        "confirmed": entry.confirmed,
    }
    entry.first_day = entry.first_day or entry.day
    entry.day, entry.text = day, text
    entry.precision, entry.confirmed = Precision.DAY, True


def _new_date(session: Session, action: Action, milestone: Milestone | None) -> ActionDate:
    entry = ActionDate(
        workspace_id=action.workspace_id,
        milestone_id=milestone.id if milestone else None,
        role=Role.MILESTONE if milestone else Role.DUE,
        precision=Precision.NONE,
        confirmed=True,
        position=len(action.due_dates),
    )
    action.due_dates.append(entry)
    session.flush()
    return entry


def entry_of(change: StatusChange) -> ActionDate | None:
    """The date a change moved, None when a later version of the plan replaced it."""
    return next((each for each in change.action.due_dates if each.id == change.date_id), None)


def move_back(change: StatusChange) -> None:
    """Put the date of a change back as it was before."""
    entry = entry_of(change)
    if entry is None:
        return
    before = change.date_before
    entry.day, entry.text = change.old_due, before["text"]
    entry.precision, entry.confirmed = Precision(before["precision"]), before["confirmed"]
