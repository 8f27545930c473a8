"""Choose the plan in a pack, which may hold several papers, and tables that are no plan."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.importing.layout.overviews import is_overview
from bot.importing.table.as_at import read_as_at
from bot.importing.table.blocks import Block, Para, RichGrid, RichRow, TextBlock
from bot.importing.table.headings import read_heading, read_named_heading
from bot.importing.table.problems import DiagnosticLog, list_first
from bot.importing.table.project_labels import is_about_a_project, is_banner
from bot.importing.table.tables import TableRow
from bot.sentences import sentence

_PLAN = re.compile(r"\bplans?\b", re.IGNORECASE)
_YEARS = re.compile(r"\b20[0-9]{2}\b")
# "2021 - 2024" is no dash between a plan and its section.
_SPAN = re.compile(r"(?P<first>20[0-9]{2})\s+[-\u2013]\s+(?P<last>(?:20)?[0-9]{2})\b")
_OTHER_PAPER = re.compile(r"(?:agenda item|appendix|annex|minutes)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(?!20[0-9]{2}\b)[0-9]")
_MAX_TITLE_LENGTH = 120
_MAX_DATE_LENGTH = 40
_LOWEST_LEVEL = 9
_MAX_NAMED = 6
_MAX_LINES_TO_DATE = 3
# Only serves to tell a date from other words; the day itself is parsed later.
_REFERENCE_DAY = date(2025, 1, 1)


@dataclass
class Paper:
    """The blocks below one title. level: of its heading. date_text: the date below the title, as printed.
    by_words: whether any words that fit make a heading, and not only the names that plans use.
    """

    title: str = ""
    level: int = _LOWEST_LEVEL
    date_text: str = ""
    blocks: list[Block] = field(default_factory=list)
    by_words: bool = False

    @property
    def rows(self) -> int:
        """How many rows of a plan it has."""
        return sum(len(grid.rows) for grid, _ in self.grids() if is_plan(grid, by_words=self.by_words))

    def grids(self) -> Iterator[tuple[RichGrid, str]]:
        """Give each grid with the heading above it."""
        heading = ""
        for block in self.blocks:
            if isinstance(block, RichGrid):
                yield block, heading
            elif block.level:
                heading = block.text


def is_plan(grid: RichGrid, *, by_words: bool) -> bool:
    """Tell whether a row of the grid reads as a plan's headings. by_words: see Paper."""
    read = read_heading if by_words else read_named_heading
    return any(read(TableRow(row.number, row.texts)) for row in grid.rows)


def split_into_papers(blocks: Sequence[Block]) -> list[Paper]:
    """Cut a page or a pack into papers at the titles of plans and at agenda items and appendices."""
    papers = [Paper()]
    since_title = 0
    for index, block in enumerate(blocks):
        since_title += 1
        paper = papers[-1]
        if isinstance(block, RichGrid):
            paper.blocks.append(block)
        elif level := _paper_level(block, paper, blocks[index + 1 : index + 2]):
            papers.append(Paper(_SPAN.sub(r"\g<first>-\g<last>", block.text), level))
            since_title = 0
        elif paper.title and not paper.date_text and since_title <= _MAX_LINES_TO_DATE and _is_a_date(block):
            paper.date_text = block.text
        elif is_banner(block.text):
            paper.blocks.append(RichGrid((RichRow(block.number, ((Para(block.text, strong=True),),)),)))
        elif is_about_a_project(TableRow(1, (block.text,))) and _ends_with_banner(paper):
            _extend_banner(paper, block.text)
        else:
            paper.blocks.append(block)
    return papers


def choose_paper(papers: Sequence[Paper], notes: DiagnosticLog) -> Paper | None:
    """The paper with the most rows of a plan, without its other tables; None when none has any. The rest is
    reported. Headings are looked for by their words only where none has the names that plans use.
    """
    plans = [paper for paper in papers if paper.rows]
    if not plans:
        papers = [replace(paper, by_words=True) for paper in papers]
        plans = [paper for paper in papers if paper.rows]
    if not plans:
        return None
    chosen = max(plans, key=lambda paper: paper.rows)
    for paper in plans:
        if paper is not chosen:
            _report_other_plan(chosen, paper, notes)
    plain = replace(chosen, blocks=list(_without_other_tables(chosen)))
    read = {id(block) for block in plain.blocks}
    grids = [pair for paper in papers if paper not in plans or paper is chosen for pair in paper.grids()]
    _report_other_tables([heading for grid, heading in grids if id(grid) not in read], notes)
    return plain


def is_banner_grid(grid: RichGrid) -> bool:
    """Tell a grid of one row that is a line which heads a project."""
    return len(grid.rows) == 1 and is_banner(grid.rows[0].texts[0].partition("\n")[0])


def _report_other_plan(chosen: Paper, paper: Paper, notes: DiagnosticLog) -> None:
    name = paper.title or "the tables before the first title"
    message = sentence("layout.other_plan", chosen=chosen.title, rows=paper.rows)
    notes.warning(name, "plan", name, message)


def _report_other_tables(headings: Sequence[str], notes: DiagnosticLog) -> None:
    if headings:
        named = list(dict.fromkeys(filter(None, headings)))
        message = sentence("layout.other_tables", count=len(headings))
        notes.info("the file", "table", list_first(named, _MAX_NAMED, "; "), message)


def _without_other_tables(paper: Paper) -> Iterator[Block]:
    """Leave out the grids that are no plan's, no continuation of one, and about no project."""
    width = 0
    for block in paper.blocks:
        if isinstance(block, TextBlock):
            yield block
        elif is_plan(block, by_words=paper.by_words):
            width = max(len(row.cells) for row in block.rows)
            yield block
        elif (
            is_overview(block) or is_banner_grid(block) or max(len(row.cells) for row in block.rows) == width
        ):
            yield block


def _paper_level(words: TextBlock, paper: Paper, after: Sequence[Block]) -> int:
    """Give the level of the paper that begins here, 0 when none does. after: the next block.

    A title that is no heading has a date below it, or comes first.
    """
    text = words.text
    if len(text) > _MAX_TITLE_LENGTH or _NUMBERED.match(text) or text.endswith((".", ":", ";", ",")):
        return 0
    if words.level:
        is_title = bool(_PLAN.search(text)) and words.level <= paper.level
        other = bool(_OTHER_PAPER.match(text)) and words.level <= max(paper.level, 1)
        return words.level if is_title or other else 0
    stands_alone = _PLAN.search(text) and _YEARS.search(text) and ":" not in text
    is_first = not paper.title and not paper.blocks
    is_dated = any(isinstance(block, TextBlock) and _is_a_date(block) for block in after)
    return 1 if stands_alone and text[0].isupper() and (is_first or is_dated) else 0


def _is_a_date(words: TextBlock) -> bool:
    return len(words.text) <= _MAX_DATE_LENGTH and read_as_at(words.text, today=_REFERENCE_DAY) is not None


def _ends_with_banner(paper: Paper) -> bool:
    last = paper.blocks[-1] if paper.blocks else None
    return isinstance(last, RichGrid) and is_banner_grid(last)


def _extend_banner(paper: Paper, text: str) -> None:
    """Add a line such as "Project manager: ..." to the banner above it."""
    banner = paper.blocks.pop()
    assert isinstance(banner, RichGrid)
    row = banner.rows[0]
    paper.blocks.append(RichGrid((replace(row, cells=((*row.cells[0], Para(text)),)),)))
