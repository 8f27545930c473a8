"""Renders a document as plain text, for the terminal and logs, and for the `text` of a Slack message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bot.rendering import document as d
from bot.rendering.mrkdwn import USER_ID, escape, safe_link

_BULLET, _INDENT = "- ", "\n  "


@dataclass(frozen=True)
class PlainTextRenderer:
    """slack: escape as Slack's `text` requires, and mention people who have no initials."""

    slack: bool = False

    def document(self, document: d.MessageDocument) -> str:
        return self.paragraphs(self.part(part) for part in document.parts)

    @staticmethod
    def paragraphs(parts: Iterable[str]) -> str:
        return "\n\n".join(part for part in parts if part)

    def part(self, part: d.Part) -> str:
        """One part as text; "" for what only blocks can show."""
        return _PART_RENDERERS[type(part)](self, part)

    def line(self, content: d.Inlines) -> str:
        return "".join([_INLINE_RENDERERS[type(inline)](self, inline) for inline in content]).strip()

    def items(self, title: d.Inlines, items: Iterable[d.Inlines]) -> str:
        lines = [self.line(title)] if title else []
        return "\n".join([*lines, *(_BULLET + self.line(item).replace("\n", _INDENT) for item in items)])

    def inline(self, inline: d.Inline) -> str:
        return _INLINE_RENDERERS[type(inline)](self, inline)

    def escape_text(self, text: str) -> str:
        return escape(text) if self.slack else text

    def wrapped_content(self, inline: d.Bold | d.Italic) -> str:
        return "".join([self.inline(each) for each in inline.content])

    def link(self, inline: d.Hyperlink) -> str:
        label = "".join(self.inline(each) for each in inline.content)
        address = self.escape_text(inline.href)
        return f"{label} ({address})" if label and safe_link(inline.href) else label or address

    def user(self, inline: d.UserMention) -> str:
        if self.slack and not inline.initials and USER_ID.fullmatch(inline.user_id):
            return f"<@{inline.user_id}>"
        return self.escape_text(inline.initials or f"@{inline.user_id}")

    def section(self, part: d.SectionPart) -> str:
        fields = [f"{self.escape_text(field.label)}: {self.line(field.content)}" for field in part.fields]
        return "\n".join(line for line in (self.line(part.content), *fields) if line)


_INLINE_RENDERERS: dict[type[d.Inline], Callable[[PlainTextRenderer, Any], str]] = {
    d.TextRun: lambda plain, inline: plain.escape_text(inline.text),
    d.Bold: PlainTextRenderer.wrapped_content,
    d.Italic: PlainTextRenderer.wrapped_content,
    d.Code: lambda plain, inline: plain.escape_text(inline.text),
    d.LineBreak: lambda _plain, _inline: "\n",
    d.Hyperlink: PlainTextRenderer.link,
    d.UserMention: PlainTextRenderer.user,
    d.ChannelMention: lambda plain, inline: plain.escape_text(inline.label or f"#{inline.channel_id}"),
    d.ColourLabel: lambda _plain, inline: f"{inline.count} {inline.colour.words}".strip(),
}
_PART_RENDERERS: dict[type[d.Part], Callable[[PlainTextRenderer, Any], str]] = {
    d.HeadingPart: lambda plain, part: plain.escape_text(part.text),
    d.SectionPart: PlainTextRenderer.section,
    d.ListPart: lambda plain, part: plain.items(part.title, part.items),
    d.ContextPart: lambda plain, part: plain.line(part.content),
    d.ButtonsPart: lambda _plain, _part: "",
    d.DividerPart: lambda _plain, _part: "",
    d.ThreadBreakPart: lambda _plain, _part: "",
    d.TextOnlyPart: lambda plain, part: plain.line(part.content),
    d.InputPart: lambda plain, part: plain.escape_text(
        "\n".join([f"{part.label} {part.hint}".strip(), *(f"{_BULLET}{words}" for _, words in part.options)])
    ),
}
