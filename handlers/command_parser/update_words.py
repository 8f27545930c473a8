"""The words of an update besides its options: refs, a status or a date, and a note, in either order."""

import re
from dataclasses import dataclass

from bot.plan.refs import RefQuery
from bot.plan.text import plain_marks
from handlers.command_parser.option_values import DueSaid, leading_day
from handlers.command_parser.refs_said import (
    RefsSaid,
    StatusSaid,
    leading_refs,
    leading_status,
    nearest_status,
)
from handlers.command_parser.typed import Typed, unquoted
from handlers.command_parser.update_misread import no_ref, no_status, nothing_said

_STATUS_WORDS = 2
# A note that begins with = or with a minus and a figure keeps it.
_MARKS = re.compile(r"\s*(?:[:,;.>-]+\s+|[:,;.>]+|-+(?![0-9]))?")
_LINKING = re.compile(r"[\s=:,;.>-]*(?:(?:to|is|are|as|now|status|has been|was)\b[\s=:,-]*)*", re.IGNORECASE)
_TOWARDS = re.compile(r"[\s=:,;.-]*(?:(?:on|for|with)\b\s*)?", re.IGNORECASE)
_DUE = re.compile(
    r"(?:(?:new\s+)?(?:due|date|deadline)|move|moved|push|pushed)\b(?:\s*(?:date|on|by|to|is)\b)*[\s:=]*",
    re.IGNORECASE,
)
_NAMED = re.compile(r"<([@#])[^|<>\s]{1,40}\|([^<>|]{1,80})>")
_LINKED = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True)
class Body:
    """due: a date said in words, without its option. public: a lone `public` follows the note."""

    refs: tuple[RefQuery, ...]
    status: StatusSaid | None = None
    note: str = ""
    due: DueSaid | None = None
    public: bool = False


def read_body(typed: Typed, text: str, *, bare: bool) -> Body:
    """bare: there are no options, so something has to be said in the words themselves.

    Raises NotUnderstoodError with the line put right.
    """
    first = leading_status(text, anything_after=True)
    ahead = first and leading_refs(first.rest[_end(_TOWARDS, first.rest) :], strict=True)
    if first and ahead:
        note, public = _note(ahead.rest, blocked=first.blocked)
        return Body(ahead.refs, first, note, public=public)
    named = leading_refs(text)
    if named is None:
        raise no_ref(typed, text)
    if bare and not named.rest:
        raise nothing_said(typed, named)
    return _after_refs(typed, named)


def _after_refs(typed: Typed, named: RefsSaid) -> Body:
    words = named.rest[_end(_LINKING, named.rest) :]
    status = leading_status(words)
    if status:
        note, public = _note(status.rest, blocked=status.blocked)
        return Body(named.refs, status, note, public=public)
    due = leading_due(typed, words)
    if due:
        return Body(named.refs, due=due, note=mentions(due.rest))
    note, public = _note(named.rest, blocked=False)
    mistyped = len(words.split()) <= _STATUS_WORDS and nearest_status(words)
    marked = re.match(r"[-:;>\"]", plain_marks(named.rest)) and not mistyped
    if marked or not note:
        return Body(named.refs, note=note, public=public)
    raise no_status(typed, named, words)


def leading_due(typed: Typed, words: str) -> DueSaid | None:
    """A date after a word that says it is one: "moved to 30 April"."""
    named = _DUE.match(plain_marks(words))
    return leading_day(words[named.end() :], today=typed.today) if named else None


def _note(text: str, *, blocked: bool) -> tuple[str, bool]:
    """Give the note without the marks around it, and whether a lone `public` follows it."""
    bare = text[_end(_MARKS, text) :].strip()
    if blocked:
        bare = re.sub(r"^because\b[\s:,-]*", "", bare, flags=re.IGNORECASE)
    if bare.casefold() == "public":
        return "", True
    note, rest = unquoted(bare)
    if rest.casefold() == "public":
        return mentions(note), True
    return mentions(bare if rest else note), False


def mentions(text: str) -> str:
    """Turn the platform's marks for people, channels and links into what the person saw when typing."""
    if "<" not in text:
        return text.strip()
    return _LINKED.sub(r"\1", _NAMED.sub(r"\1\2", text)).strip()


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(plain_marks(text))
    return found.end() if found else 0
