"""Build an action from its row: parse each cell, place the values on the steps, report every doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.importing.drafting import diagnostics
from bot.importing.drafting.activity import Activity, read_activity
from bot.importing.drafting.draft import ActionDraft, MilestoneDraft
from bot.importing.drafting.project_rows import split_lines
from bot.importing.drafting.rows import ActionRow
from bot.importing.drafting.step_allocation import StepAllocation, allocate_steps, with_written_dates
from bot.importing.table.headings import Column
from bot.importing.table.problems import DiagnosticLog
from bot.plan.date_parser import read_due_dates, read_due_lines
from bot.plan.date_patterns import find_dates
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.owners import read_owner_lines, read_owners
from bot.plan.statuses import Status, read_statuses
from bot.plan.text import one_line, plain_marks
from bot.sentences import sentence


@dataclass(frozen=True)
class ActionKey:
    """An action's section, its project's number (None for none) and its normalised ref."""

    section: str
    project: str | None
    ref: str


def read_action(
    row: ActionRow, key: ActionKey, *, as_at: date | None, today: date, notes: DiagnosticLog
) -> ActionDraft:
    """Read the row. as_at: the plan's own date; without one, dates are read as of `today`."""
    reference = as_at or today
    notes = notes.for_action(f"{key.section}/{key.ref}")
    activity = read_activity(row.text(Column.ACTION))
    lines = read_due_lines(row.text(Column.DUE), as_at=reference)
    owners = read_owners(row.text(Column.OWNER))
    statuses = read_statuses(row.text(Column.STATUS))
    placed = allocate_steps(
        activity.steps, lines, read_owner_lines(row.text(Column.OWNER)), statuses.statuses
    )
    milestones = [_with_written_dates(step, row, key, reference, notes) for step in placed.milestones]
    placed = replace(placed, milestones=tuple(milestones))
    diagnostics.report_dates(row, key.ref, placed.due, placed, notes)
    diagnostics.report_owners(row, key.ref, owners, placed, notes)
    diagnostics.report_status(row, key.ref, statuses, placed, notes)
    _report_activity(row, key, activity, placed, reference, notes)
    if as_at:
        diagnostics.report_late(row.location(Column.DUE), key.ref, pair_dates(placed), as_at, notes)
    return ActionDraft(
        key.section,
        key.project,
        key.ref,
        activity.title,
        owners.owners,
        (*placed.due, *read_starts(row, key, reference, notes)),
        placed.status,
        one_line(row.text(Column.STATUS)),
        placed.milestones,
        tuple(dict.fromkeys([*activity.tags, *split_lines(row.text(Column.TAGS))])),
        tuple(split_lines(row.text(Column.DELIVERED))),
        tuple(split_lines(row.text(Column.SUCCESS))),
        row.where,
        "\n".join(activity.detail),
    )


def _report_activity(
    row: ActionRow,
    key: ActionKey,
    activity: Activity,
    allocation: StepAllocation,
    reference: date,
    notes: DiagnosticLog,
) -> None:
    if not activity.title:
        notes.error(row.location(Column.ACTION), "title", "", sentence("drafting.no_title", ref=key.ref))
    diagnostics.report_sub_refs(row, key.ref, activity, notes)
    diagnostics.report_later_date_in_title(row, key.ref, activity.title, allocation.due, reference, notes)


def pair_dates(allocation: StepAllocation) -> Sequence[tuple[DueDate, Status]]:
    """Pair each date with the status it depends on: its step's, or else the action's."""
    of_steps = [(due, step.status) for step in allocation.milestones for due in step.due]
    mine = [due for due in allocation.due if due.role is not Role.MILESTONE]
    return [*((due, allocation.status) for due in mine), *of_steps]


def _with_written_dates(
    step: MilestoneDraft, row: ActionRow, key: ActionKey, reference: date, notes: DiagnosticLog
) -> MilestoneDraft:
    """Use days written in a step's title ("Contracts awarded 20.09.21") as its dates."""
    if step.due:
        return step
    plain = plain_marks(step.title)
    days = [
        DueDate(step.title[found.start : found.end], found.day, found.precision)
        for found in find_dates(plain, as_at=reference)
        if found.day and _is_day_or_range(plain[found.start : found.end], found.precision)
    ]
    for due in days:
        diagnostics.report_written_date(row, key.ref, due.text, notes)
    return with_written_dates(step, days)


def _is_day_or_range(text: str, precision: Precision) -> bool:
    """Tell a day, or a range from day to day, from a month or a year that is only mentioned."""
    return precision is Precision.DAY or (
        precision is Precision.RANGE and text.count(".") + text.count("/") > 1
    )


def read_starts(row: ActionRow, key: ActionKey, reference: date, notes: DiagnosticLog) -> list[DueDate]:
    """Read the column of start dates. They are stored, but never due."""
    dates = read_due_dates(row.text(Column.START), as_at=reference)
    for due in dates:
        if due.precision is Precision.NONE:
            message = sentence("drafting.start_unread", ref=key.ref, text=due.text)
            notes.warning(row.location(Column.START), "due", due.text, message)
    return [replace(due, role=Role.START) for due in dates if due.date]
