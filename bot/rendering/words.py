"""From a message to a Document, by the message's template. Each is compiled once, when it is first needed."""

from collections.abc import MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from bot.messages import Message
from bot.rendering.cleaning import clean
from bot.rendering.document import Document, Inlines, Part, Section
from bot.rendering.markup import read_document, read_inlines
from bot.rendering.plain import Plain
from bot.rendering.wording import FILTERS

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "messages"
SUFFIX = ".xml.j2"
LOCAL = "http://127.0.0.1:3000"
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
_PLAIN = Plain()
_PHRASES = f"_phrases{SUFFIX}"


class _Compiled(BytecodeCache):
    """What this process has compiled: all of them take longer than all the rest of building a bot."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Templates(Environment):
    """Templates whose globals are settled before any of them is read."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Words:
    """The sentences. cip: the slash command as it is typed here ("/cip"). public_address: where the bot's own
    pages are found.
    """

    def __init__(self, cip: str, public_address: str = LOCAL) -> None:
        self._environment = _Templates(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=clean,
            auto_reload=False,
            bytecode_cache=_COMPILED,
        )
        self._environment.filters.update(FILTERS)
        self._environment.globals["cip"] = cip
        self._environment.globals["public_address"] = public_address
        self._environment.globals["address_is_local"] = urlsplit(public_address).hostname in _THIS_MACHINE
        self._environment.filters["typed"] = lambda line: as_typed(line, cip)
        self._phrases: Any = self._environment.get_template(_PHRASES).module

    def document(self, message: Message) -> Document:
        """Raises jinja2.TemplateError or MarkupError when the template is wrong, never for what is in it.

        A message with nothing to say says so: the platform refuses an empty one.
        """
        template = self._environment.get_template(f"{message.name}{SUFFIX}")
        document = read_document(template.render(m=message))
        if any(map(_says_something, document.parts)):
            return document
        return replace(document, parts=(Section(self.phrase("nothing")),))

    def phrase(self, name: str, **facts: Any) -> Inlines:
        """A phrase of the renderers themselves: what was left out, where it goes on."""
        return read_inlines(str(getattr(self._phrases, name)(**facts)))


def _says_something(part: Part) -> bool:
    """The first words answer that for most parts."""
    content: Inlines = getattr(part, "content", ())
    return any(_PLAIN.inline(inline).strip() for inline in content) or bool(_PLAIN.part(part).strip())


def as_typed(line: str, cip: str) -> str:
    """A line to copy, with the slash command as it is called in this workspace."""
    return cip + line.removeprefix("/cip") if line.startswith("/cip") else line


def template_names() -> set[str]:
    """The templates of messages; those with an underscore first are parts of others."""
    names = {path.name.removesuffix(SUFFIX) for path in TEMPLATES.glob(f"*{SUFFIX}")}
    return {name for name in names if not name.startswith("_")}
