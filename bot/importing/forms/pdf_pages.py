"""A PDF's pages: their tables and the lines between them, without what runs along head and foot."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pdfplumber.page import Page

from bot.importing.forms.pdf_grids import SetGrid, grids_of
from bot.importing.forms.pdf_text import SetLine, lines_of

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
