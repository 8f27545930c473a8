"""Build a plan from the rows of a document's tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from bot.errors import UnreadableFileError
from bot.importing.drafting import diagnostics
from bot.importing.drafting.actions import ActionKey, read_action
from bot.importing.drafting.column_styles import settle_styles
from bot.importing.drafting.column_uses import find_column_uses
from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.drafting.exported_tracker import classify_typed_rows, is_typed, read_typed_action
from bot.importing.drafting.head_rows import PROJECT_TITLE, read_head_row
from bot.importing.drafting.numbering import Numbering
from bot.importing.drafting.project_amounts import add_amounts, normalise_signs
from bot.importing.drafting.row_classifier import classify_rows
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
from bot.importing.drafting.titles import (
    find_label,
    is_section_printed,
    parse_table_name,
    printed_as_at,
    printed_title,
    read_titles,
)
from bot.importing.table.as_at import read_as_at
from bot.importing.table.column_kinds import Column
from bot.importing.table.headings import describe_headings
from bot.importing.table.problems import MAX_SHOWN_LENGTH, Diagnostic, DiagnosticLog, Severity
from bot.importing.table.table_headings import TableHeadings, find_headings, guess_headings, share_guesses
from bot.importing.table.tables import ParsedDocument, Table
from bot.plan.refs import normalise_ref
from bot.plan.text import one_line
from bot.plan.tracker_format import OTHER_SHEETS, PLAN
from bot.sentences import sentence

# Columns that say the same as another one.
_INSTEAD = {
    Column.DONE: Column.STATUS,
    Column.PERCENT: Column.STATUS,
    Column.REVISED: Column.DUE,
    Column.ORIGINAL: Column.DUE,
}
_MIN_CELLS = 2
_MAX_TITLE_LENGTH = 300
_MAX_ACTIONS = 3_000
_MAX_PROBLEMS = 2_000


@dataclass
class BuildState:
    """The plan as built so far.

    section, project: those that the next row belongs to; "" and None before the first.
    signs_are_sure: the amounts are those of a tracker that the bot wrote, so a minus is never a mere mark.
    finance_refs: by section and project number.
    """

    notes: DiagnosticLog
    numbering: Numbering
    as_at: date | None
    today: date
    section: str = ""
    project: str | None = None
    signs_are_sure: bool = False
    finance_refs: dict[tuple[str, str], CellText] = field(default_factory=dict)
    actions: list[ActionDraft] = field(default_factory=list)


def build_plan(
    document: ParsedDocument, *, title: str | None, as_at: date | None, today: date, fallback: str
) -> PlanDraft:
    """Build the draft. fallback: the title when none is given or printed.

    Raises UnreadableFileError when no table has a heading, or none has an action.
    """
    notes = DiagnosticLog(list(document.problems))
    headed = _with_headings(document, notes)
    tables = [table for table, _ in headed]
    rows = [
        list(classify_typed_rows(table, notes) if is_typed(table) else classify_rows(table, headings, notes))
        for table, headings in headed
    ]
    if sum(isinstance(row, ActionRow) for each in rows for row in each) > _MAX_ACTIONS:
        raise UnreadableFileError(
            f"This file has more than {_MAX_ACTIONS:,} actions. Is it one plan? If so, import it in parts."
        )
    titles = [read_titles(each, today=today) for each in rows]
    above = _rows_above(document, tables)
    names = [table.name for table in tables]
    line = printed_title([read_titles(above, today=today)], [""]) or printed_title(titles, names)
    printed = find_label(rows, PLAN) or line or find_label(rows, PROJECT_TITLE)
    days = (printed_as_at(each, today) for each in [above, *rows])
    dated = as_at or next((day for day in days if day), None)
    rows = [
        each if is_typed(table) else settle_styles(each, dated or today, notes)
        for table, each in zip(tables, rows, strict=True)
    ]
    refs = frozenset(normalise_ref(row.ref) for each in rows for row in each if isinstance(row, ActionRow))
    build = BuildState(notes, Numbering(notes, refs), dated, today)
    for number, (table, table_rows) in enumerate(zip(tables, rows, strict=True)):
        has_section = bool(titles[number]) and is_section_printed(titles, names, number)
        section_title = titles[number][0].section if has_section else ""
        build.section = build.numbering.section_for_table(table.name, section_title, table.where())
        build.project = None
        _add_table(build, table, table_rows)
    if not build.actions:
        raise UnreadableFileError("This file has the headings of a plan, but no actions below them.")
    draft = _finish(build, one_line(title or printed or fallback)[:_MAX_TITLE_LENGTH])
    return replace(draft, columns=find_column_uses([pair for pair in headed if not is_typed(pair[0])]))


def _with_headings(document: ParsedDocument, notes: DiagnosticLog) -> list[tuple[Table, TableHeadings]]:
    candidates = [table for table in document.tables if table.name not in OTHER_SHEETS]
    every = share_guesses(find_headings(table) for table in candidates)
    found = list(zip(candidates, every, strict=True))
    headed = [(table, headings) for table, headings in found if headings.by_row]
    headed = [pair for pair in headed if _says_what_to_do(pair[1])] or [
        (table, headings) for table in candidates if (headings := guess_headings(table))
    ]
    if not headed:
        raise UnreadableFileError(f"No plan was found in this file. {describe_headings()}")
    tables = [table for table, _ in headed]
    for table in candidates:
        if table not in tables and table.rows:
            kind = "part" if table.locations else "sheet"
            notes.info(table.where(), kind, table.name, sentence("drafting.no_headings", kind=kind))
    return headed


def _says_what_to_do(headings: TableHeadings) -> bool:
    return any(Column.ACTION in heading.columns for heading in headings.by_row.values())


def _rows_above(document: ParsedDocument, tables: Sequence[Table]) -> list[PlanRow]:
    """The lines on top of the tables that stand above the plan's own: its title and date may be there."""
    above = document.tables[: document.tables.index(tables[0])]
    rows: list[PlanRow] = []
    for table in above:
        lines = takewhile(lambda row: len(row.filled_columns) < _MIN_CELLS, table.rows)
        rows += [row for line in lines if line.filled_columns for row in read_head_row(table, line)]
        if rows:
            break
    return rows if any(table.locations for table in above) else []


def _finish(build: BuildState, title: str) -> PlanDraft:
    if build.as_at is None:
        build.notes.info("the plan", "as_at", "", sentence("drafting.no_as_at"))
    diagnostics.report_repeated_refs(build.actions, build.notes)
    diagnostics.report_refs_of_two_sections(build.actions, build.notes)
    diagnostics.report_short_finance_refs(build.finance_refs, build.notes)
    projects = build.numbering.projects.values()
    used = {action.section for action in build.actions} | {key[0] for key in build.numbering.projects}
    return PlanDraft(
        title,
        build.as_at,
        tuple(section for section in build.numbering.sections.values() if section.number in used),
        tuple(projects if build.signs_are_sure else normalise_signs(projects, build.notes)),
        tuple(build.actions),
        _limit_problems(build.notes.problems),
    )


def _limit_problems(problems: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The first problems. Where that leaves some out, the last says how many."""
    if len(problems) <= _MAX_PROBLEMS:
        return tuple(problems)
    left_out = len(problems) - _MAX_PROBLEMS
    message = sentence("drafting.too_many_problems", left_out=left_out)
    return (*problems[:_MAX_PROBLEMS], Diagnostic("the plan", "plan", "", message, Severity.ERROR))


def _add_table(build: BuildState, table: Table, rows: Sequence[PlanRow]) -> None:
    """Add the rows of one table in order, and report the columns that it lacks."""
    columns: set[Column] = set()
    has_actions = False
    for row in rows:
        if isinstance(row, ActionRow):
            columns |= row.columns
            has_actions = True
        _add_row(build, row)
    if has_actions:
        _report_missing_columns(build, table, columns)
    for row in [row for row in rows if isinstance(row, TitleRow)][1:]:
        if read_as_at(row.text, today=build.today) is None:
            message = sentence("drafting.line_above_headings")
            build.notes.info(row.where, "row", row.text[:MAX_SHOWN_LENGTH], message)


def _add_row(build: BuildState, row: PlanRow) -> None:
    match row:
        case SectionRow():
            number = row.number or _unused_section(build)
            build.section, build.project = build.numbering.start_section(number, row.title), None
        case ProjectRow():
            build.project = build.numbering.add_project(build.section, row)
            if row.finance_ref.text:
                build.finance_refs[build.section, row.number] = row.finance_ref
        case SavingsRow():
            _add_savings(build, row)
        case MeasuresRow() | DescriptionRow() | RisksRow():
            _add_to_project(build, row)
        case ActionRow():
            build.actions += _add_action(build, row)


def _unused_section(build: BuildState) -> str:
    """The number of the table's own section where nothing stands in it yet and it has no title; else ""."""
    is_used = any(action.section == build.section for action in build.actions)
    return "" if is_used or build.numbering.sections[build.section].title else build.section


def _add_savings(build: BuildState, row: SavingsRow) -> None:
    if build.project is None:
        message = sentence("drafting.amounts_outside_project")
        build.notes.warning(row.where, "savings", ", ".join(row.savings), message)
        return
    build.signs_are_sure |= row.typed
    key = (build.section, build.project)
    title = build.numbering.sections[build.section].title
    build.numbering.projects[key] = add_amounts(build.numbering.projects[key], row, title, build.notes)


def _add_to_project(build: BuildState, row: MeasuresRow | DescriptionRow | RisksRow) -> None:
    project = build.numbering.projects.get((build.section, build.project or ""))
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
    build.numbering.projects[project.section, project.number] = project


def _add_action(build: BuildState, row: ActionRow) -> Iterator[ActionDraft]:
    named = one_line(row.text(Column.SECTION))
    section = _named_section(build, named) if named else build.section
    ref = build.numbering.ref_for(section, row.ref)
    if not normalise_ref(row.ref) and Column.REF in row.columns:
        message = sentence("drafting.ref_generated", ref=ref)
        build.notes.warning(row.where, "ref", "", message)
    elif row.ref and one_line(row.ref).rstrip(".").casefold() != ref.casefold():
        printed = one_line(row.ref)[:MAX_SHOWN_LENGTH]
        message = sentence("drafting.ref_normalised", text=printed, ref=ref)
        build.notes.info(row.location(Column.REF), "ref", printed, message)
    key = ActionKey(section, _project_of(build, row, section, ref), ref)
    read = read_typed_action if row.typed else read_action
    yield read(row, key, as_at=build.as_at, today=build.today, notes=build.notes)


def _named_section(build: BuildState, named: str) -> str:
    """The section a cell names. The first without a number takes its table's, if nothing stands there."""
    known = {section.title.casefold() for section in build.numbering.sections.values()}
    if parse_table_name(named)[0] or named.casefold() in known or not (free := _unused_section(build)):
        return build.numbering.find_or_add_section(named)
    return build.numbering.start_section(free, named)


def _project_of(build: BuildState, row: ActionRow, section: str, ref: str) -> str | None:
    """The number of the project that a cell names, that the row is printed under, or that begins the ref."""
    named = one_line(row.text(Column.PROJECT))
    if named:
        return build.numbering.find_or_add_project(section, named, ref)
    first = ref.partition(".")[0]
    is_project = (section, first) in build.numbering.projects
    if build.project is None or section != build.section:
        return first if is_project else None
    if is_project and first != build.project:
        message = sentence("drafting.ref_of_other_project", ref=ref, project=build.project)
        build.notes.warning(row.where, "ref", ref, message)
    return build.project


def _report_missing_columns(build: BuildState, table: Table, columns: set[Column]) -> None:
    columns = columns | {instead for each, instead in _INSTEAD.items() if each in columns}
    for column, message in (
        (Column.STATUS, sentence("drafting.no_status_column")),
        (Column.DUE, sentence("drafting.no_due_column")),
        (Column.OWNER, sentence("drafting.no_owner_column")),
        (Column.REF, sentence("drafting.no_ref_column")),
    ):
        if column not in columns:
            build.notes.warning(table.where(), str(column), "", message)
