"""A message as its template yields it, for any platform: parts of inline content, without escaping."""

from dataclasses import dataclass

from bot.plan.rag import Colour


@dataclass(frozen=True)
class TextRun:
    """Literal text. White space is already collapsed."""

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
    """The end of a line within a part."""


@dataclass(frozen=True)
class Hyperlink:
    """content: () shows the url itself."""

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
    """A colour by name, with a symbol where the platform has one. count: the number before it, as in "4
    Red".
    """

    colour: Colour
    count: str = ""


Inline = TextRun | Bold | Italic | Code | LineBreak | Hyperlink | UserMention | ChannelMention | ColourLabel
Inlines = tuple[Inline, ...]


@dataclass(frozen=True)
class Button:
    """action: the kind of button. value: its payload. label: for screen readers, "" for the text."""

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
    """name: how a note about omitted items calls the list."""

    title: Inlines
    items: tuple[Inlines, ...]
    name: str = ""


@dataclass(frozen=True)
class ContextPart:
    """Small print. pinned: at the end of the first message, whatever overflows."""

    content: Inlines
    pinned: bool = False


@dataclass(frozen=True)
class ButtonsPart:
    """pinned: in the first message, whatever overflows."""

    buttons: tuple[Button, ...]
    pinned: bool = False


@dataclass(frozen=True)
class DividerPart:
    pass


@dataclass(frozen=True)
class ThreadBreakPart:
    """What follows goes into the thread, where the document has one."""


@dataclass(frozen=True)
class TextOnlyPart:
    """Only in the plain text, for what the blocks show by buttons."""

    content: Inlines


# As many as one field for files takes.
MAX_FILES = 3


@dataclass(frozen=True)
class InputPart:
    """A field; only forms have them. kind: text or line (of at most `max_length` characters), choice (one of
    the options: value and text), day, person or file (up to MAX_FILES). optional: it may be left empty.
    initial: the words that a text or line begins with.
    """

    name: str
    label: str
    hint: str
    max_length: int = 0
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    optional: bool = False
    initial: str = ""


Part = (
    HeadingPart
    | SectionPart
    | ListPart
    | ContextPart
    | ButtonsPart
    | DividerPart
    | ThreadBreakPart
    | TextOnlyPart
    | InputPart
)


@dataclass(frozen=True)
class MessageDocument:
    """threaded: what does not fit continues in a thread; otherwise it is cut, with a note. is_view: it is
    shown as a view, which takes more than a message does.
    """

    parts: tuple[Part, ...]
    threaded: bool = False
    is_view: bool = False

    @property
    def heading(self) -> str:
        return next((part.text for part in self.parts if isinstance(part, HeadingPart)), "")
