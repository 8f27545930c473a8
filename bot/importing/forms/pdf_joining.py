"""Put together again what a PDF's page breaks cut: tables, rows, and the headings repeated on each page."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bot.importing.forms.pdf_grids import SetCell, SetGrid, SetRow
from bot.importing.forms.pdf_text import SetLine, leaves_blanks, wraps
from bot.importing.table.tables import clean_text
from bot.plan.refs import is_ref
from bot.plan.typing_marks import one_line

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
