"""Read a .txt or .md file: pipe tables, HTML tables, cells between tabs, and plans in running text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from lxml.html import HtmlElement, fragment_fromstring
from markdown_it import MarkdownIt

from bot.errors import UnreadableFileError
from bot.importing.layout.checklists import CHECKLIST_HEADING, is_checklist_item, read_item
from bot.importing.layout.pack import build_document_from_blocks
from bot.importing.layout.prose_plan import find_prose_plan
from bot.importing.readers.encodings import decode
from bot.importing.readers.html_tables import element_lines, outermost_tables, parse_table
from bot.importing.table.blocks import Block, Para, RichGrid, RichRow, TextBlock
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import MAX_COLUMNS, MAX_ROWS, ParsedDocument, too_many_rows_error
from bot.sentences import sentence

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})\s++(?P<text>.*+)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})\s*")
_PIPE_RULE = re.compile(r"\s*+\|?+\s*+:?+-++:?+\s*+(?:\|\s*+:?+-++:?+\s*+)*+\|?+\s*+")
_RULE_CELL = re.compile(r"\s*:?-{2,}:?\s*")
_MARKUP = re.compile(
    r"</?(?:b|i|u|p|br|ul|ol|li|em|strong|span|div|sup|sub|table|tr|td|th|a|mark|font|h[1-6])\b[^<>]*>"
    r"|&(?:[a-z]{2,8}|#[0-9]{1,6});",
    re.IGNORECASE,
)
_TABLE_TAG = re.compile(r"<(?P<close>/?)table\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?P<mark>\*\*|__)(?P<text>.+?)(?P=mark)")
# Characters that are not allowed in markup.
_NO_MARKUP = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAX_LINE_LENGTH = 5_000
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
_MAX_BYTES = 10_000_000


def read_text(content: bytes) -> ParsedDocument:
    """Read the plan in a text; raises UnreadableFileError for what is no text or too big."""
    if len(content) > _MAX_BYTES:
        raise UnreadableFileError("This file is larger than 10 MB, which no plan is. Save the plan alone.")
    text = decode(content, sentence("readers.text_not_text")).replace("\r\n", "\n").replace("\r", "\n")
    notes = DiagnosticLog()
    return build_document_from_blocks(_blocks(text.split("\n"), notes), notes, unit="line")


def _blocks(lines: list[str], notes: DiagnosticLog) -> list[Block]:
    plan = find_prose_plan(lines, notes)
    if plan is None:
        return split_into_blocks(lines)
    return [
        *split_into_blocks(lines[: plan.start]),
        *plan.blocks,
        *split_into_blocks(lines[plan.end :], first=plan.end + 1),
    ]


def split_into_blocks(lines: list[str], *, first: int = 1) -> list[Block]:
    """Split the lines of a text into blocks, each numbered by its line. first: the number of the first."""
    return [_offset_lines(block, first - 1) for block in _raw_blocks(lines)]


def _offset_lines(block: Block, offset: int) -> Block:
    if not offset:
        return block
    if isinstance(block, TextBlock):
        return replace(block, number=block.number + offset)
    return RichGrid(tuple(replace(row, number=row.number + offset) for row in block.rows))


def cell_lines(text: str) -> tuple[Para, ...]:
    """Read a cell between tabs, which may hold HTML."""
    cell = _parse_markup(text)
    if cell is None:
        return (Para(text.strip()),) if text.strip() else ()
    return element_lines(cell)


def _raw_blocks(lines: list[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        end = _end_of_table(lines, at)
        if end:
            yield from _table(lines, at, end)
            at = end
            continue
        if is_checklist_item(lines[at]):
            end = _end_of_checklist(lines, at)
            yield _checklist(lines, at, end)
            at = end
            continue
        level = _underlined_level(lines, at)
        heading = _HEADING.fullmatch(lines[at])
        words = _strip_markup(heading["text"].rstrip().rstrip("#") if heading else lines[at])
        if words:
            yield TextBlock(words, at + 1, len(heading["marks"]) if heading else level)
        at += 2 if level else 1


def _end_of_checklist(lines: list[str], index: int) -> int:
    """Give where the check list that begins here ends; blank lines may stand between its items."""
    end = last = index
    while end < len(lines) and (is_checklist_item(lines[end]) or not lines[end].strip()):
        last = end if lines[end].strip() else last
        end += 1
    return last + 1


def _checklist(lines: list[str], index: int, end: int) -> RichGrid:
    items = [(number, read_item(lines[number])) for number in range(index, end)]
    rows = [(index + 1, CHECKLIST_HEADING), *((number + 1, cells) for number, cells in items if cells)]
    return RichGrid(
        tuple(
            RichRow(number, tuple((Para(cell),) if cell else () for cell in cells)) for number, cells in rows
        )
    )


def _underlined_level(lines: list[str], index: int) -> int:
    """Give the level of a heading that is underlined with = or -, 0 when it is none."""
    below = lines[index + 1] if index + 1 < len(lines) else ""
    if not lines[index].strip() or not _UNDERLINE.fullmatch(below) or "|" in lines[index]:
        return 0
    return 1 if "=" in below else 2


def _end_of_table(lines: list[str], index: int) -> int:
    """Give where the table that begins here ends, 0 when none does."""
    if "\t" in lines[index].strip("\r\n") and lines[index].strip():
        return _end_of_run(lines, index, lambda line: "\t" in line)
    if lines[index].lstrip()[:6].casefold() == "<table":
        return _after_closing_tag(lines, index)
    rule = lines[index + 1] if index + 1 < len(lines) else ""
    if "|" in lines[index] and "-" in rule and "|" in rule and _PIPE_RULE.fullmatch(rule):
        return _end_of_run(lines, index, lambda line: "|" in line)
    return 0


def _end_of_run(lines: list[str], index: int, goes_on: Callable[[str], bool]) -> int:
    end = index
    while end < len(lines) and goes_on(lines[end]):
        end += 1
    return end


def _after_closing_tag(lines: list[str], index: int) -> int:
    opened = 0
    for end in range(index, len(lines)):
        opened += sum(-1 if match["close"] else 1 for match in _TABLE_TAG.finditer(lines[end]))
        if opened <= 0:
            return end + 1
    return len(lines)


def _table(lines: list[str], index: int, end: int) -> Iterator[RichGrid]:
    if end - index > MAX_ROWS:
        raise too_many_rows_error("")
    if "\t" in lines[index]:
        yield RichGrid(tuple(_tab_rows(lines, index, end)))
        return
    is_pipes = lines[index].lstrip()[:6].casefold() != "<table"
    text = "\n".join(lines[index:end])
    element = _parse_markup(_MARKDOWN.render(text) if is_pipes else text, always=True)
    assert element is not None
    for table in outermost_tables(element):
        grid = parse_table(table, index + 1)
        yield _number_rows(grid, index) if is_pipes else grid


def _number_rows(grid: RichGrid, index: int) -> RichGrid:
    """Number the rows of a pipe table by their lines: the rule below the heading is a line too."""
    return RichGrid(
        tuple(
            replace(row, number=index + 1 + position + (position > 0))
            for position, row in enumerate(grid.rows)
        )
    )


def _tab_rows(lines: list[str], index: int, end: int) -> Iterator[RichRow]:
    for number in range(index, end):
        cells = lines[number].rstrip("\r\n").split("\t")[: MAX_COLUMNS + 1]
        filled = [cell for cell in cells if cell.strip()]
        if filled and all(_RULE_CELL.fullmatch(cell) for cell in filled):
            continue
        nested = tuple(
            parse_table(table, number + 1)
            for element in map(_parse_markup, cells)
            if element is not None
            for table in outermost_tables(element)
        )
        yield RichRow(number + 1, tuple(map(cell_lines, cells)), frozenset(), nested)


def _parse_markup(text: str, *, always: bool = False) -> HtmlElement | None:
    if not always and not _MARKUP.search(text):
        return None
    return fragment_fromstring(_NO_MARKUP.sub("", text), create_parent="div")


def _strip_markup(line: str) -> str:
    """Give a line of text without the marks of markdown or HTML around its words."""
    text = _EMPHASIS.sub(lambda found: found["text"], line.strip()[:_MAX_LINE_LENGTH])
    return " ".join(para.text for para in cell_lines(text))
