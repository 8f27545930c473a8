"""Build a document from the plan in a page or a pack of papers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.importing.layout.page_breaks import join_page_breaks
from bot.importing.layout.papers import Paper, choose_paper, split_into_papers
from bot.importing.layout.parts import TITLE, GridRow, Paragraph, Part
from bot.importing.layout.parts import TextGrid as PartGrid
from bot.importing.layout.sections import build_document
from bot.importing.table.blocks import Block, Para, RichGrid, RichRow, TextBlock
from bot.importing.table.column_kinds import Column
from bot.importing.table.headings import TableHeading, read_heading
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import MAX_ROWS, ParsedDocument, TableRow, too_many_rows_error

_LABEL = re.compile(r"(?<!\S)(?P<open>\(?)(?P<mark>[a-z]|[ivx]{1,4}|[0-9]{1,2})(?P<close>[.)])(?=\s)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
_NUMBERS = tuple(str(number) for number in range(1, 100))
_MIN_STEPS = 2
_NUMBERED = re.compile(r"(?:(?:section|part)\s+)?(?P<number>[0-9]{1,2})\b", re.IGNORECASE)


def build_document_from_blocks(blocks: Sequence[Block], notes: DiagnosticLog, *, unit: str) -> ParsedDocument:
    """The document of the plan in the blocks. unit: what their numbers count, "row" or "line".

    What is left aside is reported. Raises UnreadableFileError for more rows than any plan has.
    """
    paper = choose_paper(split_into_papers(blocks), notes)
    if paper is None:
        return ParsedDocument((), tuple(notes.problems))
    return build_document(list(_parts(paper, unit, notes)), notes)


def _parts(paper: Paper, unit: str, notes: DiagnosticLog) -> Iterator[Part]:
    if paper.title:
        dated = f" ({paper.date_text})" if paper.date_text else ""
        yield Paragraph(paper.title + dated, TITLE)
    waiting: list[RichGrid] = []
    for block in _level_headings(_drop_running_text(paper.blocks)):
        if isinstance(block, RichGrid):
            waiting.append(block)
            continue
        yield from _text_grids(waiting, unit, notes)
        waiting = []
        yield Paragraph(block.text, block.level, f"{unit} {block.number}")
    yield from _text_grids(waiting, unit, notes)


def _drop_running_text(blocks: Sequence[Block]) -> list[Block]:
    """The tables and the headings above them, without the running text."""
    result: list[Block] = []
    for block in reversed(blocks):
        if isinstance(block, RichGrid) or (block.level and _heads_a_table(result, block.level)):
            result.append(block)
    return result[::-1]


def _heads_a_table(below: Sequence[Block], level: int) -> bool:
    """below: the blocks below the heading, the nearest last."""
    nearest = next(
        (block for block in reversed(below) if isinstance(block, RichGrid) or block.level <= level), None
    )
    return isinstance(nearest, RichGrid)


def _level_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks, with headings numbered in sequence on one level, however they were marked up."""
    last: tuple[int, int] | None = None
    for block in blocks:
        number = _NUMBERED.match(block.text) if isinstance(block, TextBlock) else None
        if number is None or isinstance(block, RichGrid):
            yield block
            continue
        goes_on = last is not None and int(number["number"]) == last[0] + 1 and block.level != last[1]
        level = last[1] if goes_on and last else block.level
        last = (int(number["number"]), level)
        yield replace(block, level=level)


def _text_grids(grids: Sequence[RichGrid], unit: str, notes: DiagnosticLog) -> Iterator[PartGrid]:
    if sum(len(grid.rows) for grid in grids) > MAX_ROWS:
        raise too_many_rows_error("")
    for rows in join_page_breaks(grids, unit, notes):
        heading: TableHeading | None = None
        made: list[GridRow] = []
        for row in rows:
            heading = read_heading(TableRow(row.number, row.texts)) or heading
            made.append(GridRow(_cell_texts(row, heading), f"{unit} {row.number}", row.merged_columns))
        yield PartGrid(tuple(made))


def _cell_texts(row: RichRow, heading: TableHeading | None) -> tuple[str, ...]:
    """Give the cells' texts, with lettered steps of an action on lines of their own."""
    action_column = heading.columns.get(Column.ACTION) if heading else None
    cells = [
        split_steps_into_lines(cell) if column == action_column else cell
        for column, cell in enumerate(row.cells)
    ]
    return replace(row, cells=tuple(cells)).texts


def split_steps_into_lines(cell: tuple[Para, ...]) -> tuple[Para, ...]:
    """Give each of two or more steps in order a line of its own, and leave any other text alone."""
    return tuple(line for para in cell for line in _split_para(para))


def _split_para(para: Para) -> Iterator[Para]:
    starts = _step_starts(para.text)
    if not starts:
        yield para
        return
    if head := para.text[: starts[0]].strip():
        yield replace(para, text=head)
    for start, end in zip(starts, [*starts[1:], len(para.text)], strict=True):
        yield Para(para.text[start:end].strip(), para.strong and start == 0)


def _step_starts(text: str) -> list[int]:
    """Give where each step of the longest run of labels begins; none when fewer than two follow on."""
    found = list(_LABEL.finditer(text))
    best: list[int] = []
    for style in (_LETTERS, _ROMAN, _NUMBERS):
        for index, first in enumerate(found):
            starts_it = first.start() == 0 or first["mark"] == style[0]
            if (
                first["mark"] in style
                and starts_it
                and (run := _longest_run(found[index:], style))
                and len(run) > len(best)
            ):
                best = run
    return best if len(best) >= _MIN_STEPS else []


def _longest_run(matches: list[re.Match[str]], style: tuple[str, ...]) -> list[int]:
    run: list[int] = []
    expected = style.index(matches[0]["mark"])
    kind = (matches[0]["open"], matches[0]["close"])
    for each in matches:
        if (
            expected < len(style)
            and each["mark"] == style[expected]
            and (each["open"], each["close"]) == kind
        ):
            run.append(each.start())
            expected += 1
    return run
