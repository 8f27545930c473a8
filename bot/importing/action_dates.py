"""Writes an action's milestones and dates, matching those that are there with those of the document."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft
from bot.plan.due_dates import DueDate, Role
from models.plans import Action, ActionDate, Milestone


def write_dates(
    session: Session,
    action: Action,
    draft: ActionDraft,
    *,
    now: datetime,
    chat_updated_ids: Collection[int],
    redate: bool = True,
) -> None:
    """chat_updated_ids: ids of milestones whose status was given in chat and stays. redate: whether the
    document's
    dates replace those there are.
    """
    matched = _write_milestones(session, action, draft, now=now, chat_updated_ids=chat_updated_ids)
    if redate:
        _write_dates(session, action, draft, matched)


def _write_milestones(
    session: Session, action: Action, draft: ActionDraft, *, now: datetime, chat_updated_ids: Collection[int]
) -> list[Milestone]:
    left = [milestone for milestone in action.milestones if milestone.gone_at is None]
    matched = []
    for place, step in enumerate(draft.milestones):
        milestone = _pop_match(left, step)
        if milestone is None:
            milestone = Milestone(workspace_id=action.workspace_id, status=step.status)
            action.milestones.append(milestone)
        elif milestone.id not in chat_updated_ids:
            milestone.status = step.status
        milestone.label, milestone.title, milestone.detail = step.label, step.title, step.detail
        milestone.owners, milestone.position = list(step.owners), place
        matched.append(milestone)
    for milestone in left:
        milestone.gone_at = now
    session.flush()
    return matched


def _pop_match(unmatched: list[Milestone], step: MilestoneDraft) -> Milestone | None:
    """Take the one with the same label, or else the same title, out of those left."""
    labelled = [each for each in unmatched if step.label and each.label == step.label]
    found = next(iter(labelled or [each for each in unmatched if each.title == step.title]), None)
    if found is not None:
        unmatched.remove(found)
    return found


def _write_dates(session: Session, action: Action, draft: ActionDraft, matched: Sequence[Milestone]) -> None:
    """Replace the dates; each keeps the day it first had, so that slippage can be told."""
    first = {
        (entry.milestone_id, place): entry.first_day or entry.day
        for place, entry in _number_per_milestone(action.due_dates)
    }
    action.due_dates.clear()
    session.flush()
    placed = {due for step in draft.milestones for due in step.due}
    own = [due for due in draft.due if due.role is not Role.MILESTONE and due not in placed]
    _append_dates(action, own, None, first)
    for milestone, step in zip(matched, draft.milestones, strict=True):
        _append_dates(action, step.due, milestone, first)
    session.flush()


def _number_per_milestone(entries: Sequence[ActionDate]) -> list[tuple[int, ActionDate]]:
    counts: dict[int | None, int] = {}
    placed = []
    for entry in entries:
        counts[entry.milestone_id] = counts.get(entry.milestone_id, -1) + 1
        placed.append((counts[entry.milestone_id], entry))
    return placed


def _append_dates(
    action: Action,
    dues: Sequence[DueDate],
    milestone: Milestone | None,
    first: dict[tuple[int | None, int], date | None],
) -> None:
    milestone_id = milestone.id if milestone else None
    for place, due in enumerate(dues):
        action.due_dates.append(
            ActionDate(
                workspace_id=action.workspace_id,
                milestone_id=milestone_id,
                text=due.text,
                day=due.date,
                first_day=first.get((milestone_id, place)) or due.date,
                precision=due.precision,
                role=due.role,
                confirmed=due.confirmed,
                position=len(action.due_dates),
            )
        )
