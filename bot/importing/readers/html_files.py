"""Read a web page saved as .html: its headings and tables; nothing it names is fetched or run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from bot.errors import UnreadableFileError
from bot.importing.layout.pack import document_of_blocks
from bot.importing.readers.encodings import decode
from bot.importing.readers.html_tables import grid_of_markup, lines_of_markup, rows_of_table
from bot.importing.table.blocks import Block, Words
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Document

BIGGEST = 10_000_000
_NOT_TEXT = (
    "This file ends like a web page but holds something other than text. Open it in a browser, save it "
    "as a web page and try again."
)
_BEFORE_THE_PAGE = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_LEVEL = re.compile(r"h([1-6])")
_HOLDS_BLOCKS = {
    "div", "section", "article", "main", "header", "footer", "body", "center", "form", "aside", "blockquote",
    "figure", "html", "details",
}  # fmt: skip
_LAYOUT = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
_UNSEEN = {"script", "style", "template", "noscript", "head", "nav"}
_DEEPEST = 100


def read_html(content: bytes) -> Document:
    """Read the tables of a page; raises UnreadableFileError for what is no page or too big."""
    if len(content) > BIGGEST:
        raise UnreadableFileError("This page is larger than 10 MB, which no plan is. Save the plan alone.")
    text = _BEFORE_THE_PAGE.sub("", decode(content, _NOT_TEXT, stated=True)).replace("\x00", "")
    page = page_of(text)
    return document_of_blocks([*_page_title(page), *_blocks(page)], ProblemLog(), counted="row")


def page_of(text: str) -> HtmlElement:
    """Parse a page or a part of one; entities are not expanded from elsewhere, and nothing is fetched."""
    parser = HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as problem:
        raise UnreadableFileError(_NOT_TEXT) from problem


def _page_title(page: HtmlElement) -> Iterator[Words]:
    title = page.findtext(".//title")
    if title and title.strip() and page.find(".//h1") is None:
        yield Words(" ".join(title.split()), 1, 1)


@dataclass
class _Count:
    """How many rows were met so far in the page."""

    rows: int = 0


def _blocks(page: HtmlElement) -> Iterator[Block]:
    yield from _inside(page, _Count(), 0)


def _lays_out(table: HtmlElement) -> bool:
    """Tell a table that only arranges other tables on the page: it has no words of its own."""
    if table.find(".//table") is None:
        return False
    cells = [cell for row in rows_of_table(table) for cell in row.iterchildren("td", "th")]
    return not any(lines_of_markup(cell, tables=False) for cell in cells)


def _inside(element: HtmlElement, count: _Count, depth: int) -> Iterator[Block]:
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in _UNSEEN:
            continue
        if tag == "table" and not _lays_out(child):
            grid = grid_of_markup(child, count.rows + 1)
            count.rows += len(grid.rows)
            yield grid
        elif (tag in _HOLDS_BLOCKS or tag in _LAYOUT) and depth < _DEEPEST:
            yield from _inside(child, count, depth + 1)
        else:
            level = _LEVEL.fullmatch(tag)
            for line in lines_of_markup(child):
                yield Words(line.text, count.rows, int(level[1]) if level else 0)
