"""Lines of a PDF as they are set on the page, and the text they were before they were wrapped.

A PDF has no paragraphs. A line was wrapped, and continues in the next, when the next one's first word would
not have fitted on it any more. Many programs also leave the blank at which they wrapped the line.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from operator import itemgetter
from typing import Any

from pdfplumber.utils.clustering import cluster_objects
from pdfplumber.utils.text import extract_words

Char = dict[str, Any]
Word = dict[str, Any]
_CLOSING = re.compile(r"[])}.,;:!?%]+")
_WORD_GAP = 0.15
_SAME_LINE = 3
_BLANK_WIDTH = 0.28
_WIDER_GAP = 0.4
_BULLET = re.compile(
    "[\u2022\u25cf\u25aa\u25e6\u2023\u00b7\u2043\u25cb\u25a0\u25a1\u27a2\u2713\u2714\u2756\uf0b7\uf0a7\uf0d8\uf0fc]"
)
# What may begin a line of its own, but may as well be a dash, a date or a letter in the middle of a sentence.
_MARK = re.compile(
    r"[-\u2013\u2014o*](?=\s)|\[|(?:\((?:[ivx]{1,5}|[a-z]|[0-9]{1,2})\)\s*)+|(?:[ivx]{1,4}|[a-z]|[0-9]{1,2})[.)]\s"
    r"|(?![0-9]{2}\.[0-9]{2}\.[0-9]{2})[0-9]{1,3}(?:\.[0-9]{1,3}){2,}\s",
    re.IGNORECASE,
)
_BREAKS_AFTER = ("-", "\u2010", "/", "\u2013", "\u2014")
_HYPHENS = ("-", "\u2010")
_BLANK_SHARE = 0.1


@dataclass(frozen=True)
class PdfLine:
    """A line as set, in points from the page's left and top.

    ends_with_space: whether a space follows it. first_width, last_width: the widths of its first and last
    word. space_width: that of a space.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    ends_with_space: bool
    first_width: float
    last_width: float
    space_width: float

    @property
    def is_single_word(self) -> bool:
        """Tell whether the line is one word only."""
        return " " not in self.text


def extract_lines(chars: Sequence[Char]) -> list[PdfLine]:
    """Put characters together into words and lines, from top to bottom."""
    words = extract_words(list(chars), x_tolerance_ratio=_WORD_GAP, y_tolerance=_SAME_LINE, return_chars=True)
    rows = cluster_objects(words, itemgetter("bottom"), _SAME_LINE)
    blanks = [char for char in chars if char["text"].isspace()]
    return [_build_line(sorted(row, key=itemgetter("x0")), blanks) for row in rows]


def _build_line(words: list[Word], blanks: Sequence[Char]) -> PdfLine:
    first, last = words[0], words[-1]
    letters = [char for word in words for char in word["chars"]]
    middle = (last["top"] + last["bottom"]) / 2
    return PdfLine(
        " ".join(word["text"] for word in words),
        first["x0"],
        last["x1"],
        min(word["top"] for word in words),
        max(word["bottom"] for word in words),
        max(char["size"] for char in letters),
        all("bold" in str(char["fontname"]).casefold() for char in letters),
        any(each["top"] < middle < each["bottom"] and each["x0"] >= last["x1"] - 1 for each in blanks),
        _first_word(words)["x1"] - first["x0"],
        last["x1"] - last["x0"],
        _space_width(blanks, letters),
    )


def _first_word(words: Sequence[Word]) -> Word:
    """The first word, or the closing mark behind it, which no program sets on a line of its own."""
    behind = takewhile(lambda word: _CLOSING.fullmatch(word["text"]), words[1:])
    return [words[0], *behind][-1]


def _space_width(blanks: Sequence[Char], letters: Sequence[Char]) -> float:
    widths = sorted(each["x1"] - each["x0"] for each in blanks if each["size"] == letters[0]["size"])
    return float(widths[len(widths) // 2]) if widths else _BLANK_WIDTH * float(letters[0]["size"])


def leaves_blanks(cells: Iterable[Sequence[PdfLine]]) -> bool:
    """Tell whether the program that made the PDF left the blank at which it wrapped a line."""
    marks = [line.ends_with_space for lines in cells for line in lines[:-1]]
    return sum(marks) > _BLANK_SHARE * len(marks)


def is_wrapped(line: PdfLine, following: PdfLine, limit: float, *, keeps_blanks: bool) -> bool:
    """Tell whether the line goes on in the following one. limit: how far to the right words may stand."""
    if _BULLET.match(following.text):
        return False
    if line.x1 + line.space_width + following.first_width <= limit:
        return False
    if keeps_blanks:
        if line.ends_with_space or line.text.endswith(_BREAKS_AFTER):
            return True
        if line.x1 + line.space_width <= limit:
            return False
    return not _MARK.match(following.text)


def joining_text(line: PdfLine, following: PdfLine, left: float, limit: float, *, keeps_blanks: bool) -> str:
    """What stood between two parts of a wrapped line: a space, or nothing behind a hyphen or in a word."""
    if line.ends_with_space:
        return " "
    if line.text.endswith(_BREAKS_AFTER) and keeps_blanks:
        return ""
    if line.text.endswith(_HYPHENS) and line.text[-2:-1].isalnum() and not following.text[0].isupper():
        return ""
    return "" if line.last_width + following.first_width > limit - left and line.is_single_word else " "


def unwrap(lines: Sequence[PdfLine], limit: float, *, keeps_blanks: bool) -> str:
    """Give the text of a cell or paragraph, a line for each of its own; indented as on the page."""
    if not lines:
        return ""
    left = min(line.x0 for line in lines)
    usual = _usual_gap(lines)
    text = _indented(lines[0], left)
    for line, following in pairwise(lines):
        gap = following.top - line.bottom
        is_apart = gap > usual + _WIDER_GAP * line.size and following.top > line.top
        is_tag = line.text.endswith("]") and text.rpartition("\n")[2].lstrip().startswith("[")
        if not (is_apart or is_tag) and is_wrapped(line, following, limit, keeps_blanks=keeps_blanks):
            text += joining_text(line, following, left, limit, keeps_blanks=keeps_blanks) + following.text
        else:
            text += "\n" + _indented(following, left)
    return text


def _usual_gap(lines: Sequence[PdfLine]) -> float:
    gaps = sorted(b.top - a.bottom for a, b in pairwise(lines) if b.top > a.top)
    return gaps[len(gaps) // 4] if gaps else 0.0


def _indented(line: PdfLine, left: float) -> str:
    return " " * round((line.x0 - left) / (line.space_width or 1)) + line.text
