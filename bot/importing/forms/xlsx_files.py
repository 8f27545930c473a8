"""Read a workbook: values as people see them, merged cells, hidden rows told; nothing of it is run."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet.worksheet import Worksheet

from bot.importing.forms.archives import WORKBOOK, damaged, refuse_unsafe
from bot.importing.forms.sheet_facts import SheetFacts, read_sheet_facts
from bot.importing.table.cells import table_of, too_many_rows
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import MOST_COLUMNS, MOST_ROWS, Document, Table

_MOST_SHEETS = 60
_MOST_NAMED = 20
# What zipfile, the XML parsers (a kind of SyntaxError) and openpyxl raise for damaged or hostile workbooks.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_xlsx(content: bytes) -> Document:
    """Read every visible sheet as a table; raises UnreadableFileError with what to do about the file."""
    refuse_unsafe(content, WORKBOOK)
    notes = ProblemLog()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tables = tuple(_tables(content, notes))
    except _BROKEN as problem:
        raise damaged(WORKBOOK) from problem
    return Document(tables, tuple(notes.problems))


def _tables(content: bytes, notes: ProblemLog) -> Iterator[Table]:
    """Walk the sheets as a stream: only values, styles and sheet names are ever loaded."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read()
    parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    for sheet in reader.wb.worksheets[:_MOST_SHEETS]:
        if sheet.sheet_state != "visible":
            notes.warning(
                sheet.title, "sheet", sheet.title, "This sheet is hidden in the workbook and was not read."
            )
            continue
        with reader.archive.open(parts[sheet.title]) as source:
            facts = read_sheet_facts(source)
        table = table_of(sheet.title, _rows(sheet, facts), notes, merged=facts.merged)
        _tell(table, facts, notes)
        yield table


def _rows(sheet: Worksheet, facts: SheetFacts) -> Iterator[list[str]]:
    """Give the rows down to the last that holds anything."""
    if facts.last_row > MOST_ROWS:
        raise too_many_rows(sheet.title)
    if facts.last_row:
        for row in sheet.iter_rows(max_row=facts.last_row, max_col=min(facts.last_column, MOST_COLUMNS)):
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
    if isinstance(value, float):
        return _number_text(value, str(cell.number_format))
    return str(value)


def _date_text(value: date, number_format: str) -> str:
    shown = number_format.casefold().split(";")[0]
    without_day = "d" not in shown.replace("[$-", "") and "m" in shown and "y" in shown
    if without_day:
        return f"{value:%B} {value.year}"
    return f"{value:%d/%m/%y}" if shown == "dd/mm/yy" else f"{value:%d/%m}/{value.year}"


def _number_text(value: float, number_format: str) -> str:
    """A ref such as 1.10 is a number to a spreadsheet: its format tells the last zero."""
    decimals = number_format.partition(".")[2]
    if number_format.startswith("0.0") and set(decimals) == {"0"}:
        return f"{value:.{len(decimals)}f}"
    return f"{value:.15g}"


def _tell(table: Table, facts: SheetFacts, notes: ProblemLog) -> None:
    if facts.hidden_rows:
        numbers = ", ".join(map(str, facts.hidden_rows[:_MOST_NAMED])) + (
            " and more" if len(facts.hidden_rows) > _MOST_NAMED else ""
        )
        message = f"Hidden in the workbook, but read like the others: rows {numbers}."
        notes.info(table.where(), "rows", numbers, message)
    if facts.hidden_columns:
        notes.info(
            table.where(), "columns", "", "The sheet has hidden columns. They were read like the others."
        )
    if facts.last_column > MOST_COLUMNS:
        message = f"Only the first {MOST_COLUMNS} columns were read. Move the plan to the left of the sheet."
        notes.error(table.where(), "columns", "", message)
    for coordinate in facts.uncalculated[:_MOST_NAMED]:
        message = (
            "This cell holds a formula without a saved result. Open the workbook, save it and try again."
        )
        notes.error(f"{table.where()}, cell {coordinate}", "cell", "", message)
