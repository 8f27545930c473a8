"""Build a plan from the rows of a document's tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.errors import UnreadableFileError
from bot.importing.drafting import diagnostics
from bot.importing.drafting.actions import Spot, read_action
from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.drafting.exported_tracker import is_typed, read_typed_action, walk_typed
from bot.importing.drafting.numbering import Numbering
from bot.importing.drafting.project_amounts import with_amounts, with_signs
from bot.importing.drafting.row_classifier import has_heading, walk
from bot.importing.drafting.rows import (
    ActionRow,
    CellText,
    DescriptionRow,
    MeasuresRow,
    PlanRow,
    ProjectRow,
    RisksRow,
    SavingsRow,
    SectionRow,
    TitleRow,
)
from bot.importing.drafting.titles import labelled, printed_as_at, printed_title, title_lines
from bot.importing.table.as_at import read_as_at
from bot.importing.table.headings import Column, what_headings_are_looked_for
from bot.importing.table.problems import Problem, ProblemLog, Severity
from bot.importing.table.tables import Document, Table
from bot.plan.refs import normalise_ref
from bot.plan.text import one_line
from bot.plan.tracker_format import OTHER_SHEETS, PLAN


@dataclass
class Build:
    """What has been built so far. section and project: where the walk stands.

    signs_are_sure: the amounts stand in a tracker the bot wrote.
    """

    notes: ProblemLog
    numbers: Numbering
    as_at: date | None
    today: date
    section: str = ""
    project: str | None = None
    signs_are_sure: bool = False
    finance: dict[tuple[str, str], CellText] = field(default_factory=dict)
    actions: list[ActionDraft] = field(default_factory=list)


def take_table(build: Build, table: Table, rows: Sequence[PlanRow]) -> None:
    """Take every row of one table in order, and tell what the table lacks."""
    columns: set[Column] = set()
    taken = 0
    for row in rows:
        if isinstance(row, ActionRow):
            columns |= row.columns
            taken += 1
        _take(build, row)
    if taken:
        _tell_missing_columns(build, table, columns)
    for row in [row for row in rows if isinstance(row, TitleRow)][1:]:
        if read_as_at(row.text, today=build.today) is None:
            build.notes.info(
                row.where, "row", row.text[:80], "This line stands above the headings and was not read."
            )


def _take(build: Build, row: PlanRow) -> None:
    match row:
        case SectionRow():
            build.section, build.project = build.numbers.head_section(row.number, row.title), None
        case ProjectRow():
            build.project = build.numbers.add_project(build.section, row)
            if row.finance_ref.text:
                build.finance[build.section, row.number] = row.finance_ref
        case SavingsRow():
            _take_savings(build, row)
        case MeasuresRow() | DescriptionRow() | RisksRow():
            _add_to_project(build, row)
        case ActionRow():
            build.actions += _take_action(build, row)


def _take_savings(build: Build, row: SavingsRow) -> None:
    if build.project is None:
        message = "These amounts stand outside any project, so they were not taken."
        build.notes.warning(row.where, "savings", ", ".join(row.savings), message)
        return
    build.signs_are_sure |= row.typed
    key = (build.section, build.project)
    title = build.numbers.sections[build.section].title
    build.numbers.projects[key] = with_amounts(build.numbers.projects[key], row, title, build.notes)


def _add_to_project(build: Build, row: MeasuresRow | DescriptionRow | RisksRow) -> None:
    project = build.numbers.projects.get((build.section, build.project or ""))
    if project is None:
        return
    match row:
        case MeasuresRow():
            project = replace(project, measures=(*project.measures, *row.measures))
        case DescriptionRow():
            project = replace(
                project, description="\n".join([*filter(None, [project.description]), *row.lines])
            )
        case RisksRow():
            project = replace(project, risks=(*project.risks, *row.risks))
    build.numbers.projects[project.section, project.number] = project


def _take_action(build: Build, row: ActionRow) -> Iterator[ActionDraft]:
    named = one_line(row.text(Column.SECTION))
    section = build.numbers.section_named(named) if named else build.section
    ref = build.numbers.ref_for(section, row.ref)
    if not normalise_ref(row.ref) and Column.REF in row.columns:
        message = f"This row has no ref. It was given the ref {ref}."
        build.notes.warning(row.where, "ref", "", message)
    elif row.ref and one_line(row.ref).rstrip(".").casefold() != ref.casefold():
        message = f"\u201c{one_line(row.ref)[:80]}\u201d was taken as the ref {ref}."
        build.notes.info(row.place(Column.REF), "ref", one_line(row.ref)[:80], message)
    spot = Spot(section, _project_of(build, row, section, ref), ref)
    read = read_typed_action if row.typed else read_action
    yield read(row, spot, as_at=build.as_at, today=build.today, notes=build.notes)


def _project_of(build: Build, row: ActionRow, section: str, ref: str) -> str | None:
    """The project a cell names, the one the row stands under, or the one its ref begins with."""
    named = one_line(row.text(Column.PROJECT))
    if named:
        return build.numbers.project_named(section, named, ref)
    first = ref.partition(".")[0]
    known = (section, first) in build.numbers.projects
    if build.project is None or section != build.section:
        return first if known else None
    if known and first != build.project:
        message = (
            f"{ref} stands under project {build.project}. It was kept there. Is one of them misnumbered?"
        )
        build.notes.warning(row.where, "ref", ref, message)
    return build.project


def _tell_missing_columns(build: Build, table: Table, columns: set[Column]) -> None:
    for column, message in (
        (Column.STATUS, "This table has no status column. Its actions were taken as not started."),
        (Column.DUE, "This table has no column of dates. Nobody will be reminded of its actions."),
        (Column.OWNER, "This table has no column of owners. Nobody can be asked about its actions."),
        (Column.REF, "This table has no column of refs. Its rows were numbered in order."),
    ):
        if column not in columns:
            build.notes.warning(table.where(), str(column), "", message)


_LONGEST_TITLE = 300
_MOST_ACTIONS = 3_000
_MOST_PROBLEMS = 2_000


def build_plan(
    document: Document, *, title: str | None, as_at: date | None, today: date, fallback: str
) -> PlanDraft:
    """Build the draft. fallback: the title when none is given or printed.

    Raises UnreadableFileError when no table has a heading, or none has an action.
    """
    notes = ProblemLog(list(document.problems))
    tables = _with_headings(document, notes)
    rows = [list(walk_typed(table, notes) if is_typed(table) else walk(table, notes)) for table in tables]
    if sum(isinstance(row, ActionRow) for each in rows for row in each) > _MOST_ACTIONS:
        raise UnreadableFileError(
            f"This file has more than {_MOST_ACTIONS:,} actions. Is it one plan? If so, import it in parts."
        )
    titles = [title_lines(each, today=today) for each in rows]
    printed = labelled(rows, PLAN) or printed_title(titles, several=len(tables) > 1)
    dated = as_at or next((day for each in rows for day in [printed_as_at(each, today)] if day), None)
    refs = frozenset(normalise_ref(row.ref) for each in rows for row in each if isinstance(row, ActionRow))
    build = Build(notes, Numbering(notes, refs), dated, today)
    for table, those, heads in zip(tables, rows, titles, strict=True):
        section_title = heads[0].section if heads and len(tables) > 1 else ""
        build.section = build.numbers.section_of_place(table.place, section_title, table.where())
        build.project = None
        take_table(build, table, those)
    if not build.actions:
        raise UnreadableFileError("This file has the headings of a plan, but no actions below them.")
    return _finished(build, one_line(title or printed or fallback)[:_LONGEST_TITLE])


def _with_headings(document: Document, notes: ProblemLog) -> list[Table]:
    found = [table for table in document.tables if table.place not in OTHER_SHEETS]
    tables = [table for table in found if has_heading(table)]
    if not tables:
        raise UnreadableFileError(f"No plan was found in this file. {what_headings_are_looked_for()}")
    for table in found:
        if table not in tables and table.rows:
            kind = "part" if table.spots else "sheet"
            message = f"This {kind} has no headings of a plan and was not read."
            notes.info(table.where(), kind, table.place, message)
    return tables


def _finished(build: Build, title: str) -> PlanDraft:
    if build.as_at is None:
        message = (
            "The plan's own date is printed nowhere. Give it with --as-at, so that old dates can be told."
        )
        build.notes.info("the plan", "as_at", "", message)
    diagnostics.tell_repeated_refs(build.actions, build.notes)
    diagnostics.tell_refs_of_two_sections(build.actions, build.notes)
    diagnostics.tell_short_finance_refs(build.finance, build.notes)
    projects = build.numbers.projects.values()
    used = {action.section for action in build.actions} | {key[0] for key in build.numbers.projects}
    return PlanDraft(
        title,
        build.as_at,
        tuple(section for section in build.numbers.sections.values() if section.number in used),
        tuple(projects if build.signs_are_sure else with_signs(projects, build.notes)),
        tuple(build.actions),
        _within_reason(build.notes.problems),
    )


def _within_reason(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Leave out what nobody would read to the end of, and say so."""
    if len(problems) <= _MOST_PROBLEMS:
        return tuple(problems)
    left_out = len(problems) - _MOST_PROBLEMS
    message = (
        f"There are {left_out:,} more problems. Is this the right file, with the headings in their place?"
    )
    return (*problems[:_MOST_PROBLEMS], Problem("the plan", "plan", "", message, Severity.ERROR))
