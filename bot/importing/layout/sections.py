"""Group a document's lines and grids into one table for each section.

A workbook has a sheet for each section of a plan. A Word document, a PDF or a page of text has many tables
under headings: here those under one section's heading become the rows of one table, as a sheet would hold
them, with the lines between them as rows of one cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.importing.layout.parts import RUNNING_TEXT, TITLE, GridRow, Paragraph, Part, TextGrid
from bot.importing.layout.section_headings import find_heading_roles, is_section_heading
from bot.importing.table.headings import read_heading
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.project_labels import is_about_a_project, is_banner
from bot.importing.table.tables import ParsedDocument, Table, TableRow, build_table, clean_text
from bot.plan.text import one_line
from bot.plan.wording import pluralise
from bot.sentences import sentence

_MAX_LINE_LENGTH = 200
_MAX_TOP_LINES = 6
_SAMPLE_ROWS = 3


@dataclass
class _SectionRows:
    """The rows of one section so far.

    starts: the numbers of the rows that begin a grid or line. last_grid: the last, None below a line.
    """

    table_name: str
    rows: list[GridRow] = field(default_factory=list)
    starts: set[int] = field(default_factory=set)
    last_grid: TextGrid | None = None

    def add(self, row: GridRow, *, starts: bool) -> None:
        self.rows.append(row)
        if starts:
            self.starts.add(len(self.rows))


def build_document(parts: Sequence[Part], notes: DiagnosticLog) -> ParsedDocument:
    """Build the document from its parts, in their order, with the diagnostics in notes."""
    sections = _group_by_section(sorted(parts, key=_is_no_title), notes)
    tables = tuple(_table(each, notes) for each in sections if each.rows)
    return ParsedDocument(tables, tuple(notes.problems))


def _is_no_title(part: Part) -> bool:
    return isinstance(part, TextGrid) or part.level != TITLE


def _group_by_section(parts: Sequence[Part], notes: DiagnosticLog) -> list[_SectionRows]:
    heads = find_heading_roles(parts)
    grids = [index for index, part in enumerate(parts) if isinstance(part, TextGrid)]
    on_top = min([*grids[:1], _MAX_TOP_LINES])
    sections = [_SectionRows("")]
    left_out: list[Paragraph] = []
    for index, part in enumerate(parts):
        if isinstance(part, TextGrid):
            _add_grid(sections[-1], part)
        elif index in heads.sections:
            _start_section(sections, part)
        elif index in heads.projects:
            _add_line(sections[-1], GridRow(heads.projects[index], part.location))
        elif _is_plan_line(part, above=index < on_top):
            _add_line(sections[-1], GridRow((one_line(part.text),), part.location))
        elif part.text.strip():
            left_out.append(part)
    _report_left_out(left_out, notes)
    return sections


def _start_section(sections: list[_SectionRows], head: Paragraph) -> None:
    """Start a section's table. Lines above the first heading, such as the plan's title, stay on its top."""
    section = _SectionRows(one_line(head.text))
    if len(sections) == 1 and not _has_grid(sections[0]):
        section.rows, section.starts = sections[0].rows, sections[0].starts
        sections.clear()
    sections.append(section)


def _has_grid(section: _SectionRows) -> bool:
    return any(len(row.cells) > 1 for row in section.rows)


def _add_grid(section: _SectionRows, grid: TextGrid) -> None:
    goes_on = _is_continuation(section.last_grid, grid)
    for number, row in enumerate(grid.rows):
        section.add(row, starts=number == 0 and not goes_on)
    section.last_grid = grid


def _is_continuation(above: TextGrid | None, grid: TextGrid) -> bool:
    """Tell a grid that was split off the one above: as wide, and without a heading."""
    if above is None or above.width != grid.width:
        return False
    first = [
        TableRow(0, tuple(map(clean_text, row.cells)), row.merged_columns) for row in grid.rows[:_SAMPLE_ROWS]
    ]
    return not any(read_heading(row) or is_about_a_project(row) for row in first)


def _add_line(section: _SectionRows, row: GridRow) -> None:
    section.add(row, starts=True)
    section.last_grid = None


def _is_plan_line(line: Paragraph, *, above: bool) -> bool:
    """Tell a title, a heading or a banner from running text, which no table of a plan holds."""
    text = one_line(line.text)
    if not text or len(text) > _MAX_LINE_LENGTH:
        return False
    return above or line.level != RUNNING_TEXT or is_section_heading(text) or is_banner(text)


def _table(section: _SectionRows, notes: DiagnosticLog) -> Table:
    rows = section.rows
    locations = {number: row.location for number, row in enumerate(rows, start=1) if row.location}
    cells = (row.cells for row in rows)
    merged = dict(_merges(rows))
    return build_table(
        section.table_name, cells, notes, merged=merged, locations=locations, starts=section.starts
    )


def _merges(rows: Sequence[GridRow]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for number, row in enumerate(rows[1:], start=2):
        for column in row.merged_columns:
            yield (number, column), (number - 1, column)


def _report_left_out(lines: Sequence[Paragraph], notes: DiagnosticLog) -> None:
    if lines:
        count = f"{len(lines)} {pluralise(len(lines), 'paragraph')}"
        notes.info(lines[0].location or "the file", "text", count, sentence("layout.running_text"))
