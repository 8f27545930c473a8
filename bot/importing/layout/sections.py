"""Make one table for each section out of a document's lines and grids.

A workbook has a sheet for each section of a plan. A Word document, a PDF or a page of text has many tables
under headings: here those under one section's heading become the rows of one table, as a sheet would hold
them, with the lines between them as rows of one cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.importing.layout.parts import RUNNING_TEXT, TITLE, Grid, GridRow, Line, Part
from bot.importing.layout.section_headings import find_heads, names_a_section
from bot.importing.table.headings import read_heading
from bot.importing.table.problems import ProblemLog
from bot.importing.table.project_labels import is_about_a_project, is_banner
from bot.importing.table.tables import Document, Row, Table, clean_text, table_of
from bot.plan.text import one_line

_LONGEST_LINE = 200
_LINES_ON_TOP = 6
_ROWS_TO_LOOK_AT = 3


@dataclass
class _Gathered:
    """The rows of one section so far. starts: the numbers of those that begin anew. last: the grid above."""

    place: str
    rows: list[GridRow] = field(default_factory=list)
    starts: set[int] = field(default_factory=set)
    last: Grid | None = None

    def add(self, row: GridRow, *, starts: bool) -> None:
        self.rows.append(row)
        if starts:
            self.starts.add(len(self.rows))


def document_of(parts: Sequence[Part], notes: ProblemLog) -> Document:
    """Make the document of what was read, in its order; what notes holds goes with it."""
    gathered = _gather(sorted(parts, key=_is_no_title), notes)
    tables = tuple(_table(each, notes) for each in gathered if each.rows)
    return Document(tables, tuple(notes.problems))


def _is_no_title(part: Part) -> bool:
    return isinstance(part, Grid) or part.level != TITLE


def _gather(parts: Sequence[Part], notes: ProblemLog) -> list[_Gathered]:
    heads = find_heads(parts)
    grids = [place for place, part in enumerate(parts) if isinstance(part, Grid)]
    on_top = min([*grids[:1], _LINES_ON_TOP])
    found = [_Gathered("")]
    left_out: list[Line] = []
    for place, part in enumerate(parts):
        if isinstance(part, Grid):
            _take_grid(found[-1], part)
        elif place in heads.sections:
            _start_section(found, part)
        elif place in heads.projects:
            _take_line(found[-1], GridRow(heads.projects[place], part.spot))
        elif _is_of_a_plan(part, above=place < on_top):
            _take_line(found[-1], GridRow((one_line(part.text),), part.spot))
        elif part.text.strip():
            left_out.append(part)
    _tell_left_out(left_out, notes)
    return found


def _start_section(found: list[_Gathered], head: Line) -> None:
    """Start a section's table. Lines above the first heading, such as the plan's title, stay on its top."""
    begun = _Gathered(one_line(head.text))
    if len(found) == 1 and not _has_grid(found[0]):
        begun.rows, begun.starts = found[0].rows, found[0].starts
        found.clear()
    found.append(begun)


def _has_grid(gathered: _Gathered) -> bool:
    return any(len(row.cells) > 1 for row in gathered.rows)


def _take_grid(into: _Gathered, grid: Grid) -> None:
    goes_on = _goes_on(into.last, grid)
    for number, row in enumerate(grid.rows):
        into.add(row, starts=number == 0 and not goes_on)
    into.last = grid


def _goes_on(above: Grid | None, grid: Grid) -> bool:
    """Tell a grid that was split off the one above: as wide, and without a heading of its own."""
    if above is None or above.width != grid.width:
        return False
    first = [Row(0, tuple(map(clean_text, row.cells)), row.carried) for row in grid.rows[:_ROWS_TO_LOOK_AT]]
    return not any(read_heading(row) or is_about_a_project(row) for row in first)


def _take_line(into: _Gathered, row: GridRow) -> None:
    into.add(row, starts=True)
    into.last = None


def _is_of_a_plan(line: Line, *, above: bool) -> bool:
    """Tell a title, a heading or a banner from running text, which no table of a plan holds."""
    text = one_line(line.text)
    if not text or len(text) > _LONGEST_LINE:
        return False
    return above or line.level != RUNNING_TEXT or names_a_section(text) or is_banner(text)


def _table(gathered: _Gathered, notes: ProblemLog) -> Table:
    rows = gathered.rows
    spots = {number: row.spot for number, row in enumerate(rows, start=1) if row.spot}
    cells = (row.cells for row in rows)
    merged = dict(_merges(rows))
    return table_of(gathered.place, cells, notes, merged=merged, spots=spots, starts=gathered.starts)


def _merges(rows: Sequence[GridRow]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for number, row in enumerate(rows[1:], start=2):
        for column in row.carried:
            yield (number, column), (number - 1, column)


def _tell_left_out(lines: Sequence[Line], notes: ProblemLog) -> None:
    if lines:
        count = f"{len(lines)} paragraphs" if len(lines) > 1 else "1 paragraph"
        message = "Running text outside the tables was not read. Put what matters into the plan's tables."
        notes.info(lines[0].spot or "the file", "text", count, message)
