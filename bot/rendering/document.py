"""What a template yields, whatever the platform: parts of inline content, without any escaping."""

from dataclasses import dataclass

from bot.plan.rag import Colour


@dataclass(frozen=True)
class Text:
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
class Break:
    """A line ends here."""


@dataclass(frozen=True)
class Link:
    """content () shows the address itself."""

    href: str
    content: "Inlines" = ()


@dataclass(frozen=True)
class User:
    """initials: shown beside the mention, and instead of it where nobody can be mentioned."""

    user_id: str
    initials: str = ""


@dataclass(frozen=True)
class Channel:
    channel_id: str
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A colour: its word, with a shape of its own where the platform has one. count: "4 Red"."""

    colour: Colour
    count: str = ""


Inline = Text | Bold | Italic | Code | Break | Link | User | Channel | Mark
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
class Heading:
    text: str


@dataclass(frozen=True)
class Field:
    label: str
    content: Inlines


@dataclass(frozen=True)
class Section:
    content: Inlines
    button: Button | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Items:
    """A list. name: how a note about what was left out of it calls it."""

    title: Inlines
    items: tuple[Inlines, ...]
    name: str = ""


@dataclass(frozen=True)
class Context:
    """Small print. kept: stands at the end of the first message, whatever overflows."""

    content: Inlines
    kept: bool = False


@dataclass(frozen=True)
class Buttons:
    """kept: stands in the first message, whatever overflows."""

    buttons: tuple[Button, ...]
    kept: bool = False


@dataclass(frozen=True)
class Divider:
    pass


@dataclass(frozen=True)
class TextOnly:
    """Stands only in the plain text: what the blocks say by buttons."""

    content: Inlines


@dataclass(frozen=True)
class Question:
    """Something to fill in; only forms have it. kind: text (a box of at most `longest` characters), choice
    (of the options: value and words), day or person. optional: it may be left empty.
    """

    name: str
    label: str
    hint: str
    longest: int = 0
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    optional: bool = False


Part = Heading | Section | Items | Context | Buttons | Divider | TextOnly | Question


@dataclass(frozen=True)
class Document:
    """threaded: what does not fit goes on in a thread; otherwise it is cut and said so.

    rewritten: the message is edited later, which the platform allows less text for.
    """

    parts: tuple[Part, ...]
    threaded: bool = False
    rewritten: bool = False

    @property
    def heading(self) -> str:
        return next((part.text for part in self.parts if isinstance(part, Heading)), "")
