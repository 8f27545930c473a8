"""Join what a page break cut: rows that continue below it, with the columns shifted against each other.

A text made from a printed page shows which words share a row, but not their position in it. Where the number
of values fits the number of actions they are allocated. Whatever is doubtful is reported.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.importing.layout.cell_allocation import (
    CellLines,
    PageBreakReporter,
    allocate_lines,
    is_continuation,
    join_cells,
)
from bot.importing.layout.overviews import is_overview, overview_rows
from bot.importing.layout.papers import is_banner_grid, is_plan
from bot.importing.table.blocks import Para, RichGrid, RichRow
from bot.importing.table.column_kinds import Column
from bot.importing.table.headings import TableHeading, read_heading
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import TableRow
from bot.plan.text import one_line

_ALLOCATED_COLUMNS = (Column.DELIVERED, Column.OWNER, Column.DUE, Column.STATUS, Column.SUCCESS)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,3}\.?")
_DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})+\.?")
_REF_FIRST = re.compile(r"(?P<ref>[0-9]{1,3}\.[0-9]{1,3})\.?\s+(?P<title>\S.*)")
_TAG = re.compile(r"\[[^\[\]]*\]")
_MIN_REFS = 2


@dataclass
class _JoinState:
    """The tables read so far: the heading and the rows of the last one."""

    notes: PageBreakReporter
    heading: TableHeading | None = None
    rows: list[RichRow] = field(default_factory=list)

    def column(self, column: Column) -> int | None:
        return self.heading.columns.get(column) if self.heading else None

    def cell(self, row: RichRow, column: Column) -> CellLines:
        index = self.column(column)
        return row.cells[index] if index is not None and index < len(row.cells) else ()

    def ref(self, row: RichRow) -> str:
        return one_line(" ".join(para.text for para in self.cell(row, Column.REF)))

    def set_cell(self, index: int, column: Column, cell: CellLines) -> None:
        """Replace a cell of an earlier row."""
        position, row = self.column(column), self.rows[index]
        if position is not None:
            cells = [*row.cells, *[()] * (position + 1 - len(row.cells))]
            cells[position] = cell
            self.rows[index] = replace(row, cells=tuple(cells))


@dataclass(frozen=True)
class _NewAction:
    """A new action found in a row: its ref and its lines."""

    ref: str
    lines: CellLines


def join_page_breaks(grids: Sequence[RichGrid], unit: str, notes: DiagnosticLog) -> list[list[RichRow]]:
    """The rows of each table, joined where cut. unit: what the rows' numbers count, "row" or "line"."""
    at = _JoinState(PageBreakReporter(unit, notes))
    tables = [at.rows]
    for grid in grids:
        if is_overview(grid) or is_plan(grid, by_words=True) or is_banner_grid(grid):
            at.heading, at.rows = None, []
            tables.append(at.rows)
        if is_overview(grid):
            at.rows += overview_rows(grid)
            continue
        below_a_break = at.heading is not None
        for row in grid.rows:
            if any(row.texts):
                _add_row(at, row, below_a_break=below_a_break)
                below_a_break = False
        at.notes.end_of_page()
    return [rows for rows in tables if rows]


def _add_row(state: _JoinState, row: RichRow, *, below_a_break: bool) -> None:
    if heading := read_heading(TableRow(row.number, row.texts)):
        state.heading = heading
        state.rows.append(row)
        return
    refs = [para.text.strip() for para in state.cell(row, Column.REF)]
    if len(refs) >= _MIN_REFS and all(_WHOLE_NUMBER.fullmatch(ref) or _DOTTED.fullmatch(ref) for ref in refs):
        _split_row(state, row, refs)
        return
    if (
        below_a_break
        and not row.merged_columns
        and state.rows
        and _DOTTED.fullmatch(state.ref(state.rows[-1]))
    ):
        found = _read_below_break(state, row)
        if found is not None:
            _add_cut_row(state, row, *found)
            return
    state.rows.append(row)
    state.notes.add_following_row(state.ref(row), state.cell(row, Column.SUCCESS))


def _read_below_break(state: _JoinState, row: RichRow) -> tuple[CellLines, list[_NewAction]] | None:
    """Read the first row below a break: the rest of the action above, and new ones; None if there is none."""
    ref, lines = state.ref(row), state.cell(row, Column.ACTION)
    starts = [index for index, para in enumerate(lines) if para.strong and _REF_FIRST.match(para.text)]
    if ref:
        own = next((index for index, para in enumerate(lines) if _is_title(para)), 0)
        if not own or not _DOTTED.fullmatch(ref):
            return None
        starts = [own, *(index for index in starts if index > own)]
    ends = [*starts[1:], len(lines)][: len(starts)]
    new = [_read_new_action(lines[start:end], ref) for start, end in zip(starts, ends, strict=True)]
    return lines[: starts[0]] if starts else lines, new


def _is_title(para: Para) -> bool:
    return para.strong and not _TAG.fullmatch(para.text.strip())


def _read_new_action(lines: CellLines, ref: str) -> _NewAction:
    """Read a new action's lines. Its title may begin with its ref: "3.9 Trauma informed practice".

    ref: that of the row, which is the first action's unless its title has one.
    """
    match = _REF_FIRST.match(lines[0].text)
    if match is None:
        return _NewAction(ref, lines)
    return _NewAction(match["ref"], (replace(lines[0], text=match["title"]), *lines[1:]))


def _add_cut_row(state: _JoinState, row: RichRow, rest: CellLines, new: list[_NewAction]) -> None:
    """Give the action above the rest of its lines, and the new ones a row each."""
    last = len(state.rows) - 1
    above = state.rows[last]
    state.notes.start_row(row.number, state.ref(above), [action.ref for action in new])
    state.set_cell(last, Column.ACTION, join_cells(state.cell(above, Column.ACTION), rest))
    for action in new:
        state.rows.append(RichRow(row.number, ()))
        state.set_cell(-1, Column.REF, (Para(action.ref),))
        state.set_cell(-1, Column.ACTION, action.lines)
    for column in _ALLOCATED_COLUMNS:
        if state.column(column) is not None:
            _allocate_column(
                state,
                column,
                _complete_sentence(state, last, column, state.cell(row, column)),
                last,
                len(new),
            )
    state.notes.report_joined()


def _complete_sentence(state: _JoinState, last: int, column: Column, values: CellLines) -> CellLines:
    """Join a sentence that continues over the break, and give the rest of the cell.

    It belongs to the action that continues over the break, wherever it was printed to begin.
    """
    filled = [index for index in range(last, -1, -1) if state.cell(state.rows[index], column)]
    index = filled[0] if filled else last
    before = state.cell(state.rows[index], column)
    if column in {Column.OWNER, Column.DUE, Column.STATUS} or not is_continuation(before, values):
        return values
    whole = join_cells(before[-1:], values[:1])
    state.set_cell(index, column, before[:-1])
    state.set_cell(last, column, (*state.cell(state.rows[last], column), *whole))
    if index != last:
        state.notes.report_moved(column, whole[0].text, state.ref(state.rows[index]))
    return values[1:]


def _allocate_column(state: _JoinState, column: Column, values: CellLines, last: int, new_count: int) -> None:
    above = state.cell(state.rows[last], column)
    shares = allocate_lines(values, new_count, above=above)
    state.set_cell(last, column, (*above, *shares.above))
    for index, cell in enumerate(shares.new, start=last + 1):
        state.set_cell(index, column, cell)
    state.notes.report_allocation(column, values, above, shares)


def _split_row(state: _JoinState, row: RichRow, refs: list[str]) -> None:
    """Split a row that holds several refs, if it has a line of text for each."""
    lines = state.cell(row, Column.ACTION)
    if len(lines) != len(refs):
        state.rows.append(row)
        state.notes.report_inseparable(row.number, refs)
        return
    state.notes.start_row(row.number, "", [ref for ref in refs if _DOTTED.fullmatch(ref)])
    first = len(state.rows)
    for ref, line in zip(refs, lines, strict=True):
        state.rows.append(RichRow(row.number, ()))
        state.set_cell(-1, Column.REF, (Para(ref),))
        state.set_cell(-1, Column.ACTION, (line,))
    actions = [first + index for index, ref in enumerate(refs) if _DOTTED.fullmatch(ref)]
    for column in _ALLOCATED_COLUMNS:
        values = state.cell(row, column)
        shares = allocate_lines(values, len(actions), above=None)
        for index, cell in zip(actions, shares.new, strict=True):
            state.set_cell(index, column, cell)
        state.notes.report_allocation(column, values, (), shares)
