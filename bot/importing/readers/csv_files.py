"""Read a .csv file in any common encoding, with any common separator."""

import csv
import io

from bot.errors import UnreadableFileError
from bot.importing.readers.encodings import decode
from bot.importing.table.headings import read_heading
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import ParsedDocument, TableRow, build_table, clean_text
from bot.sentences import sentence

_MAX_BYTES = 10_000_000
_SEPARATORS = ",;\t|"
_SAMPLE_ROWS = 50
_MAX_HEADING_LENGTH = 200


def read_csv(content: bytes) -> ParsedDocument:
    """Read the file as one table; raises UnreadableFileError for what is no text or too big."""
    if len(content) > _MAX_BYTES:
        raise UnreadableFileError("This file is larger than 10 MB, which no plan is. Send the plan alone.")
    notes = DiagnosticLog()
    text = decode(content, sentence("readers.csv_not_text"))
    return ParsedDocument((build_table("", parse_rows(text), notes),), tuple(notes.problems))


def parse_rows(text: str) -> list[list[str]]:
    """Split the text into rows by the separator that shows a plan's headings, or else the most columns."""
    csv.field_size_limit(_MAX_BYTES)
    readings = [_split_rows(text, separator) for separator in _SEPARATORS]
    return max(readings, key=_count_known_columns)


def _split_rows(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as problem:
        raise UnreadableFileError(
            "This file is not laid out as CSV. Save it again from the spreadsheet as CSV UTF-8 and try again."
        ) from problem


def _count_known_columns(rows: list[list[str]]) -> tuple[int, int]:
    """The most columns that a heading names, and the number of rows with more than one cell."""
    first = rows[:_SAMPLE_ROWS]
    headings = [
        read_heading(TableRow(0, tuple(clean_text(cell[:_MAX_HEADING_LENGTH]) for cell in row)))
        for row in first
    ]
    most_columns = max((len(heading.columns) for heading in headings if heading), default=0)
    return most_columns, sum(len(row) > 1 for row in first)
