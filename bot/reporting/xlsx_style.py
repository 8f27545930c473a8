"""How the workbook looks: plain, printable, and with every colour said in words."""

import math
import textwrap
from collections.abc import Sequence
from datetime import date

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.plan.tracker_format import RowType
from bot.reporting.rows import TrackerColumn

WIDTHS = {
    TrackerColumn.REF: 9,
    TrackerColumn.ACTION: 62,
    TrackerColumn.DELIVERED: 30,
    TrackerColumn.OWNER: 16,
    TrackerColumn.DUE: 16,
    TrackerColumn.START: 14,
    TrackerColumn.SUCCESS: 44,
    TrackerColumn.PROGRESS: 16,
    TrackerColumn.STATUS: 13,
    TrackerColumn.COLOUR: 10,
    TrackerColumn.WHY: 28,
    TrackerColumn.NEXT_DUE: 13,
    TrackerColumn.LAST_WORD: 44,
    TrackerColumn.BY: 12,
    TrackerColumn.ON: 13,
    TrackerColumn.TAGS: 20,
    TrackerColumn.TYPE: 11,
}
_LINE = Side(style="thin", color="FFB1B4B6")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING = PatternFill("solid", fgColor="FF1D3557")
_BANNERS = {RowType.SECTION: "FFD6E0EC", RowType.PROJECT: "FFE9EFF5"}
# Each pair reads at 7:1 or better; the cell says the colour in words in any case.
_COLOURS = {
    "Red": ("FFF6D7D2", "FF7A1408"),
    "Amber": ("FFFFE9B8", "FF5C3A00"),
    "Green": ("FFD5EBD8", "FF0B4A1C"),
    "Blue": ("FFD3E3F5", "FF0B3B6F"),
    "Grey": ("FFE8E9EA", "FF383C40"),
}


def _font(*, bold: bool = False, italic: bool = False, color: str = "FF000000", size: int = 11) -> Font:
    """Named and sized in full: programs differ in what they take for a font that is not."""
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=color)


def style_label(sheet: Worksheet, number: int, *, is_title: bool) -> None:
    """A line above the table: it runs on to the right instead of wrapping."""
    sheet.cell(number, 1).font = _font(bold=True, color="FF505A5F")
    words = sheet.cell(number, 2)
    words.font = _font(bold=is_title, size=16 if is_title else 11)
    sheet.merge_cells(start_row=number, end_row=number, start_column=2, end_column=6)
    words.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[number].height = 24 if is_title else 16


def style_heading(sheet: Worksheet, number: int, columns: int) -> None:
    for column in range(1, columns + 1):
        cell = sheet.cell(number, column)
        cell.font, cell.fill, cell.border = _font(bold=True, color="FFFFFFFF"), _HEADING, _BOX
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[number].height = 32


def style_table(sheet: Worksheet, heading: int, last: str) -> None:
    """A thin line around each cell below the heading, so that an eye stays in its row on paper too."""
    for row in sheet[f"A{heading + 1}:{last}"]:
        for cell in row:
            cell.border = _BOX


def style_banner(sheet: Worksheet, number: int, columns: int, kind: RowType) -> None:
    """A section or project heads what is below it; its savings and measures are quieter."""
    fill = _BANNERS.get(kind)
    size = 13 if kind is RowType.SECTION else 11
    for column in range(1, columns + 1):
        cell = sheet.cell(number, column)
        cell.font = _font(bold=fill is not None, size=size, italic=fill is None)
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)


def style_colour(cell: Cell | MergedCell) -> None:
    """Behind the word, never instead of it."""
    back, front = _COLOURS[str(cell.value)]
    cell.fill, cell.font = PatternFill("solid", fgColor=back), _font(bold=True, color=front)


def set_up_printing(sheet: Worksheet, heading: int, title: str) -> None:
    """Landscape A4, as wide as the page, the heading on every page, the title and page number at the foot."""
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = sheet.oddFooter
    assert footer is not None  # a new sheet has one
    footer.left.text, footer.right.text = title.replace("&", "&&")[:120], "Page &P of &N"


# A column's width counts digits of the usual font, which are about as wide as its letters.
_DEFAULT_FONT_SIZE, _BOLD_WIDTH_RATIO = 11, 1.1
_LINE_HEIGHT_RATIO = 15 / 11
_MAX_ROW_HEIGHT = 409
_DAY_LENGTH, _MOMENT_LENGTH = len("31/03/2027"), len("31/03/2027 09:00")


class _AutoHeightRow(RowDimension):
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
            height = max(height, _needed_height(cell, width))
        if height and sheet.row_dimensions[number].height is None:
            sheet.row_dimensions[number] = _AutoHeightRow(
                sheet, index=number, ht=min(height, _MAX_ROW_HEIGHT)
            )


def _needed_height(cell: Cell | MergedCell, width: int) -> float:
    """Points."""
    if cell.value is None:
        return 0.0
    size = cell.font.sz or _DEFAULT_FONT_SIZE
    letters = max(1, int(width * _DEFAULT_FONT_SIZE / size / (_BOLD_WIDTH_RATIO if cell.font.b else 1)))
    return _count_lines(cell.value, letters) * math.ceil(size * _LINE_HEIGHT_RATIO)


def _count_lines(value: object, letters: int) -> int:
    if isinstance(value, date):
        return math.ceil((_MOMENT_LENGTH if hasattr(value, "hour") else _DAY_LENGTH) / letters)
    return sum(len(textwrap.wrap(line, letters)) or 1 for line in str(value).splitlines())
