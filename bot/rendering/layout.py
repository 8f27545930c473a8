"""Lays a document out as Slack messages: one if it fits; else the rest continues in a thread, or is cut.

Pinned parts are at the end of the first message. The others stay in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.messages import Message
from bot.plan.wording import ELLIPSIS
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
    """The items of a list as mrkdwn. Where one has several lines, empty lines separate them."""

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
        """The title and the items from `start` on, as many as fit one section. max_size: of its JSON, in
        UTF-16 units.
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
    """The bullet; none before a colour, whose symbol is one."""
    return "" if loose or (item and isinstance(item[0], d.ColourLabel)) else _BULLET


_OVERFLOW_NOTE_SIZE = 900  # of JSON, for the note about what did not fit
_PLAIN_TEXT = PlainTextRenderer(slack=True)


@dataclass(frozen=True)
class Overflow:
    """What did not fit: `count` of the `of` items of a list; with the name "", a part outside lists."""

    name: str
    count: int
    of: int


class MessagePage:
    """One message, or view, while it is being filled. Sizes are of JSON, in UTF-16 units."""

    def __init__(self, *, is_view: bool = False) -> None:
        self.action_ids = ActionIds()
        self.blocks: list[Block] = []
        self.texts: list[str] = []
        size = limits.MAX_VIEW_JSON_LENGTH if is_view else limits.MAX_BLOCKS_JSON_LENGTH
        self.size_left = size - _OVERFLOW_NOTE_SIZE
        self.blocks_left = (limits.MAX_VIEW_BLOCKS if is_view else limits.MAX_BLOCKS) - 1

    def reserve(self, blocks: list[Block]) -> bool:
        """Reserve space for some blocks; False, with nothing reserved, when there is not enough."""
        size = sum(json_length(block) + 1 for block in blocks)
        if len(blocks) > self.blocks_left or size > self.size_left:
            return False
        self.blocks_left -= len(blocks)
        self.size_left -= size
        return True

    def try_add(self, blocks: list[Block], text: str) -> bool:
        """Add some blocks if there is space for them."""
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
    """Fills pages with the parts of a document."""

    def __init__(self, document: d.MessageDocument, templates: MessageTemplates) -> None:
        self._document, self._templates = document, templates
        self.pages = [MessagePage(is_view=document.is_view)]
        self._overflow: list[Overflow] = []
        self._is_cut = False
        self._has_break = False

    def fill(self) -> list[MessagePage]:
        first = self.pages[0]
        pinned = [part for part in self._document.parts if _is_pinned(part)]
        reserved = [(part, blocks_of(part, first.action_ids)) for part in pinned]
        reserved = [(part, blocks) for part, blocks in reserved if first.reserve(blocks)]
        for part in self._document.parts:
            if isinstance(part, d.ThreadBreakPart):
                self._start_thread()
            elif isinstance(part, d.ListPart):
                self._add_list(part)
            elif not _is_pinned(part):
                self._add_part(part)
        for part, blocks in reserved:
            first.add(blocks, _PLAIN_TEXT.part(part))
        if not self._has_break and (self._overflow or len(self.pages) > 1):
            note = d.ContextPart(self._overflow_note())
            first.add(blocks_of(note, first.action_ids), _PLAIN_TEXT.part(note))
        return self.pages

    def _add_part(self, part: d.Part) -> None:
        """Add a part where it fits, on a new page if need be."""
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

    def _start_thread(self) -> None:
        """What comes next stands in the thread; the document itself says so. Without a thread, it goes on."""
        if self._document.threaded and not self._has_break:
            self._has_break = True
            self._start_page()

    def _start_page(self) -> None:
        """Start a new page in the thread. Without a thread, or if an empty page is too small, cut here.

        Everything after a cut is omitted, so that no button is without the text it belongs to.
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
        suffix = PlainTextRenderer().line(self._templates.phrase("continued"))
        return f"{limits.clip(self._document.heading, limits.MAX_HEADER_LENGTH - len(suffix) - 1)} {suffix}"

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


def fit_edited_text(text: str) -> str:
    """The text of a message as it may take the place of an earlier one: the platform allows less then."""
    return _fit_text(text, limits.MAX_EDITED_TEXT_LENGTH)


def _fit_text(text: str, limit: int) -> str:
    """The text, cut where it is too long. A cut never goes through an escape or a mention."""
    if limits.utf16_length(text) <= limit:
        return text
    short = limits.clip(text, limit).removesuffix(ELLIPSIS)
    return short[: _safe_end(short)] + ELLIPSIS


def _safe_end(text: str) -> int:
    """The greatest index to cut at without cutting through `&amp;` or `<@U1>`."""
    amp, mention = text.rfind("&"), text.rfind("<")
    ends = [amp if amp >= 0 and ";" not in text[amp:] else len(text)]
    ends.append(mention if mention >= 0 and ">" not in text[mention:] else len(text))
    return min(ends)


@dataclass(frozen=True)
class SlackMessage:
    """text: the whole message for screen readers and notifications, escaped as Slack requires."""

    text: str
    blocks: list[dict[str, Any]]


class Renderer:
    """Renders messages. Never fails because of their content. command: the slash command ("/cip").

    public_address: the url of the bot's own pages, without a slash at its end.
    """

    def __init__(self, command: str = "/cip", public_address: str = LOCAL_ADDRESS) -> None:
        self._templates = MessageTemplates(command, public_address)

    def document(self, message: Message) -> d.MessageDocument:
        return self._templates.document(message)

    def slack(self, message: Message) -> list[SlackMessage]:
        """One message, or several if it does not fit: the others go to the thread of the first.

        Only a threaded document, as the digest is, has several; any other is cut.
        """
        document = self.document(message)
        pages = Layout(document, self._templates).fill()
        return [
            SlackMessage(
                _fit_text(PlainTextRenderer.paragraphs(page.texts), limits.MAX_TEXT_LENGTH), page.blocks
            )
            for page in pages
        ]

    def text(self, message: Message) -> str:
        """The whole message as plain text, for the terminal and logs."""
        return PlainTextRenderer().document(self.document(message))
