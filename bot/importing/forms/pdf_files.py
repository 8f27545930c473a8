"""Read a PDF made from a document: its ruled tables put together again over the pages, and its headings."""

import io
import logging
from collections.abc import Iterator, Sequence

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.psexceptions import PSException
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from bot.errors import UnreadableFileError
from bot.importing.forms.known import Told
from bot.importing.forms.pdf_grids import SetCell, SetGrid
from bot.importing.forms.pdf_joining import SetPart, cell_lines, joined, limit_of
from bot.importing.forms.pdf_lines import Levels, paragraphs_of
from bot.importing.forms.pdf_pages import SetPage, read_page, without_heads_and_feet
from bot.importing.forms.pdf_text import SetLine, leaves_blanks, unwrapped
from bot.importing.forms.readers import nobody
from bot.importing.layout.parts import Cell, Grid, GridRow, Part, rows_of
from bot.importing.layout.sections import document_of
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Document

_BIGGEST = 20_000_000
_MOST_PAGES = 200
_MOST_ON_A_PAGE = 20_000
# What pdfplumber and pdfminer raise for damaged or hostile files.
_BROKEN = (
    PSException, PdfminerException, MalformedPDFException, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, AssertionError, OSError, EOFError, RuntimeError, NotImplementedError,
)  # fmt: skip
_LOCKED = (PDFPasswordIncorrect, PDFEncryptionError, PDFTextExtractionNotAllowed)


def read_pdf(content: bytes, told: Told = nobody) -> Document:
    """Read the tables of the PDF; raises UnreadableFileError with what to do about the file."""
    if len(content) > _BIGGEST:
        raise UnreadableFileError("This PDF is larger than 20 MB. Save the plan's pages on their own.")
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            pages = _pages(pdf, told)
    except _BROKEN as problem:
        raise _why(problem) from problem
    _refuse_empty(pages)
    parts = joined(without_heads_and_feet(pages))
    return document_of(list(_flow(parts)), ProblemLog())


def _pages(pdf: PDF, told: Told) -> list[SetPage]:
    if len(pdf.pages) > _MOST_PAGES:
        raise UnreadableFileError(
            f"This PDF has {len(pdf.pages):,} pages. Save the plan's pages on their own, "
            f"at most {_MOST_PAGES}, and try again."
        )
    read = []
    for page in pdf.pages:
        if sum(map(len, page.objects.values())) > _MOST_ON_A_PAGE:
            raise UnreadableFileError(
                f"Page {page.page_number} of this PDF is drawn of too many pieces to be a page of a plan. "
                "Save the plan's pages on their own and try again."
            )
        read.append(read_page(page))
        page.close()
        told(len(read), len(pdf.pages))
    return read


def _why(problem: Exception) -> UnreadableFileError:
    """Make the error. pdfplumber wraps what pdfminer raises, also for want of memory."""
    cause: object = problem
    while isinstance(cause, PdfminerException) and cause.args:
        cause = cause.args[0]
    if isinstance(cause, MemoryError):
        raise cause
    if isinstance(cause, _LOCKED):
        return UnreadableFileError(
            "This PDF is locked with a password. Save a copy without the password and try again."
        )
    return UnreadableFileError(
        "This PDF is damaged, or is not a PDF at all. Make it again from the document it came from, "
        "or send that document."
    )


def _refuse_empty(pages: Sequence[SetPage]) -> None:
    if not any(page.parts for page in pages):
        raise UnreadableFileError(
            "This PDF holds pictures of pages and no text. Send the document it was made from, "
            "or copy the plan into a table in Word or a spreadsheet."
        )
    if not any(isinstance(part, SetGrid) for page in pages for part in page.parts):
        raise UnreadableFileError(
            "This PDF has no table with ruled lines. Send the document it was made from, "
            "or copy the plan into a table in Word or a spreadsheet."
        )


def _flow(parts: Sequence[SetPart]) -> Iterator[Part]:
    grids = [part for part in parts if isinstance(part, SetGrid)]
    blanks = leaves_blanks(cell_lines(grids))
    levels = Levels(parts)
    lines: list[tuple[SetLine, str]] = []
    for part in parts:
        if isinstance(part, SetLine):
            lines.append((part, ""))
            continue
        yield from paragraphs_of(lines, levels, blanks=blanks)
        lines = []
        yield Grid(tuple(_rows(part, "", blanks=blanks)))
    yield from paragraphs_of(lines, levels, blanks=blanks)


def _rows(grid: SetGrid, spot: str, *, blanks: bool) -> Iterator[GridRow]:
    for row in grid.rows:
        place = spot or f"page {row.page}, row {row.number}"
        cells = [
            Cell(tuple(_pieces(grid, cell, place, blanks=blanks)), column, cell.goes_on)
            for column, cell in sorted(row.cells.items())
        ]
        yield from rows_of(cells, place)


def _pieces(grid: SetGrid, cell: SetCell, spot: str, *, blanks: bool) -> Iterator[str | Grid]:
    limit = limit_of(grid, cell)
    for piece in cell.pieces:
        if isinstance(piece, SetGrid):
            yield Grid(tuple(_rows(piece, spot, blanks=blanks)))
        else:
            yield unwrapped(piece, limit, blanks=blanks)
