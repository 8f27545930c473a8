"""Read a tracker that the bot exported. A column gives the type of each row, so nothing is guessed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.importing.drafting import diagnostics
from bot.importing.drafting.actions import ActionKey, pair_dates, read_starts
from bot.importing.drafting.draft import ActionDraft, MilestoneDraft
from bot.importing.drafting.project_rows import read_typed_amounts, split_lines
from bot.importing.drafting.rows import (
    ActionRow,
    CellText,
    DescriptionRow,
    LabelRow,
    MeasuresRow,
    PlanRow,
    ProjectRow,
    RisksRow,
    SectionRow,
    TitleRow,
)
from bot.importing.drafting.step_allocation import StepAllocation, as_step_date, overall_status
from bot.importing.table.amounts import MoneyKind
from bot.importing.table.column_kinds import Column
from bot.importing.table.headings import TableHeading, read_heading
from bot.importing.table.problems import MAX_SHOWN_LENGTH, DiagnosticLog
from bot.importing.table.project_labels import read_finance_ref
from bot.importing.table.tables import Table, TableRow
from bot.plan.date_parser import read_due_dates
from bot.plan.due_dates import DueDate
from bot.plan.owners import read_owners
from bot.plan.statuses import Status, read_statuses
from bot.plan.text import letters_only, one_line
from bot.plan.tracker_format import AS_AT, EXPORTED, PLAN, PROGRESS, READ_ONLY_COLUMNS, ROW_TYPE, RowType
from bot.sentences import sentence

_LABELS = (PLAN, AS_AT, EXPORTED)
_TYPES = {letters_only(kind.value): kind for kind in RowType}
_MONEY = {RowType.SAVINGS: MoneyKind.SAVINGS, RowType.GROWTH: MoneyKind.GROWTH}


def is_typed(table: Table) -> bool:
    """Tell whether the table has a heading with the column of row types, as only an exported tracker has."""
    return any(_read_typed_heading(row) for row in table.rows)


def classify_typed_rows(table: Table, notes: DiagnosticLog) -> Iterator[PlanRow]:
    """Yield the rows by their type. A row without a type is an action that somebody added."""
    heading: TableHeading | None = None
    action: ActionRow | None = None
    for row in table.rows:
        new_heading = _read_typed_heading(row)
        if new_heading:
            _report_unread(table, row, new_heading, notes)
        heading = new_heading or heading
        if new_heading or not row.filled_columns:
            continue
        if heading is None:
            yield _title_or_label(table, row)
            continue
        cells = _cells(table, row, heading)
        kind = _row_type(cells)
        if kind is RowType.STEP:
            action = _with_step(action, cells, table.where(row.number), notes)
            continue
        if action:
            yield action
        action = _action(table, row, cells, heading) if kind in {RowType.ACTION, None} else None
        if action is None:
            yield from _classify_row(table, row, cells, kind)
    if action:
        yield action


def _read_typed_heading(row: TableRow) -> TableHeading | None:
    """The heading that the row is, None unless it has the column of row types. "Progress" is the status as
    printed in the plan.
    """
    if ROW_TYPE not in row.cells:
        return None
    heading = read_heading(row)
    if heading is None or Column.ROW_TYPE not in heading.columns:
        return None
    if PROGRESS not in row.cells:
        return heading
    return replace(heading, columns={**heading.columns, Column.STATUS_TEXT: row.cells.index(PROGRESS)})


def _report_unread(table: Table, row: TableRow, heading: TableHeading, notes: DiagnosticLog) -> None:
    """Report columns that somebody added, but not those that the bot exports and never reads."""
    exported = {*READ_ONLY_COLUMNS, PROGRESS}
    names = [row.cells[column] for column in heading.unread_columns if row.cells[column] not in exported]
    if names:
        message = sentence("drafting.unread_columns")
        notes.info(table.where(row.number), "heading", "; ".join(names)[:MAX_SHOWN_LENGTH], message)


def _title_or_label(table: Table, row: TableRow) -> PlanRow:
    words, where = [row.cells[column] for column in row.filled_columns], table.where(row.number)
    if len(words) > 1 and words[0] in _LABELS:
        return LabelRow(words[0], one_line(words[1]), where)
    return TitleRow(one_line(" ".join(words)), where)


def _cells(table: Table, row: TableRow, heading: TableHeading) -> dict[Column, CellText]:
    return {
        column: CellText(row.cell(index), table.where(row.number, index))
        for column, index in heading.columns.items()
    }


def _row_type(cells: dict[Column, CellText]) -> RowType | None:
    return _TYPES.get(letters_only(cells[Column.ROW_TYPE].text))


def _action(table: Table, row: TableRow, cells: dict[Column, CellText], heading: TableHeading) -> ActionRow:
    columns = frozenset(heading.columns)
    return ActionRow(cells[Column.REF].text, cells, table.where(row.number), columns, typed=True)


def _with_step(
    action: ActionRow | None, cells: dict[Column, CellText], where: str, notes: DiagnosticLog
) -> ActionRow | None:
    if action is None:
        words = one_line(cells[Column.ACTION].text)[:MAX_SHOWN_LENGTH]
        notes.error(where, "row", words, sentence("drafting.step_without_action"))
        return None
    step = ActionRow(cells[Column.REF].text, cells, where, action.columns, typed=True)
    return replace(action, steps=(*action.steps, step))


def _classify_row(
    table: Table, row: TableRow, cells: dict[Column, CellText], kind: RowType | None
) -> Iterator[PlanRow]:
    where, number = table.where(row.number), one_line(cells[Column.REF].text)
    words = cells[Column.ACTION].text
    if kind is RowType.SECTION:
        yield SectionRow(number, one_line(words), where)
    elif kind is RowType.PROJECT:
        owner, due = cells.get(Column.OWNER), cells.get(Column.DUE)
        finance = CellText(read_finance_ref(due.text), due.where) if due else CellText("", where)
        yield ProjectRow(number, one_line(words), where, one_line(owner.text) if owner else "", finance)
    elif kind is RowType.MEASURES:
        yield MeasuresRow(tuple(split_lines(words)), where)
    elif kind is RowType.DESCRIPTION:
        yield DescriptionRow(tuple(words.split("\n")), where)
    elif kind is RowType.RISKS:
        yield RisksRow(tuple(words.split("\n")), where)
    elif kind in _MONEY and (amounts := read_typed_amounts(table, row, _MONEY[kind])):
        yield amounts


def read_typed_action(
    row: ActionRow, key: ActionKey, *, as_at: date | None, today: date, notes: DiagnosticLog
) -> ActionDraft:
    """Read an action's row with those of its steps. as_at, today: as for actions.read_action."""
    reference = as_at or today
    title, _, detail = row.text(Column.ACTION).partition("\n")
    steps = tuple(_step(each, key, reference, notes) for each in row.steps)
    due = tuple(read_due_dates(row.text(Column.DUE), as_at=reference))
    starts = read_starts(row, key, reference, notes)
    of_steps = [each for step in steps for each in step.due]
    placed = StepAllocation(steps, due, _status(row, key.ref, len(steps), notes))
    owners = read_owners(row.text(Column.OWNER))
    diagnostics.report_dates(row, key.ref, due, placed, notes)
    diagnostics.report_owners(row, key.ref, owners, placed, notes)
    if as_at:
        diagnostics.report_late(row.location(Column.DUE), key.ref, pair_dates(placed), as_at, notes)
    return ActionDraft(
        key.section,
        key.project,
        key.ref,
        one_line(title),
        owners.owners,
        (*due, *starts, *of_steps),
        placed.status,
        one_line(row.text(Column.STATUS_TEXT)),
        steps,
        tuple(split_lines(row.text(Column.TAGS))),
        tuple(split_lines(row.text(Column.DELIVERED))),
        tuple(split_lines(row.text(Column.SUCCESS))),
        row.where,
        detail,
    )


def _step(row: ActionRow, key: ActionKey, reference: date, notes: DiagnosticLog) -> MilestoneDraft:
    title, _, detail = row.text(Column.ACTION).partition("\n")
    due: list[DueDate] = read_due_dates(row.text(Column.DUE), as_at=reference)
    return MilestoneDraft(
        one_line(row.ref).removeprefix(key.ref).strip(),
        one_line(title),
        detail,
        read_owners(row.text(Column.OWNER)).owners,
        tuple(map(as_step_date, [*due, *read_starts(row, key, reference, notes)])),
        _status(row, key.ref, 0, notes),
    )


def _status(row: ActionRow, ref: str, steps: int, notes: DiagnosticLog) -> Status:
    """The status in its own column; without one, that of the status as printed."""
    current, printed = read_statuses(row.text(Column.STATUS)), read_statuses(row.text(Column.STATUS_TEXT))
    if not current.statuses:
        status = overall_status(printed.statuses, steps)
        diagnostics.report_status(row, ref, current, StepAllocation((), (), status), notes)
        return status
    status = current.statuses[0]
    if printed.statuses and overall_status(printed.statuses, steps) is not status:
        message = sentence("drafting.two_statuses", ref=ref)
        notes.warning(row.location(Column.STATUS), "status", one_line(row.text(Column.STATUS_TEXT)), message)
    return status
