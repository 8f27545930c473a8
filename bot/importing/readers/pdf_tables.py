"""The ruled tables of a PDF's page, as cells with the lines of text set in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from pdfplumber.page import Page

from bot.importing.readers.pdf_text import Char, PdfLine, extract_lines, is_wrapped, leaves_blanks
from bot.importing.table.tables import clean_text
from bot.plan.refs import is_ref
from bot.plan.text import one_line

Box = tuple[float, float, float, float]
Point = tuple[float, float]
_TOLERANCE = 3.0
_EDGE_TOLERANCE = 4.0


@dataclass
class PdfCell:
    """A cell on a page. contents: its lines above a table within, that table, the lines below, and so on."""

    box: Box
    contents: "list[list[PdfLine] | PdfGrid]"
    is_merged_above: bool = False

    @property
    def lines(self) -> list[PdfLine]:
        return [line for piece in self.contents if isinstance(piece, list) for line in piece]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass
class PdfRow:
    """A row on a page, its cells by column from 0."""

    cells: dict[int, PdfCell]
    page: int
    number: int

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self.cells[column].text for column in sorted(self.cells))


@dataclass
class PdfGrid:
    """A ruled table. edges: where its columns begin, and where the last one ends."""

    box: Box
    edges: tuple[float, ...]
    rows: list[PdfRow]


@dataclass
class _Node:
    """A ruled box, and those drawn within it."""

    box: Box
    children: "list[_Node]" = field(default_factory=list)
    chars: list[Char] = field(default_factory=list)


PdfPart = PdfGrid | PdfLine


def extract_grids(page: Page) -> tuple[list[PdfGrid], list[Char]]:
    """Give the page's tables from top to bottom, and the characters outside them."""
    clusters = [[_box(cell) for cell in table.cells] for table in page.find_tables()]
    roots = _nested([box for boxes in clusters for box in boxes])
    outside = [char for char, position in _with_positions(page.chars) if not _add_char(char, position, roots)]
    by_box = {root.box: root for root in roots}
    tables = [[by_box[box] for box in dict.fromkeys(boxes) if box in by_box] for boxes in clusters]
    grids = [_grid(nodes, page.page_number) for nodes in tables if nodes]
    return sorted(grids, key=lambda grid: grid.box[1]), outside


def _box(cell: Iterable[float]) -> Box:
    x0, top, x1, bottom = cell
    return (x0, top, x1, bottom)


def _nested(boxes: Sequence[Box]) -> list[_Node]:
    """Nest every box into the smallest one around it; give the outermost."""
    nodes = [_Node(box) for box in sorted(dict.fromkeys(boxes), key=_area, reverse=True)]
    roots: list[_Node] = []
    for node in nodes:
        siblings = roots
        while around := next((each for each in siblings if _contains(each.box, node.box)), None):
            siblings = around.children
        siblings.append(node)
    return roots


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _contains(outer: Box, inner: Box) -> bool:
    return (
        outer[0] - _TOLERANCE <= inner[0]
        and outer[1] - _TOLERANCE <= inner[1]
        and outer[2] + _TOLERANCE >= inner[2]
        and outer[3] + _TOLERANCE >= inner[3]
    )


def _with_positions(chars: Sequence[Char]) -> Iterator[tuple[Char, Point]]:
    """Give each character with its middle; a blank behind a letter with the letter's, where it was typed."""
    letter: Char | None = None
    for char in chars:
        if not char["text"].isspace():
            letter = char
        typed = letter if letter is not None and abs(letter["bottom"] - char["bottom"]) < _TOLERANCE else char
        yield char, ((typed["x0"] + typed["x1"]) / 2, (typed["top"] + typed["bottom"]) / 2)


def _add_char(char: Char, position: Point, nodes: Sequence[_Node]) -> bool:
    """Add a character to the innermost box around its position; False when it is outside all."""
    node = next((each for each in nodes if _is_in(position, each.box)), None)
    if node is None:
        return False
    if not _add_char(char, position, node.children):
        node.chars.append(char)
    return True


def _is_in(position: Point, box: Box) -> bool:
    return box[0] <= position[0] < box[2] and box[1] <= position[1] < box[3]


def _grid(nodes: Sequence[_Node], page: int) -> PdfGrid:
    lefts = _distinct(node.box[0] for node in nodes)
    tops = _distinct(node.box[1] for node in nodes)
    rows = [PdfRow(_cells(nodes, top, lefts), page, number) for number, top in enumerate(tops, start=1)]
    right, bottom = max(node.box[2] for node in nodes), max(node.box[3] for node in nodes)
    return PdfGrid((lefts[0], tops[0], right, bottom), (*lefts, right), rows)


def _cells(nodes: Sequence[_Node], top: float, lefts: Sequence[float]) -> dict[int, PdfCell]:
    """The cells of the row that begins at `top`; one that reaches down from a row above is merged."""
    found: dict[int, PdfCell] = {}
    for column, left in enumerate(lefts):
        here = [node for node in nodes if abs(node.box[0] - left) <= _TOLERANCE]
        own = next((node for node in here if abs(node.box[1] - top) <= _TOLERANCE), None)
        above = any(node.box[1] < top - _TOLERANCE and node.box[3] > top + _TOLERANCE for node in here)
        if own is not None:
            found[column] = PdfCell(own.box, _cell_contents(own))
        elif above:
            found[column] = PdfCell((left, top, left, top), [[]], is_merged_above=True)
    return found


def _cell_contents(node: _Node) -> list[list[PdfLine] | PdfGrid]:
    if not node.children:
        return [extract_lines(node.chars)]
    grid = _grid(node.children, 0)
    above = [char for char in node.chars if char["top"] < grid.box[1]]
    below = [char for char in node.chars if char["top"] >= grid.box[1]]
    return [extract_lines(above), grid, extract_lines(below)]


def _distinct(values: Iterable[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered[0], *(b for a, b in pairwise(ordered) if b - a > _TOLERANCE)]


def join_pages(pages: Sequence[Sequence[PdfPart]]) -> list[PdfPart]:
    """Give the parts of all pages in order, each table as one. pages: without headers and footers."""
    found: list[PdfPart] = []
    cuts: list[tuple[PdfGrid, int]] = []
    for parts in pages:
        for index, part in enumerate(parts):
            above = found[-1] if found else None
            if (
                index == 0
                and isinstance(part, PdfGrid)
                and isinstance(above, PdfGrid)
                and _has_same_columns(above, part)
            ):
                cuts.append((above, len(above.rows)))
                above.rows += _without_repeated_heading(above, part)
            else:
                found.append(part)
    blanks = leaves_blanks(cell_lines(part for part in found if isinstance(part, PdfGrid)))
    _join_rows(cuts, keeps_blanks=blanks)
    return found


def cell_lines(grids: "Iterator[PdfGrid] | Sequence[PdfGrid]") -> Iterator[list[PdfLine]]:
    """Give the lines of each cell."""
    for grid in grids:
        for row in grid.rows:
            for cell in row.cells.values():
                yield cell.lines


def right_limit(grid: PdfGrid, cell: PdfCell) -> float:
    """How far to the right text may reach in a cell: as far from its edge as it begins on the left."""
    starts = [
        each.lines[0].x0 - each.box[0] for row in grid.rows for each in row.cells.values() if each.lines
    ]
    furthest = max((line.x1 for line in cell.lines), default=cell.box[2])
    return max(cell.box[2] - max(min(starts, default=0.0), 0.0), furthest)


def _has_same_columns(above: PdfGrid, grid: PdfGrid) -> bool:
    """Tell whether the columns are at the positions of those in the table above."""
    pairs = zip_longest(above.edges, grid.edges, fillvalue=-_EDGE_TOLERANCE)
    return all(abs(a - b) <= _EDGE_TOLERANCE for a, b in pairs)


def _without_repeated_heading(above: PdfGrid, grid: PdfGrid) -> list[PdfRow]:
    return grid.rows[1:] if grid.rows and grid.rows[0].texts == above.rows[0].texts else grid.rows


def _join_rows(breaks: Sequence[tuple[PdfGrid, int]], *, keeps_blanks: bool) -> None:
    """Join rows that continue on the next page.

    A row with an empty first column may continue the one above or be a new row. A document that cuts no row
    in the middle of a sentence is taken to cut none at all.
    """
    breaks = [(grid, index) for grid, index in breaks if index < len(grid.rows)]
    likely = [cut for cut in breaks if _is_continued(*cut, keeps_blanks=keeps_blanks)]
    if not any(_is_cut(*cut, keeps_blanks=keeps_blanks) for cut in likely):
        return
    for grid, index in reversed(likely):
        _merge_rows(grid.rows[index - 1], grid.rows.pop(index))


def _is_continued(grid: PdfGrid, index: int, *, keeps_blanks: bool) -> bool:
    above, row = grid.rows[index - 1], grid.rows[index]
    filled = [column for column, cell in sorted(row.cells.items()) if cell.lines]
    if not filled or not all(column in above.cells and above.cells[column].lines for column in filled):
        return False
    first = row.cells[filled[0]]
    if filled[0] > min(row.cells):
        return True
    text = clean_text(one_line(first.text))
    return (
        not is_ref(text)
        and _is_cell_cut(grid, index, filled[0], keeps_blanks=keeps_blanks)
        and (keeps_blanks or first.text[0].islower())
    )


def _is_cut(grid: PdfGrid, index: int, *, keeps_blanks: bool) -> bool:
    return any(
        _is_cell_cut(grid, index, column, keeps_blanks=keeps_blanks) for column in grid.rows[index].cells
    )


def _is_cell_cut(grid: PdfGrid, index: int, column: int, *, keeps_blanks: bool) -> bool:
    """Tell whether the cell's last line above goes on in the first line of the cell below."""
    above, below = grid.rows[index - 1].cells.get(column), grid.rows[index].cells.get(column)
    if above is None or below is None or not above.lines or not below.lines:
        return False
    return is_wrapped(above.lines[-1], below.lines[0], right_limit(grid, above), keeps_blanks=keeps_blanks)


def _merge_rows(row: PdfRow, below: PdfRow) -> None:
    for column, cell in below.cells.items():
        above = row.cells.setdefault(column, cell)
        if above is cell:
            continue
        first, last = cell.contents[0], above.contents[-1]
        if isinstance(first, list) and isinstance(last, list):
            above.contents = [*above.contents[:-1], [*last, *first], *cell.contents[1:]]
        else:
            above.contents = [*above.contents, *cell.contents]
