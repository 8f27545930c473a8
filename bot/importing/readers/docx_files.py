"""Read a Word document: its headings, and its tables as one table for each section."""

import io
import zipfile
import zlib
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from bot.errors import UnreadableFileError
from bot.importing.layout.parts import RUNNING_TEXT, Cell, Grid, GridRow, Line, Part, rows_of
from bot.importing.layout.sections import document_of
from bot.importing.readers.archive_safety import WORD, damaged, refuse_unsafe
from bot.importing.readers.docx_lists import Marks, Styles, value
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import MOST_COLUMNS, MOST_ROWS, Document, too_many_rows

_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {
    *map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:drawing", "w:pict", "w:object")),
    f"{_MARKUP}AlternateContent",
}
_TEXT, _SYMBOL = qn("w:t"), qn("w:sym")
_SIGNS = {
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:tab"): "    ",
    qn("w:noBreakHyphen"): "-",
    qn("w:ptab"): " ",
}


def text_of(paragraph: Element) -> str:
    """Give the paragraph's words; a line break within it is a new line."""
    return "".join(_text_pieces(paragraph))


def _text_pieces(element: Element) -> Iterator[str]:
    for child in element.iterchildren("*"):
        if child.tag in _SKIPPED:
            continue
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _SYMBOL:
            yield _symbol(str(child.get(qn("w:char")) or ""))
        elif child.tag in _SIGNS:
            yield _SIGNS[str(child.tag)]
        else:
            yield from _text_pieces(child)


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


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


# What zipfile, the XML parser (a kind of SyntaxError) and python-docx raise for damaged documents.
_BROKEN = (
    OpcError, zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError, LookupError, ValueError,
    TypeError, AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_docx(content: bytes) -> Document:
    """Read the document; raises UnreadableFileError with what to do about the file."""
    refuse_unsafe(content, WORD)
    try:
        parts = list(_parts(docx.Document(io.BytesIO(content))))
    except _BROKEN as problem:
        raise damaged(WORD) from problem
    if not any(isinstance(part, Grid) for part in parts):
        raise UnreadableFileError(
            "This document has no tables. A plan in Word must be kept in a table, with a row of headings "
            "such as Ref, Action, Owner, By when and Status."
        )
    return document_of(parts, ProblemLog())


def _parts(document: WordDocument) -> Iterator[Part]:
    styles = Styles(document.styles.element)
    marks = Marks(document.part.numbering_part.element if _has_lists(document) else None, styles)
    tables = 0
    for block in blocks_of(document.element.body):
        if block.tag == qn("w:tbl"):
            tables += 1
            yield read_grid(block, marks, f"table {tables}")
        elif block.tag == qn("w:p"):
            text, level = marks.before(block) + text_of(block), styles.level_of(block)
            lines = text.split("\n") if level == RUNNING_TEXT else [text]
            yield from (Line(line, level, f"above table {tables + 1}") for line in lines)


def _has_lists(document: WordDocument) -> bool:
    return any(relation.reltype.endswith("/numbering") for relation in document.part.rels.values())
