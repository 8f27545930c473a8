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
from bot.importing.layout.checklists import group_checklists
from bot.importing.layout.parts import (
    RUNNING_TEXT,
    DocumentCell,
    GridRow,
    Paragraph,
    Part,
    TextGrid,
    split_into_rows,
)
from bot.importing.layout.sections import build_document
from bot.importing.readers.archive_safety import WORD, damaged_file_error, refuse_unsafe
from bot.importing.readers.content_kind import as_transitional
from bot.importing.readers.docx_lists import ListCounter, Styles, attribute
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import MAX_COLUMNS, MAX_ROWS, ParsedDocument, too_many_rows_error
from bot.sentences import sentence

_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {
    *map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:drawing", "w:pict", "w:object")),
    f"{_MARKUP}AlternateContent",
}
_TEXT, _SYMBOL = qn("w:t"), qn("w:sym")
_SPECIAL_CHARACTERS = {
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:tab"): "    ",
    qn("w:noBreakHyphen"): "-",
    qn("w:ptab"): " ",
}
_WRAPPERS = {*map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:smartTag", "w:customXml"))}
_PARAGRAPH, _TABLE, _ROW, _CELL = map(qn, ("w:p", "w:tbl", "w:tr", "w:tc"))
_DELETED = f"{qn('w:trPr')}/{qn('w:del')}"
# What zipfile, the XML parser (a kind of SyntaxError) and python-docx raise for damaged documents.
_READ_ERRORS = (
    OpcError, zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError, LookupError, ValueError,
    TypeError, AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_docx(content: bytes) -> ParsedDocument:
    """Read the document; raises UnreadableFileError with what to do about the file."""
    refuse_unsafe(content, WORD)
    try:
        parts = group_checklists(_parts(docx.Document(io.BytesIO(as_transitional(content)))))
    except _READ_ERRORS as problem:
        raise damaged_file_error(WORD) from problem
    if not any(isinstance(part, TextGrid) for part in parts):
        raise UnreadableFileError(sentence("readers.no_tables"))
    return build_document(parts, DiagnosticLog())


def _parts(document: WordDocument) -> Iterator[Part]:
    styles = Styles(document.styles.element)
    marks = ListCounter(document.part.numbering_part.element if _has_lists(document) else None, styles)
    tables = 0
    for block in iter_blocks(document.element.body):
        if block.tag == qn("w:tbl"):
            tables += 1
            yield read_grid(block, marks, f"table {tables}")
        elif block.tag == qn("w:p"):
            text, level = marks.marker_for(block) + paragraph_text(block), styles.level_of(block)
            lines = text.split("\n") if level == RUNNING_TEXT else [text]
            yield from (Paragraph(line, level, f"above table {tables + 1}") for line in lines)


def _has_lists(document: WordDocument) -> bool:
    return any(relation.reltype.endswith("/numbering") for relation in document.part.rels.values())


def iter_blocks(parent: Element) -> Iterator[Element]:
    """Yield the paragraphs, tables, rows or cells below, also those inside content controls."""
    for child in parent.iterchildren("*"):
        if child.tag in _WRAPPERS:
            yield from iter_blocks(child)
        else:
            yield child


def read_grid(table: Element, counter: ListCounter, location: str) -> TextGrid:
    """Read the table. location: "table 4"; that of each row is then "table 4, row 2".

    The rows of a table within a cell follow their cell's row, and the words behind it follow them.
    """
    rows: list[GridRow] = []
    for number, row in enumerate(_rows(table), start=1):
        row_location = location if "row" in location else f"{location}, row {number}"
        rows += split_into_rows(list(_cells(row, counter, row_location)), row_location)
        if len(rows) > MAX_ROWS:
            raise too_many_rows_error("")
    return TextGrid(tuple(rows))


def _rows(table: Element) -> Iterator[Element]:
    for row in iter_blocks(table):
        if row.tag == _ROW and row.find(_DELETED) is None:
            yield row


def _cells(row: Element, counter: ListCounter, location: str) -> Iterator[DocumentCell]:
    column = _number(attribute(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")), minimum=0)
    for cell in iter_blocks(row):
        if cell.tag != _CELL or column > MAX_COLUMNS:
            continue
        properties = cell.find(qn("w:tcPr"))
        merge = None if properties is None else properties.find(qn("w:vMerge"))
        goes_on = merge is not None and attribute(merge) != "restart"
        yield DocumentCell(
            ("",) if goes_on else tuple(_cell_contents(cell, counter, location)), column, goes_on
        )
        span = None if properties is None else properties.find(qn("w:gridSpan"))
        column += _number(attribute(span), minimum=1)


def _cell_contents(cell: Element, counter: ListCounter, location: str) -> Iterator[str | TextGrid]:
    lines: list[str] = []
    for block in iter_blocks(cell):
        if block.tag == _PARAGRAPH:
            lines.append(counter.marker_for(block) + paragraph_text(block))
        elif block.tag == _TABLE:
            yield "\n".join(lines)
            yield read_grid(block, counter, location)
            lines = []
    yield "\n".join(lines)


def _number(text: str, *, minimum: int) -> int:
    return max(minimum, int(text)) if text.isdecimal() else minimum


def paragraph_text(paragraph: Element) -> str:
    """Give the paragraph's words; a line break within it is a new line."""
    return "".join(_iter_text(paragraph))


def _iter_text(element: Element) -> Iterator[str]:
    for child in element.iterchildren("*"):
        if child.tag in _SKIPPED:
            continue
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _SYMBOL:
            yield _symbol(str(child.get(qn("w:char")) or ""))
        elif child.tag in _SPECIAL_CHARACTERS:
            yield _SPECIAL_CHARACTERS[str(child.tag)]
        else:
            yield from _iter_text(child)


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
