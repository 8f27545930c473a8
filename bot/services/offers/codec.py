"""Commands as JSON, so that what is offered can be kept until somebody chooses."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.commands import (
    AtRisk,
    Away,
    Command,
    DigestPreview,
    Due,
    Help,
    History,
    ListQuestions,
    Mine,
    NotMine,
    Option,
    Overdue,
    Search,
    Show,
    Snooze,
    Undo,
    UpdateSeveral,
    UpdateStatus,
    Versions,
    Why,
)
from bot.errors import NotUnderstoodError
from bot.sentences import sentence

# By the word that is stored. An update and several have one name in the metrics.
TYPES_BY_KIND: dict[str, type[Command]] = {
    **{each.name: each for each in (AtRisk, DigestPreview, Due, Help, History, ListQuestions, Mine, Overdue)},
    **{each.name: each for each in (Search, Show, Snooze, Undo, UpdateStatus, Versions, Why)},
    **{each.name: each for each in (Away, NotMine)},
    "several": UpdateSeveral,
}
_KINDS_BY_TYPE = {type_: kind for kind, type_ in TYPES_BY_KIND.items()}


def encode_options(options: Iterable[Option]) -> dict[str, Any]:
    """Raises KeyError for a command that cannot be offered."""
    return {
        "options": [
            {
                "label": each.label,
                "commands": [_encode(command) for command in each.commands],
                "asks_reason": each.asks_reason,
            }
            for each in options
        ]
    }


def _encode(command: Command) -> dict[str, Any]:
    kind = _KINDS_BY_TYPE[type(command)]
    return {"kind": kind, "facts": _adapter(kind).dump_python(command, mode="json")}


def decode_option(stored: dict[str, Any], index: int) -> Option:
    """index: from 0. Raises NotUnderstoodError where there is no such option, or where it holds what this
    version does not know: a part of it alone may say something else.
    """
    try:
        option = stored["options"][index]
        commands = tuple(_decode(each) for each in option["commands"])
        found = Option(option["label"], commands, asks_reason=option.get("asks_reason") is True)
    except (KeyError, IndexError, TypeError, ValueError):
        raise NotUnderstoodError(sentence("services.offer_unreadable")) from None
    if not found.commands:
        raise NotUnderstoodError(sentence("services.offer_unreadable"))
    return found


def _decode(stored: dict[str, Any]) -> Command:
    command: Command = _adapter(stored["kind"]).validate_python(stored["facts"])
    if not _is_within(stored["facts"], _encode(command)["facts"]):
        raise ValueError("a field is not known")
    return command


def _is_within(stored: Any, read: Any) -> bool:
    """Whether all that is stored was read."""
    if isinstance(stored, dict) and isinstance(read, dict):
        return all(name in read and _is_within(each, read[name]) for name, each in stored.items())
    if isinstance(stored, list) and isinstance(read, list):
        return len(stored) == len(read) and all(map(_is_within, stored, read))
    return bool(stored == read)


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(TYPES_BY_KIND[kind])
