"""How wide the columns are and how high the rows, so that every cell can be read whole.

Excel works out a row's height when it opens a file; other programs draw what does not fit over the next row.
"""

import math
import textwrap
from collections.abc import Sequence
from datetime import date

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

# A column's width counts digits of the usual font, which are about as wide as its letters.
_USUAL, _BOLDER = 11, 1.1
_LINE_HEIGHT = 15 / 11
_HIGHEST = 409
_DAY, _MOMENT = len("31/03/2027"), len("31/03/2027 09:00")


class _FreeRow(RowDimension):
    """A row as high as its words need, which grows when somebody types more."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - openpyxl's own name
        return False


def set_sizes(sheet: Worksheet, widths: Sequence[int]) -> None:
    """Set widths and heights; wrap every filled cell and start it at the top left: a date at the right runs
    into the words beside it. A height given before stays.
    """
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(sheet.iter_rows(max_col=len(widths)), start=1):
        height = 0.0
        for cell, width in zip(row, widths, strict=True):
            if not cell.alignment.wrap_text and cell.value is not None:
                cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
            height = max(height, _needed(cell, width))
        if height and sheet.row_dimensions[number].height is None:
            sheet.row_dimensions[number] = _FreeRow(sheet, index=number, ht=min(height, _HIGHEST))


def _needed(cell: Cell | MergedCell, width: int) -> float:
    """Points."""
    if cell.value is None:
        return 0.0
    size = cell.font.sz or _USUAL
    letters = max(1, int(width * _USUAL / size / (_BOLDER if cell.font.b else 1)))
    return _lines(cell.value, letters) * math.ceil(size * _LINE_HEIGHT)


def _lines(value: object, letters: int) -> int:
    if isinstance(value, date):
        return math.ceil((_MOMENT if hasattr(value, "hour") else _DAY) / letters)
    return sum(len(textwrap.wrap(line, letters)) or 1 for line in str(value).splitlines())
