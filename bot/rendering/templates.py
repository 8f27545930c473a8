"""Renders the template of a message into a document. Templates are compiled when first used."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.messages import Message
from bot.plan.rag import Colour
from bot.plan.wording import (
    as_sentence,
    count_noun,
    format_age,
    format_clock,
    format_comparison,
    format_day,
    format_time,
    format_weekday,
    join_words,
    pluralise,
    shorten,
    shorten_words,
)
from bot.rendering.document import Inlines, MessageDocument, Part, SectionPart
from bot.rendering.markup import read_document, read_inlines
from bot.rendering.plain import PlainTextRenderer
from bot.templating import TEMPLATES, build_environment

_SPACES = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# What XML cannot carry, terminal controls, and marks that turn the direction of the text that follows them.
_ILLEGAL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def clean(value: Any) -> Any:
    """The value as one line of text without control characters and lone surrogates.

    Markup, which comes from the templates, stays as it is. Raises ValueError for None: a template that
    interpolates a missing value is wrong.
    """
    if isinstance(value, Markup):
        return value
    if value is None:
        raise ValueError("a template was given nothing to say")
    text = str(value)
    # Whatever either pattern looks for is not printable.
    return text if text.isprintable() else _ILLEGAL.sub("", _SPACES.sub(" ", text))


FOLDER = "messages"
TEMPLATE_SUFFIX = ".xml.j2"
LOCAL_ADDRESS = "http://127.0.0.1:3000"
_LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
_PLAIN_TEXT = PlainTextRenderer()
# What nearly every request needs, so that the first one is no slower than the next.
_PRELOADED = ("_lines", "receipt", "problem")
_PHRASES_TEMPLATE = f"_phrases{TEMPLATE_SUFFIX}"


def format_scope(words: str) -> str:
    """The filters of a list as part of a sentence: "in section 2", "in section 2 for RM", "".

    words: as "section 2, RM".
    """
    parts = [part for part in words.split(", ") if part]
    areas = [part for part in parts if re.match(r"(section|project)\b", part)]
    people = [part for part in parts if part not in areas]
    phrases = [f"in {', '.join(areas)}"] if areas else []
    return " ".join([*phrases, f"for {join_words(people)}"] if people else phrases)


def find_colour(words: str) -> Colour | None:
    """The colour that a line of the legend is about: "Red: a date has passed"; None for any other line."""
    name = words.split(":", maxsplit=1)[0].strip().casefold()
    return Colour(name) if name in set(Colour) else None


FILTERS = {
    "ago": format_age,
    "clock": format_time,
    "colour_named": find_colour,
    "compared": format_comparison,
    "count_of": count_noun,
    "cut": shorten,
    "day": format_day,
    "listed": join_words,
    "plural": pluralise,
    "scoped": format_scope,
    "sentence": as_sentence,
    "time_of_day": format_clock,
    "weekday": format_weekday,
    "words": shorten_words,
}


class MessageTemplates:
    """command: the slash command of this workspace ("/cip"). public_address: the url of the bot's own
    pages.
    """

    def __init__(self, command: str, public_address: str = LOCAL_ADDRESS) -> None:
        self._environment = build_environment(
            FOLDER,
            autoescape=True,
            filters=FILTERS,
            trim_blocks=False,
            lstrip_blocks=False,
            finalize=clean,
            auto_reload=False,
        )
        self._environment.globals["cip"] = command
        self._environment.globals["public_address"] = public_address
        self._environment.globals["address_is_local"] = urlsplit(public_address).hostname in _LOCAL_HOSTS
        self._environment.filters["typed"] = lambda line: with_command_name(line, command)
        self._phrases: Any = self._environment.get_template(_PHRASES_TEMPLATE).module
        for name in _PRELOADED:
            self._environment.get_template(f"{name}{TEMPLATE_SUFFIX}")

    def document(self, message: Message) -> MessageDocument:
        """The rendered message; one with a fixed phrase where it is empty, as the platform refuses an empty
        one.

        Raises jinja2.TemplateError or MarkupError when the template is wrong, never because of the content.
        """
        template = self._environment.get_template(f"{message.name}{TEMPLATE_SUFFIX}")
        document = read_document(template.render(m=message))
        if any(map(_has_text, document.parts)):
            return document
        return replace(document, parts=(SectionPart(self.phrase("nothing")),))

    def phrase(self, name: str, **facts: Any) -> Inlines:
        """A phrase that the layout adds, about what was cut or continues elsewhere. name: a macro of
        _phrases.
        """
        return read_inlines(str(getattr(self._phrases, name)(**facts)))


def _has_text(part: Part) -> bool:
    """Looks at the content first, which is enough for most parts."""
    content: Inlines = getattr(part, "content", ())
    return any(_PLAIN_TEXT.inline(inline).strip() for inline in content) or bool(
        _PLAIN_TEXT.part(part).strip()
    )


def with_command_name(line: str, command: str) -> str:
    """A line to copy, with the slash command as it is called in this workspace."""
    return command + line.removeprefix("/cip") if line.startswith("/cip") else line


def template_names() -> set[str]:
    """The names of the templates that are messages. Those that begin with an underscore are parts of
    others.
    """
    names = {
        path.name.removesuffix(TEMPLATE_SUFFIX) for path in (TEMPLATES / FOLDER).glob(f"*{TEMPLATE_SUFFIX}")
    }
    return {name for name in names if not name.startswith("_")}
