"""Join what a page break cut: rows that go on below it, with the columns shifted against each other.

A text made from a printed page knows which words share a row, not where in the row they stood. Where the
number of values fits the number of actions they are placed; the rest is said, and never guessed silently.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.importing.layout.cell_allocation import Cell, CutNotes, goes_on, share, together
from bot.importing.layout.overviews import is_overview, rows_of_overview
from bot.importing.layout.papers import is_banner_grid, is_plan
from bot.importing.table.blocks import Grid, Para, RichRow
from bot.importing.table.headings import Column, Heading, read_heading
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Row
from bot.plan.text import one_line

_SHARED = (Column.DELIVERED, Column.OWNER, Column.DUE, Column.STATUS, Column.SUCCESS)
_BARE = re.compile(r"[0-9]{1,3}\.?")
_DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})+\.?")
_REF_FIRST = re.compile(r"(?P<ref>[0-9]{1,3}\.[0-9]{1,3})\.?\s+(?P<title>\S.*)")
_TAG = re.compile(r"\[[^\[\]]*\]")
_FEWEST = 2


@dataclass
class _Joining:
    """Where the joining stands."""

    notes: CutNotes
    heading: Heading | None = None
    rows: list[RichRow] = field(default_factory=list)

    def column(self, column: Column) -> int | None:
        return self.heading.columns.get(column) if self.heading else None

    def cell(self, row: RichRow, column: Column) -> Cell:
        place = self.column(column)
        return row.cells[place] if place is not None and place < len(row.cells) else ()

    def ref(self, row: RichRow) -> str:
        return one_line(" ".join(para.text for para in self.cell(row, Column.REF)))

    def put(self, index: int, column: Column, cell: Cell) -> None:
        """Change a cell of a row taken before."""
        place, row = self.column(column), self.rows[index]
        if place is not None:
            cells = [*row.cells, *[()] * (place + 1 - len(row.cells))]
            cells[place] = cell
            self.rows[index] = replace(row, cells=tuple(cells))


@dataclass(frozen=True)
class _Action:
    """A new action found in a row: its ref and its lines."""

    ref: str
    lines: Cell


def joined(grids: Sequence[Grid], counted: str, notes: ProblemLog) -> list[list[RichRow]]:
    """Give the rows of each table, one that was cut as one again. counted: what the rows' numbers count."""
    at = _Joining(CutNotes(counted, notes))
    tables = [at.rows]
    for grid in grids:
        if is_overview(grid) or is_plan(grid) or is_banner_grid(grid):
            at.heading, at.rows = None, []
            tables.append(at.rows)
        if is_overview(grid):
            at.rows += rows_of_overview(grid)
            continue
        below_a_break = at.heading is not None
        for row in grid.rows:
            if any(row.texts):
                _take(at, row, below_a_break=below_a_break)
                below_a_break = False
        at.notes.end_of_page()
    return [rows for rows in tables if rows]


def _take(at: _Joining, row: RichRow, *, below_a_break: bool) -> None:
    if heading := read_heading(Row(row.number, row.texts)):
        at.heading = heading
        at.rows.append(row)
        return
    refs = [para.text.strip() for para in at.cell(row, Column.REF)]
    if len(refs) >= _FEWEST and all(_BARE.fullmatch(ref) or _DOTTED.fullmatch(ref) for ref in refs):
        _take_several(at, row, refs)
        return
    if below_a_break and not row.carried and at.rows and _DOTTED.fullmatch(at.ref(at.rows[-1])):
        found = _below_a_break(at, row)
        if found is not None:
            _take_cut(at, row, *found)
            return
    at.rows.append(row)
    at.notes.follow(at.ref(row), at.cell(row, Column.SUCCESS))


def _below_a_break(at: _Joining, row: RichRow) -> tuple[Cell, list[_Action]] | None:
    """Read the first row below a break: the rest of the action above, and new ones; None if there is none."""
    ref, lines = at.ref(row), at.cell(row, Column.ACTION)
    starts = [place for place, para in enumerate(lines) if para.strong and _REF_FIRST.match(para.text)]
    if ref:
        own = next((place for place, para in enumerate(lines) if _is_title(para)), 0)
        if not own or not _DOTTED.fullmatch(ref):
            return None
        starts = [own, *(place for place in starts if place > own)]
    ends = [*starts[1:], len(lines)][: len(starts)]
    new = [_action(lines[start:end], ref) for start, end in zip(starts, ends, strict=True)]
    return lines[: starts[0]] if starts else lines, new


def _is_title(para: Para) -> bool:
    return para.strong and not _TAG.fullmatch(para.text.strip())


def _action(lines: Cell, ref: str) -> _Action:
    """Read a new action's lines. Its title may begin with its ref: "3.9 Trauma informed practice".

    ref: that of the row, which is the first action's unless its title has one.
    """
    found = _REF_FIRST.match(lines[0].text)
    if found is None:
        return _Action(ref, lines)
    return _Action(found["ref"], (replace(lines[0], text=found["title"]), *lines[1:]))


def _take_cut(at: _Joining, row: RichRow, rest: Cell, new: list[_Action]) -> None:
    """Give the action above the rest of its lines, and the new ones a row each."""
    last = len(at.rows) - 1
    above = at.rows[last]
    at.notes.start(row.number, at.ref(above), [action.ref for action in new])
    at.put(last, Column.ACTION, together(at.cell(above, Column.ACTION), rest))
    for action in new:
        at.rows.append(RichRow(row.number, ()))
        at.put(-1, Column.REF, (Para(action.ref),))
        at.put(-1, Column.ACTION, action.lines)
    for column in _SHARED:
        if at.column(column) is not None:
            _share_out(at, column, _carried_over(at, last, column, at.cell(row, column)), last, len(new))
    at.notes.tell_joined()


def _carried_over(at: _Joining, last: int, column: Column, values: Cell) -> Cell:
    """Make a sentence whole that runs over the break, and give what is left of the cell.

    It belongs to the action that runs over the break, wherever its beginning was printed.
    """
    filled = [place for place in range(last, -1, -1) if at.cell(at.rows[place], column)]
    place = filled[0] if filled else last
    before = at.cell(at.rows[place], column)
    if column in {Column.OWNER, Column.DUE, Column.STATUS} or not goes_on(before, values):
        return values
    whole = together(before[-1:], values[:1])
    at.put(place, column, before[:-1])
    at.put(last, column, (*at.cell(at.rows[last], column), *whole))
    if place != last:
        at.notes.tell_moved(column, whole[0].text, at.ref(at.rows[place]))
    return values[1:]


def _share_out(at: _Joining, column: Column, values: Cell, last: int, new: int) -> None:
    above = at.cell(at.rows[last], column)
    shares = share(values, new, above=above)
    at.put(last, column, (*above, *shares.above))
    for place, cell in enumerate(shares.new, start=last + 1):
        at.put(place, column, cell)
    at.notes.tell_shared(column, values, above, shares)


def _take_several(at: _Joining, row: RichRow, refs: list[str]) -> None:
    """Take a row that holds several refs apart, as far as its lines fit them."""
    lines = at.cell(row, Column.ACTION)
    if len(lines) != len(refs):
        at.rows.append(row)
        at.notes.tell_inseparable(row.number, refs)
        return
    at.notes.start(row.number, "", [ref for ref in refs if _DOTTED.fullmatch(ref)])
    first = len(at.rows)
    for ref, line in zip(refs, lines, strict=True):
        at.rows.append(RichRow(row.number, ()))
        at.put(-1, Column.REF, (Para(ref),))
        at.put(-1, Column.ACTION, (line,))
    actions = [first + place for place, ref in enumerate(refs) if _DOTTED.fullmatch(ref)]
    for column in _SHARED:
        values = at.cell(row, column)
        shares = share(values, len(actions), above=None)
        for place, cell in zip(actions, shares.new, strict=True):
            at.put(place, column, cell)
        at.notes.tell_shared(column, values, (), shares)
