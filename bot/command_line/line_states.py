"""In which state a line is said: who sends it, where, on which day, and in answer to what."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.command_line.common import parse_day
from bot.errors import CipError
from bot.sentences import sentence

DIRECT, SLASH, CHANNEL = "dm", "slash", "channel"
PLACES = (DIRECT, SLASH, CHANNEL)


@dataclass(frozen=True)
class LineState:
    """initials: of the sender, "" for whoever may say the most. place: one of PLACES. asked: the ref of the
    action that the bot asked about last, "" for none. in_thread: the line stands in the thread of that
    question. day: None for the day it is.
    """

    initials: str = ""
    place: str = DIRECT
    asked: str = ""
    in_thread: bool = False
    day: date | None = None

    @classmethod
    def of_options(
        cls, initials: str | None, reply_to: str | None, thread: str | None, place: str, day: str | None
    ) -> "LineState":
        """Raises CipError."""
        if reply_to and thread:
            raise CipError(sentence("command_line.one_question"))
        return cls(initials or "", place, thread or reply_to or "", bool(thread), parse_day(day))


def read_object(text: str) -> Mapping[str, Any]:
    """An object of a line of JSON. Raises CipError."""
    try:
        found = json.loads(text)
    except ValueError:
        raise CipError(sentence("command_line.no_json")) from None
    if not isinstance(found, dict):
        raise CipError(sentence("command_line.no_json"))
    return found


def read_state(found: Mapping[str, Any], defaults: LineState) -> tuple[str, LineState]:
    """The line of the object, and the state; what it leaves out, or gives as null, is as in `defaults`.

    Raises CipError.
    """
    line = found.get("line")
    if not isinstance(line, str):
        raise CipError(sentence("command_line.no_line"))
    reply_to, thread = _text_of(found, "reply_to"), _text_of(found, "thread")
    if reply_to and thread:
        raise CipError(sentence("command_line.one_question"))
    place = _text_of(found, "in")
    if place and place not in PLACES:
        raise CipError(sentence("command_line.unknown_place", place=place, places=PLACES))
    given: dict[str, Any] = {"initials": _text_of(found, "as"), "place": place}
    given |= {"day": parse_day(_text_of(found, "date") or None)}
    if reply_to or thread:
        defaults = replace(defaults, asked=thread or reply_to, in_thread=bool(thread))
    return line, replace(defaults, **{name: value for name, value in given.items() if value})


def _text_of(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CipError(sentence("command_line.no_text", name=name))
    return value.strip()
