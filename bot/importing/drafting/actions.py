"""Make an action out of its row: each cell read, placed on the steps, and everything doubtful told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.importing.drafting import diagnostics
from bot.importing.drafting.activity import Activity, read_activity
from bot.importing.drafting.draft import ActionDraft, MilestoneDraft
from bot.importing.drafting.project_rows import lines_of
from bot.importing.drafting.rows import ActionRow
from bot.importing.drafting.step_allocation import Placed, place, with_written_dates
from bot.importing.table.headings import Column
from bot.importing.table.problems import ProblemLog
from bot.plan.date_parser import read_due_dates, read_due_lines
from bot.plan.date_patterns import find_dates
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.owners import read_owner_lines, read_owners
from bot.plan.statuses import Status, read_statuses
from bot.plan.text import one_line, plain_marks


@dataclass(frozen=True)
class Spot:
    """Where an action belongs, and its ref as everyone will call it."""

    section: str
    project: str | None
    ref: str


def read_action(
    row: ActionRow, spot: Spot, *, as_at: date | None, today: date, notes: ProblemLog
) -> ActionDraft:
    """Read the row. as_at: the plan's own date; without one, `today` stands in where a date needs it."""
    reference = as_at or today
    notes = notes.of(f"{spot.section}/{spot.ref}")
    activity = read_activity(row.text(Column.ACTION))
    lines = read_due_lines(row.text(Column.DUE), as_at=reference)
    owners = read_owners(row.text(Column.OWNER))
    statuses = read_statuses(row.text(Column.STATUS))
    placed = place(activity.steps, lines, read_owner_lines(row.text(Column.OWNER)), statuses.statuses)
    milestones = [_with_written_dates(step, row, spot, reference, notes) for step in placed.milestones]
    placed = replace(placed, milestones=tuple(milestones))
    diagnostics.tell_dates(row, spot.ref, placed.due, placed, notes)
    diagnostics.tell_owners(row, spot.ref, owners, placed, notes)
    diagnostics.tell_status(row, spot.ref, statuses, placed, notes)
    _tell_activity(row, spot, activity, placed, reference, notes)
    if as_at:
        diagnostics.tell_late(row.place(Column.DUE), spot.ref, pair_dates(placed), as_at, notes)
    return ActionDraft(
        spot.section,
        spot.project,
        spot.ref,
        activity.title,
        owners.owners,
        (*placed.due, *read_starts(row, spot, reference, notes)),
        placed.status,
        one_line(row.text(Column.STATUS)),
        placed.milestones,
        tuple(dict.fromkeys([*activity.tags, *lines_of(row.text(Column.TAGS))])),
        tuple(lines_of(row.text(Column.DELIVERED))),
        tuple(lines_of(row.text(Column.SUCCESS))),
        row.where,
        "\n".join(activity.detail),
    )


def _tell_activity(
    row: ActionRow, spot: Spot, activity: Activity, placed: Placed, reference: date, notes: ProblemLog
) -> None:
    if not activity.title:
        notes.error(
            row.place(Column.ACTION), "title", "", f"{spot.ref} says nothing about what is to be done."
        )
    diagnostics.tell_sub_refs(row, spot.ref, activity, notes)
    diagnostics.tell_later_date_in_title(row, spot.ref, activity.title, placed.due, reference, notes)


def pair_dates(placed: Placed) -> Sequence[tuple[DueDate, Status]]:
    """Pair each date with the status it depends on: its step's, or else the action's."""
    of_steps = [(due, step.status) for step in placed.milestones for due in step.due]
    mine = [due for due in placed.due if due.role is not Role.MILESTONE]
    return [*((due, placed.status) for due in mine), *of_steps]


def _with_written_dates(
    step: MilestoneDraft, row: ActionRow, spot: Spot, reference: date, notes: ProblemLog
) -> MilestoneDraft:
    """Take days written in a step's words ("Contracts awarded 20.09.21") as its dates."""
    if step.due:
        return step
    plain = plain_marks(step.title)
    days = [
        DueDate(step.title[found.start : found.end], found.day, found.precision)
        for found in find_dates(plain, as_at=reference)
        if found.day and _names_a_day(plain[found.start : found.end], found.precision)
    ]
    for due in days:
        diagnostics.tell_written_date(row, spot.ref, due.text, notes)
    return with_written_dates(step, days)


def _names_a_day(text: str, precision: Precision) -> bool:
    """Tell a day, or a range from day to day, from a month or a year that is only mentioned."""
    return precision is Precision.DAY or (
        precision is Precision.RANGE and text.count(".") + text.count("/") > 1
    )


def read_starts(row: ActionRow, spot: Spot, reference: date, notes: ProblemLog) -> list[DueDate]:
    """Read a column of start dates; they are kept, but never due."""
    dates = read_due_dates(row.text(Column.START), as_at=reference)
    for due in dates:
        if due.precision is Precision.NONE:
            message = (
                f"\u201c{due.text}\u201d cannot be read as the start of {spot.ref}. Write it as 31/03/2022."
            )
            notes.warning(row.place(Column.START), "due", due.text, message)
    return [replace(due, role=Role.START) for due in dates if due.date]
