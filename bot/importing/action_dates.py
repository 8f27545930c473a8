"""Writes an action's milestones and dates, matching the stored ones with those of the document."""

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
    """chat_updated_ids: of milestones whose status was given in chat and stays. redate: whether the
    document's dates replace the stored ones.
    """
    matched = _write_milestones(session, action, draft, now=now, chat_updated_ids=chat_updated_ids)
    if redate:
        _write_dates(session, action, draft, matched)


def _write_milestones(
    session: Session, action: Action, draft: ActionDraft, *, now: datetime, chat_updated_ids: Collection[int]
) -> list[Milestone]:
    unmatched = [milestone for milestone in action.milestones if milestone.gone_at is None]
    matched = []
    for position, step in enumerate(draft.milestones):
        milestone = _pop_match(unmatched, step)
        if milestone is None:
            milestone = Milestone(workspace_id=action.workspace_id, status=step.status)
            action.milestones.append(milestone)
        elif milestone.id not in chat_updated_ids:
            milestone.status = step.status
        milestone.label, milestone.title, milestone.detail = step.label, step.title, step.detail
        milestone.owners, milestone.position = list(step.owners), position
        matched.append(milestone)
    for milestone in unmatched:
        milestone.gone_at = now
    session.flush()
    return matched


def _pop_match(unmatched: list[Milestone], step: MilestoneDraft) -> Milestone | None:
    """Remove and return the one with the same label, or else the same title."""
    labelled = [each for each in unmatched if step.label and each.label == step.label]
    match = next(iter(labelled or [each for each in unmatched if each.title == step.title]), None)
    if match is not None:
        unmatched.remove(match)
    return match


def _write_dates(session: Session, action: Action, draft: ActionDraft, matched: Sequence[Milestone]) -> None:
    """Replace the dates; each keeps its first day, from which slippage is counted."""
    first_days = {
        (entry.milestone_id, index): entry.first_day or entry.day
        for index, entry in _number_per_milestone(action.due_dates)
    }
    action.due_dates.clear()
    session.flush()
    of_steps = {due for step in draft.milestones for due in step.due}
    own = [due for due in draft.due if due.role is not Role.MILESTONE and due not in of_steps]
    if draft.first_day is not None:
        first = next((index for index, due in enumerate(own) if due.role is Role.DUE and due.date), None)
        if first is not None and first_days.get((None, first)) in {None, own[first].date}:
            first_days[None, first] = draft.first_day
    _append_dates(action, own, None, first_days)
    for milestone, step in zip(matched, draft.milestones, strict=True):
        _append_dates(action, step.due, milestone, first_days)
    session.flush()


def _number_per_milestone(entries: Sequence[ActionDate]) -> list[tuple[int, ActionDate]]:
    """Each date with its index among those of the same milestone, or of the action itself."""
    last_index: dict[int | None, int] = {}
    numbered = []
    for entry in entries:
        last_index[entry.milestone_id] = last_index.get(entry.milestone_id, -1) + 1
        numbered.append((last_index[entry.milestone_id], entry))
    return numbered


def _append_dates(
    action: Action,
    dues: Sequence[DueDate],
    milestone: Milestone | None,
    first_days: dict[tuple[int | None, int], date | None],
) -> None:
    milestone_id = milestone.id if milestone else None
    for index, due in enumerate(dues):
        action.due_dates.append(
            ActionDate(
                workspace_id=action.workspace_id,
                milestone_id=milestone_id,
                text=due.text,
                day=due.date,
                first_day=first_days.get((milestone_id, index)) or due.date,
                precision=due.precision,
                role=due.role,
                confirmed=due.confirmed,
                position=len(action.due_dates),
            )
        )
