"""A section of a tracker as rows of cells: what a workbook and a .csv file have in common."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from bot.plan import tracker_format as words
from bot.plan.date_format import format_cell
from bot.plan.due_dates import DueDate, Role
from bot.plan.owners import read_owners
from bot.plan.tracker_format import RowType
from bot.reporting.tracker import Tracker, TrackerAction, TrackerProject, TrackerSection, TrackerStep

SAVINGS_LABEL = "Savings identified £000s"
GROWTH_LABEL = "Growth planned £000s"
CellValue = str | date | None


class TrackerColumn(Enum):
    """The columns, by the headings they have in the file, in their order."""

    REF = "Ref"
    ACTION = "Actions"
    DELIVERED = "Delivered through"
    OWNER = "Owner"
    DUE = "By when"
    START = "Start date"
    SUCCESS = "Success measures"
    PROGRESS = words.PROGRESS
    STATUS = "Status"
    COLOUR = words.COLOUR
    WHY = words.COLOUR_REASON
    NEXT_DUE = words.NEXT_DUE
    LAST_WORD = words.LAST_WORD
    BY = words.LAST_WORD_BY
    ON = words.LAST_WORD_ON
    TAGS = "Tags"
    TYPE = words.ROW_TYPE


_OPTIONAL_COLUMNS = {TrackerColumn.DELIVERED, TrackerColumn.START, TrackerColumn.SUCCESS, TrackerColumn.TAGS}
_YEARS_PER_ROW = 6


@dataclass(frozen=True)
class TypedRow:
    """One row. cells: by column. extra_cells: fill the cells after the second, whatever their column."""

    type: RowType
    cells: dict[TrackerColumn, CellValue]
    extra_cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackerTable:
    """The columns a table needs, and its rows."""

    columns: tuple[TrackerColumn, ...]
    rows: tuple[TypedRow, ...]

    def values(self, row: TypedRow) -> list[CellValue]:
        """The row's cells from left to right."""
        values = [row.cells.get(field) for field in self.columns]
        values[2 : 2 + len(row.extra_cells)] = row.extra_cells
        values[self.columns.index(TrackerColumn.TYPE)] = row.type.value
        return values


def build_table(tracker: Tracker, sections: Sequence[TrackerSection]) -> TrackerTable:
    """Lay out these sections, one below the other."""
    rows = tuple(row for section in sections for row in _section(tracker, section))
    used = {field for row in rows for field, value in row.cells.items() if value}
    return TrackerTable(
        tuple(field for field in TrackerColumn if field in used or field not in _OPTIONAL_COLUMNS), rows
    )


def _section(tracker: Tracker, section: TrackerSection) -> Iterator[TypedRow]:
    """The section's rows in the plan's own order. A project heads its actions, again where they go on."""
    head = TypedRow(RowType.SECTION, {TrackerColumn.REF: section.number, TrackerColumn.ACTION: section.title})
    indexes = {project.number: index for index, project in enumerate(section.projects)}
    # Projects listed so far, and the number of the one whose actions come now.
    listed, current = 0, ""
    yield head
    for action in section.actions:
        if action.project != current:
            wanted = indexes.get(action.project, -1) + 1
            if wanted > listed:
                yield from _projects(section.projects[listed:wanted])
            else:
                yield _project_heading(section.projects[wanted - 1]) if wanted else head
            listed, current = max(listed, wanted), action.project
        yield from _action(tracker, action)
    yield from _projects(section.projects[listed:])


def _projects(projects: Sequence[TrackerProject]) -> Iterator[TypedRow]:
    for project in projects:
        yield from _project(project)


def _project_heading(project: TrackerProject) -> TypedRow:
    return TypedRow(RowType.PROJECT, {TrackerColumn.REF: project.number, TrackerColumn.ACTION: project.title})


def _project(project: TrackerProject) -> Iterator[TypedRow]:
    """The project, its savings and growth by year as printed, what it is about, its measures and risks."""
    finance = f"Finance ref: {project.finance_ref}" if project.finance_ref else ""
    about: dict[TrackerColumn, CellValue] = {TrackerColumn.OWNER: project.manager, TrackerColumn.DUE: finance}
    yield TypedRow(RowType.PROJECT, _project_heading(project).cells | about)
    yield from _money(RowType.SAVINGS, SAVINGS_LABEL, project.savings)
    yield from _money(RowType.GROWTH, GROWTH_LABEL, project.growth)
    for kind, text in (
        (RowType.DESCRIPTION, project.description),
        (RowType.MEASURES, "\n".join(project.measures)),
        (RowType.RISKS, "\n".join(project.risks)),
    ):
        if text:
            yield TypedRow(kind, {TrackerColumn.ACTION: text})


def _money(kind: RowType, label: str, amounts: Mapping[str, float | None]) -> Iterator[TypedRow]:
    years = [f"{year}: {_amount(amount)}".strip() for year, amount in amounts.items()]
    for start in range(0, len(years), _YEARS_PER_ROW):
        yield TypedRow(kind, {TrackerColumn.ACTION: label}, tuple(years[start : start + _YEARS_PER_ROW]))


def _amount(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.15g}"


def _action(tracker: Tracker, action: TrackerAction) -> Iterator[TypedRow]:
    last = action.last_word
    yield TypedRow(
        RowType.ACTION,
        {
            TrackerColumn.REF: action.ref,
            TrackerColumn.ACTION: f"{action.title}\n{action.detail}".strip(),
            TrackerColumn.OWNER: _owners(action.owners),
            **_dates(tracker, action.due),
            TrackerColumn.DELIVERED: "\n".join(action.delivered_through),
            TrackerColumn.SUCCESS: "\n".join(action.success_measures),
            TrackerColumn.PROGRESS: action.status_text,
            TrackerColumn.STATUS: action.status.words.capitalize(),
            TrackerColumn.COLOUR: action.rag.colour.words,
            TrackerColumn.WHY: action.rag.reason,
            TrackerColumn.NEXT_DUE: action.next_due,
            TrackerColumn.LAST_WORD: last.text if last else "",
            TrackerColumn.BY: last.by if last else "",
            TrackerColumn.ON: last.on if last else None,
            TrackerColumn.TAGS: "\n".join(action.tags),
        },
    )
    for step in action.steps:
        yield _step(tracker, action, step)


def _step(tracker: Tracker, action: TrackerAction, step: TrackerStep) -> TypedRow:
    return TypedRow(
        RowType.STEP,
        {
            TrackerColumn.REF: f"{action.ref} {step.label}".strip(),
            TrackerColumn.ACTION: f"{step.title}\n{step.detail}".strip(),
            TrackerColumn.OWNER: _owners(step.owners),
            **_dates(tracker, step.due),
            TrackerColumn.STATUS: step.status.words.capitalize(),
        },
    )


def _owners(owners: Sequence[str]) -> str:
    """By commas, or one a line where a name has a comma: so that the importer reads them back the same."""
    joined = ", ".join(owners)
    return joined if read_owners(joined).owners == tuple(owners) else "\n".join(owners)


def _dates(tracker: Tracker, dates: Sequence[DueDate]) -> dict[TrackerColumn, CellValue]:
    """As printed. A start date goes to a column of its own, unless the cell can show which date is which."""
    cell = format_cell(dates, as_at=tracker.reference)
    if cell is not None:
        return {TrackerColumn.DUE: cell}
    starts = [due for due in dates if due.role is Role.START]
    others = [due for due in dates if due.role is not Role.START]
    return {
        TrackerColumn.DUE: _join_dates(tracker, others),
        TrackerColumn.START: "\n".join(due.text for due in starts),
    }


def _join_dates(tracker: Tracker, dates: Sequence[DueDate]) -> str:
    return format_cell(dates, as_at=tracker.reference) or "\n".join(due.text for due in dates)
