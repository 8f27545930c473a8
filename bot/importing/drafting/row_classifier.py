"""Classify the rows of a table, from top to bottom: titles, headings, projects, amounts, actions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.importing.drafting.head_rows import is_label_row, read_head_row
from bot.importing.drafting.project_rows import (
    is_about_money,
    is_year,
    read_amounts_row,
    read_description_row,
    read_measures_row,
    read_project_row,
    read_risks_row,
    read_savings_row,
    read_section_row,
    split_lines,
    year_columns,
)
from bot.importing.drafting.row_cells import (
    cells_of,
    columns_of,
    extra_of,
    find_group_lines,
    have_refs_in_words,
    split_ref,
)
from bot.importing.drafting.rows import (
    ActionRow,
    CellText,
    DescriptionRow,
    PlanRow,
    ProjectRow,
    SavingsRow,
    SectionRow,
)
from bot.importing.table.amounts import MoneyKind, parse_money_kind
from bot.importing.table.column_kinds import Column
from bot.importing.table.headings import TableHeading
from bot.importing.table.problems import MAX_SHOWN_LENGTH, DiagnosticLog
from bot.importing.table.project_labels import is_about_a_project, is_banner
from bot.importing.table.table_headings import NO_HEADING_ROW, TableHeadings
from bot.importing.table.tables import MAX_CELL_CHARACTERS, Table, TableRow, column_letter
from bot.plan.refs import is_ref
from bot.plan.text import one_line
from bot.sentences import sentence

_PART_OF = re.compile(r"(?P<project>[0-9]{1,3})\.[0-9]")
_BARE_NUMBER = re.compile(r"[0-9]{1,3}\.?")
_ACTION_COLUMNS = (Column.OWNER, Column.DUE, Column.STATUS, Column.DELIVERED)
_CONTINUED_COLUMNS = (
    Column.ACTION,
    Column.OWNER,
    Column.DUE,
    Column.STATUS,
    Column.DELIVERED,
    Column.SUCCESS,
)
# What tells a row with a ref from one that is only numbered ahead.
_SAYING_COLUMNS = (
    Column.OWNER,
    Column.DUE,
    Column.REVISED,
    Column.SUCCESS,
    Column.DELIVERED,
    Column.CLOSED_ON,
)
_MAX_HEADING_WORDS = 3
_MAX_JOINED_LENGTH = 4 * MAX_CELL_CHARACTERS


class UnreadReporter:
    """Reports the columns and rows of one table that are not read."""

    def __init__(self, table: Table, notes: DiagnosticLog) -> None:
        self._table, self._notes = table, notes
        self._reported: set[tuple[int, ...]] = set()
        self._too_long = sentence("drafting.action_too_long")

    def report_columns(self, row: TableRow, heading: TableHeading) -> None:
        """Report the columns of a heading that the plan has no use for, once for repeated headings."""
        if not heading.unread_columns or heading.unread_columns in self._reported:
            return
        self._reported.add(heading.unread_columns)
        names = "; ".join(
            f"{column_letter(column)}, \u201c{one_line(heading.names.get(column, row.cell(column)))}\u201d"
            for column in heading.unread_columns
        )
        message = sentence("drafting.unread_columns")
        self._notes.info(self._table.where(row.number), "heading", names[:MAX_SHOWN_LENGTH], message)

    def report_group(self, row: TableRow) -> None:
        """Report a lone line that was taken as the heading of the actions below it."""
        words = one_line(row.cells[row.filled_columns[0]])[:MAX_SHOWN_LENGTH]
        message = sentence("drafting.line_heads_actions")
        self._notes.info(self._table.where(row.number), "section", words, message)

    def report_numbered(self, rows: Sequence[TableRow]) -> None:
        """Report the rows that have a ref and nothing else, all in one."""
        if rows:
            where = self._table.where(rows[0].number)
            message = sentence("drafting.rows_numbered_ahead", count=len(rows), last=rows[-1].number)
            self._notes.info(where, "row", one_line(rows[0].cells[rows[0].filled_columns[0]]), message)

    def report_text(self, row: TableRow) -> None:
        """Report the text of a row outside the headings, if there is any besides amounts."""
        cells = [row.cells[column] for column in row.filled_columns if not is_about_money(row.cells[column])]
        words = one_line(" ".join(cells))
        if words:
            message = sentence("drafting.unread_text")
            self._notes.info(self._table.where(row.number), "row", words[:MAX_SHOWN_LENGTH], message)

    def report_row(self, row: TableRow) -> None:
        """Report a row below a heading that has no action."""
        words = one_line(" ".join(row.cells[column] for column in row.filled_columns))[:MAX_SHOWN_LENGTH]
        message = sentence("drafting.row_without_action")
        self._notes.warning(self._table.where(row.number), "row", words, message)

    def report_too_long(self, row: TableRow) -> None:
        """Report a row that would make the action above too long; of several in a row only the first."""
        if not self._notes.problems or self._notes.problems[-1].message != self._too_long:
            self._notes.error(self._table.where(row.number), "row", "", self._too_long)


@dataclass
class _ClassifierState:
    """What the rows so far mean for the next one.

    project_numbers: of the projects that have actions in this table ("5" for 5.2). action: the last one,
    which a row without a ref continues. has_started: the first heading or project was read, so no row below
    is the plan's title. money_kind: what the last words above an amount call it. expects_description: the
    row above only heads a description.
    """

    table: Table
    notes: DiagnosticLog
    unread: UnreadReporter
    project_numbers: set[str]
    heading: TableHeading | None = None
    years: dict[int, str] = field(default_factory=dict)
    action: ActionRow | None = None
    has_started: bool = False
    money_kind: MoneyKind | None = None
    expects_description: bool = False
    carried: dict[Column, CellText] = field(default_factory=dict)
    has_refs_in_words: bool = False
    is_other_table: bool = False
    last_row: int = 0
    numbered_ahead: list[TableRow] = field(default_factory=list)


def classify_rows(table: Table, headings: TableHeadings, notes: DiagnosticLog) -> Iterator[PlanRow]:
    """Yield the table's rows by what they are, in order. Rows that are none of these are reported."""
    state = _ClassifierState(table, notes, UnreadReporter(table, notes), _project_numbers(table, headings))
    state.heading = headings.by_row.get(NO_HEADING_ROW)
    lines = find_group_lines(table, headings)
    for row in table.rows:
        if not row.filled_columns or row.number in headings.skipped:
            continue
        if row.is_start and state.heading and NO_HEADING_ROW not in headings.by_row:
            yield from _flush_action(state)
            state.heading, state.years = None, {}
        heading = headings.by_row.get(row.number)
        if row.is_start:
            state.is_other_table = _begins_other_table(row)
        if heading:
            state.heading, state.has_started, state.carried = heading, True, {}
            state.has_refs_in_words = have_refs_in_words(table, heading, row.number)
            state.unread.report_columns(row, heading)
        elif row.number in lines:
            yield from _flush_action(state)
            yield SectionRow("", one_line(row.cells[row.filled_columns[0]]), table.where(row.number))
            state.unread.report_group(row)
        else:
            yield from _classify_row(state, row)
        state.last_row = row.number
    yield from _flush_action(state)
    state.unread.report_numbered(state.numbered_ahead)


def _begins_other_table(row: TableRow) -> bool:
    """Whether a table begins with headings of its own that are no plan's: Version, Author."""
    words = [row.cells[column] for column in row.filled_columns]
    return len(words) > 1 and all(
        word[0].isalpha() and len(word.split()) <= _MAX_HEADING_WORDS for word in words
    )


def _project_numbers(table: Table, headings: TableHeadings) -> set[str]:
    refs = {index for each in headings.by_row.values() if (index := each.columns.get(Column.REF)) is not None}
    firsts = (
        row.cells[column]
        for row in table.rows
        for column in row.filled_columns[:2]
        if not refs or column in refs or row.number < min(headings.by_row)
    )
    return {match["project"] for first in firsts if (match := _PART_OF.match(first))}


def _classify_row(state: _ClassifierState, row: TableRow) -> Iterator[PlanRow]:
    other = _read_project_part(state, row)
    if other:
        yield from _flush_action(state)
        state.has_started = True
        yield _with_money_kind(state, row, other)
    elif state.heading is None and state.expects_description:
        yield DescriptionRow(tuple(split_lines("\n".join(row.cells))), state.table.where(row.number))
        state.expects_description = False
    elif state.heading is None and state.has_started:
        state.unread.report_text(row)
    elif state.heading is None:
        yield from read_head_row(state.table, row)
    else:
        yield from _read_action(state, row, state.heading)


def _with_money_kind(state: _ClassifierState, row: TableRow, found: PlanRow) -> PlanRow:
    """The row, with the kind of its amounts where it has some; remembers the kind for the rows below."""
    state.expects_description = isinstance(found, DescriptionRow) and not found.lines
    if isinstance(found, SavingsRow):
        return replace(found, kind=found.kind or state.money_kind)
    named = [
        parse_money_kind(row.cells[column])
        for column in row.filled_columns
        if is_about_money(row.cells[column])
    ]
    state.money_kind = next(filter(None, named), None if isinstance(found, ProjectRow) else state.money_kind)
    return found


def _read_project_part(state: _ClassifierState, row: TableRow) -> PlanRow | None:
    """Read a row about a project, its savings or its measures; None when it is none of these."""
    measures_column = state.heading.columns.get(Column.SUCCESS) if state.heading else None
    ref_column = state.heading.columns.get(Column.REF) if state.heading else None
    first = row.cell(ref_column) or row.cells[row.filled_columns[0]]
    if section := read_section_row(state.table, row):
        return section
    if state.years and (amounts := read_amounts_row(state.table, row, state.years)):
        state.years = {}
        return amounts
    if _is_project_heading(state, row, first):
        kept = _project_cells(row, state.heading)
        project = read_project_row(state.table, kept, measures_column=measures_column)
        if project:
            return project
    if is_ref(first) and not is_year(first):
        return None
    savings = read_savings_row(state.table, row)
    if savings:
        state.years = year_columns(row)
    if savings or state.action:
        return savings
    return (
        read_description_row(state.table, row)
        or read_risks_row(state.table, row)
        or read_measures_row(state.table, row)
    )


def _project_cells(row: TableRow, heading: TableHeading | None) -> TableRow:
    """The row without the cells of columns that say nothing of a project, such as a second number."""
    if heading is None or Column.ACTION not in heading.columns or is_about_a_project(row):
        return row
    kept = {heading.columns.get(column) for column in (Column.REF, Column.ACTION, Column.SUCCESS)}
    return replace(row, cells=tuple(cell if index in kept else "" for index, cell in enumerate(row.cells)))


def _is_project_heading(state: _ClassifierState, row: TableRow, first: str) -> bool:
    if state.heading is None and (is_label_row(row) or state.is_other_table):
        return is_about_a_project(row) and not is_label_row(row)
    if is_about_a_project(row) or (len(row.filled_columns) == 1 and is_banner(first)):
        return True
    if not _BARE_NUMBER.fullmatch(first) or len(row.filled_columns) == 1:
        return False
    if state.heading is None:
        return True
    if Column.REF not in state.heading.columns:
        return False
    is_plain = not any(row.cell(state.heading.columns.get(column)) for column in _ACTION_COLUMNS)
    return is_plain and first.rstrip(".") in state.project_numbers


def _read_action(state: _ClassifierState, row: TableRow, heading: TableHeading) -> Iterator[PlanRow]:
    cells = cells_of(state.table, row, heading)
    _carry(state, cells, heading)
    if state.has_refs_in_words and Column.ACTION in cells:
        ref, rest = split_ref(cells[Column.ACTION].text)
        cells[Column.ACTION] = replace(cells[Column.ACTION], text=rest)
        yield from _flush_action(state)
        state.action = _action_row(state, row, heading, ref, cells)
        return
    index = heading.columns.get(Column.REF)
    own_ref = row.cell(index) if index is not None and index not in row.merged_columns else ""
    has_words = Column.ACTION in cells and bool(cells[Column.ACTION].text)
    if index is not None and not own_ref and state.action:
        if not has_words and row.number - state.last_row > 1:
            state.unread.report_row(row)
        else:
            _continue_action(state, row, cells)
        return
    if (
        not has_words
        and is_ref(own_ref)
        and not any(cells[each].text for each in _SAYING_COLUMNS if each in cells)
    ):
        state.numbered_ahead.append(row)
        return
    if not has_words and not (own_ref and is_ref(own_ref)):
        state.unread.report_row(row)
        return
    yield from _flush_action(state)
    state.action = _action_row(state, row, heading, own_ref, cells)


def _action_row(
    state: _ClassifierState, row: TableRow, heading: TableHeading, ref: str, cells: dict[Column, CellText]
) -> ActionRow:
    return ActionRow(
        ref,
        cells,
        state.table.where(row.number),
        columns_of(heading),
        extra=extra_of(row, heading),
        names={column: heading.names.get(index, "") for column, index in heading.columns.items()},
        fill=row.fills.get(heading.columns.get(Column.RAG, heading.columns.get(Column.STATUS, -1))),
    )


def _carry(state: _ClassifierState, cells: dict[Column, CellText], heading: TableHeading) -> None:
    """A label counts for the rows below it that have none of their own."""
    for column in heading.carried:
        if column in cells and cells[column].text:
            state.carried[column] = cells[column]
        elif column in state.carried:
            cells[column] = state.carried[column]


def _continue_action(state: _ClassifierState, row: TableRow, cells: dict[Column, CellText]) -> None:
    """Join a row without a ref of its own to the action above: one more step of it, with what stands in its
    own row; or, where it names nothing to be done, more lines of the action's own cells.
    """
    assert state.action is not None
    assert state.heading is not None
    if _is_step(state.heading, row):
        own = {
            column: cell
            for column, cell in cells.items()
            if state.heading.columns.get(column) not in row.merged_columns
        }
        step = ActionRow("", own, state.table.where(row.number), state.action.columns)
        state.action = replace(state.action, steps=(*state.action.steps, step))
    else:
        _join_cells(state, row, cells)
    state.action = replace(
        state.action, extra=_joined_extra(state.action.extra, extra_of(row, state.heading))
    )
    if not row.merged_columns or state.action.steps:
        words = one_line(cells[Column.ACTION].text if Column.ACTION in cells else "")[:MAX_SHOWN_LENGTH]
        message = sentence("drafting.row_continues_action", ref=one_line(state.action.ref))
        state.notes.warning(state.table.where(row.number), "ref", words, message)


def _is_step(heading: TableHeading, row: TableRow) -> bool:
    """Whether the row says what is to be done, and has an owner, a date or a status of its own."""
    action = heading.columns.get(Column.ACTION)
    own = set(row.filled_columns)
    about = {heading.columns.get(column) for column in (Column.OWNER, Column.DUE, Column.STATUS)}
    return action in own and bool(own & about)


def _joined_extra(above: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    both = {
        name: "\n".join(filter(None, [above.get(name, ""), more.get(name, "")])) for name in {**above, **more}
    }
    return {name: text[:MAX_CELL_CHARACTERS] for name, text in both.items()}


def _join_cells(state: _ClassifierState, row: TableRow, cells: dict[Column, CellText]) -> None:
    assert state.action is not None
    assert state.heading is not None
    joined = dict(state.action.cells)
    for column in _CONTINUED_COLUMNS:
        index = state.heading.columns.get(column)
        if index is None or index in row.merged_columns or not row.cell(index):
            continue
        above = joined.get(column, CellText("", cells[column].where))
        if len(above.text) < _MAX_JOINED_LENGTH:
            joined[column] = CellText(_join_cell(column, above.text, row.cell(index)), above.where)
        else:
            state.unread.report_too_long(row)
    state.action = replace(state.action, cells=joined, columns=state.action.columns | cells.keys())


def _join_cell(column: Column, above: str, text: str) -> str:
    bullet = "\u2022 " if column is Column.ACTION and above else ""
    return f"{above}\n{bullet}{text}".strip()


def _flush_action(state: _ClassifierState) -> Iterator[PlanRow]:
    """Yield the action that no later row can continue."""
    if state.action:
        yield state.action
        state.action = None
