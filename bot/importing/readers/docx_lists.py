"""The bullets and numbers that Word draws before a paragraph. They are not in its text, but may be refs."""

import re
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml.etree import _Element as Element

from bot.importing.layout.parts import RUNNING_TEXT, TITLE

_HEADING = re.compile(r"heading\s*(?P<level>[1-9])", re.IGNORECASE)
_MAX_STYLE_DEPTH = 20
BULLET = "\u2022 "
SUB_BULLET = "\u2013 "
_INDENT = "   "
_MAX_DEPTH = 8
_PLACEHOLDER = re.compile(r"%([1-9])")
_ROMANS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LETTERS = 26
_MAX_ROMAN = 3_000


@dataclass(frozen=True)
class _Style:
    name: str
    based_on: str
    properties: Element | None


class Styles:
    """The document's styles, each with those it is based on."""

    def __init__(self, styles: Element) -> None:
        self._styles = {
            attribute(style, "w:styleId"): _Style(
                attribute(style.find(qn("w:name"))),
                attribute(style.find(qn("w:basedOn"))),
                style.find(qn("w:pPr")),
            )
            for style in styles.iterchildren(qn("w:style"))
        }

    def level_of(self, paragraph: Element) -> int:
        """TITLE, the heading's level, or RUNNING_TEXT."""
        for style in self._chain(paragraph):
            if style.name.casefold() == "title":
                return TITLE
            if match := _HEADING.fullmatch(style.name):
                return int(match["level"])
        for properties in self._properties(paragraph):
            outline = attribute(properties.find(qn("w:outlineLvl")))
            if outline.isdecimal():
                return int(outline) + 1 if int(outline) < 9 else RUNNING_TEXT  # noqa: PLR2004 - 9 is body text
        return RUNNING_TEXT

    def list_of(self, paragraph: Element) -> tuple[str, int]:
        """The list's number and the depth in it from 0; ("", 0) for none."""
        number = depth = ""
        for properties in self._properties(paragraph):
            listed = properties.find(qn("w:numPr"))
            if listed is not None:
                number = number or attribute(listed.find(qn("w:numId")))
                depth = depth or attribute(listed.find(qn("w:ilvl")))
        return number, int(depth) if depth.isdecimal() else 0

    def _properties(self, paragraph: Element) -> list[Element]:
        """The paragraph's own properties, then those of its style and of the styles above."""
        own = paragraph.find(qn("w:pPr"))
        found = [own, *(style.properties for style in self._chain(paragraph))]
        return [properties for properties in found if properties is not None]

    def _chain(self, paragraph: Element) -> list[_Style]:
        chain: list[_Style] = []
        name = attribute(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}"))
        while (style := self._styles.get(name)) and len(chain) < _MAX_STYLE_DEPTH:
            chain.append(style)
            name = style.based_on
        return chain


@dataclass(frozen=True)
class _Level:
    """pattern: "%1.%2" and the like. form: "decimal", "lowerLetter", "bullet" and so on."""

    form: str = "decimal"
    pattern: str = "%1."
    start: int = 1


@dataclass
class _List:
    """A list of the document. key: lists that count on together share one."""

    key: str
    levels: dict[int, _Level] = field(default_factory=dict)


class ListCounter:
    """Counts the items of the document's lists. Call marker_for for every paragraph, in order."""

    def __init__(self, numbering: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists = {} if numbering is None else _read_lists(numbering)
        self._counts: dict[str, list[int]] = {}

    def marker_for(self, paragraph: Element) -> str:
        """The mark with its indentation and the space behind it: "2.1 ", "   - ", or "" for no list."""
        number, depth = self._styles.list_of(paragraph)
        found = self._lists.get(number)
        if found is None or not 0 <= depth <= _MAX_DEPTH:
            return ""
        level = found.levels.get(depth, _Level())
        count = self._advance(found, depth)
        if level.form == "none":
            return ""
        if level.form == "bullet":
            return _INDENT * depth + (SUB_BULLET if depth else BULLET)
        return f"{_INDENT * depth}{_format_marker(found, level.pattern, count)} "

    def _advance(self, found: _List, depth: int) -> list[int]:
        """Count one on at this depth; deeper counts begin again."""
        count = self._counts.setdefault(found.key, [])
        while len(count) <= depth:
            count.append(found.levels.get(len(count), _Level()).start - (len(count) == depth))
        count[depth] += 1
        del count[depth + 1 :]
        return count


def attribute(element: Element | None, name: str = "w:val") -> str:
    """Give an attribute, "" when there is none."""
    return "" if element is None else str(element.get(qn(name)) or "")


def _read_lists(numbering: Element) -> dict[str, _List]:
    shapes = {
        attribute(shape, "w:abstractNumId"): {
            int(attribute(level, "w:ilvl") or 0): _read_level(level)
            for level in shape.iterchildren(qn("w:lvl"))
        }
        for shape in numbering.iterchildren(qn("w:abstractNum"))
    }
    lists = {}
    for entry in numbering.iterchildren(qn("w:num")):
        number, shape = attribute(entry, "w:numId"), attribute(entry.find(qn("w:abstractNumId")))
        restarts = entry.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}") is not None
        lists[number] = _List(f"{shape}/{number}" if restarts else shape, shapes.get(shape, {}))
    return lists


def _read_level(level: Element) -> _Level:
    start = attribute(level.find(qn("w:start")))
    form, pattern = level.find(qn("w:numFmt")), level.find(qn("w:lvlText"))
    return _Level(
        attribute(form) or "decimal",
        "%1." if pattern is None else attribute(pattern),
        int(start) if start.isdecimal() else 1,
    )


def _format_marker(found: _List, pattern: str, count: list[int]) -> str:
    def format_count(match: re.Match[str]) -> str:
        depth = int(match[1]) - 1
        form = found.levels.get(depth, _Level()).form
        return _format_number(count[depth], form) if depth < len(count) else ""

    return _PLACEHOLDER.sub(format_count, pattern)


def _format_number(count: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"} and count > 0:
        letter = chr(ord("a") + (count - 1) % _LETTERS) * ((count - 1) // _LETTERS + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and 0 < count < _MAX_ROMAN:
        roman = _roman(count)
        return roman.upper() if form == "upperRoman" else roman
    return f"0{count}" if form == "decimalZero" and count < 10 else str(count)  # noqa: PLR2004 - one digit


def _roman(count: int) -> str:
    written = ""
    for size, letters in _ROMANS:
        times, count = divmod(count, size)
        written += letters * times
    return written
