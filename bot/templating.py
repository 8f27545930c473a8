"""Jinja2 environments. Every template of the bot is read through one that is built here."""

from collections.abc import Mapping, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


class _ProcessCache(BytecodeCache):
    """Compiled templates, kept for the life of the process: compiling them all takes longer than all the rest
    of building a bot.
    """

    def __init__(self) -> None:
        self._bytecode: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._bytecode:
            bucket.bytecode_from_string(self._bytecode[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._bytecode[bucket.key] = bucket.bytecode_to_string()


@cache
def _process_cache(_folder: str, *, _autoescape: bool) -> _ProcessCache:
    """One for each way of compiling: what was compiled without escaping must never serve where it is on."""
    return _ProcessCache()


class _FixedGlobals(Environment):
    """An environment whose globals are all set before the first template is read."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def build_environment(
    folder: str,
    *,
    autoescape: bool,
    filters: Mapping[str, Any] | None = None,
    trim_blocks: bool = True,
    lstrip_blocks: bool = True,
    **options: Any,
) -> Environment:
    """An environment for the templates in templates/<folder>. A name that a template uses and nobody set is
    an error. autoescape: False only for plain text. filters: functions, by name. options: more of
    jinja2.Environment's own.
    """
    environment = _FixedGlobals(
        loader=FileSystemLoader(TEMPLATES / folder),
        undefined=StrictUndefined,
        autoescape=autoescape,
        bytecode_cache=_process_cache(folder, _autoescape=autoescape),
        trim_blocks=trim_blocks,
        lstrip_blocks=lstrip_blocks,
        **options,
    )
    environment.filters.update(filters or {})
    return environment
