"""Read a .txt or .md file: pipe tables, HTML tables, cells between tabs, and plans in running text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from lxml.html import HtmlElement, fragment_fromstring
from markdown_it import MarkdownIt

from bot.errors import UnreadableFileError
from bot.importing.layout.pack import document_of_blocks
from bot.importing.layout.prose_plan import find_running_plan
from bot.importing.readers.encodings import decode
from bot.importing.readers.html_tables import grid_of_markup, lines_of_markup, tables_inside
from bot.importing.table.blocks import Block, Grid, Para, RichRow, Words
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import MOST_COLUMNS, MOST_ROWS, Document, too_many_rows

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})\s+(?P<text>.*?)\s*#*\s*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})\s*")
_PIPE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_RULE_CELL = re.compile(r"\s*:?-{2,}:?\s*")
_MARKUP = re.compile(
    r"</?(?:b|i|u|p|br|ul|ol|li|em|strong|span|div|sup|sub|table|tr|td|th|a|mark|font|h[1-6])\b[^<>]*>"
    r"|&(?:[a-z]{2,8}|#[0-9]{1,6});",
    re.IGNORECASE,
)
_TABLE_TAG = re.compile(r"<(?P<close>/?)table\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?P<mark>\*\*|__)(?P<text>.+?)(?P=mark)")
# Characters that cannot stand in markup at all.
_NO_MARKUP = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_LINE = 5_000
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def blocks_of(lines: list[str], *, first: int = 1) -> list[Block]:
    """Cut the lines of a text; every block is numbered by its line. first: the number of the first."""
    return [_numbered_from(block, first - 1) for block in _raw_blocks(lines)]


def _numbered_from(block: Block, more: int) -> Block:
    if not more:
        return block
    if isinstance(block, Words):
        return replace(block, number=block.number + more)
    return Grid(tuple(replace(row, number=row.number + more) for row in block.rows))


def lines_of_cell(text: str) -> tuple[Para, ...]:
    """Read a cell between tabs, which may hold HTML."""
    cell = _element(text)
    if cell is None:
        return (Para(text.strip()),) if text.strip() else ()
    return lines_of_markup(cell)


def _raw_blocks(lines: list[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        end = _end_of_table(lines, at)
        if end:
            yield from _table(lines, at, end)
            at = end
            continue
        level = _underlined(lines, at)
        heading = _HEADING.fullmatch(lines[at])
        words = _plain(heading["text"] if heading else lines[at])
        if words:
            yield Words(words, at + 1, len(heading["marks"]) if heading else level)
        at += 2 if level else 1


def _underlined(lines: list[str], at: int) -> int:
    """Give the level of a heading that is underlined with = or -, 0 when it is none."""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if not lines[at].strip() or not _UNDERLINE.fullmatch(below) or "|" in lines[at]:
        return 0
    return 1 if "=" in below else 2


def _end_of_table(lines: list[str], at: int) -> int:
    """Give where the table that begins here ends, 0 when none does."""
    if "\t" in lines[at].strip("\r\n") and lines[at].strip():
        return _while(lines, at, lambda line: "\t" in line)
    if lines[at].lstrip()[:6].casefold() == "<table":
        return _after_closing_tag(lines, at)
    rule = lines[at + 1] if at + 1 < len(lines) else ""
    if "|" in lines[at] and "-" in rule and "|" in rule and _PIPE_RULE.fullmatch(rule):
        return _while(lines, at, lambda line: "|" in line)
    return 0


def _while(lines: list[str], at: int, goes_on: Callable[[str], bool]) -> int:
    end = at
    while end < len(lines) and goes_on(lines[end]):
        end += 1
    return end


def _after_closing_tag(lines: list[str], at: int) -> int:
    opened = 0
    for end in range(at, len(lines)):
        opened += sum(-1 if found["close"] else 1 for found in _TABLE_TAG.finditer(lines[end]))
        if opened <= 0:
            return end + 1
    return len(lines)


def _table(lines: list[str], at: int, end: int) -> Iterator[Grid]:
    if end - at > MOST_ROWS:
        raise too_many_rows("")
    if "\t" in lines[at]:
        yield Grid(tuple(_tab_rows(lines, at, end)))
        return
    is_pipes = lines[at].lstrip()[:6].casefold() != "<table"
    text = "\n".join(lines[at:end])
    element = _element(_MARKDOWN.render(text) if is_pipes else text, always=True)
    assert element is not None
    for table in tables_inside(element):
        grid = grid_of_markup(table, at + 1)
        yield _on_lines(grid, at) if is_pipes else grid


def _on_lines(grid: Grid, at: int) -> Grid:
    """Number the rows of a pipe table by their lines: the rule below the heading is a line too."""
    return Grid(
        tuple(replace(row, number=at + 1 + place + (place > 0)) for place, row in enumerate(grid.rows))
    )


def _tab_rows(lines: list[str], at: int, end: int) -> Iterator[RichRow]:
    for number in range(at, end):
        cells = lines[number].rstrip("\r\n").split("\t")[: MOST_COLUMNS + 1]
        filled = [cell for cell in cells if cell.strip()]
        if filled and all(_RULE_CELL.fullmatch(cell) for cell in filled):
            continue
        nested = tuple(
            grid_of_markup(table, number + 1)
            for element in map(_element, cells)
            if element is not None
            for table in tables_inside(element)
        )
        yield RichRow(number + 1, tuple(map(lines_of_cell, cells)), frozenset(), nested)


def _element(text: str, *, always: bool = False) -> HtmlElement | None:
    if not always and not _MARKUP.search(text):
        return None
    return fragment_fromstring(_NO_MARKUP.sub("", text), create_parent="div")


def _plain(line: str) -> str:
    """Give a line of text without the marks of markdown or HTML around its words."""
    text = _EMPHASIS.sub(lambda found: found["text"], line.strip()[:_LONGEST_LINE])
    return " ".join(para.text for para in lines_of_cell(text))


_BIGGEST = 10_000_000
_NOT_TEXT = (
    "This file ends like a text but holds something other than text. Save it as plain text, encoding "
    "UTF-8, and try again."
)


def read_text(content: bytes) -> Document:
    """Read the plan in a text; raises UnreadableFileError for what is no text or too big."""
    if len(content) > _BIGGEST:
        raise UnreadableFileError("This file is larger than 10 MB, which no plan is. Save the plan alone.")
    text = decode(content, _NOT_TEXT).replace("\r\n", "\n").replace("\r", "\n")
    notes = ProblemLog()
    return document_of_blocks(_blocks(text.split("\n"), notes), notes, counted="line")


def _blocks(lines: list[str], notes: ProblemLog) -> list[Block]:
    plan = find_running_plan(lines, notes)
    if plan is None:
        return blocks_of(lines)
    return [*blocks_of(lines[: plan.start]), *plan.blocks, *blocks_of(lines[plan.end :], first=plan.end + 1)]
