"""The grid of an HTML table: rows and cells where they stand, spans as merged cells."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from bot.importing.forms.markup_cells import lines_of_markup, tables_inside
from bot.importing.table.blocks import Grid, Para, RichRow
from bot.importing.table.tables import MOST_COLUMNS, MOST_ROWS

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
