"""Parses the markup that a template yields into a document. White space collapses as in HTML."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, fromstring

from defusedxml import DTDForbidden

from bot.plan.rag import Colour
from bot.rendering import document as d

_WHITESPACE = " \t\r\n"
_SPACES = re.compile(f"[{_WHITESPACE}]{{2,}}|[\t\r\n]")
_SPACE, _LINE_BREAK = d.TextRun(" "), d.LineBreak()


class MarkupError(ValueError):
    """The output of a template is no valid message."""


def read_document(markup: str) -> d.MessageDocument:
    """Raises MarkupError (or ParseError) for anything but a well-formed <message>."""
    root = _parse(markup)
    if root.tag != "message":
        raise MarkupError(f"<message> expected, not <{root.tag}>")
    return d.MessageDocument(
        tuple(_read_part(element) for element in root),
        threaded=root.get("overflow") == "thread",
        is_view=root.get("shown") == "view",
    )


def read_inlines(markup: str) -> d.Inlines:
    """Inline content without a <message> around it."""
    return _read_content(_parse(f"<phrase>{markup}</phrase>"))


def _parse(markup: str) -> Element:
    """Refuses declarations before parsing. Entities cannot be defined without one, so the standard parser
    is as safe as defusedxml's, and faster.
    """
    if "<!" in markup:
        raise DTDForbidden("a template", None, None)
    return fromstring(markup)  # noqa: S314 - see above


def _read_part(element: Element) -> d.Part:
    try:
        return _PART_READERS[element.tag](element)
    except KeyError:
        raise MarkupError(f"there is no part called <{element.tag}>") from None


def _read_heading(element: Element) -> d.Part:
    return d.HeadingPart(_text_of(element))


def _read_section(element: Element) -> d.Part:
    buttons = [_read_button(child) for child in element if child.tag == "button"]
    fields = tuple(
        d.SectionField(_required_attribute(child, "label"), _read_content(child))
        for child in element
        if child.tag == "field"
    )
    return d.SectionPart(_read_content(element), buttons[0] if buttons else None, fields)


def _read_list(element: Element) -> d.Part:
    titles = [_read_content(child) for child in element if child.tag == "title"]
    items = tuple(_read_content(child) for child in element if child.tag == "item")
    return d.ListPart(titles[0] if titles else (), items, element.get("name", ""))


def _read_context(element: Element) -> d.Part:
    return d.ContextPart(_read_content(element), pinned=element.get("kept") == "yes")


def _read_buttons(element: Element) -> d.Part:
    return d.ButtonsPart(tuple(_read_button(child) for child in element), pinned=element.get("kept") == "yes")


def _read_divider(_element: Element) -> d.Part:
    return d.DividerPart()


def _read_thread_break(_element: Element) -> d.Part:
    return d.ThreadBreakPart()


def _read_text_only(element: Element) -> d.Part:
    return d.TextOnlyPart(_read_content(element))


def _read_input(element: Element) -> d.Part:
    kind = element.get("kind", "text")
    return d.InputPart(
        _required_attribute(element, "name"),
        _required_attribute(element, "label"),
        element.get("hint", ""),
        int(_required_attribute(element, "longest")) if kind in {"text", "line"} else 0,
        kind,
        tuple(
            (_required_attribute(child, "value"), _text_of(child))
            for child in element
            if child.tag == "option"
        ),
        optional=element.get("optional") == "yes",
        initial=element.get("initial", ""),
    )


_PART_READERS: dict[str, Callable[[Element], d.Part]] = {
    "heading": _read_heading,
    "section": _read_section,
    "list": _read_list,
    "context": _read_context,
    "buttons": _read_buttons,
    "divider": _read_divider,
    "thread": _read_thread_break,
    "text-only": _read_text_only,
    "question": _read_input,
}


def _read_button(element: Element) -> d.Button:
    return d.Button(
        _required_attribute(element, "action"),
        _required_attribute(element, "value"),
        _text_of(element),
        element.get("style", ""),
        element.get("label", ""),
    )


def _required_attribute(element: Element, name: str) -> str:
    value = element.get(name)
    if value is None:
        raise MarkupError(f"<{element.tag}> needs {name}")
    return value


def _text_of(element: Element) -> str:
    """The text of an element, without inline markup."""
    return _collapse("".join(element.itertext()))


def _collapse(text: str) -> str:
    return _SPACES.sub(" ", text.strip(_WHITESPACE))


def _read_content(element: Element) -> d.Inlines:
    """The inline content of an element, without empty lines before or after it."""
    content = _InlineReader().read(element)
    while content and content[-1] is _LINE_BREAK:
        content.pop()
    while content and content[0] is _LINE_BREAK:
        content.pop(0)
    return tuple(content)


class _InlineReader:
    """Reads inline content. White space at both ends of a line is dropped, and collapsed within it."""

    def __init__(self) -> None:
        self._at_line_start = True
        self._has_pending_space = False

    def read(self, element: Element) -> list[d.Inline]:
        inlines: list[d.Inline] = []
        self._add_text(element.text, inlines)
        for child in element:
            if child.tag not in _NOT_INLINE:
                self._add_inline(child, inlines)
            self._add_text(child.tail, inlines)
        return inlines

    def _add_text(self, raw: str | None, inlines: list[d.Inline]) -> None:
        if not raw:
            return
        words = _collapse(raw)
        if raw[0] in _WHITESPACE:
            self._has_pending_space = True
        if words:
            self._add_space(inlines)
            inlines.append(d.TextRun(words))
            self._has_pending_space = raw[-1] in _WHITESPACE

    def _add_space(self, inlines: list[d.Inline]) -> None:
        """Add the pending space before visible content."""
        if self._has_pending_space and not self._at_line_start:
            inlines.append(_SPACE)
        self._has_pending_space, self._at_line_start = False, False

    def _add_inline(self, element: Element, inlines: list[d.Inline]) -> None:
        if element.tag == "br":
            self._has_pending_space, self._at_line_start = False, True
            inlines.append(_LINE_BREAK)
        elif element.tag in _WRAPPERS:
            self._add_wrapped(element, inlines)
        elif element.tag in _LEAF_READERS:
            self._add_space(inlines)
            inlines.append(_LEAF_READERS[element.tag](element))
        else:
            raise MarkupError(f"there is no inline element called <{element.tag}>")

    def _add_wrapped(self, element: Element, inlines: list[d.Inline]) -> None:
        """Add a formatted element. White space at its edges moves out of it."""
        at_line_start, space_before = self._at_line_start, self._has_pending_space
        self._at_line_start, self._has_pending_space = True, False
        content = tuple(self.read(element))
        space_after = self._has_pending_space
        starts_with_space = bool(element.text and element.text[0] in _WHITESPACE)
        self._at_line_start, self._has_pending_space = at_line_start, space_before or starts_with_space
        if content or element.tag == "link":
            self._add_space(inlines)
            inlines.append(_WRAPPERS[element.tag](element, content))
        self._has_pending_space = self._has_pending_space or space_after


def _read_link(element: Element, content: d.Inlines) -> d.Inline:
    return d.Hyperlink(_required_attribute(element, "href"), content)


_NOT_INLINE = {"button", "field"}
_WRAPPERS: dict[str, Callable[[Element, d.Inlines], d.Inline]] = {
    "b": lambda _, content: d.Bold(content),
    "i": lambda _, content: d.Italic(content),
    "link": _read_link,
}
_LEAF_READERS: dict[str, Callable[[Element], d.Inline]] = {
    "code": lambda element: d.Code(_text_of(element)),
    "user": lambda element: d.UserMention(_required_attribute(element, "id"), element.get("initials", "")),
    "channel": lambda element: d.ChannelMention(_required_attribute(element, "id"), element.get("label", "")),
    "colour": lambda element: d.ColourLabel(
        Colour(_required_attribute(element, "name")), element.get("count", "")
    ),
}
