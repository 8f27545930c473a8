"""`update REF STATUS [note] [options]`, in the order people type it."""

import re
from dataclasses import dataclass, replace

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.text import one_line, plain_marks
from handlers.command_parser.line import LONGEST_NOTE, Typed, said, unquoted
from handlers.command_parser.options import (
    DueSaid,
    OptionsSaid,
    example_day,
    in_words,
    leading_day,
    read_colour,
    read_evidence,
    reason_in,
    split_options,
)
from handlers.command_parser.tokens import (
    RefsSaid,
    StatusSaid,
    any_ref,
    leading_refs,
    leading_status,
    nearest_status,
)
from handlers.command_parser.update_errors import no_ref, no_status, nothing_said

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


_MOST_REFS = 20
# In a line that is offered, where a reason has to be typed.
_WHY = "why it moves"


def read_update(typed: Typed, text: str) -> UpdateStatus:
    """Read what follows the verb; raises NotUnderstoodError with the whole line put right where it can be."""
    options = split_options(typed, text)
    values = options.values
    rag = read_colour(typed, text, values["rag"]) if "rag" in values else None
    evidence = read_evidence(typed, text, values["evidence"]) if "evidence" in values else ""
    due = _read_due(typed, text, options) if "due" in values else None
    body = _read_body(typed, options, due)
    due = _one_date(typed, body.due, due)
    status = body.status or StatusSaid("")
    update = UpdateStatus(
        refs=body.refs,
        status=status.status,
        note=_joined(body.note, mentions(values.get("note", ""))),
        declared=_one_colour(typed, status.declared, rag),
        due=due.day if due else None,
        due_text=due.text if due else "",
        because=mentions(_joined(due.because if due else "", values.get("because", ""))),
        evidence=evidence,
        blocked=status.blocked,
        public=body.public or "public" in values,
        line=one_line(typed.text),
    )
    if not _says_anything(update):
        raise nothing_said(typed, RefsSaid(body.refs, ""))
    return _checked(typed, text, update)


def _read_body(typed: Typed, options: OptionsSaid, due: DueSaid | None) -> Body:
    """What is said besides the options; the line that is offered where that cannot be read keeps them."""
    try:
        return read_body(typed, f"{options.body} {due.rest if due else ''}".strip(), bare=not options.values)
    except NotUnderstoodError as error:
        if not options.values or not (error.suggestion or "").startswith(typed.ready("update")):
            raise
        kept = options.values
        if due:
            because = _joined(due.because, kept.get("because", "")) or _WHY
            kept = {**kept, "due": due.text, "because": because}
        line = f"{error.suggestion} {OptionsSaid('', kept).written}".removeprefix(typed.command)
        raise typed.misread(error.sentence, line) from None


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _says_anything(update: UpdateStatus) -> bool:
    """An option without a value, such as a bare `--because`, tells nothing."""
    said_so = (update.status, update.declared, update.due, update.note, update.because, update.evidence)
    return any(said_so)


def _checked(typed: Typed, text: str, update: UpdateStatus) -> UpdateStatus:
    if len(update.refs) > _MOST_REFS:
        raise typed.misread(f"That names {len(update.refs)} actions. Update up to {_MOST_REFS} at a time.")
    if update.due and not update.because:
        bare = re.sub(r"[\s-]*\bbecause\b[\s:=\"']*$", "", plain_marks(text), flags=re.IGNORECASE)
        raise typed.misread(
            f"A new date needs its reason. Say why it moves to {in_words(update.due)}.",
            f'update {text[: len(bare)]} --because "{_WHY}"',
        )
    if update.because and not update.due:
        note = f"{update.note}, because {update.because}" if update.note else update.because
        update = replace(update, note=note, because="")
    for what, words in (("note", update.note), ("reason", update.because)):
        if len(words) > LONGEST_NOTE:
            raise typed.misread(
                f"Your {what} is {len(words):,} characters long. It can have up to {LONGEST_NOTE:,}."
                " Nothing was changed. Put the detail in a document and give its link with --evidence."
            )
    return update


def _read_due(typed: Typed, text: str, options: OptionsSaid) -> DueSaid:
    value = options.values["due"]
    found = leading_day(value, today=typed.today)
    if found:
        return found
    example = in_words(example_day(typed.today))
    what = f"I can't read {said(value)} as a date." if value.strip() else "--due needs a date."
    because = reason_in(value) or options.values.get("because") or _WHY
    others = OptionsSaid(options.body, {**options.values, "due": example, "because": because})
    line = f"update {options.body} {others.written}" if any_ref(text) else ""
    raise typed.misread(f"{what} Type it like {example} or 31/03/{example_day(typed.today).year}.", line)


def _one_date(typed: Typed, said_so: DueSaid | None, option: DueSaid | None) -> DueSaid | None:
    if said_so and option and said_so.day != option.day:
        days = f"{in_words(said_so.day)} and {in_words(option.day)}"
        raise typed.misread(f"That gives two dates, {days}. Give one.")
    return option or said_so


def _one_colour(typed: Typed, said_so: Colour | None, rag: Colour | None) -> Colour | None:
    if said_so and rag and said_so is not rag:
        raise typed.misread(f"That gives two colours, {said_so.words} and {rag.words}. Give one.")
    return rag or said_so
