"""Read a .csv file in any common encoding, with any common separator."""

import csv
import io

from bot.errors import UnreadableFileError
from bot.importing.readers.encodings import decode
from bot.importing.table.headings import read_heading
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Document, Row, clean_text, table_of

_BIGGEST = 10_000_000
_SEPARATORS = ",;\t|"
_ROWS_TO_LOOK_AT = 50
_LONGEST_HEADING = 200
_NOT_TEXT = "This file ends in .csv but holds something other than text. Save it as CSV UTF-8 and try again."


def read_csv(content: bytes) -> Document:
    """Read the file as one table; raises UnreadableFileError for what is no text or too big."""
    if len(content) > _BIGGEST:
        raise UnreadableFileError("This file is larger than 10 MB, which no plan is. Send the plan alone.")
    notes = ProblemLog()
    text = decode(content, _NOT_TEXT)
    return Document((table_of("", rows_of(text), notes),), tuple(notes.problems))


def rows_of(text: str) -> list[list[str]]:
    """Cut the text into rows by the separator that shows a plan's headings, or else the most columns."""
    csv.field_size_limit(_BIGGEST)
    readings = [_cut(text, separator) for separator in _SEPARATORS]
    return max(readings, key=_columns_known)


def _cut(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as problem:
        raise UnreadableFileError(
            "This file is not laid out as CSV. Save it again from the spreadsheet as CSV UTF-8 and try again."
        ) from problem


def _columns_known(rows: list[list[str]]) -> tuple[int, int]:
    """Count the columns a heading names, then the rows that have more than one cell."""
    first = rows[:_ROWS_TO_LOOK_AT]
    headings = [
        read_heading(Row(0, tuple(clean_text(cell[:_LONGEST_HEADING]) for cell in row))) for row in first
    ]
    known = max((len(heading.columns) for heading in headings if heading), default=0)
    return known, sum(len(row) > 1 for row in first)
