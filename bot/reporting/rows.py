"""A section of a tracker as rows of cells: what a workbook and a .csv file have in common."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from bot.plan import tracker_format as words
from bot.plan.date_format import cell_of
from bot.plan.due_dates import DueDate, Role
from bot.plan.owners import read_owners
from bot.plan.tracker_format import RowType
from bot.reporting.tracker import ActionFacts, ProjectFacts, SectionFacts, StepFacts, Tracker

SAVINGS_WORDS = "Savings identified £000s"
GROWTH_WORDS = "Growth planned £000s"
Cell = str | date | None


class Field(Enum):
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
    WHY = words.WHY
    NEXT_DUE = words.NEXT_DUE
    LAST_WORD = words.LAST_WORD
    BY = words.BY
    ON = words.ON
    TAGS = "Tags"
    TYPE = words.ROW_TYPE


_WHERE_NEEDED = {Field.DELIVERED, Field.START, Field.SUCCESS, Field.TAGS}
_YEARS_A_ROW = 6


@dataclass(frozen=True)
class TypedRow:
    """One row. cells: by column. loose: what fills the cells after the second, whatever their column."""

    type: RowType
    cells: dict[Field, Cell]
    loose: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """The columns a table needs, and its rows."""

    fields: tuple[Field, ...]
    rows: tuple[TypedRow, ...]

    def values(self, row: TypedRow) -> list[Cell]:
        """The row's cells from left to right."""
        values = [row.cells.get(field) for field in self.fields]
        values[2 : 2 + len(row.loose)] = row.loose
        values[self.fields.index(Field.TYPE)] = row.type.value
        return values


def grid_of(tracker: Tracker, sections: Sequence[SectionFacts]) -> Grid:
    """Lay out these sections, one below the other."""
    rows = tuple(row for section in sections for row in _section(tracker, section))
    used = {field for row in rows for field, value in row.cells.items() if value}
    return Grid(tuple(field for field in Field if field in used or field not in _WHERE_NEEDED), rows)


def _section(tracker: Tracker, section: SectionFacts) -> Iterator[TypedRow]:
    """The section's rows in the plan's own order. A project heads its actions, again where they go on."""
    head = TypedRow(RowType.SECTION, {Field.REF: section.number, Field.ACTION: section.title})
    place = {project.number: number for number, project in enumerate(section.projects)}
    told, under = 0, ""
    yield head
    for action in section.actions:
        if action.project != under:
            wanted = place.get(action.project, -1) + 1
            if wanted > told:
                yield from _projects(section.projects[told:wanted])
            else:
                yield _head(section.projects[wanted - 1]) if wanted else head
            told, under = max(told, wanted), action.project
        yield from _action(tracker, action)
    yield from _projects(section.projects[told:])


def _projects(projects: Sequence[ProjectFacts]) -> Iterator[TypedRow]:
    for project in projects:
        yield from _project(project)


def _head(project: ProjectFacts) -> TypedRow:
    return TypedRow(RowType.PROJECT, {Field.REF: project.number, Field.ACTION: project.title})


def _project(project: ProjectFacts) -> Iterator[TypedRow]:
    """The project, its savings and growth by year as printed, what it is about, its measures and risks."""
    finance = f"Finance ref: {project.finance_ref}" if project.finance_ref else ""
    about: dict[Field, Cell] = {Field.OWNER: project.manager, Field.DUE: finance}
    yield TypedRow(RowType.PROJECT, _head(project).cells | about)
    yield from _money(RowType.SAVINGS, SAVINGS_WORDS, project.savings)
    yield from _money(RowType.GROWTH, GROWTH_WORDS, project.growth)
    for kind, text in (
        (RowType.DESCRIPTION, project.description),
        (RowType.MEASURES, "\n".join(project.measures)),
        (RowType.RISKS, "\n".join(project.risks)),
    ):
        if text:
            yield TypedRow(kind, {Field.ACTION: text})


def _money(kind: RowType, words: str, amounts: Mapping[str, float | None]) -> Iterator[TypedRow]:
    years = [f"{year}: {_amount(amount)}".strip() for year, amount in amounts.items()]
    for start in range(0, len(years), _YEARS_A_ROW):
        yield TypedRow(kind, {Field.ACTION: words}, tuple(years[start : start + _YEARS_A_ROW]))


def _amount(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.15g}"


def _action(tracker: Tracker, action: ActionFacts) -> Iterator[TypedRow]:
    said = action.last_word
    yield TypedRow(
        RowType.ACTION,
        {
            Field.REF: action.ref,
            Field.ACTION: f"{action.title}\n{action.detail}".strip(),
            Field.OWNER: _owners(action.owners),
            **_dates(tracker, action.due),
            Field.DELIVERED: "\n".join(action.delivered_through),
            Field.SUCCESS: "\n".join(action.success_measures),
            Field.PROGRESS: action.status_text,
            Field.STATUS: action.status.words.capitalize(),
            Field.COLOUR: action.rag.colour.words,
            Field.WHY: action.rag.reason,
            Field.NEXT_DUE: action.next_due,
            Field.LAST_WORD: said.text if said else "",
            Field.BY: said.by if said else "",
            Field.ON: said.on if said else None,
            Field.TAGS: "\n".join(action.tags),
        },
    )
    for step in action.steps:
        yield _step(tracker, action, step)


def _step(tracker: Tracker, action: ActionFacts, step: StepFacts) -> TypedRow:
    return TypedRow(
        RowType.STEP,
        {
            Field.REF: f"{action.ref} {step.label}".strip(),
            Field.ACTION: f"{step.title}\n{step.detail}".strip(),
            Field.OWNER: _owners(step.owners),
            **_dates(tracker, step.due),
            Field.STATUS: step.status.words.capitalize(),
        },
    )


def _owners(owners: Sequence[str]) -> str:
    """Joined as the plan's cells are read: by commas, or on lines of their own where a name has a comma."""
    joined = ", ".join(owners)
    return joined if read_owners(joined).owners == tuple(owners) else "\n".join(owners)


def _dates(tracker: Tracker, dates: Sequence[DueDate]) -> dict[Field, Cell]:
    """As printed. A start that no words tell from a due date has a column of its own."""
    cell = cell_of(dates, as_at=tracker.reference)
    if cell is not None:
        return {Field.DUE: cell}
    starts = [due for due in dates if due.role is Role.START]
    others = [due for due in dates if due.role is not Role.START]
    return {Field.DUE: _joined(tracker, others), Field.START: "\n".join(due.text for due in starts)}


def _joined(tracker: Tracker, dates: Sequence[DueDate]) -> str:
    return cell_of(dates, as_at=tracker.reference) or "\n".join(due.text for due in dates)
