"""The words of a Word paragraph as they stand now: with what was inserted, without what was deleted."""

from collections.abc import Iterator

from docx.oxml.ns import qn
from lxml.etree import _Element as Element

_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {
    *map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:drawing", "w:pict", "w:object")),
    f"{_MARKUP}AlternateContent",
}
_TEXT, _SYMBOL = qn("w:t"), qn("w:sym")
_SIGNS = {
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:tab"): "    ",
    qn("w:noBreakHyphen"): "-",
    qn("w:ptab"): " ",
}


def text_of(paragraph: Element) -> str:
    """Give the paragraph's words; a line break within it is a new line."""
    return "".join(_text_pieces(paragraph))


def _text_pieces(element: Element) -> Iterator[str]:
    for child in element.iterchildren("*"):
        if child.tag in _SKIPPED:
            continue
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _SYMBOL:
            yield _symbol(str(child.get(qn("w:char")) or ""))
        elif child.tag in _SIGNS:
            yield _SIGNS[str(child.tag)]
        else:
            yield from _text_pieces(child)


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
