"""From a message to a Document, by the message's template. Each is compiled once, when it is first needed.

The filters are the small words that templates are built from: dates, ages, counts, lists.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.messages import Message
from bot.plan.rag import Colour
from bot.rendering.document import Inlines, MessageDocument, Part, SectionPart
from bot.rendering.limits import ELLIPSIS
from bot.rendering.markup import read_document, read_inlines
from bot.rendering.plain import PlainTextRenderer
from bot.templating import TEMPLATES, build_environment

_SPACES = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# What XML cannot carry, terminal controls, and marks that turn the direction of the text that follows them.
_ILLEGAL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def clean(value: Any) -> Any:
    """The value as text that any platform can carry: no control characters, no lone surrogates, one line.

    Markup, made by the templates themselves, passes untouched. Raises ValueError for None: a template that
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
_PHRASES_TEMPLATE = f"_phrases{TEMPLATE_SUFFIX}"
_IRREGULAR_PLURALS = {"is": "are", "has": "have", "was": "were", "needs": "need", "it": "them"}


def format_day(moment: date) -> str:
    """31 March 2026."""
    return f"{moment.day} {moment:%B} {moment.year}"


def format_weekday(moment: date) -> str:
    """Tuesday 31 March 2026."""
    return f"{moment:%A} {format_day(moment)}"


def format_time(moment: datetime, timezone: str) -> str:
    """9:00am on Monday 30 March 2026, in that timezone."""
    local = moment.astimezone(ZoneInfo(timezone))
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon
    return f"{local.hour % 12 or 12}:{local:%M}{half} on {format_weekday(local.date())}"


def format_age(days: int) -> str:
    """Say how long ago: today, yesterday, 9 days ago."""
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days:,} days ago"


def count_noun(number: int, noun: str) -> str:
    """1 open action, 2 open actions."""
    return f"{number:,} {pluralise(number, noun)}"


def pluralise(number: int, words: str) -> str:
    """The words as they go with the number: a noun takes an s; is, has, was, needs, it change."""
    return words if number == 1 else _IRREGULAR_PLURALS.get(words, f"{words}s")


def format_comparison(change: int, since: str) -> str:
    """2 more than last week, 1 fewer than last week, the same as last week."""
    if change == 0:
        return f"the same as {since}"
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} than {since}"


def join_words(words: Iterable[str], last: str = "and") -> str:
    """5.2, 6.1 and 7.3."""
    every = list(words)
    if len(every) < 2:  # noqa: PLR2004 - a list needs two
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"


def as_sentence(words: str, capital: bool = True) -> str:
    """The words with a capital first and a full stop at the end, unless they end in a stop of their own."""
    text = words.strip()
    text = text[:1].upper() + text[1:] if capital else text
    return text if not text or text.endswith((".", "!", "?", ELLIPSIS)) else f"{text}."


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` characters, between words where that is possible."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    short = flat[: limit - 1]
    if " " in short[limit // 2 :]:
        short = short.rsplit(" ", 1)[0]
    return short.rstrip(" ,;:.-") + ELLIPSIS


def format_scope(words: str) -> str:
    """What a list is narrowed to, as a sentence says it: "in section 2", "in section 2 for RM", ""."""
    parts = [part for part in words.split(", ") if part]
    places = [part for part in parts if re.match(r"(section|project)\b", part)]
    people = [part for part in parts if part not in places]
    said = [f"in {', '.join(places)}"] if places else []
    return " ".join([*said, f"for {join_words(people)}"] if people else said)


def find_colour(words: str) -> Colour | None:
    """The colour a line of the legend explains: "Red: a date has passed"."""
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
    "weekday": format_weekday,
}


class MessageTemplates:
    """The sentences. cip: the slash command as it is typed here ("/cip"). public_address: where the bot's own
    pages are found.
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

    def document(self, message: Message) -> MessageDocument:
        """Raises jinja2.TemplateError or MarkupError when the template is wrong, never for what is in it.

        A message with nothing to say says so: the platform refuses an empty one.
        """
        template = self._environment.get_template(f"{message.name}{TEMPLATE_SUFFIX}")
        document = read_document(template.render(m=message))
        if any(map(_has_text, document.parts)):
            return document
        return replace(document, parts=(SectionPart(self.phrase("nothing")),))

    def phrase(self, name: str, **facts: Any) -> Inlines:
        """A phrase of the renderers themselves: what was left out, where it goes on."""
        return read_inlines(str(getattr(self._phrases, name)(**facts)))


def _has_text(part: Part) -> bool:
    """The first words answer that for most parts."""
    content: Inlines = getattr(part, "content", ())
    return any(_PLAIN_TEXT.inline(inline).strip() for inline in content) or bool(
        _PLAIN_TEXT.part(part).strip()
    )


def with_command_name(line: str, command: str) -> str:
    """A line to copy, with the slash command as it is called in this workspace."""
    return command + line.removeprefix("/cip") if line.startswith("/cip") else line


def template_names() -> set[str]:
    """The templates of messages; those with an underscore first are parts of others."""
    names = {
        path.name.removesuffix(TEMPLATE_SUFFIX) for path in (TEMPLATES / FOLDER).glob(f"*{TEMPLATE_SUFFIX}")
    }
    return {name for name in names if not name.startswith("_")}
