"""Read a PDF made from a document: its ruled tables put together again over the pages, and its headings."""

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
from bot.importing.layout.parts import RUNNING_TEXT, TITLE, Cell, Grid, GridRow, Line, Part, rows_of
from bot.importing.layout.sections import document_of
from bot.importing.readers.pdf_tables import SetCell, SetGrid, SetPart, cell_lines, grids_of, joined, limit_of
from bot.importing.readers.pdf_text import SetLine, leaves_blanks, lines_of, unwrapped, wraps
from bot.importing.readers.registry import Told, nobody
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Document

_LARGER = 1.15
_LONGEST_HEADING = 200
_BOLD_LEVEL = 9
_LOWEST_LEVEL = 8
_GAP = 1.0


class Levels:
    """Which letters are those of headings: larger than most, or bold."""

    def __init__(self, parts: Sequence[SetPart]) -> None:
        lines = [part for part in parts if isinstance(part, SetLine)]
        grids = [part for part in parts if isinstance(part, SetGrid)]
        sizes: Counter[float] = Counter()
        for line in [*lines, *(each for cell in cell_lines(grids) for each in cell)]:
            sizes[_size(line)] += len(line.text)
        usual = sizes.most_common(1)[0][0] if sizes else 0.0
        self._larger = sorted({_size(line) for line in lines if _size(line) > usual * _LARGER}, reverse=True)
        self._title = self._larger[0] if self._larger and _is_of_title(parts, self._larger[0]) else None

    def of(self, line: SetLine) -> int:
        size = _size(line)
        if len(line.text) > _LONGEST_HEADING:
            return RUNNING_TEXT
        if size == self._title:
            return TITLE
        if size in self._larger:
            return min(self._larger.index(size) + 1, _LOWEST_LEVEL)
        return _BOLD_LEVEL if line.bold else RUNNING_TEXT


def paragraphs_of(lines: Sequence[tuple[SetLine, str]], levels: Levels, *, blanks: bool) -> list[Line]:
    """Put the lines that stand together into paragraphs. lines: each with where it stands."""
    limit = max((line.x1 for line, _ in lines), default=0.0)
    found: list[list[SetLine]] = []
    spots: list[str] = []
    for line, spot in lines:
        if found and _belongs(found[-1][-1], line, limit, blanks=blanks):
            found[-1].append(line)
        else:
            found.append([line])
            spots.append(spot)
    return [
        Line(unwrapped(each, limit, blanks=blanks), levels.of(each[0]), spot)
        for each, spot in zip(found, spots, strict=True)
    ]


def _belongs(above: SetLine, line: SetLine, limit: float, *, blanks: bool) -> bool:
    is_near = 0 <= line.top - above.bottom < _GAP * above.size
    return is_near and _size(above) == _size(line) and wraps(above, line, limit, blanks=blanks)


def _is_of_title(parts: Sequence[SetPart], size: float) -> bool:
    """A title stands above all tables, and no other words are as large."""
    first_grid = next((place for place, part in enumerate(parts) if isinstance(part, SetGrid)), len(parts))
    large = [place for place, part in enumerate(parts) if isinstance(part, SetLine) and _size(part) == size]
    return max(large) < first_grid and max(large) - min(large) < len(large)


def _size(line: SetLine) -> float:
    return round(line.size * 2) / 2


_EDGE = 0.12
_FEWEST = 3
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[0-9]{1,4}(?:\s*(?:of|/)\s*[0-9]{1,4})?", re.IGNORECASE)


@dataclass
class SetPage:
    """A page's tables and lines from top to bottom."""

    number: int
    height: float
    parts: list[SetGrid | SetLine]


def read_page(page: Page) -> SetPage:
    """Read the page. The page's own memory may be let go afterwards."""
    clean = page.dedupe_chars()
    grids, outside = grids_of(clean)
    parts: list[SetGrid | SetLine] = [*grids, *lines_of(outside)]
    return SetPage(page.page_number, float(page.height), sorted(parts, key=_top))


def without_heads_and_feet(pages: Sequence[SetPage]) -> list[list[SetGrid | SetLine]]:
    """Drop page numbers, and lines that stand on the same spot of most pages with the same words."""
    repeated = Counter(
        key for page in pages for key in {_key(part) for part in page.parts if _is_at_edge(page, part)}
    )
    often = max(_FEWEST, len(pages) // 2)
    return [
        [
            part
            for part in page.parts
            if not (_is_at_edge(page, part) and (repeated[_key(part)] >= often or _is_number(part)))
        ]
        for page in pages
    ]


def _top(part: SetGrid | SetLine) -> float:
    return part.box[1] if isinstance(part, SetGrid) else part.top


def _is_at_edge(page: SetPage, part: SetGrid | SetLine) -> bool:
    if isinstance(part, SetGrid):
        return False
    return part.bottom < page.height * _EDGE or part.top > page.height * (1 - _EDGE)


def _key(part: SetGrid | SetLine) -> tuple[str, int]:
    words = part.text if isinstance(part, SetLine) else ""
    return re.sub(r"[0-9]+", "#", words), round(_top(part))


def _is_number(part: SetGrid | SetLine) -> bool:
    return isinstance(part, SetLine) and bool(_PAGE_NUMBER.fullmatch(part.text.strip(" -|")))


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
