"""Build an action from its row: parse each cell, place the values on the steps, report every doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.importing.drafting import diagnostics
from bot.importing.drafting.action_days import read_days, read_lines, read_one_day
from bot.importing.drafting.action_status import read_standing, settle_colour
from bot.importing.drafting.activity import Activity, read_activity
from bot.importing.drafting.draft import ActionDraft, MilestoneDraft
from bot.importing.drafting.project_rows import split_lines
from bot.importing.drafting.rows import ActionRow
from bot.importing.drafting.step_allocation import (
    StepAllocation,
    allocate_steps,
    as_step_date,
    overall_status,
    with_written_dates,
)
from bot.importing.table.column_kinds import Column
from bot.importing.table.problems import DiagnosticLog
from bot.plan.date_patterns import find_dates
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.owners import read_owner_lines, read_owners
from bot.plan.statuses import Status
from bot.plan.text import one_line, plain_marks
from bot.sentences import sentence

# Characters of a priority or category.
_MAX_WORD_LENGTH = 100


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
    days = read_days(row, reference)
    raised_on, closed_on = (
        read_one_day(row, each, reference) for each in (Column.RAISED_ON, Column.CLOSED_ON)
    )
    owners = read_owners(row.text(Column.OWNER))
    standing = read_standing(row, is_closed=closed_on is not None)
    placed = allocate_steps(
        activity.steps, days.lines, read_owner_lines(row.text(Column.OWNER)), standing.statuses.statuses
    )
    milestones = [_with_written_dates(step, row, key, reference, notes) for step in placed.milestones]
    own = [_step_of_row(step, reference) for step in row.steps]
    placed = replace(placed, milestones=(*milestones, *own))
    diagnostics.report_dates(row, key.ref, placed.due, placed, notes)
    diagnostics.report_owners(row, key.ref, owners, placed, notes)
    if not standing.is_derived:
        diagnostics.report_status(row, key.ref, standing.statuses, placed, notes)
    _report_activity(row, key, activity, placed, reference, notes)
    if as_at:
        diagnostics.report_late(row.location(Column.DUE), key.ref, pair_dates(placed), as_at, notes)
    unread = [
        each for each, day in ((Column.RAISED_ON, raised_on), (Column.CLOSED_ON, closed_on)) if day is None
    ]
    return ActionDraft(
        key.section,
        key.project,
        key.ref,
        activity.title,
        owners.owners,
        (*placed.due, *read_starts(row, key, reference, notes), *(due for step in own for due in step.due)),
        placed.status,
        one_line(row.text(Column.STATUS) or row.text(Column.DONE)),
        placed.milestones,
        tuple(dict.fromkeys([*activity.tags, *split_lines(row.text(Column.TAGS))])),
        tuple(split_lines(row.text(Column.DELIVERED))),
        tuple(split_lines(row.text(Column.SUCCESS))),
        row.where,
        "\n".join(activity.detail),
        settle_colour(standing, placed.status, row, key.ref, notes),
        one_line(row.text(Column.PRIORITY))[:_MAX_WORD_LENGTH],
        one_line(row.text(Column.CATEGORY))[:_MAX_WORD_LENGTH],
        raised_on,
        closed_on,
        standing.percent,
        {**row.extra, **days.kept, **_kept_as_printed(row, (Column.RAG, *unread))},
        days.first_day,
    )


def _kept_as_printed(row: ActionRow, columns: Sequence[Column]) -> dict[str, str]:
    """What these columns print, by their headings: a colour in its words, a day that could not be read."""
    return {
        row.names[each]: text
        for each in columns
        if (text := one_line(row.text(each))) and row.names.get(each)
    }


def _step_of_row(row: ActionRow, reference: date) -> MilestoneDraft:
    """A step that has a row, with what stands in that row and nothing else."""
    activity = read_activity(row.text(Column.ACTION))
    days = read_days(row, reference)
    standing = read_standing(row, is_closed=False)
    return MilestoneDraft(
        "",
        activity.title,
        "\n".join([*activity.detail, *(step.title for step in activity.steps)]),
        read_owners(row.text(Column.OWNER)).owners,
        tuple(as_step_date(due) for line in days.lines for due in line),
        overall_status(standing.statuses.statuses, 0),
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
    dates = [due for line in read_lines(row, Column.START, reference) for due in line]
    for due in dates:
        if due.precision is Precision.NONE:
            message = sentence("drafting.start_unread", ref=key.ref, text=due.text)
            notes.warning(row.location(Column.START), "due", due.text, message)
    return [replace(due, role=Role.START) for due in dates if due.date]
