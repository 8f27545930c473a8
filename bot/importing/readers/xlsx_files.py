"""Read a workbook: values as people see them, with merged cells. Hidden rows are reported; nothing is run."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from bot.importing.readers.archive_safety import WORKBOOK, damaged_file_error, refuse_unsafe
from bot.importing.readers.cell_marks import CellMarks
from bot.importing.readers.content_kind import as_transitional
from bot.importing.table.problems import DiagnosticLog, list_first
from bot.importing.table.tables import (
    MAX_COLUMNS,
    MAX_ROWS,
    ParsedDocument,
    Table,
    build_table,
    too_many_rows_error,
)
from bot.plan.wording import format_month
from bot.sentences import sentence

_MAX_MERGED = 100_000
_MAX_SHEETS = 60
_MAX_NAMED = 20
# Cells far below a plan that somebody left there by mistake.
_MAX_STRAY = 20
# Characters: a longer cell says more than its colour.
_MAX_COLOURED = 30
# What zipfile, the XML parsers (a kind of SyntaxError) and openpyxl raise for damaged or hostile workbooks.
_READ_ERRORS = (
    zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass
class SheetFacts:
    """merged: (row from 1, column from 0) of each repeating cell, with the cell above that it repeats.

    last_row, last_column: the last that hold anything, from 1; 0 for an empty sheet. hidden_rows: from 1,
    those with text only. uncalculated: coordinates of formulas with no saved result. stray: coordinates of
    cells below the rows that a plan can have; too many of them are a plan that goes on there.
    """

    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: bool = False
    uncalculated: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)


def read_xlsx(content: bytes) -> ParsedDocument:
    """Read every visible sheet as a table; raises UnreadableFileError with what to do about the file."""
    refuse_unsafe(content, WORKBOOK)
    notes = DiagnosticLog()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tables = tuple(_tables(as_transitional(content), notes))
    except _READ_ERRORS as problem:
        raise damaged_file_error(WORKBOOK) from problem
    return ParsedDocument(tables, tuple(notes.problems))


def _tables(content: bytes, notes: DiagnosticLog) -> Iterator[Table]:
    """Read the sheets as a stream: only values, styles and sheet names are ever loaded."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read()
    parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    for sheet in reader.wb.worksheets[:_MAX_SHEETS]:
        if sheet.sheet_state != "visible":
            notes.warning(sheet.title, "sheet", sheet.title, sentence("readers.hidden_sheet"))
            continue
        with reader.archive.open(parts[sheet.title]) as source:
            facts = read_sheet_facts(source)
        marks = CellMarks()
        table = marks.mark(build_table(sheet.title, _rows(sheet, facts, marks), notes, merged=facts.merged))
        _report_facts(table, facts, notes)
        yield table


def _rows(sheet: Worksheet, facts: SheetFacts, marks: CellMarks) -> Iterator[list[str]]:
    """Give the rows down to the last that holds anything. marks: takes what the cells show beside text."""
    if len(facts.stray) > _MAX_STRAY:
        raise too_many_rows_error(sheet.title)
    if facts.last_row:
        rows = sheet.iter_rows(max_row=facts.last_row, max_col=min(facts.last_column, MAX_COLUMNS))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell.value, date):
                    marks.add_stored_date(number, column)
                elif cell.value is None or len(str(cell.value)) <= _MAX_COLOURED:
                    marks.add_fill(number, column, cell)
            yield [_text(cell) for cell in row]


def _text(cell: Cell | MergedCell) -> str:
    """Give the text a person sees: dates day first, months as months, numbers with their shown decimals."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "")
    if isinstance(value, (datetime, date)):
        return _date_text(value, str(cell.number_format))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return f"{value * 100:.6g}%"
    if isinstance(value, float):
        return _number_text(value, str(cell.number_format))
    return str(value)


def _date_text(value: date, number_format: str) -> str:
    shown = number_format.casefold().split(";")[0]
    without_day = "d" not in shown.replace("[$-", "") and "m" in shown and "y" in shown
    if without_day:
        return format_month(value)
    return f"{value:%d/%m/%y}" if shown == "dd/mm/yy" else f"{value:%d/%m}/{value.year}"


def _number_text(value: float, number_format: str) -> str:
    """A ref such as 1.10 is a number to a spreadsheet: its format shows the last zero."""
    decimals = number_format.partition(".")[2]
    if number_format.startswith("0.0") and set(decimals) == {"0"}:
        return f"{value:.{len(decimals)}f}"
    return f"{value:.15g}"


def _report_facts(table: Table, facts: SheetFacts, notes: DiagnosticLog) -> None:
    if facts.hidden_rows:
        numbers = list_first(list(map(str, facts.hidden_rows)), _MAX_NAMED)
        notes.info(table.where(), "rows", numbers, sentence("readers.hidden_rows", numbers=numbers))
    if facts.hidden_columns:
        notes.info(table.where(), "columns", "", sentence("readers.hidden_columns"))
    if facts.last_column > MAX_COLUMNS:
        notes.error(table.where(), "columns", "", sentence("table.too_many_columns", limit=MAX_COLUMNS))
    if facts.stray:
        cells = list_first(facts.stray, _MAX_NAMED)
        notes.warning(
            table.where(), "rows", cells, sentence("readers.stray_cells", cells=cells, limit=MAX_ROWS)
        )
    for coordinate in facts.uncalculated[:_MAX_NAMED]:
        message = sentence("readers.formula_without_result")
        notes.error(f"{table.where()}, cell {coordinate}", "cell", "", message)


def read_sheet_facts(sheet: IO[bytes]) -> SheetFacts:
    """Read a worksheet's XML as a stream. Raises what defusedxml raises for malformed or hostile XML."""
    facts = SheetFacts()
    number = 0
    for element in _elements(sheet):
        match element.tag.rpartition("}")[2]:
            case "row":
                number = _read_row(element, facts, number)
                element.clear()
            case "col":
                facts.hidden_columns |= _is_on(element.get("hidden"))
            case "mergeCell":
                _read_merge(element.get("ref", ""), facts)
    return facts


def _elements(sheet: IO[bytes]) -> Iterator[Element]:
    for _, element in iterparse(sheet, events=("end",), forbid_dtd=True):
        yield element


def _read_row(row: Element, facts: SheetFacts, counted: int) -> int:
    """Add what a row holds; give its number, which follows the one before when it states none."""
    stated = row.get("r", "")
    number = int(stated) if stated.isdecimal() else counted + 1
    filled = [cell for cell in row.findall("{*}c") if len(cell)]
    if not filled:
        return number
    if number > MAX_ROWS:
        facts.stray += [
            cell.get("r", f"row {number}") for cell in filled[: _MAX_STRAY + 1 - len(facts.stray)]
        ]
        return number
    facts.last_row = max(facts.last_row, number)
    facts.last_column = max(facts.last_column, _column(filled[-1]) or len(row))
    if _is_on(row.get("hidden")):
        facts.hidden_rows.append(number)
    for cell in filled:
        value = cell.find("{*}v")
        if cell.find("{*}f") is not None and (value is None or not value.text):
            facts.uncalculated.append(cell.get("r", ""))
    return number


def _read_merge(ref: str, facts: SheetFacts) -> None:
    """Add the cells that a merge repeats down its first column; none for a merge beyond a plan's limits."""
    left, top, _, bottom = range_boundaries(ref)
    if left is None or top is None or bottom is None or bottom > MAX_ROWS:
        return
    if len(facts.merged) + bottom - top > _MAX_MERGED:
        return
    for row in range(top + 1, bottom + 1):
        facts.merged[row, left - 1] = (top, left - 1)


def _column(cell: Element) -> int:
    """Give the column from 1 of a cell's coordinate, 0 when it has none."""
    coordinate = cell.get("r", "")
    return range_boundaries(coordinate)[0] or 0 if coordinate else 0


def _is_on(value: str | None) -> bool:
    return value in {"1", "true"}
