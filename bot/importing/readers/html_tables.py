"""The lines of an HTML cell: paragraphs, list items with their marks, bold and italic lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from bot.importing.table.blocks import Grid, Para, RichRow
from bot.importing.table.tables import MOST_COLUMNS, MOST_ROWS

_BLOCKS = {
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "section", "article", "header", "footer", "main", "aside",
    "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "figure", "address", "tr",
}  # fmt: skip
_UNSEEN = {"script", "style", "template", "noscript", "title", "head", "object", "iframe", "svg", "select"}
_BOLD = {"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"}
_ITALIC = {"i", "em"}
_CELLS = ("td", "th")
_MARKED = re.compile(
    r"[^\w\s(\[\"'\u2018\u201c£$<>#@&]|\(?[a-z0-9]{1,3}[.)]\s|[0-9]+(?:\.[0-9]+)+\s", re.IGNORECASE
)
_DEEPEST = 60
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")


@dataclass
class _Lines:
    """The lines so far, and the one being written."""

    done: list[Para] = field(default_factory=list)
    text: str = ""
    strong: bool = False
    mark: str = ""
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
            unmarked = self.mark and not _MARKED.match(text)
            self.done.append(Para(f"{self.mark}{text}" if unmarked else text, self.strong))
            self.mark = ""
        self.text, self.strong = "", False


def lines_of_markup(element: HtmlElement, *, tables: bool = True) -> tuple[Para, ...]:
    """Give an element's lines. tables: whether each row of a table inside it is a line too."""
    lines = _Lines(tables=tables)
    _walk(element, lines, strong=element.tag in _BOLD, depth=0, indent=-1)
    lines.end()
    return tuple(lines.done)


def tables_inside(element: HtmlElement) -> Iterator[HtmlElement]:
    """Give the outermost tables inside an element."""
    for table in element.iter("table"):
        above = next(table.iterancestors("table", str(element.tag)), None)
        if table is not element and (above is None or above is element or not _is_within(above, element)):
            yield table


def _is_within(inner: HtmlElement, outer: HtmlElement) -> bool:
    return any(each is outer for each in inner.iterancestors())


def _walk(element: HtmlElement, lines: _Lines, *, strong: bool, depth: int, indent: int) -> None:
    if depth > _DEEPEST:
        lines.add(" ".join(element.itertext()), strong=strong)
        return
    lines.add(element.text, strong=strong)
    for child in element:
        if isinstance(child.tag, str):
            _child(child, lines, strong=strong, depth=depth, indent=indent)
            _end_title(child, lines)
        lines.add(child.tail, strong=strong)


def _child(child: HtmlElement, lines: _Lines, *, strong: bool, depth: int, indent: int) -> None:
    tag = child.tag
    if tag in _UNSEEN:
        return
    if tag in {"br", "hr"}:
        lines.end()
        return
    if tag == "table":
        lines.end()
        if lines.tables:
            _table_inside(child, lines)
        return
    if tag in _BLOCKS:
        lines.end()
    elif tag in _BOLD | _ITALIC:
        _start_a_line(child, lines)
    if tag == "li":
        lines.mark = "   " * max(indent, 0) + _mark(child)
    deeper = indent + (tag in {"ul", "ol"})
    _walk(child, lines, strong=strong or tag in _BOLD, depth=depth + 1, indent=deeper)
    if tag in _BLOCKS:
        lines.end()


def _table_inside(table: HtmlElement, lines: _Lines) -> None:
    """Give each row of a table inside the cell as a line, so that no word of it is lost."""
    for row in table.iter("tr"):
        cells = [_SPACES.sub(" ", cell.text_content()).strip() for cell in row.iterchildren(*_CELLS)]
        lines.mark = "\u2022 "
        lines.add(" \u2013 ".join(filter(None, cells)), strong=False)
        lines.end()


def _mark(item: HtmlElement) -> str:
    """Give what stands before a list item: a bullet, or its number in an ordered list."""
    above = item.getparent()
    if above is None or above.tag != "ol":
        return "\u2022 "
    place = [each for each in above if each.tag == "li"].index(item)
    start = above.get("start", "1")
    number = place + (int(start) if start.isdecimal() and len(start) < len("10000") else 1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    is_lettered = above.get("type", "").casefold() == "a" and number <= len(letters)
    return f"{letters[number - 1]}) " if is_lettered else f"{number}. "


def _end_title(child: HtmlElement, lines: _Lines) -> None:
    """End the line after words in bold that begin it, when what follows begins a sentence of its own."""
    words = child.text_content().strip()
    is_title = child.tag in _BOLD and lines.strong and lines.text.strip() == words and " " in words
    if is_title and not words.endswith(":") and (child.tail or "").strip()[:1].isupper():
        lines.end()


def _start_a_line(child: HtmlElement, lines: _Lines) -> None:
    """Begin a line at each of several bold or italic runs with only a space between: they were lines.

    Italic runs below other words are its steps, and get a bullet.
    """
    before, after = _neighbour(child, -1), _neighbour(child, 1)
    if before is None and after is None:
        return
    if child.tag in _ITALIC:
        has_words = bool(lines.text or lines.done)
        lines.end()
        lines.mark = "\u2022 " if has_words else ""
    elif before is not None:
        lines.end()


def _neighbour(child: HtmlElement, step: int) -> HtmlElement | None:
    """Give the element of the same kind right before or after, with nothing but a space between."""
    other = child.getnext() if step > 0 else child.getprevious()
    if other is None or other.tag != child.tag:
        return None
    between = child.tail if step > 0 else other.tail
    first = (child if step < 0 else other).text_content().strip()[:1]
    return other if between and not between.strip() and not first.islower() else None


_MOST_NESTED = 3
_PARTS = {"thead", "tbody", "tfoot"}
_LONGEST_NUMBER = 6


def grid_of_markup(table: HtmlElement, first: int, *, depth: int = 0) -> Grid:
    """Read a table. first: the number of its first row.

    A cell over several rows stands in each, carried; one over several columns stands in the first.
    """
    rows: list[RichRow] = []
    hanging: dict[int, tuple[int, tuple[Para, ...]]] = {}
    for number, element in enumerate(rows_of_table(table), start=first):
        rows.append(_row(element, number, hanging, depth))
        if len(rows) > MOST_ROWS:
            break
    return Grid(tuple(rows))


def rows_of_table(table: HtmlElement) -> Iterator[HtmlElement]:
    """Give the table's own rows, not those of a table inside it."""
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in _PARTS:
            yield from part.iterchildren("tr")


def _row(
    element: HtmlElement, number: int, hanging: dict[int, tuple[int, tuple[Para, ...]]], depth: int
) -> RichRow:
    """hanging: by column, for how many more rows a cell above reaches down, and its lines."""
    cells: dict[int, tuple[Para, ...]] = {}
    carried: set[int] = set()
    for column in list(hanging):
        left, lines = hanging.pop(column)
        cells[column] = lines
        carried |= {column} if lines else set()
        if left > 1:
            hanging[column] = (left - 1, lines)
    nested: list[Grid] = []
    column = 0
    for cell in element.iterchildren("td", "th"):
        while column in cells:
            column += 1
        wide = _span(cell, "colspan")
        if column + wide > MOST_COLUMNS:
            break
        lines = lines_of_markup(cell)
        nested += _nested(cell, number, depth)
        _hang(hanging, column, wide, _span(cell, "rowspan") - 1, lines)
        cells[column] = lines
        cells |= dict.fromkeys(range(column + 1, column + wide), ())
        column += wide
    width = max(cells, default=-1) + 1
    every = tuple(cells.get(place, ()) for place in range(width))
    return RichRow(number, every, frozenset(carried), tuple(nested))


def _nested(cell: HtmlElement, number: int, depth: int) -> list[Grid]:
    if depth >= _MOST_NESTED:
        return []
    return [grid_of_markup(table, number, depth=depth + 1) for table in tables_inside(cell)]


def _hang(
    hanging: dict[int, tuple[int, tuple[Para, ...]]],
    column: int,
    wide: int,
    down: int,
    lines: tuple[Para, ...],
) -> None:
    if down > 0:
        for place in range(column, column + wide):
            hanging[place] = (down, lines if place == column else ())


def _span(cell: HtmlElement, name: str) -> int:
    text = cell.get(name, "1").strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_NUMBER else 1
    most = MOST_COLUMNS if name == "colspan" else MOST_ROWS
    return min(max(number, 1), most)
