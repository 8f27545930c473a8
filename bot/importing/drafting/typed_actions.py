"""Make an action out of the rows of a tracker the bot wrote: each fact stands in a cell of its own."""

from datetime import date

from bot.importing.drafting import judging
from bot.importing.drafting.actions import Spot, pair_dates, read_starts
from bot.importing.drafting.drafts import ActionDraft, MilestoneDraft
from bot.importing.drafting.placing import Placed, of_a_step, overall
from bot.importing.drafting.plan_rows import ActionRow
from bot.importing.drafting.project_rows import lines_of
from bot.importing.table.headings import Column
from bot.importing.table.problems import ProblemLog
from bot.plan.date_reading import read_due_dates
from bot.plan.dates import DueDate
from bot.plan.owners import read_owners
from bot.plan.status_reading import read_statuses
from bot.plan.statuses import Status
from bot.plan.typing_marks import one_line


def read_typed_action(
    row: ActionRow, spot: Spot, *, as_at: date | None, today: date, notes: ProblemLog
) -> ActionDraft:
    """Read an action's row with those of its steps; as_at and today as in bot.importing.drafting.actions."""
    reference = as_at or today
    title, _, detail = row.text(Column.ACTION).partition("\n")
    steps = tuple(_step(each, spot, reference, notes) for each in row.steps)
    due = tuple(read_due_dates(row.text(Column.DUE), as_at=reference))
    starts = read_starts(row, spot, reference, notes)
    of_steps = [each for step in steps for each in step.due]
    placed = Placed(steps, due, _status(row, spot.ref, len(steps), notes))
    owners = read_owners(row.text(Column.OWNER))
    judging.tell_dates(row, spot.ref, due, placed, notes)
    judging.tell_owners(row, spot.ref, owners, placed, notes)
    if as_at:
        judging.tell_late(row.place(Column.DUE), spot.ref, pair_dates(placed), as_at, notes)
    return ActionDraft(
        spot.section,
        spot.project,
        spot.ref,
        one_line(title),
        owners.owners,
        (*due, *starts, *of_steps),
        placed.status,
        one_line(row.text(Column.PRINTED)),
        steps,
        tuple(lines_of(row.text(Column.TAGS))),
        tuple(lines_of(row.text(Column.DELIVERED))),
        tuple(lines_of(row.text(Column.SUCCESS))),
        row.where,
        detail,
    )


def _step(row: ActionRow, spot: Spot, reference: date, notes: ProblemLog) -> MilestoneDraft:
    title, _, detail = row.text(Column.ACTION).partition("\n")
    due: list[DueDate] = read_due_dates(row.text(Column.DUE), as_at=reference)
    return MilestoneDraft(
        one_line(row.ref).removeprefix(spot.ref).strip(),
        one_line(title),
        detail,
        read_owners(row.text(Column.OWNER)).owners,
        tuple(map(of_a_step, [*due, *read_starts(row, spot, reference, notes)])),
        _status(row, spot.ref, 0, notes),
    )


def _status(row: ActionRow, ref: str, steps: int, notes: ProblemLog) -> Status:
    """The status in its own column; without one, what the plan's own words say."""
    said, printed = read_statuses(row.text(Column.STATUS)), read_statuses(row.text(Column.PRINTED))
    if not said.statuses:
        status = overall(printed.statuses, steps)
        judging.tell_status(row, ref, said, Placed((), (), status), notes)
        return status
    status = said.statuses[0]
    if printed.statuses and overall(printed.statuses, steps) is not status:
        message = f"The columns Status and Progress of {ref} say different things. Status counts."
        notes.warning(row.place(Column.STATUS), "status", one_line(row.text(Column.PRINTED)), message)
    return status
