"""Give the plan that a page or a pack of papers holds as a document's parts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.importing.layout.page_breaks import joined
from bot.importing.layout.papers import Paper, choose, papers_of
from bot.importing.layout.parts import TITLE, GridRow, Line, Part
from bot.importing.layout.parts import Grid as PartGrid
from bot.importing.layout.sections import document_of
from bot.importing.table.blocks import Block, Grid, Para, RichRow, Words
from bot.importing.table.headings import Column, Heading, read_heading
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import MOST_ROWS, Document, Row, too_many_rows

_LABEL = re.compile(r"(?<!\S)(?P<open>\(?)(?P<mark>[a-z]|[ivx]{1,4}|[0-9]{1,2})(?P<close>[.)])(?=\s)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
_NUMBERS = tuple(str(number) for number in range(1, 100))
_FEWEST = 2


def with_steps_on_lines(cell: tuple[Para, ...]) -> tuple[Para, ...]:
    """Give each of two or more steps in order a line of its own, and leave any other text alone."""
    return tuple(line for para in cell for line in _cut(para))


def _cut(para: Para) -> Iterator[Para]:
    places = _steps(para.text)
    if not places:
        yield para
        return
    if head := para.text[: places[0]].strip():
        yield replace(para, text=head)
    for start, end in zip(places, [*places[1:], len(para.text)], strict=True):
        yield Para(para.text[start:end].strip(), para.strong and start == 0)


def _steps(text: str) -> list[int]:
    """Give where each step of the longest run of labels begins; none when fewer than two follow on."""
    found = list(_LABEL.finditer(text))
    best: list[int] = []
    for style in (_LETTERS, _ROMAN, _NUMBERS):
        for place, first in enumerate(found):
            starts_it = first.start() == 0 or first["mark"] == style[0]
            if (
                first["mark"] in style
                and starts_it
                and (run := _run(found[place:], style))
                and len(run) > len(best)
            ):
                best = run
    return best if len(best) >= _FEWEST else []


def _run(found: list[re.Match[str]], style: tuple[str, ...]) -> list[int]:
    run: list[int] = []
    expected = style.index(found[0]["mark"])
    kind = (found[0]["open"], found[0]["close"])
    for each in found:
        if (
            expected < len(style)
            and each["mark"] == style[expected]
            and (each["open"], each["close"]) == kind
        ):
            run.append(each.start())
            expected += 1
    return run


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
