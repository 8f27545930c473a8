"""An action as documents and chat have made it, to compare with what a document says of it."""

from datetime import date
from typing import Any

from bot.plan.dates import DueDate, Role
from bot.plan.printed_dates import readable
from models.plans import Action, ActionDate, Milestone


def as_it_stands(action: Action) -> dict[str, Any]:
    """Give the action in the shape of a fingerprint (bot.importing.differences), dates as printed."""
    as_at = action.plan.as_at or action.plan.imported_at.date()
    steps = [step for step in action.milestones if step.gone_at is None]
    return {
        "title": action.title,
        "owners": [owner.person.initials for owner in action.owners],
        "due": _dates(action, None, as_at),
        "milestone_due": [_dates(action, step, as_at) for step in steps],
        "status": action.status.value,
        "status_text": action.status_text,
        "project": action.project.number if action.project else "",
        "detail": action.detail,
        "tags": action.tags,
        "delivered_through": action.delivered_through,
        "success_measures": action.success_measures,
        "milestones": [
            [step.label, step.title, step.detail, step.owners, step.status.value] for step in steps
        ],
    }


def comparable(fingerprint: dict[str, Any]) -> dict[str, Any]:
    """Leave a step's date with the step alone, wherever the document printed it."""
    of_steps = [due for step in fingerprint.get("milestone_due", []) for due in step]
    own = [
        due for due in fingerprint.get("due", []) if due[2] != Role.MILESTONE.value and due not in of_steps
    ]
    return {**fingerprint, "due": own}


def _dates(action: Action, step: Milestone | None, as_at: date) -> list[list[Any]]:
    wanted = step.id if step else None
    return [_printed(entry, as_at) for entry in action.due_dates if entry.milestone_id == wanted]


def _printed(entry: ActionDate, as_at: date) -> list[Any]:
    due = readable(DueDate(entry.text, entry.day, entry.precision, entry.role, entry.confirmed), as_at=as_at)
    return [due.text, due.date.isoformat() if due.date else "", due.role.value, due.confirmed]
