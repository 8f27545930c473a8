"""Read .ods and .odt files: the sheets of a spreadsheet, the headings and tables of a text."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import UnreadableFileError
from bot.importing.layout.checklists import group_checklists
from bot.importing.layout.parts import RUNNING_TEXT, TITLE, GridRow, Paragraph, Part, TextGrid
from bot.importing.layout.sections import build_document
from bot.importing.readers.archive_safety import ArchiveFormat, damaged_file_error, refuse_unsafe
from bot.importing.readers.cell_marks import CellMarks, colour_of_fill
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import (
    MAX_COLUMNS,
    MAX_ROWS,
    ParsedDocument,
    Table,
    build_table,
    too_many_rows_error,
)
from bot.plan.rag import Colour
from bot.sentences import sentence

_SPREADSHEET = ArchiveFormat("spreadsheet", ".ods", ".sxc", "LibreOffice or Excel", "sheets", macros=True)
_DOCUMENT = ArchiveFormat("document", ".odt", ".sxw", "LibreOffice or Word", "pages", macros=True)
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_SKIPPED = {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}tracked-changes"}
_READ_ERRORS = (
    zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError, LookupError, ValueError,
    NotImplementedError, RuntimeError, DefusedXmlException,
)  # fmt: skip
_MAX_SPACES = 50


def read_ods(content: bytes) -> ParsedDocument:
    """Read every visible sheet as a table; raises UnreadableFileError with what to do about the file."""
    root = _read_content(content, _SPREADSHEET)
    notes = DiagnosticLog()
    fills = _fills_of_styles(root)
    hidden = _hidden_styles(root)
    tables: list[Table] = []
    for sheet in root.iter(f"{_TABLE}table"):
        name = sheet.get(f"{_TABLE}name", "")
        if sheet.get(f"{_TABLE}style-name", "") in hidden:
            notes.warning(name, "sheet", name, sentence("readers.hidden_sheet"))
            continue
        tables.append(_read_sheet(name, sheet, fills, notes))
    return ParsedDocument(tuple(tables), tuple(notes.problems))


def read_odt(content: bytes) -> ParsedDocument:
    """Read the document's tables and check lists; raises UnreadableFileError with what to do about it."""
    root = _read_content(content, _DOCUMENT)
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    parts = group_checklists(_parts(body)) if body is not None else []
    if not any(isinstance(part, TextGrid) for part in parts):
        raise UnreadableFileError(sentence("readers.no_tables"))
    return build_document(parts, DiagnosticLog())


def _read_content(content: bytes, kind: ArchiveFormat) -> Element:
    refuse_unsafe(content, kind)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            root: Element = fromstring(archive.read("content.xml"), forbid_dtd=True)
            return root
    except _READ_ERRORS as problem:
        raise damaged_file_error(kind) from problem


def _fills_of_styles(root: Element) -> dict[str, Colour]:
    found: dict[str, Colour] = {}
    for style in root.iter(f"{_STYLE}style"):
        properties = style.find(f"{_STYLE}table-cell-properties")
        printed = "" if properties is None else properties.get(f"{_FO}background-color", "")
        if colour := colour_of_fill(printed.removeprefix("#")):
            found[style.get(f"{_STYLE}name", "")] = colour
    return found


def _hidden_styles(root: Element) -> set[str]:
    return {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}table-properties")
        if properties.get(f"{_TABLE}display") == "false"
    }


def _read_sheet(name: str, sheet: Element, fills: dict[str, Colour], notes: DiagnosticLog) -> Table:
    marks = CellMarks()
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    rows = list(_sheet_rows(name, sheet, fills, marks, merged))
    return marks.mark(build_table(name, rows, notes, merged=merged))


def _sheet_rows(
    name: str,
    sheet: Element,
    fills: dict[str, Colour],
    marks: CellMarks,
    merged: dict[tuple[int, int], tuple[int, int]],
) -> Iterator[list[str]]:
    number = 0
    waiting = 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        times = _count(row.get(f"{_TABLE}number-rows-repeated"))
        cells = list(_row_cells(row, number + waiting + 1, fills, marks, merged))
        if not any(cells):
            waiting = min(waiting + times, MAX_ROWS + 1)
            continue
        if number + waiting + 1 > MAX_ROWS:
            raise too_many_rows_error(name)
        for _ in range(waiting):
            yield []
        yield cells
        number, waiting = number + waiting + 1, 0


def _row_cells(
    row: Element,
    number: int,
    fills: dict[str, Colour],
    marks: CellMarks,
    merged: dict[tuple[int, int], tuple[int, int]],
) -> Iterator[str]:
    column = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        times = min(_count(cell.get(f"{_TABLE}number-columns-repeated")), MAX_COLUMNS + 1 - column)
        text = _cell_text(cell)
        if cell.get(f"{_OFFICE}value-type") == "date":
            marks.add_stored_date(number, column)
        if fill := fills.get(cell.get(f"{_TABLE}style-name", "")):
            marks.fills.setdefault(number, {})[column] = fill
        for below in range(1, min(_count(cell.get(f"{_TABLE}number-rows-spanned")), MAX_ROWS)):
            merged[number + below, column] = (number, column)
        for _ in range(times):
            yield text
        column += times
        if column > MAX_COLUMNS:
            return


def _cell_text(cell: Element) -> str:
    """What a person sees in the cell; a date day first, whatever its style."""
    if cell.get(f"{_OFFICE}value-type") == "date":
        try:
            day = date.fromisoformat(cell.get(f"{_OFFICE}date-value", "")[:10])
        except ValueError:
            return _lines(cell)
        return f"{day:%d/%m}/{day.year}"
    return _lines(cell)


def _lines(element: Element) -> str:
    return "\n".join(_words(paragraph) for paragraph in _paragraphs(element))


def _paragraphs(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag in {f"{_TEXT}p", f"{_TEXT}h"}:
            yield child
        elif child.tag not in _SKIPPED and child.tag != f"{_TABLE}table":
            yield from _paragraphs(child)


def _words(paragraph: Element) -> str:
    words = [paragraph.text or ""]
    for child in paragraph:
        if child.tag == f"{_TEXT}s":
            words.append(" " * min(_count(child.get(f"{_TEXT}c")), _MAX_SPACES))
        elif child.tag == f"{_TEXT}tab":
            words.append("    ")
        elif child.tag == f"{_TEXT}line-break":
            words.append("\n")
        elif child.tag not in _SKIPPED:
            words.append(_words(child))
        words.append(child.tail or "")
    return "".join(words)


def _count(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() else 1


def _parts(body: Element) -> Iterator[Part]:
    tables = 0
    for block in _blocks(body):
        if block.tag == f"{_TABLE}table":
            tables += 1
            yield _grid(block, f"table {tables}")
        else:
            is_title = block.get(f"{_TEXT}style-name", "") == "Title"
            level = _count(block.get(f"{_TEXT}outline-level")) if block.tag == f"{_TEXT}h" else RUNNING_TEXT
            yield Paragraph(_words(block), TITLE if is_title else level, f"above table {tables + 1}")


def _blocks(body: Element) -> Iterator[Element]:
    for child in body:
        if child.tag in {f"{_TEXT}p", f"{_TEXT}h", f"{_TABLE}table"}:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _blocks(child)


def _grid(table: Element, location: str) -> TextGrid:
    rows: list[GridRow] = []
    spans: dict[int, int] = {}
    for number, row in enumerate(table.iter(f"{_TABLE}table-row"), start=1):
        cells: list[str] = []
        carried: set[int] = set()
        for cell in (each for each in row if each.tag in _CELLS):
            for _ in range(min(_count(cell.get(f"{_TABLE}number-columns-repeated")), MAX_COLUMNS)):
                column = len(cells)
                if cell.tag.endswith("}covered-table-cell") and spans.get(column, 0) > 0:
                    carried.add(column)
                    spans[column] -= 1
                else:
                    spans[column] = _count(cell.get(f"{_TABLE}number-rows-spanned")) - 1
                cells.append(_lines(cell))
        rows.append(GridRow(tuple(cells[: MAX_COLUMNS + 1]), f"{location}, row {number}", frozenset(carried)))
        if len(rows) > MAX_ROWS:
            raise too_many_rows_error("")
    return TextGrid(tuple(rows))
