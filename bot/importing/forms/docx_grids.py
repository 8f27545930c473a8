"""Read a Word table: merged cells, tables within cells, lists in cells, tracked changes as accepted."""

from collections.abc import Iterator

from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from bot.importing.forms.docx_marks import Marks
from bot.importing.forms.docx_styles import value
from bot.importing.forms.docx_text import text_of
from bot.importing.layout.parts import Cell, Grid, GridRow, rows_of
from bot.importing.table.cells import too_many_rows
from bot.importing.table.tables import MOST_COLUMNS, MOST_ROWS

_WRAPPERS = {*map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:smartTag", "w:customXml"))}
_PARAGRAPH, _TABLE, _ROW, _CELL = map(qn, ("w:p", "w:tbl", "w:tr", "w:tc"))
_DELETED = f"{qn('w:trPr')}/{qn('w:del')}"


def blocks_of(parent: Element) -> Iterator[Element]:
    """Give the paragraphs, tables, rows or cells below, also those inside content controls."""
    for child in parent.iterchildren("*"):
        if child.tag in _WRAPPERS:
            yield from blocks_of(child)
        else:
            yield child


def read_grid(table: Element, marks: Marks, spot: str) -> Grid:
    """Read the table. spot: "table 4"; every row then says "table 4, row 2".

    The rows of a table within a cell follow their cell's row, and the words behind it follow them.
    """
    rows: list[GridRow] = []
    for number, row in enumerate(_rows(table), start=1):
        place = spot if "row" in spot else f"{spot}, row {number}"
        rows += rows_of(list(_cells(row, marks, place)), place)
        if len(rows) > MOST_ROWS:
            raise too_many_rows("")
    return Grid(tuple(rows))


def _rows(table: Element) -> Iterator[Element]:
    for row in blocks_of(table):
        if row.tag == _ROW and row.find(_DELETED) is None:
            yield row


def _cells(row: Element, marks: Marks, spot: str) -> Iterator[Cell]:
    column = _number(value(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")), least=0)
    for cell in blocks_of(row):
        if cell.tag != _CELL or column > MOST_COLUMNS:
            continue
        properties = cell.find(qn("w:tcPr"))
        merge = None if properties is None else properties.find(qn("w:vMerge"))
        goes_on = merge is not None and value(merge) != "restart"
        yield Cell(("",) if goes_on else tuple(_pieces(cell, marks, spot)), column, goes_on)
        span = None if properties is None else properties.find(qn("w:gridSpan"))
        column += _number(value(span), least=1)


def _pieces(cell: Element, marks: Marks, spot: str) -> Iterator[str | Grid]:
    lines: list[str] = []
    for block in blocks_of(cell):
        if block.tag == _PARAGRAPH:
            lines.append(marks.before(block) + text_of(block))
        elif block.tag == _TABLE:
            yield "\n".join(lines)
            yield read_grid(block, marks, spot)
            lines = []
    yield "\n".join(lines)


def _number(text: str, *, least: int) -> int:
    return max(least, int(text)) if text.isdecimal() else least
