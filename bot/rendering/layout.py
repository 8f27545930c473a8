"""A Document laid out as Slack messages: one where it fits; else the rest goes on in a thread, or is cut.

Whatever is marked as kept stands at the end of the first message. Nothing that flows is reordered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.messages import Message
from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.blocks import Block, Names, blocks_of, section
from bot.rendering.limits import json_units
from bot.rendering.mrkdwn import fitted
from bot.rendering.plain import Plain
from bot.rendering.templates import LOCAL, Words

_BULLET = "• "


@dataclass(frozen=True)
class Packed:
    """taken: how many items are in the text; 0 when not even the first fits."""

    text: str
    taken: int


@dataclass(frozen=True)
class Lines:
    """The items of a list as mrkdwn. Items of several lines are set apart by an empty one."""

    items: tuple[str, ...]
    separator: str

    @classmethod
    def of(cls, part: d.Items) -> "Lines":
        loose = any(isinstance(inline, d.Break) for item in part.items for inline in item)
        items = tuple(_bullet(item, loose=loose) + fitted(item, limits.ITEM) for item in part.items)
        return cls(items, "\n\n" if loose else "\n")

    def packed(self, title: str, start: int, room: int) -> Packed:
        """The title and the items from `start` on, as many as fit one section and `room` units of JSON."""
        parts = [title] if title else []
        length, size = limits.units(title), json_units(title)
        for item in self.items[start:]:
            gap = self.separator if len(parts) > bool(title) else "\n"
            length += limits.units(gap + item)
            size += json_units(gap + item)
            if length > limits.SECTION or size > room:
                break
            parts += [gap if parts else "", item]
        return self._joined(parts, titled=bool(title))

    @staticmethod
    def _joined(parts: Sequence[str], *, titled: bool) -> Packed:
        taken = (len(parts) - titled) // 2
        return Packed("".join(parts) if taken else "", taken)


def _bullet(item: d.Inlines, *, loose: bool) -> str:
    """A colour's shape is a bullet of its own."""
    return "" if loose or (item and isinstance(item[0], d.Mark)) else _BULLET


_NOTE = 900  # what the note about the rest may take up
_PLAIN = Plain(slack=True)


@dataclass(frozen=True)
class Rest:
    """What of a list, or of the parts outside lists (name ""), did not fit: so many of so many."""

    name: str
    count: int
    of: int


class Page:
    """One message being filled."""

    def __init__(self) -> None:
        self.names = Names()
        self.blocks: list[Block] = []
        self.said: list[str] = []
        self.room = limits.SIZE - _NOTE
        self.free = limits.BLOCKS - 1

    def reserve(self, blocks: list[Block]) -> bool:
        """Take the room for some blocks; False, and nothing taken, when there is not enough."""
        size = sum(json_units(block) + 1 for block in blocks)
        if len(blocks) > self.free or size > self.room:
            return False
        self.free -= len(blocks)
        self.room -= size
        return True

    def put(self, blocks: list[Block], said: str) -> bool:
        """Reserve the room for some blocks and put them there."""
        fits = self.reserve(blocks)
        if fits:
            self.say(blocks, said)
        return fits

    def say(self, blocks: list[Block], said: str) -> None:
        self.blocks += blocks
        self.said.append(said)

    @property
    def room_in_section(self) -> int:
        return self.room - json_units(section("")) - 1 if self.free > 0 else 0


def _is_kept(part: d.Part) -> bool:
    return isinstance(part, (d.Context, d.Buttons)) and part.kept


class Layout:
    """Fills pages with a document, part by part."""

    def __init__(self, document: d.Document, words: Words) -> None:
        self._document, self._words = document, words
        self.pages = [Page()]
        self._rest: list[Rest] = []
        self._cut = False

    def fill(self) -> list[Page]:
        first = self.pages[0]
        kept = [part for part in self._document.parts if _is_kept(part)]
        held = [(part, blocks_of(part, first.names)) for part in kept]
        held = [(part, blocks) for part, blocks in held if first.reserve(blocks)]
        for part in self._document.parts:
            if isinstance(part, d.Items):
                self._place_items(part)
            elif not _is_kept(part):
                self._place(part)
        for part, blocks in held:
            first.say(blocks, _PLAIN.part(part))
        if self._rest or len(self.pages) > 1:
            note = d.Context(self._note())
            first.say(blocks_of(note, first.names), _PLAIN.part(note))
        return self.pages

    def _place(self, part: d.Part) -> None:
        """Put a part where it fits, on a new page if need be."""
        if isinstance(part, d.TextOnly):
            self.pages[-1].say([], _PLAIN.part(part))
            return
        while not self._cut:
            page = self.pages[-1]
            if page.put(blocks_of(part, page.names), _PLAIN.part(part)):
                return
            self._turn()
        self._rest.append(Rest("", 1, 1))

    def _place_items(self, part: d.Items) -> None:
        lines, title, start = Lines.of(part), part.title, 0
        while start < len(lines.items) and not self._cut:
            page = self.pages[-1]
            packed = lines.packed(fitted(title, limits.TITLE), start, page.room_in_section)
            if packed.taken:
                said = _PLAIN.items(title, part.items[start : start + packed.taken])
                page.put([section(packed.text)], said)
                start, title = start + packed.taken, ()
            else:
                self._turn()
                title = self._continued(part.title) if start else part.title
            if packed.taken and len(self.pages) > 1:
                self._moved(part, packed.taken)
        if start < len(lines.items):
            self._rest.append(Rest(part.name, len(lines.items) - start, len(lines.items)))

    def _moved(self, part: d.Items, count: int) -> None:
        before = self._rest.pop().count if self._rest and self._rest[-1].name == part.name else 0
        self._rest.append(Rest(part.name, before + count, len(part.items)))

    def _turn(self) -> None:
        """Start a new page in the thread. Where there is no thread, or a fresh page is too small: cut here.

        Everything after a cut is left out, so that no button stands without what it is about.
        """
        last = self.pages[-1]
        if not self._document.threaded or len(last.blocks) <= (len(self.pages) > 1):
            self._cut = True
            return
        page = Page()
        heading = d.Heading(self._heading_continued())
        page.put(blocks_of(heading, page.names), _PLAIN.part(heading))
        self.pages.append(page)

    def _heading_continued(self) -> str:
        again = Plain().line(self._words.phrase("continued"))
        return f"{limits.clip(self._document.heading, limits.HEADER - len(again) - 1)} {again}"

    def _continued(self, title: d.Inlines) -> d.Inlines:
        return (*title, d.Text(" "), *self._words.phrase("continued")) if title else ()

    def _note(self) -> d.Inlines:
        if self._document.threaded:
            rest = [
                replace(each, name=limits.clip(each.name, limits.BUTTON)) for each in self._rest if each.name
            ]
            return self._words.phrase("in_thread", rest=rest[:10])
        return self._words.phrase("left_out", number=sum(each.count for each in self._rest))


def text_of(page: Page, *, rewritten: bool) -> str:
    """The page in plain text. A cut never goes through an escape or a mention."""
    whole = Plain.paragraphs(page.said)
    limit = limits.REWRITTEN_TEXT if rewritten else limits.TEXT
    if limits.units(whole) <= limit:
        return whole
    short = limits.clip(whole, limit).removesuffix(limits.ELLIPSIS)
    return short[: _whole_until(short)] + limits.ELLIPSIS


def _whole_until(text: str) -> int:
    """Where the text is to end so that no `&amp;` or `<@U1>` is cut in two."""
    amp, mention = text.rfind("&"), text.rfind("<")
    ends = [amp if amp >= 0 and ";" not in text[amp:] else len(text)]
    ends.append(mention if mention >= 0 and ">" not in text[mention:] else len(text))
    return min(ends)


@dataclass(frozen=True)
class SlackMessage:
    """text: the whole message for screen readers and notifications, escaped as Slack's `text` wants it."""

    text: str
    blocks: list[dict[str, Any]]


class Renderer:
    """Turns messages into words. Never fails for what is in them. command: the slash command ("/cip").

    public_address: where the bot's own pages are found from outside.
    """

    def __init__(self, command: str = "/cip", public_address: str = LOCAL) -> None:
        self._words = Words(command, public_address)

    def document(self, message: Message) -> d.Document:
        return self._words.document(message)

    def slack(self, message: Message) -> list[SlackMessage]:
        """One message, or several where it does not fit one: the rest go to the thread of the first.

        Only the digest continues in a thread; every other message is one, cut where it must be.
        """
        document = self.document(message)
        pages = Layout(document, self._words).fill()
        return [SlackMessage(text_of(page, rewritten=document.rewritten), page.blocks) for page in pages]

    def text(self, message: Message) -> str:
        """The whole message as plain text, for the terminal and logs."""
        return Plain().document(self.document(message))
