"""A Document laid out as Slack messages: one where it fits; else the rest goes on in a thread, or is cut.

Whatever is marked as kept stands at the end of the first message. Nothing that flows is reordered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.messages import Message
from bot.rendering import document as d
from bot.rendering import limits
from bot.rendering.blocks import ActionIds, Block, blocks_of, section_block
from bot.rendering.limits import json_length
from bot.rendering.mrkdwn import fit_mrkdwn
from bot.rendering.plain import PlainTextRenderer
from bot.rendering.templates import LOCAL_ADDRESS, MessageTemplates

_BULLET = "• "


@dataclass(frozen=True)
class PackedItems:
    """count: how many items are in the text; 0 when not even the first fits."""

    text: str
    count: int


@dataclass(frozen=True)
class MrkdwnItems:
    """The items of a list as mrkdwn. Items of several lines are set apart by an empty one."""

    items: tuple[str, ...]
    separator: str

    @classmethod
    def from_part(cls, part: d.ListPart) -> "MrkdwnItems":
        loose = any(isinstance(inline, d.LineBreak) for item in part.items for inline in item)
        items = tuple(
            _bullet(item, loose=loose) + fit_mrkdwn(item, limits.MAX_ITEM_LENGTH) for item in part.items
        )
        return cls(items, "\n\n" if loose else "\n")

    def pack(self, title: str, start: int, max_size: int) -> PackedItems:
        """The title and the items from `start` on, as many as fit one section and `max_size` units of
        JSON.
        """
        parts = [title] if title else []
        length, size = limits.utf16_length(title), json_length(title)
        for item in self.items[start:]:
            gap = self.separator if len(parts) > bool(title) else "\n"
            length += limits.utf16_length(gap + item)
            size += json_length(gap + item)
            if length > limits.MAX_SECTION_LENGTH or size > max_size:
                break
            parts += [gap if parts else "", item]
        return self._join(parts, titled=bool(title))

    @staticmethod
    def _join(parts: Sequence[str], *, titled: bool) -> PackedItems:
        count = (len(parts) - titled) // 2
        return PackedItems("".join(parts) if count else "", count)


def _bullet(item: d.Inlines, *, loose: bool) -> str:
    """A colour's shape is a bullet of its own."""
    return "" if loose or (item and isinstance(item[0], d.ColourLabel)) else _BULLET


_OVERFLOW_NOTE_SIZE = 900  # what the note about the rest may take up
_PLAIN_TEXT = PlainTextRenderer(slack=True)


@dataclass(frozen=True)
class Overflow:
    """What of a list, or of the parts outside lists (name ""), did not fit: so many of so many."""

    name: str
    count: int
    of: int


class MessagePage:
    """One message being filled."""

    def __init__(self) -> None:
        self.action_ids = ActionIds()
        self.blocks: list[Block] = []
        self.texts: list[str] = []
        self.size_left = limits.MAX_BLOCKS_JSON_LENGTH - _OVERFLOW_NOTE_SIZE
        self.blocks_left = limits.MAX_BLOCKS - 1

    def reserve(self, blocks: list[Block]) -> bool:
        """Take the room for some blocks; False, and nothing taken, when there is not enough."""
        size = sum(json_length(block) + 1 for block in blocks)
        if len(blocks) > self.blocks_left or size > self.size_left:
            return False
        self.blocks_left -= len(blocks)
        self.size_left -= size
        return True

    def try_add(self, blocks: list[Block], text: str) -> bool:
        """Reserve the room for some blocks and put them there."""
        fits = self.reserve(blocks)
        if fits:
            self.add(blocks, text)
        return fits

    def add(self, blocks: list[Block], text: str) -> None:
        self.blocks += blocks
        self.texts.append(text)

    @property
    def section_size_left(self) -> int:
        return self.size_left - json_length(section_block("")) - 1 if self.blocks_left > 0 else 0


def _is_pinned(part: d.Part) -> bool:
    return isinstance(part, (d.ContextPart, d.ButtonsPart)) and part.pinned


class Layout:
    """Fills pages with a document, part by part."""

    def __init__(self, document: d.MessageDocument, templates: MessageTemplates) -> None:
        self._document, self._templates = document, templates
        self.pages = [MessagePage()]
        self._overflow: list[Overflow] = []
        self._is_cut = False

    def fill(self) -> list[MessagePage]:
        first = self.pages[0]
        pinned = [part for part in self._document.parts if _is_pinned(part)]
        reserved = [(part, blocks_of(part, first.action_ids)) for part in pinned]
        reserved = [(part, blocks) for part, blocks in reserved if first.reserve(blocks)]
        for part in self._document.parts:
            if isinstance(part, d.ListPart):
                self._add_list(part)
            elif not _is_pinned(part):
                self._add_part(part)
        for part, blocks in reserved:
            first.add(blocks, _PLAIN_TEXT.part(part))
        if self._overflow or len(self.pages) > 1:
            note = d.ContextPart(self._overflow_note())
            first.add(blocks_of(note, first.action_ids), _PLAIN_TEXT.part(note))
        return self.pages

    def _add_part(self, part: d.Part) -> None:
        """Put a part where it fits, on a new page if need be."""
        if isinstance(part, d.TextOnlyPart):
            self.pages[-1].add([], _PLAIN_TEXT.part(part))
            return
        while not self._is_cut:
            page = self.pages[-1]
            if page.try_add(blocks_of(part, page.action_ids), _PLAIN_TEXT.part(part)):
                return
            self._start_page()
        self._overflow.append(Overflow("", 1, 1))

    def _add_list(self, part: d.ListPart) -> None:
        lines, title, start = MrkdwnItems.from_part(part), part.title, 0
        while start < len(lines.items) and not self._is_cut:
            page = self.pages[-1]
            packed = lines.pack(
                fit_mrkdwn(title, limits.MAX_LIST_TITLE_LENGTH), start, page.section_size_left
            )
            if packed.count:
                text = _PLAIN_TEXT.items(title, part.items[start : start + packed.count])
                page.try_add([section_block(packed.text)], text)
                start, title = start + packed.count, ()
            else:
                self._start_page()
                title = self._continued_title(part.title) if start else part.title
            if packed.count and len(self.pages) > 1:
                self._count_overflow(part, packed.count)
        if start < len(lines.items):
            self._overflow.append(Overflow(part.name, len(lines.items) - start, len(lines.items)))

    def _count_overflow(self, part: d.ListPart, count: int) -> None:
        before = self._overflow.pop().count if self._overflow and self._overflow[-1].name == part.name else 0
        self._overflow.append(Overflow(part.name, before + count, len(part.items)))

    def _start_page(self) -> None:
        """Start a new page in the thread. Where there is no thread, or a fresh page is too small: cut here.

        Everything after a cut is left out, so that no button stands without what it is about.
        """
        last = self.pages[-1]
        if not self._document.threaded or len(last.blocks) <= (len(self.pages) > 1):
            self._is_cut = True
            return
        page = MessagePage()
        heading = d.HeadingPart(self._continued_heading())
        page.try_add(blocks_of(heading, page.action_ids), _PLAIN_TEXT.part(heading))
        self.pages.append(page)

    def _continued_heading(self) -> str:
        again = PlainTextRenderer().line(self._templates.phrase("continued"))
        return f"{limits.clip(self._document.heading, limits.MAX_HEADER_LENGTH - len(again) - 1)} {again}"

    def _continued_title(self, title: d.Inlines) -> d.Inlines:
        return (*title, d.TextRun(" "), *self._templates.phrase("continued")) if title else ()

    def _overflow_note(self) -> d.Inlines:
        if self._document.threaded:
            rest = [
                replace(each, name=limits.clip(each.name, limits.MAX_BUTTON_LENGTH))
                for each in self._overflow
                if each.name
            ]
            return self._templates.phrase("in_thread", rest=rest[:10])
        return self._templates.phrase("left_out", number=sum(each.count for each in self._overflow))


def plain_text_of(page: MessagePage, *, is_edited_later: bool) -> str:
    """The page in plain text. A cut never goes through an escape or a mention."""
    whole = PlainTextRenderer.paragraphs(page.texts)
    limit = limits.MAX_EDITED_TEXT_LENGTH if is_edited_later else limits.MAX_TEXT_LENGTH
    if limits.utf16_length(whole) <= limit:
        return whole
    short = limits.clip(whole, limit).removesuffix(limits.ELLIPSIS)
    return short[: _safe_end(short)] + limits.ELLIPSIS


def _safe_end(text: str) -> int:
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

    def __init__(self, command: str = "/cip", public_address: str = LOCAL_ADDRESS) -> None:
        self._words = MessageTemplates(command, public_address)

    def document(self, message: Message) -> d.MessageDocument:
        return self._words.document(message)

    def slack(self, message: Message) -> list[SlackMessage]:
        """One message, or several where it does not fit one: the rest go to the thread of the first.

        Only the digest continues in a thread; every other message is one, cut where it must be.
        """
        document = self.document(message)
        pages = Layout(document, self._words).fill()
        return [
            SlackMessage(plain_text_of(page, is_edited_later=document.is_edited_later), page.blocks)
            for page in pages
        ]

    def text(self, message: Message) -> str:
        """The whole message as plain text, for the terminal and logs."""
        return PlainTextRenderer().document(self.document(message))
