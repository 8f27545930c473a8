"""Give the plan that a page or a pack of papers holds as a document's parts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.importing.forms.flow_parts import TITLE, GridRow, Line, Part
from bot.importing.forms.flow_parts import Grid as PartGrid
from bot.importing.forms.flowing import document_of
from bot.importing.forms.lettered import with_steps_on_lines
from bot.importing.forms.page_cuts import joined
from bot.importing.forms.papers import Paper, choose, papers_of
from bot.importing.table.blocks import Block, Grid, RichRow, Words
from bot.importing.table.cells import too_many_rows
from bot.importing.table.headings import Column, Heading, read_heading
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import MOST_ROWS, Document, Row

_NUMBERED = re.compile(r"(?:(?:section|part)\s+)?(?P<number>[0-9]{1,2})\b", re.IGNORECASE)


def document_of_blocks(blocks: Sequence[Block], notes: ProblemLog, *, counted: str) -> Document:
    """Read the blocks as a document. counted: what their numbers count, "row" or "line".

    What is left aside is told. Raises UnreadableFileError for more rows than any plan has.
    """
    paper = choose(papers_of(blocks), notes)
    if paper is None:
        return Document((), tuple(notes.problems))
    return document_of(list(_parts(paper, counted, notes)), notes)


def _parts(paper: Paper, counted: str, notes: ProblemLog) -> Iterator[Part]:
    if paper.title:
        dated = f" ({paper.dated})" if paper.dated else ""
        yield Line(paper.title + dated, TITLE)
    waiting: list[Grid] = []
    for block in _with_even_levels(_without_idle_lines(paper.blocks)):
        if isinstance(block, Grid):
            waiting.append(block)
            continue
        yield from _grids(waiting, counted, notes)
        waiting = []
        yield Line(block.text, block.level, f"{counted} {block.number}")
    yield from _grids(waiting, counted, notes)


def _without_idle_lines(blocks: Sequence[Block]) -> list[Block]:
    """Keep the headings that tables stand below, and leave the running text out."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if isinstance(block, Grid) or (block.level and _heads_a_table(kept, block.level)):
            kept.append(block)
    return kept[::-1]


def _heads_a_table(below: Sequence[Block], level: int) -> bool:
    """below: what stands below the heading, nearest last."""
    nearest = next(
        (block for block in reversed(below) if isinstance(block, Grid) or block.level <= level), None
    )
    return isinstance(nearest, Grid)


def _with_even_levels(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give headings that number on from each other one level, however they were marked up."""
    last: tuple[int, int] | None = None
    for block in blocks:
        number = _NUMBERED.match(block.text) if isinstance(block, Words) else None
        if number is None or isinstance(block, Grid):
            yield block
            continue
        goes_on = last is not None and int(number["number"]) == last[0] + 1 and block.level != last[1]
        level = last[1] if goes_on and last else block.level
        last = (int(number["number"]), level)
        yield replace(block, level=level)


def _grids(grids: Sequence[Grid], counted: str, notes: ProblemLog) -> Iterator[PartGrid]:
    if sum(len(grid.rows) for grid in grids) > MOST_ROWS:
        raise too_many_rows("")
    for rows in joined(grids, counted, notes):
        heading: Heading | None = None
        made: list[GridRow] = []
        for row in rows:
            heading = read_heading(Row(row.number, row.texts)) or heading
            made.append(GridRow(_texts(row, heading), f"{counted} {row.number}", row.carried))
        yield PartGrid(tuple(made))


def _texts(row: RichRow, heading: Heading | None) -> tuple[str, ...]:
    """Give the cells' texts, with lettered steps of an action on lines of their own."""
    place = heading.columns[Column.ACTION] if heading else len(row.cells)
    cells = [with_steps_on_lines(cell) if at == place else cell for at, cell in enumerate(row.cells)]
    return replace(row, cells=tuple(cells)).texts
