"""What a template yields, whatever the platform: parts of inline content, without any escaping."""

from dataclasses import dataclass

from bot.plan.rag import Colour


@dataclass(frozen=True)
class TextRun:
    """Literal characters. White space is already collapsed."""

    text: str


@dataclass(frozen=True)
class Bold:
    content: "Inlines"


@dataclass(frozen=True)
class Italic:
    content: "Inlines"


@dataclass(frozen=True)
class Code:
    """Something to type or copy."""

    text: str


@dataclass(frozen=True)
class LineBreak:
    """A line ends here."""


@dataclass(frozen=True)
class Hyperlink:
    """content () shows the address itself."""

    href: str
    content: "Inlines" = ()


@dataclass(frozen=True)
class UserMention:
    """initials: shown beside the mention, and instead of it where nobody can be mentioned."""

    user_id: str
    initials: str = ""


@dataclass(frozen=True)
class ChannelMention:
    channel_id: str
    label: str = ""


@dataclass(frozen=True)
class ColourLabel:
    """A colour: its word, with a shape of its own where the platform has one. count: "4 Red"."""

    colour: Colour
    count: str = ""


Inline = TextRun | Bold | Italic | Code | LineBreak | Hyperlink | UserMention | ChannelMention | ColourLabel
Inlines = tuple[Inline, ...]


@dataclass(frozen=True)
class Button:
    """action: the kind of button. value: what it carries. label: for screen readers, "" for the text."""

    action: str
    value: str
    text: str
    style: str = ""
    label: str = ""


@dataclass(frozen=True)
class HeadingPart:
    text: str


@dataclass(frozen=True)
class SectionField:
    label: str
    content: Inlines


@dataclass(frozen=True)
class SectionPart:
    content: Inlines
    button: Button | None = None
    fields: tuple[SectionField, ...] = ()


@dataclass(frozen=True)
class ListPart:
    """A list. name: how a note about what was left out of it calls it."""

    title: Inlines
    items: tuple[Inlines, ...]
    name: str = ""


@dataclass(frozen=True)
class ContextPart:
    """Small print. pinned: stands at the end of the first message, whatever overflows."""

    content: Inlines
    pinned: bool = False


@dataclass(frozen=True)
class ButtonsPart:
    """pinned: stands in the first message, whatever overflows."""

    buttons: tuple[Button, ...]
    pinned: bool = False


@dataclass(frozen=True)
class DividerPart:
    pass


@dataclass(frozen=True)
class TextOnlyPart:
    """Stands only in the plain text: what the blocks say by buttons."""

    content: Inlines


@dataclass(frozen=True)
class InputPart:
    """Something to fill in; only forms have it. kind: text (a box of at most `longest` characters), choice
    (of the options: value and words), day or person. optional: it may be left empty.
    """

    name: str
    label: str
    hint: str
    max_length: int = 0
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    optional: bool = False


Part = (
    HeadingPart | SectionPart | ListPart | ContextPart | ButtonsPart | DividerPart | TextOnlyPart | InputPart
)


@dataclass(frozen=True)
class MessageDocument:
    """threaded: what does not fit goes on in a thread; otherwise it is cut and said so.

    is_edited_later: the message is edited later, which the platform allows less text for.
    """

    parts: tuple[Part, ...]
    threaded: bool = False
    is_edited_later: bool = False

    @property
    def heading(self) -> str:
        return next((part.text for part in self.parts if isinstance(part, HeadingPart)), "")
