"""From the markup of a template to a Document. White space collapses as it does on a web page."""

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from bot.plan.rag import Colour
from bot.rendering import document as d

_SPACE = re.compile("[ \t\r\n]+")


class MarkupError(ValueError):
    """A template wrote something that is no markup of ours."""


def read_document(markup: str) -> d.Document:
    """Raises MarkupError (or ParseError) for anything but a well-formed <message>."""
    root = fromstring(markup, forbid_dtd=True)
    if root.tag != "message":
        raise MarkupError(f"<message> expected, not <{root.tag}>")
    return d.Document(
        tuple(_part(element) for element in root),
        threaded=root.get("overflow") == "thread",
        rewritten=root.get("rewritten") == "yes",
    )


def read_inlines(markup: str) -> d.Inlines:
    """A phrase on its own, without a message around it."""
    return _content(fromstring(f"<phrase>{markup}</phrase>", forbid_dtd=True))


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
    return _SPACE.sub(" ", "".join(element.itertext())).strip(" ")


def _content(element: Element) -> d.Inlines:
    """The inline content of an element, without empty lines before or after it."""
    content = list(_Line().read(element))
    while content and isinstance(content[-1], d.Break):
        content.pop()
    while content and isinstance(content[0], d.Break):
        content.pop(0)
    return tuple(content)


class _Line:
    """Reads inline content, dropping the white space at both ends of a line and doubles within it."""

    def __init__(self) -> None:
        self._fresh = True
        self._space = False

    def read(self, element: Element) -> Iterator[d.Inline]:
        yield from self._text(element.text)
        for child in element:
            if child.tag not in {"button", "field"}:
                yield from self._inline(child)
            yield from self._text(child.tail)

    def _text(self, raw: str | None) -> Iterator[d.Inline]:
        text = _SPACE.sub(" ", raw or "")
        if text.startswith(" "):
            self._space = True
        words = text.strip(" ")
        if words:
            yield from self._gap()
            yield d.Text(words)
            self._space = text.endswith(" ")

    def _gap(self) -> Iterator[d.Inline]:
        """The space owed before something that shows."""
        if self._space and not self._fresh:
            yield d.Text(" ")
        self._space, self._fresh = False, False

    def _inline(self, element: Element) -> Iterator[d.Inline]:
        if element.tag == "br":
            self._space, self._fresh = False, True
            yield d.Break()
        elif element.tag in _WRAPS:
            yield from self._wrapped(element)
        elif element.tag in _LEAVES:
            yield from self._gap()
            yield _LEAVES[element.tag](element)
        else:
            raise MarkupError(f"there is no inline element called <{element.tag}>")

    def _wrapped(self, element: Element) -> Iterator[d.Inline]:
        """Space at the edges of a wrap moves out of it."""
        fresh, self._fresh, owed, self._space = self._fresh, True, self._space, False
        starts_with_space = (element.text or "").startswith((" ", "\t", "\n", "\r"))
        content = tuple(self.read(element))
        after, self._space, self._fresh = self._space, owed or starts_with_space, fresh
        if content or element.tag == "link":
            yield from self._gap()
            yield _WRAPS[element.tag](element, content)
        self._space = self._space or after


def _link(element: Element, content: d.Inlines) -> d.Inline:
    return d.Link(_attribute(element, "href"), content)


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
