"""The ruled tables of a PDF's page, as cells with the lines of text set in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pdfplumber.page import Page

from bot.importing.forms.pdf_text import Char, SetLine, lines_of

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
