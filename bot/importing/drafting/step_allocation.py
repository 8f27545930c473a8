"""Allocate the dates, owners and statuses of a cell to an action's steps when their number fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.importing.drafting.activity import Step
from bot.importing.drafting.draft import MilestoneDraft
from bot.plan.due_dates import DueDate, Role
from bot.plan.owners import OwnersReading
from bot.plan.statuses import Status

_MIN_STEPS = 2


@dataclass(frozen=True)
class StepAllocation:
    """The steps with their dates, owners and statuses, and the action's own dates and status.

    dates_unplaced, owners_unplaced: how many dates or lines of owners could not be allocated; 0 when there
    was nothing to allocate. statuses_short, statuses_over: how many statuses were printed, when that is
    fewer or more than the steps; otherwise 0.
    """

    milestones: tuple[MilestoneDraft, ...]
    due: tuple[DueDate, ...]
    status: Status
    dates_unplaced: int = 0
    owners_unplaced: int = 0
    statuses_short: int = 0
    statuses_over: int = 0


def allocate_steps(
    steps: Sequence[Step],
    date_lines: Sequence[Sequence[DueDate]],
    owner_lines: Sequence[OwnersReading],
    statuses: Sequence[Status],
) -> StepAllocation:
    """Allocate each by step. What does not fit stays on the action and is counted."""
    count = len(steps)
    dates = _dates_by_step(date_lines, count)
    owners = owner_lines if count >= _MIN_STEPS and len(owner_lines) == count else None
    every = [due for line in date_lines for due in line]
    milestones = [
        MilestoneDraft(
            step.label,
            step.title,
            step.detail,
            owners[number].owners if owners else (),
            tuple(map(as_step_date, dates[number])) if dates else (),
            status,
        )
        for number, (step, status) in enumerate(zip(steps, _statuses_by_step(statuses, count), strict=True))
    ]
    return StepAllocation(
        tuple(milestones),
        tuple(as_step_date(due) if dates else due for due in every),
        overall_status(statuses, count),
        dates_unplaced=len(every) if steps and len(every) > 1 and not dates else 0,
        owners_unplaced=len(owner_lines)
        if count >= _MIN_STEPS and len(owner_lines) > 1 and not owners
        else 0,
        statuses_short=len(statuses) if 1 < len(statuses) < count else 0,
        statuses_over=len(statuses) if len(statuses) > max(count, 1) else 0,
    )


def overall_status(statuses: Sequence[Status], steps: int) -> Status:
    """Judge one status from several: the same for all, or in progress when they disagree.

    Two statuses for three steps leave one step not started.
    """
    if not statuses:
        return Status.NOT_STARTED
    missing = 1 < len(statuses) < steps
    different = set(statuses) | ({Status.NOT_STARTED} if missing else set())
    return statuses[0] if len(different) == 1 else Status.IN_PROGRESS


def with_written_dates(milestone: MilestoneDraft, dates: Sequence[DueDate]) -> MilestoneDraft:
    """Give a step without a date of its own those written in its words."""
    return milestone if milestone.due else replace(milestone, due=tuple(map(as_step_date, dates)))


def _statuses_by_step(statuses: Sequence[Status], count: int) -> list[Status]:
    """One status covers every step; several are placed in order, and steps beyond them are not started."""
    if len(statuses) > count:
        return [overall_status(statuses, count)] * count
    if len(statuses) == 1:
        return [statuses[0]] * count
    return [*statuses, *[Status.NOT_STARTED] * (count - len(statuses))]


def _dates_by_step(lines: Sequence[Sequence[DueDate]], count: int) -> list[list[DueDate]] | None:
    """Group the dates by step: a line each, or a date each; None when neither number fits."""
    if count < _MIN_STEPS:
        return None
    if len(lines) == count:
        return [list(line) for line in lines]
    every = [due for line in lines for due in line]
    return [[due] for due in every] if len(every) == count else None


def as_step_date(due: DueDate) -> DueDate:
    """Mark a date as a step's; a start or ongoing date stays what it is."""
    return replace(due, role=Role.MILESTONE) if due.role is Role.DUE else due
