"""A Document as plain text: for the terminal and logs, and as the `text` of a Slack message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bot.rendering import document as d
from bot.rendering.mrkdwn import USER, safe_link
from bot.rendering.mrkdwn_escape import escaped

_BULLET, _INDENT = "- ", "\n  "


@dataclass(frozen=True)
class Plain:
    """slack: escape as Slack's `text` wants it, and name people without initials by mention."""

    slack: bool = False

    def document(self, document: d.Document) -> str:
        return self.paragraphs(self.part(part) for part in document.parts)

    @staticmethod
    def paragraphs(parts: Iterable[str]) -> str:
        return "\n\n".join(part for part in parts if part)

    def part(self, part: d.Part) -> str:
        """One part in words, "" for what only blocks can show."""
        return _PARTS[type(part)](self, part)

    def line(self, content: d.Inlines) -> str:
        return "".join([_INLINES[type(inline)](self, inline) for inline in content]).strip()

    def items(self, title: d.Inlines, items: Iterable[d.Inlines]) -> str:
        lines = [self.line(title)] if title else []
        return "\n".join([*lines, *(_BULLET + self.line(item).replace("\n", _INDENT) for item in items)])

    def inline(self, inline: d.Inline) -> str:
        return _INLINES[type(inline)](self, inline)

    def words(self, text: str) -> str:
        return escaped(text) if self.slack else text

    def wrapped(self, inline: d.Bold | d.Italic) -> str:
        return "".join([self.inline(each) for each in inline.content])

    def link(self, inline: d.Link) -> str:
        label = "".join(self.inline(each) for each in inline.content)
        address = self.words(inline.href)
        return f"{label} ({address})" if label and safe_link(inline.href) else label or address

    def user(self, inline: d.User) -> str:
        if self.slack and not inline.initials and USER.fullmatch(inline.user_id):
            return f"<@{inline.user_id}>"
        return self.words(inline.initials or f"@{inline.user_id}")

    def section(self, part: d.Section) -> str:
        fields = [f"{self.words(field.label)}: {self.line(field.content)}" for field in part.fields]
        return "\n".join(line for line in (self.line(part.content), *fields) if line)


_INLINES: dict[type[d.Inline], Callable[[Plain, Any], str]] = {
    d.Text: lambda plain, inline: plain.words(inline.text),
    d.Bold: Plain.wrapped,
    d.Italic: Plain.wrapped,
    d.Code: lambda plain, inline: plain.words(inline.text),
    d.Break: lambda _plain, _inline: "\n",
    d.Link: Plain.link,
    d.User: Plain.user,
    d.Channel: lambda plain, inline: plain.words(inline.label or f"#{inline.channel_id}"),
    d.Mark: lambda _plain, inline: f"{inline.count} {inline.colour.words}".strip(),
}
_PARTS: dict[type[d.Part], Callable[[Plain, Any], str]] = {
    d.Heading: lambda plain, part: plain.words(part.text),
    d.Section: Plain.section,
    d.Items: lambda plain, part: plain.items(part.title, part.items),
    d.Context: lambda plain, part: plain.line(part.content),
    d.Buttons: lambda _plain, _part: "",
    d.Divider: lambda _plain, _part: "",
    d.TextOnly: lambda plain, part: plain.line(part.content),
    d.Question: lambda plain, part: plain.words(
        "\n".join([f"{part.label} {part.hint}".strip(), *(f"{_BULLET}{words}" for _, words in part.options)])
    ),
}
