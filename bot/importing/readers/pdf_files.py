"""Read a PDF made from a document: its ruled tables, joined over the pages, and its headings."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from bot.errors import UnreadableFileError
from bot.importing.layout.parts import (
    RUNNING_TEXT,
    TITLE,
    DocumentCell,
    GridRow,
    Paragraph,
    Part,
    TextGrid,
    split_into_rows,
)
from bot.importing.layout.sections import build_document
from bot.importing.readers.pdf_tables import (
    PdfCell,
    PdfGrid,
    PdfPart,
    cell_lines,
    extract_grids,
    join_pages,
    right_limit,
)
from bot.importing.readers.pdf_text import PdfLine, extract_lines, is_wrapped, leaves_blanks, unwrap
from bot.importing.readers.registry import ProgressCallback, ignore_progress
from bot.importing.table.problems import DiagnosticLog
from bot.importing.table.tables import ParsedDocument
from bot.sentences import sentence

_HEADING_SIZE_RATIO = 1.15
_MAX_HEADING_LENGTH = 200
_BOLD_LEVEL = 9
_LOWEST_LEVEL = 8
_MAX_LINE_GAP = 1.0
_MARGIN_SHARE = 0.12
_MIN_REPEATS = 3
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[0-9]{1,4}(?:\s*(?:of|/)\s*[0-9]{1,4})?", re.IGNORECASE)
_MAX_BYTES = 20_000_000
_MAX_PAGES = 200
_MAX_OBJECTS_PER_PAGE = 20_000
# What pdfplumber and pdfminer raise for damaged or hostile files.
_READ_ERRORS = (
    PSException, PdfminerException, MalformedPDFException, LookupError, ValueError, TypeError, AttributeError,
    ArithmeticError, AssertionError, OSError, EOFError, RuntimeError, NotImplementedError,
)  # fmt: skip
_LOCKED_ERRORS = (PDFPasswordIncorrect, PDFEncryptionError, PDFTextExtractionNotAllowed)


class HeadingLevels:
    """Finds the level of a line by its type: headings are larger than most text, or bold."""

    def __init__(self, parts: Sequence[PdfPart]) -> None:
        lines = [part for part in parts if isinstance(part, PdfLine)]
        grids = [part for part in parts if isinstance(part, PdfGrid)]
        sizes: Counter[float] = Counter()
        for line in [*lines, *(each for cell in cell_lines(grids) for each in cell)]:
            sizes[_size(line)] += len(line.text)
        usual = sizes.most_common(1)[0][0] if sizes else 0.0
        self._larger = sorted(
            {_size(line) for line in lines if _size(line) > usual * _HEADING_SIZE_RATIO}, reverse=True
        )
        self._title = self._larger[0] if self._larger and _is_of_title(parts, self._larger[0]) else None

    def level_of(self, line: PdfLine) -> int:
        size = _size(line)
        if len(line.text) > _MAX_HEADING_LENGTH:
            return RUNNING_TEXT
        if size == self._title:
            return TITLE
        if size in self._larger:
            return min(self._larger.index(size) + 1, _LOWEST_LEVEL)
        return _BOLD_LEVEL if line.bold else RUNNING_TEXT


@dataclass
class PdfPage:
    """A page's tables and lines from top to bottom."""

    number: int
    height: float
    parts: list[PdfGrid | PdfLine]


def read_pdf(content: bytes, on_progress: ProgressCallback = ignore_progress) -> ParsedDocument:
    """Read the tables of the PDF; raises UnreadableFileError with what to do about the file."""
    if len(content) > _MAX_BYTES:
        raise UnreadableFileError("This PDF is larger than 20 MB. Save the plan's pages on their own.")
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            pages = _pages(pdf, on_progress)
    except _READ_ERRORS as problem:
        raise _explain_error(problem) from problem
    _refuse_empty(pages)
    parts = join_pages(drop_headers_and_footers(pages))
    return build_document(list(_iter_parts(parts)), DiagnosticLog())


def _pages(pdf: PDF, on_progress: ProgressCallback) -> list[PdfPage]:
    if len(pdf.pages) > _MAX_PAGES:
        raise UnreadableFileError(
            f"This PDF has {len(pdf.pages):,} pages. Save the plan's pages on their own, "
            f"at most {_MAX_PAGES}, and try again."
        )
    read = []
    for page in pdf.pages:
        if sum(map(len, page.objects.values())) > _MAX_OBJECTS_PER_PAGE:
            raise UnreadableFileError(
                f"Page {page.page_number} of this PDF is drawn of too many pieces to be a page of a plan. "
                "Save the plan's pages on their own and try again."
            )
        read.append(read_page(page))
        page.close()
        on_progress(len(read), len(pdf.pages))
    return read


def _explain_error(problem: Exception) -> UnreadableFileError:
    """Make the error. pdfplumber wraps what pdfminer raises, also for want of memory."""
    cause: object = problem
    while isinstance(cause, PdfminerException) and cause.args:
        cause = cause.args[0]
    if isinstance(cause, MemoryError):
        raise cause
    if isinstance(cause, _LOCKED_ERRORS):
        return UnreadableFileError(sentence("readers.locked_pdf"))
    return UnreadableFileError(sentence("readers.damaged_pdf"))


def _refuse_empty(pages: Sequence[PdfPage]) -> None:
    if not any(page.parts for page in pages):
        raise UnreadableFileError(
            "This PDF holds pictures of pages and no text. Send the document it was made from, "
            "or copy the plan into a table in Word or a spreadsheet."
        )
    if not any(isinstance(part, PdfGrid) for page in pages for part in page.parts):
        raise UnreadableFileError(
            "This PDF has no table with ruled lines. Send the document it was made from, "
            "or copy the plan into a table in Word or a spreadsheet."
        )


def _iter_parts(parts: Sequence[PdfPart]) -> Iterator[Part]:
    grids = [part for part in parts if isinstance(part, PdfGrid)]
    blanks = leaves_blanks(cell_lines(grids))
    levels = HeadingLevels(parts)
    lines: list[tuple[PdfLine, str]] = []
    for part in parts:
        if isinstance(part, PdfLine):
            lines.append((part, ""))
            continue
        yield from group_paragraphs(lines, levels, keeps_blanks=blanks)
        lines = []
        yield TextGrid(tuple(_rows(part, "", keeps_blanks=blanks)))
    yield from group_paragraphs(lines, levels, keeps_blanks=blanks)


def _rows(grid: PdfGrid, location: str, *, keeps_blanks: bool) -> Iterator[GridRow]:
    for row in grid.rows:
        row_location = location or f"page {row.page}, row {row.number}"
        cells = [
            DocumentCell(
                tuple(_cell_contents(grid, cell, row_location, keeps_blanks=keeps_blanks)),
                column,
                cell.is_merged_above,
            )
            for column, cell in sorted(row.cells.items())
        ]
        yield from split_into_rows(cells, row_location)


def _cell_contents(
    grid: PdfGrid, cell: PdfCell, location: str, *, keeps_blanks: bool
) -> Iterator[str | TextGrid]:
    limit = right_limit(grid, cell)
    for piece in cell.contents:
        if isinstance(piece, PdfGrid):
            yield TextGrid(tuple(_rows(piece, location, keeps_blanks=keeps_blanks)))
        else:
            yield unwrap(piece, limit, keeps_blanks=keeps_blanks)


def read_page(page: Page) -> PdfPage:
    """Read the page. The caller may close it afterwards."""
    clean = page.dedupe_chars()
    grids, outside = extract_grids(clean)
    parts: list[PdfGrid | PdfLine] = [*grids, *extract_lines(outside)]
    return PdfPage(page.page_number, float(page.height), sorted(parts, key=_top))


def drop_headers_and_footers(pages: Sequence[PdfPage]) -> list[list[PdfGrid | PdfLine]]:
    """Drop page numbers, and lines with the same text at the same height on most pages."""
    repeated = Counter(
        key for page in pages for key in {_key(part) for part in page.parts if _is_at_edge(page, part)}
    )
    often = max(_MIN_REPEATS, len(pages) // 2)
    return [
        [
            part
            for part in page.parts
            if not (_is_at_edge(page, part) and (repeated[_key(part)] >= often or _is_number(part)))
        ]
        for page in pages
    ]


def _top(part: PdfGrid | PdfLine) -> float:
    return part.box[1] if isinstance(part, PdfGrid) else part.top


def _is_at_edge(page: PdfPage, part: PdfGrid | PdfLine) -> bool:
    if isinstance(part, PdfGrid):
        return False
    return part.bottom < page.height * _MARGIN_SHARE or part.top > page.height * (1 - _MARGIN_SHARE)


def _key(part: PdfGrid | PdfLine) -> tuple[str, int]:
    words = part.text if isinstance(part, PdfLine) else ""
    return re.sub(r"[0-9]+", "#", words), round(_top(part))


def _is_number(part: PdfGrid | PdfLine) -> bool:
    return isinstance(part, PdfLine) and bool(_PAGE_NUMBER.fullmatch(part.text.strip(" -|")))


def group_paragraphs(
    lines: Sequence[tuple[PdfLine, str]], levels: HeadingLevels, *, keeps_blanks: bool
) -> list[Paragraph]:
    """Group lines into paragraphs. lines: each with its location."""
    limit = max((line.x1 for line, _ in lines), default=0.0)
    found: list[list[PdfLine]] = []
    locations: list[str] = []
    for line, location in lines:
        if found and _is_same_paragraph(found[-1][-1], line, limit, keeps_blanks=keeps_blanks):
            found[-1].append(line)
        else:
            found.append([line])
            locations.append(location)
    return [
        Paragraph(unwrap(each, limit, keeps_blanks=keeps_blanks), levels.level_of(each[0]), location)
        for each, location in zip(found, locations, strict=True)
    ]


def _is_same_paragraph(above: PdfLine, line: PdfLine, limit: float, *, keeps_blanks: bool) -> bool:
    is_near = 0 <= line.top - above.bottom < _MAX_LINE_GAP * above.size
    return (
        is_near and _size(above) == _size(line) and is_wrapped(above, line, limit, keeps_blanks=keeps_blanks)
    )


def _is_of_title(parts: Sequence[PdfPart], size: float) -> bool:
    """A title is above all tables, and no other text is as large."""
    first_grid = next((index for index, part in enumerate(parts) if isinstance(part, PdfGrid)), len(parts))
    large = [index for index, part in enumerate(parts) if isinstance(part, PdfLine) and _size(part) == size]
    return max(large) < first_grid and max(large) - min(large) < len(large)


def _size(line: PdfLine) -> float:
    return round(line.size * 2) / 2
