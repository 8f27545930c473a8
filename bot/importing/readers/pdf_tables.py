"""The ruled tables of a PDF's page, as cells with the lines of text set in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from pdfplumber.page import Page

from bot.importing.readers.pdf_text import Char, SetLine, leaves_blanks, lines_of, wraps
from bot.importing.table.tables import clean_text
from bot.plan.refs import is_ref
from bot.plan.text import one_line

Box = tuple[float, float, float, float]
Point = tuple[float, float]
_NEAR = 3.0


@dataclass
class SetCell:
    """A cell on a page. pieces: its lines above a table within, that table, the lines below, and so on."""

    box: Box
    pieces: "list[list[SetLine] | SetGrid]"
    goes_on: bool = False

    @property
    def lines(self) -> list[SetLine]:
        return [line for piece in self.pieces if isinstance(piece, list) for line in piece]

    @property
    def words(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass
class SetRow:
    """A row on a page, its cells by column from 0."""

    cells: dict[int, SetCell]
    page: int
    number: int

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.cells[column].words for column in sorted(self.cells))


@dataclass
class SetGrid:
    """A ruled table. edges: where its columns begin, and where the last one ends."""

    box: Box
    edges: tuple[float, ...]
    rows: list[SetRow]


@dataclass
class _Node:
    """A ruled box, and those drawn within it."""

    box: Box
    within: "list[_Node]" = field(default_factory=list)
    chars: list[Char] = field(default_factory=list)


def grids_of(page: Page) -> tuple[list[SetGrid], list[Char]]:
    """Give the page's tables from top to bottom, and the characters that stand outside them."""
    clusters = [[_box(cell) for cell in table.cells] for table in page.find_tables()]
    roots = _nested([box for boxes in clusters for box in boxes])
    outside = [char for char, place in _with_places(page.chars) if not _put(char, place, roots)]
    by_box = {root.box: root for root in roots}
    tables = [[by_box[box] for box in dict.fromkeys(boxes) if box in by_box] for boxes in clusters]
    grids = [_grid(nodes, page.page_number) for nodes in tables if nodes]
    return sorted(grids, key=lambda grid: grid.box[1]), outside


def _box(cell: Iterable[float]) -> Box:
    x0, top, x1, bottom = cell
    return (x0, top, x1, bottom)


def _nested(boxes: Sequence[Box]) -> list[_Node]:
    """Hang every box into the smallest one around it; give those around which there is none."""
    nodes = [_Node(box) for box in sorted(dict.fromkeys(boxes), key=_area, reverse=True)]
    roots: list[_Node] = []
    for node in nodes:
        siblings = roots
        while around := next((each for each in siblings if _holds(each.box, node.box)), None):
            siblings = around.within
        siblings.append(node)
    return roots


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer[0] - _NEAR <= inner[0]
        and outer[1] - _NEAR <= inner[1]
        and outer[2] + _NEAR >= inner[2]
        and outer[3] + _NEAR >= inner[3]
    )


def _with_places(chars: Sequence[Char]) -> Iterator[tuple[Char, Point]]:
    """Give each character with its middle; a blank behind a letter with the letter's, where it was typed."""
    letter: Char | None = None
    for char in chars:
        if not char["text"].isspace():
            letter = char
        typed = letter if letter is not None and abs(letter["bottom"] - char["bottom"]) < _NEAR else char
        yield char, ((typed["x0"] + typed["x1"]) / 2, (typed["top"] + typed["bottom"]) / 2)


def _put(char: Char, place: Point, nodes: Sequence[_Node]) -> bool:
    """Put a character into the innermost box around its place; False when it stands outside all."""
    node = next((each for each in nodes if _is_in(place, each.box)), None)
    if node is None:
        return False
    if not _put(char, place, node.within):
        node.chars.append(char)
    return True


def _is_in(place: Point, box: Box) -> bool:
    return box[0] <= place[0] < box[2] and box[1] <= place[1] < box[3]


def _grid(nodes: Sequence[_Node], page: int) -> SetGrid:
    lefts = _distinct(node.box[0] for node in nodes)
    tops = _distinct(node.box[1] for node in nodes)
    rows = [SetRow(_cells(nodes, top, lefts), page, number) for number, top in enumerate(tops, start=1)]
    right, bottom = max(node.box[2] for node in nodes), max(node.box[3] for node in nodes)
    return SetGrid((lefts[0], tops[0], right, bottom), (*lefts, right), rows)


def _cells(nodes: Sequence[_Node], top: float, lefts: Sequence[float]) -> dict[int, SetCell]:
    """The cells of the row that begins at `top`; one that reaches down from a row above goes on."""
    found: dict[int, SetCell] = {}
    for column, left in enumerate(lefts):
        here = [node for node in nodes if abs(node.box[0] - left) <= _NEAR]
        own = next((node for node in here if abs(node.box[1] - top) <= _NEAR), None)
        above = any(node.box[1] < top - _NEAR and node.box[3] > top + _NEAR for node in here)
        if own is not None:
            found[column] = SetCell(own.box, _pieces(own))
        elif above:
            found[column] = SetCell((left, top, left, top), [[]], goes_on=True)
    return found


def _pieces(node: _Node) -> list[list[SetLine] | SetGrid]:
    if not node.within:
        return [lines_of(node.chars)]
    grid = _grid(node.within, 0)
    above = [char for char in node.chars if char["top"] < grid.box[1]]
    below = [char for char in node.chars if char["top"] >= grid.box[1]]
    return [lines_of(above), grid, lines_of(below)]


def _distinct(values: Iterable[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered[0], *(b for a, b in pairwise(ordered) if b - a > _NEAR)]


_EDGE_TOLERANCE = 4.0
SetPart = SetGrid | SetLine


def joined(pages: Sequence[Sequence[SetPart]]) -> list[SetPart]:
    """Give the parts of all pages in order, each table as one. pages: without running heads and feet."""
    found: list[SetPart] = []
    cuts: list[tuple[SetGrid, int]] = []
    for parts in pages:
        for place, part in enumerate(parts):
            above = found[-1] if found else None
            if place == 0 and isinstance(part, SetGrid) and isinstance(above, SetGrid) and _same(above, part):
                cuts.append((above, len(above.rows)))
                above.rows += _without_repeated_heading(above, part)
            else:
                found.append(part)
    blanks = leaves_blanks(cell_lines(part for part in found if isinstance(part, SetGrid)))
    _join_rows(cuts, blanks=blanks)
    return found


def cell_lines(grids: "Iterator[SetGrid] | Sequence[SetGrid]") -> Iterator[list[SetLine]]:
    """Give the lines of each cell."""
    for grid in grids:
        for row in grid.rows:
            for cell in row.cells.values():
                yield cell.lines


def limit_of(grid: SetGrid, cell: SetCell) -> float:
    """How far to the right words may stand in a cell: as far from its edge as they begin on the left."""
    starts = [
        each.lines[0].x0 - each.box[0] for row in grid.rows for each in row.cells.values() if each.lines
    ]
    furthest = max((line.x1 for line in cell.lines), default=cell.box[2])
    return max(cell.box[2] - max(min(starts, default=0.0), 0.0), furthest)


def _same(above: SetGrid, grid: SetGrid) -> bool:
    """Tell whether the columns stand where those of the table above do."""
    pairs = zip_longest(above.edges, grid.edges, fillvalue=-_EDGE_TOLERANCE)
    return all(abs(a - b) <= _EDGE_TOLERANCE for a, b in pairs)


def _without_repeated_heading(above: SetGrid, grid: SetGrid) -> list[SetRow]:
    return grid.rows[1:] if grid.rows and grid.rows[0].words == above.rows[0].words else grid.rows


def _join_rows(cuts: Sequence[tuple[SetGrid, int]], *, blanks: bool) -> None:
    """Join rows that go on over a page.

    A row with nothing in its first column goes on, or is a row of its own: a document that cuts no row in
    the middle of a sentence cuts none at all.
    """
    cuts = [(grid, place) for grid, place in cuts if place < len(grid.rows)]
    likely = [cut for cut in cuts if _goes_on(*cut, blanks=blanks)]
    if not any(_is_cut(*cut, blanks=blanks) for cut in likely):
        return
    for grid, place in reversed(likely):
        _join(grid.rows[place - 1], grid.rows.pop(place))


def _goes_on(grid: SetGrid, place: int, *, blanks: bool) -> bool:
    above, row = grid.rows[place - 1], grid.rows[place]
    filled = [column for column, cell in sorted(row.cells.items()) if cell.lines]
    if not filled or not all(column in above.cells and above.cells[column].lines for column in filled):
        return False
    first = row.cells[filled[0]]
    if filled[0] > min(row.cells):
        return True
    text = clean_text(one_line(first.words))
    return (
        not is_ref(text)
        and _cut_cell(grid, place, filled[0], blanks=blanks)
        and (blanks or first.words[0].islower())
    )


def _is_cut(grid: SetGrid, place: int, *, blanks: bool) -> bool:
    return any(_cut_cell(grid, place, column, blanks=blanks) for column in grid.rows[place].cells)


def _cut_cell(grid: SetGrid, place: int, column: int, *, blanks: bool) -> bool:
    """Tell whether the cell's last line above goes on in the first line of the cell below."""
    above, below = grid.rows[place - 1].cells.get(column), grid.rows[place].cells.get(column)
    if above is None or below is None or not above.lines or not below.lines:
        return False
    return wraps(above.lines[-1], below.lines[0], limit_of(grid, above), blanks=blanks)


def _join(row: SetRow, below: SetRow) -> None:
    for column, cell in below.cells.items():
        above = row.cells.setdefault(column, cell)
        if above is cell:
            continue
        first, last = cell.pieces[0], above.pieces[-1]
        if isinstance(first, list) and isinstance(last, list):
            above.pieces = [*above.pieces[:-1], [*last, *first], *cell.pieces[1:]]
        else:
            above.pieces = [*above.pieces, *cell.pieces]
