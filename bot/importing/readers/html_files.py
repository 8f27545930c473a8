"""Read a web page saved as .html: its headings and tables; nothing it names is fetched or run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from bot.errors import UnreadableFileError
from bot.importing.layout.pack import build_document_from_blocks
from bot.importing.readers.encodings import decode
from bot.importing.readers.html_tables import element_lines, parse_table, rows_of_table
from bot.importing.table.blocks import Block, TextBlock
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import ParsedDocument
from bot.sentences import sentence

MAX_BYTES = 10_000_000
_BEFORE_THE_PAGE = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_LEVEL = re.compile(r"h([1-6])")
_HOLDS_BLOCKS = {
    "div", "section", "article", "main", "header", "footer", "body", "center", "form", "aside", "blockquote",
    "figure", "html", "details",
}  # fmt: skip
_LAYOUT = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
_INVISIBLE = {"script", "style", "template", "noscript", "head", "nav"}
_MAX_DEPTH = 100


@dataclass
class _RowCounter:
    """How many rows were met so far in the page."""

    rows: int = 0


def read_html(content: bytes) -> ParsedDocument:
    """Read the tables of a page; raises UnreadableFileError for what is no page or too big."""
    if len(content) > MAX_BYTES:
        raise UnreadableFileError("This page is larger than 10 MB, which no plan is. Save the plan alone.")
    text = decode(content, sentence("readers.html_not_text"), allow_declared=True)
    page = parse_html(_BEFORE_THE_PAGE.sub("", text).replace("\x00", ""))
    return build_document_from_blocks([*_page_title(page), *_blocks(page)], DiagnosticLog(), unit="row")


def parse_html(text: str) -> HtmlElement:
    """Parse a page or a part of one; entities are not expanded from elsewhere, and nothing is fetched."""
    parser = HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as problem:
        raise UnreadableFileError(sentence("readers.html_not_text")) from problem


def _page_title(page: HtmlElement) -> Iterator[TextBlock]:
    title = page.findtext(".//title")
    if title and title.strip() and page.find(".//h1") is None:
        yield TextBlock(" ".join(title.split()), 1, 1)


def _blocks(page: HtmlElement) -> Iterator[Block]:
    yield from _blocks_inside(page, _RowCounter(), 0)


def _is_layout_table(table: HtmlElement) -> bool:
    """Tell a table that only arranges other tables on the page: it has no words of its own."""
    if table.find(".//table") is None:
        return False
    cells = [cell for row in rows_of_table(table) for cell in row.iterchildren("td", "th")]
    return not any(element_lines(cell, tables=False) for cell in cells)


def _blocks_inside(element: HtmlElement, count: _RowCounter, depth: int) -> Iterator[Block]:
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in _INVISIBLE:
            continue
        if tag == "table" and not _is_layout_table(child):
            grid = parse_table(child, count.rows + 1)
            count.rows += len(grid.rows)
            yield grid
        elif (tag in _HOLDS_BLOCKS or tag in _LAYOUT) and depth < _MAX_DEPTH:
            yield from _blocks_inside(child, count, depth + 1)
        else:
            level = _LEVEL.fullmatch(tag)
            for line in element_lines(child):
                yield TextBlock(line.text, count.rows, int(level[1]) if level else 0)
