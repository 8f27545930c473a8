"""What a Word paragraph takes from its style: whether it is a heading, and which list it belongs to."""

import re
from dataclasses import dataclass

from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from bot.importing.layout.parts import RUNNING_TEXT, TITLE

_HEADING = re.compile(r"heading\s*(?P<level>[1-9])", re.IGNORECASE)
_LONGEST_CHAIN = 20


def value(element: Element | None, name: str = "w:val") -> str:
    """Give an attribute, "" when there is none."""
    return "" if element is None else str(element.get(qn(name)) or "")


@dataclass(frozen=True)
class _Style:
    name: str
    above: str
    properties: Element | None


class Styles:
    """The document's styles, each with those it is based on."""

    def __init__(self, styles: Element) -> None:
        self._styles = {
            value(style, "w:styleId"): _Style(
                value(style.find(qn("w:name"))),
                value(style.find(qn("w:basedOn"))),
                style.find(qn("w:pPr")),
            )
            for style in styles.iterchildren(qn("w:style"))
        }

    def level_of(self, paragraph: Element) -> int:
        """TITLE, the heading's level, or RUNNING_TEXT."""
        for style in self._chain(paragraph):
            if style.name.casefold() == "title":
                return TITLE
            if found := _HEADING.fullmatch(style.name):
                return int(found["level"])
        for properties in self._properties(paragraph):
            outline = value(properties.find(qn("w:outlineLvl")))
            if outline.isdecimal():
                return int(outline) + 1 if int(outline) < 9 else RUNNING_TEXT  # noqa: PLR2004 - 9 is body text
        return RUNNING_TEXT

    def list_of(self, paragraph: Element) -> tuple[str, int]:
        """The list's number and the depth in it from 0; ("", 0) for none."""
        number = depth = ""
        for properties in self._properties(paragraph):
            listed = properties.find(qn("w:numPr"))
            if listed is not None:
                number = number or value(listed.find(qn("w:numId")))
                depth = depth or value(listed.find(qn("w:ilvl")))
        return number, int(depth) if depth.isdecimal() else 0

    def _properties(self, paragraph: Element) -> list[Element]:
        """The paragraph's own properties, then those of its style and of the styles above."""
        own = paragraph.find(qn("w:pPr"))
        found = [own, *(style.properties for style in self._chain(paragraph))]
        return [properties for properties in found if properties is not None]

    def _chain(self, paragraph: Element) -> list[_Style]:
        chain: list[_Style] = []
        name = value(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}"))
        while (style := self._styles.get(name)) and len(chain) < _LONGEST_CHAIN:
            chain.append(style)
            name = style.above
        return chain
