"""Parse HTML tables, and the lines of their cells: paragraphs, list items, bold and italic runs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from bot.importing.table.blocks import Para, RichGrid, RichRow
from bot.importing.table.tables import MAX_COLUMNS, MAX_ROWS

_BLOCKS = {
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "header", "footer", "main", "aside",
    "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "figure", "address", "tr",
}  # fmt: skip
_INVISIBLE = {"script", "style", "template", "noscript", "title", "head", "object", "iframe", "svg", "select"}
_BOLD = {"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"}
_ITALIC = {"i", "em"}
_CELLS = ("td", "th")
_LIST_MARKER = re.compile(
    r"[^\w\s(\[\"'\u2018\u201c£$<>#@&]|\(?[a-z0-9]{1,3}[.)]\s|[0-9]+(?:\.[0-9]+)+\s", re.IGNORECASE
)
_MAX_DEPTH = 60
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_MAX_NESTING = 3
_PARTS = {"thead", "tbody", "tfoot"}
_MAX_SPAN_DIGITS = 6


@dataclass
class _LineBuilder:
    """The lines so far, and the one being written."""

    done: list[Para] = field(default_factory=list)
    text: str = ""
    strong: bool = False
    marker: str = ""
    tables: bool = True

    def add(self, text: str | None, *, strong: bool) -> None:
        words = _SPACES.sub(" ", text or "")
        if not words.strip() and not self.text:
            return
        if not self.text:
            self.strong, words = strong, words.lstrip()
        self.text += words

    def end(self) -> None:
        text = _SPACES.sub(" ", self.text).strip()
        if text:
            unmarked = self.marker and not _LIST_MARKER.match(text)
            self.done.append(Para(f"{self.marker}{text}" if unmarked else text, self.strong))
            self.marker = ""
        self.text, self.strong = "", False


def parse_table(table: HtmlElement, first: int, *, depth: int = 0) -> RichGrid:
    """Read a table. first: the number of its first row.

    A cell that spans rows is repeated in each, as merged; one that spans columns is in the first only.
    """
    rows: list[RichRow] = []
    hanging: dict[int, tuple[int, tuple[Para, ...]]] = {}
    for number, element in enumerate(rows_of_table(table), start=first):
        rows.append(_row(element, number, hanging, depth))
        if len(rows) > MAX_ROWS:
            break
    return RichGrid(tuple(rows))


def rows_of_table(table: HtmlElement) -> Iterator[HtmlElement]:
    """Give the table's own rows, not those of a table inside it."""
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in _PARTS:
            yield from part.iterchildren("tr")


def _row(
    element: HtmlElement, number: int, row_spans: dict[int, tuple[int, tuple[Para, ...]]], depth: int
) -> RichRow:
    """row_spans: by column, for how many more rows a cell above reaches down, and its lines."""
    cells: dict[int, tuple[Para, ...]] = {}
    carried: set[int] = set()
    for column in list(row_spans):
        left, lines = row_spans.pop(column)
        cells[column] = lines
        carried |= {column} if lines else set()
        if left > 1:
            row_spans[column] = (left - 1, lines)
    nested: list[RichGrid] = []
    column = 0
    for cell in element.iterchildren("td", "th"):
        while column in cells:
            column += 1
        wide = _span(cell, "colspan")
        if column + wide > MAX_COLUMNS:
            break
        lines = element_lines(cell)
        nested += _nested_grids(cell, number, depth)
        _record_row_span(row_spans, column, wide, _span(cell, "rowspan") - 1, lines)
        cells[column] = lines
        cells |= dict.fromkeys(range(column + 1, column + wide), ())
        column += wide
    width = max(cells, default=-1) + 1
    every = tuple(cells.get(index, ()) for index in range(width))
    return RichRow(number, every, frozenset(carried), tuple(nested))


def _nested_grids(cell: HtmlElement, number: int, depth: int) -> list[RichGrid]:
    if depth >= _MAX_NESTING:
        return []
    return [parse_table(table, number, depth=depth + 1) for table in outermost_tables(cell)]


def _record_row_span(
    row_spans: dict[int, tuple[int, tuple[Para, ...]]],
    column: int,
    wide: int,
    down: int,
    lines: tuple[Para, ...],
) -> None:
    if down > 0:
        for index in range(column, column + wide):
            row_spans[index] = (down, lines if index == column else ())


def _span(cell: HtmlElement, name: str) -> int:
    text = cell.get(name, "1").strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < _MAX_SPAN_DIGITS else 1
    most = MAX_COLUMNS if name == "colspan" else MAX_ROWS
    return min(max(number, 1), most)


def element_lines(element: HtmlElement, *, tables: bool = True) -> tuple[Para, ...]:
    """Give an element's lines. tables: whether each row of a table inside it is a line too."""
    lines = _LineBuilder(tables=tables)
    _add_element(element, lines, strong=element.tag in _BOLD, depth=0, indent=-1)
    lines.end()
    return tuple(lines.done)


def outermost_tables(element: HtmlElement) -> Iterator[HtmlElement]:
    """Give the outermost tables inside an element."""
    for table in element.iter("table"):
        above = next(table.iterancestors("table", str(element.tag)), None)
        if table is not element and (above is None or above is element or not _is_within(above, element)):
            yield table


def _is_within(inner: HtmlElement, outer: HtmlElement) -> bool:
    return any(each is outer for each in inner.iterancestors())


def _add_element(element: HtmlElement, lines: _LineBuilder, *, strong: bool, depth: int, indent: int) -> None:
    if depth > _MAX_DEPTH:
        lines.add(" ".join(element.itertext()), strong=strong)
        return
    lines.add(element.text, strong=strong)
    for child in element:
        if isinstance(child.tag, str):
            _add_child(child, lines, strong=strong, depth=depth, indent=indent)
            _end_title(child, lines)
        lines.add(child.tail, strong=strong)


def _add_child(child: HtmlElement, lines: _LineBuilder, *, strong: bool, depth: int, indent: int) -> None:
    tag = child.tag
    if tag in _INVISIBLE:
        return
    if tag in {"br", "hr"}:
        lines.end()
        return
    if tag == "table":
        lines.end()
        if lines.tables:
            _add_nested_table(child, lines)
        return
    if tag in _BLOCKS:
        lines.end()
    elif tag in _BOLD | _ITALIC:
        _break_line(child, lines)
    if tag == "li":
        lines.marker = "   " * max(indent, 0) + _marker_of(child)
    deeper = indent + (tag in {"ul", "ol"})
    _add_element(child, lines, strong=strong or tag in _BOLD, depth=depth + 1, indent=deeper)
    if tag in _BLOCKS:
        lines.end()


def _add_nested_table(table: HtmlElement, lines: _LineBuilder) -> None:
    """Give each row of a table inside the cell as a line, so that no word of it is lost."""
    for row in table.iter("tr"):
        cells = [_SPACES.sub(" ", cell.text_content()).strip() for cell in row.iterchildren(*_CELLS)]
        lines.marker = "\u2022 "
        lines.add(" \u2013 ".join(filter(None, cells)), strong=False)
        lines.end()


def _marker_of(item: HtmlElement) -> str:
    """The mark before a list item: a bullet, or its number in an ordered list."""
    above = item.getparent()
    if above is None or above.tag != "ol":
        return "\u2022 "
    index = [each for each in above if each.tag == "li"].index(item)
    start = above.get("start", "1")
    number = index + (int(start) if start.isdecimal() and len(start) < len("10000") else 1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    is_lettered = above.get("type", "").casefold() == "a" and number <= len(letters)
    return f"{letters[number - 1]}) " if is_lettered else f"{number}. "


def _end_title(child: HtmlElement, lines: _LineBuilder) -> None:
    """End the line after words in bold that begin it, when what follows begins a sentence of its own."""
    words = child.text_content().strip()
    is_title = child.tag in _BOLD and lines.strong and lines.text.strip() == words and " " in words
    if is_title and not words.endswith(":") and (child.tail or "").strip()[:1].isupper():
        lines.end()


def _break_line(child: HtmlElement, lines: _LineBuilder) -> None:
    """Begin a line at each of several bold or italic runs with only a space between: they were lines.

    Italic runs below other words are its steps, and get a bullet.
    """
    before, after = _adjacent_element(child, -1), _adjacent_element(child, 1)
    if before is None and after is None:
        return
    if child.tag in _ITALIC:
        has_words = bool(lines.text or lines.done)
        lines.end()
        lines.marker = "\u2022 " if has_words else ""
    elif before is not None:
        lines.end()


def _adjacent_element(child: HtmlElement, step: int) -> HtmlElement | None:
    """Give the element of the same kind right before or after, with nothing but a space between."""
    other = child.getnext() if step > 0 else child.getprevious()
    if other is None or other.tag != child.tag:
        return None
    between = child.tail if step > 0 else other.tail
    first = (child if step < 0 else other).text_content().strip()[:1]
    return other if between and not between.strip() and not first.islower() else None
