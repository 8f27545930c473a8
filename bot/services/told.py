"""What an update made of its actions, as the messages tell it."""

from collections.abc import Iterator
from datetime import datetime

from bot.commands import UpdateStatus
from bot.messages import Change
from bot.plan.rag import Colour
from bot.services import lines, standing
from bot.services.resolving import Target
from models.plans import Action, Milestone
from models.records import StatusChange


def describe(
    action: Action, change: StatusChange, milestone: Milestone | None, now: datetime, shared: set[str]
) -> Change:
    """A change as a message tells it."""
    dates = standing.open_dates(action) if change.new_due is not None else []
    others = tuple(each.day for each in dates if each.id != change.date_id and each.day)
    return Change(
        ref=lines.ref_of(action, shared),
        title=lines.short(action.title),
        rag=lines.colour(action, action.plan, now),
        from_status=change.from_status.words,
        to_status=change.to_status.words,
        milestone=lines.short(f"{milestone.label} {milestone.title}".strip(), 80) if milestone else "",
        from_colour=change.from_declared,
        to_colour=change.to_declared,
        old_due=change.old_due,
        new_due=change.new_due,
        because=change.reason,
        note=change.note,
        evidence=change.evidence,
        other_dates=others,
    )


def still_declared(
    targets: list[Target], command: UpdateStatus, shared: set[str]
) -> Iterator[tuple[str, Colour]]:
    """Open actions whose Red or Amber was declared earlier: a status alone does not take it back."""
    if command.status is None or command.declared is not None or command.blocked:
        return
    for action in {target.action.id: target.action for target in targets}.values():
        if action.status.is_open and action.declared in {Colour.RED, Colour.AMBER}:
            yield lines.ref_of(action, shared), action.declared


def finished(targets: list[Target], shared: set[str]) -> Iterator[str]:
    """Actions whose milestones are now all done while they themselves are still open, each once."""
    of_milestones = (target.action for target in targets if target.milestone is not None)
    for action in {action.id: action for action in of_milestones}.values():
        standing_ones = [each for each in action.milestones if each.gone_at is None]
        if action.status.is_open and all(not each.status.is_open for each in standing_ones):
            yield lines.ref_of(action, shared)
