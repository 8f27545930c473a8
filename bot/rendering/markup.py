"""From the markup of a template to a Document. White space collapses as it does on a web page."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, fromstring

from defusedxml import DTDForbidden

from bot.plan.rag import Colour
from bot.rendering import document as d

_WHITE = " \t\r\n"
_SPACES = re.compile(f"[{_WHITE}]{{2,}}|[\t\r\n]")
_GAP, _BREAK = d.Text(" "), d.Break()


class MarkupError(ValueError):
    """A template wrote something that is no markup of ours."""


def read_document(markup: str) -> d.Document:
    """Raises MarkupError (or ParseError) for anything but a well-formed <message>."""
    root = _parsed(markup)
    if root.tag != "message":
        raise MarkupError(f"<message> expected, not <{root.tag}>")
    return d.Document(
        tuple(_part(element) for element in root),
        threaded=root.get("overflow") == "thread",
        rewritten=root.get("rewritten") == "yes",
    )


def read_inlines(markup: str) -> d.Inlines:
    """A phrase on its own, without a message around it."""
    return _content(_parsed(f"<phrase>{markup}</phrase>"))


def _parsed(markup: str) -> Element:
    """Declarations are refused unread, so the quick parser is as safe as the one that guards against them:
    entities cannot be defined without one.
    """
    if "<!" in markup:
        raise DTDForbidden("a template", None, None)
    return fromstring(markup)  # noqa: S314 - see above


def _part(element: Element) -> d.Part:
    try:
        return _PARTS[element.tag](element)
    except KeyError:
        raise MarkupError(f"there is no part called <{element.tag}>") from None


def _heading(element: Element) -> d.Part:
    return d.Heading(_flat(element))


def _section(element: Element) -> d.Part:
    buttons = [_button(child) for child in element if child.tag == "button"]
    fields = tuple(
        d.Field(_attribute(child, "label"), _content(child)) for child in element if child.tag == "field"
    )
    return d.Section(_content(element), buttons[0] if buttons else None, fields)


def _items(element: Element) -> d.Part:
    titles = [_content(child) for child in element if child.tag == "title"]
    items = tuple(_content(child) for child in element if child.tag == "item")
    return d.Items(titles[0] if titles else (), items, element.get("name", ""))


def _context(element: Element) -> d.Part:
    return d.Context(_content(element), kept=element.get("kept") == "yes")


def _buttons(element: Element) -> d.Part:
    return d.Buttons(tuple(_button(child) for child in element), kept=element.get("kept") == "yes")


def _divider(_element: Element) -> d.Part:
    return d.Divider()


def _text_only(element: Element) -> d.Part:
    return d.TextOnly(_content(element))


def _question(element: Element) -> d.Part:
    kind = element.get("kind", "text")
    return d.Question(
        _attribute(element, "name"),
        _attribute(element, "label"),
        element.get("hint", ""),
        int(_attribute(element, "longest")) if kind == "text" else 0,
        kind,
        tuple((_attribute(child, "value"), _flat(child)) for child in element if child.tag == "option"),
        optional=element.get("optional") == "yes",
    )


_PARTS: dict[str, Callable[[Element], d.Part]] = {
    "heading": _heading,
    "section": _section,
    "list": _items,
    "context": _context,
    "buttons": _buttons,
    "divider": _divider,
    "text-only": _text_only,
    "question": _question,
}


def _button(element: Element) -> d.Button:
    return d.Button(
        _attribute(element, "action"),
        _attribute(element, "value"),
        _flat(element),
        element.get("style", ""),
        element.get("label", ""),
    )


def _attribute(element: Element, name: str) -> str:
    value = element.get(name)
    if value is None:
        raise MarkupError(f"<{element.tag}> needs {name}")
    return value


def _flat(element: Element) -> str:
    """The words of an element, without any inline markup."""
    return _collapsed("".join(element.itertext()))


def _collapsed(text: str) -> str:
    return _SPACES.sub(" ", text.strip(_WHITE))


def _content(element: Element) -> d.Inlines:
    """The inline content of an element, without empty lines before or after it."""
    content = _Line().read(element)
    while content and content[-1] is _BREAK:
        content.pop()
    while content and content[0] is _BREAK:
        content.pop(0)
    return tuple(content)


class _Line:
    """Reads inline content, dropping the white space at both ends of a line and doubles within it."""

    def __init__(self) -> None:
        self._fresh = True
        self._space = False

    def read(self, element: Element) -> list[d.Inline]:
        made: list[d.Inline] = []
        self._text(element.text, made)
        for child in element:
            if child.tag not in _APART:
                self._inline(child, made)
            self._text(child.tail, made)
        return made

    def _text(self, raw: str | None, made: list[d.Inline]) -> None:
        if not raw:
            return
        words = _collapsed(raw)
        if raw[0] in _WHITE:
            self._space = True
        if words:
            self._gap(made)
            made.append(d.Text(words))
            self._space = raw[-1] in _WHITE

    def _gap(self, made: list[d.Inline]) -> None:
        """The space owed before something that shows."""
        if self._space and not self._fresh:
            made.append(_GAP)
        self._space, self._fresh = False, False

    def _inline(self, element: Element, made: list[d.Inline]) -> None:
        if element.tag == "br":
            self._space, self._fresh = False, True
            made.append(_BREAK)
        elif element.tag in _WRAPS:
            self._wrapped(element, made)
        elif element.tag in _LEAVES:
            self._gap(made)
            made.append(_LEAVES[element.tag](element))
        else:
            raise MarkupError(f"there is no inline element called <{element.tag}>")

    def _wrapped(self, element: Element, made: list[d.Inline]) -> None:
        """Space at the edges of a wrap moves out of it."""
        fresh, self._fresh, owed, self._space = self._fresh, True, self._space, False
        starts_with_space = bool(element.text and element.text[0] in _WHITE)
        content = tuple(self.read(element))
        after, self._space, self._fresh = self._space, owed or starts_with_space, fresh
        if content or element.tag == "link":
            self._gap(made)
            made.append(_WRAPS[element.tag](element, content))
        self._space = self._space or after


def _link(element: Element, content: d.Inlines) -> d.Inline:
    return d.Link(_attribute(element, "href"), content)


_APART = {"button", "field"}
_WRAPS: dict[str, Callable[[Element, d.Inlines], d.Inline]] = {
    "b": lambda _, content: d.Bold(content),
    "i": lambda _, content: d.Italic(content),
    "link": _link,
}
_LEAVES: dict[str, Callable[[Element], d.Inline]] = {
    "code": lambda element: d.Code(_flat(element)),
    "user": lambda element: d.User(_attribute(element, "id"), element.get("initials", "")),
    "channel": lambda element: d.Channel(_attribute(element, "id"), element.get("label", "")),
    "colour": lambda element: d.Mark(Colour(_attribute(element, "name")), element.get("count", "")),
}
