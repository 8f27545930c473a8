"""`update REF STATUS [note] [options]`, in the order people type it."""

import re
from dataclasses import dataclass, replace

from bot.commands import UpdateStatus
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.status_reading import read_status
from bot.plan.typing_marks import one_line, plain_marks
from handlers.command_parser.option_values import (
    DueSaid,
    example_day,
    in_words,
    leading_day,
    read_colour,
    read_evidence,
)
from handlers.command_parser.options import split_options
from handlers.command_parser.refs_said import RefsSaid, any_ref, leading_refs, written
from handlers.command_parser.statuses_said import StatusSaid, leading_status, nearest_status
from handlers.command_parser.typed import LONGEST_NOTE, Typed, said, unquoted

_MOST_REFS = 20
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
_STATUSES = "Say not-started, in-progress, complete, on-hold, blocked, at-risk or on-track."


@dataclass(frozen=True)
class _Body:
    refs: tuple[RefQuery, ...]
    status: StatusSaid | None = None
    note: str = ""
    due: DueSaid | None = None
    public: bool = False


def read_update(typed: Typed, text: str) -> UpdateStatus:
    """Read what follows the verb; raises NotUnderstoodError with the whole line put right where it can be."""
    options = split_options(typed, text)
    values = options.values
    rag = read_colour(typed, text, values["rag"]) if "rag" in values else None
    evidence = read_evidence(typed, text, values["evidence"]) if "evidence" in values else ""
    due = _read_due(typed, text, values["due"]) if "due" in values else None
    body = _read_body(typed, f"{options.body} {due.rest if due else ''}".strip(), bare=not values)
    due = _one_date(typed, body.due, due)
    status = body.status or StatusSaid("")
    update = UpdateStatus(
        refs=body.refs,
        status=status.status,
        note=_joined(body.note, _mentions(values.get("note", ""))),
        declared=_one_colour(typed, status.declared, rag),
        due=due.day if due else None,
        due_text=due.text if due else "",
        because=_mentions(_joined(due.because if due else "", values.get("because", ""))),
        evidence=evidence,
        blocked=status.blocked,
        public=body.public or "public" in values,
        line=one_line(typed.text),
    )
    if not _says_anything(update):
        raise _nothing_said(typed, RefsSaid(body.refs, ""))
    return _checked(typed, text, update)


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
            f'update {text[: len(bare)]} --because "why it moves"',
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


def _read_due(typed: Typed, text: str, value: str) -> DueSaid:
    found = leading_day(value, today=typed.today)
    if found:
        return found
    example = in_words(example_day(typed.today))
    what = f"I can't read {said(value)} as a date." if value.strip() else "--due needs a date."
    refs = any_ref(text)
    line = f'update {written(refs.refs)} --due {example} --because "why it moves"' if refs else ""
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


def _read_body(typed: Typed, text: str, *, bare: bool) -> _Body:
    """bare: there are no options, so something has to be said in the words themselves."""
    first = leading_status(text, anything_after=True)
    ahead = first and leading_refs(first.rest[_end(_TOWARDS, first.rest) :], strict=True)
    if first and ahead:
        note, public = _note(ahead.rest, blocked=first.blocked)
        return _Body(ahead.refs, first, note, public=public)
    named = leading_refs(text)
    if named is None:
        raise _no_ref(typed, text)
    if bare and not named.rest:
        raise _nothing_said(typed, named)
    return _after_refs(typed, named)


def _after_refs(typed: Typed, named: RefsSaid) -> _Body:
    words = named.rest[_end(_LINKING, named.rest) :]
    status = leading_status(words)
    if status:
        note, public = _note(status.rest, blocked=status.blocked)
        return _Body(named.refs, status, note, public=public)
    plain = plain_marks(words)
    due = leading_day(words[_end(_DUE, words) :], today=typed.today) if _DUE.match(plain) else None
    if due:
        return _Body(named.refs, due=due, note=_mentions(due.rest))
    note, public = _note(named.rest, blocked=False)
    mistyped = len(words.split()) <= _STATUS_WORDS and nearest_status(words)
    marked = re.match(r"[-:;>\"]", plain_marks(named.rest)) and not mistyped
    if marked or not note:
        return _Body(named.refs, note=note, public=public)
    raise _no_status(typed, named, words)


def _note(text: str, *, blocked: bool) -> tuple[str, bool]:
    """Give the note without the marks around it, and whether a lone `public` follows it."""
    bare = text[_end(_MARKS, text) :].strip()
    if blocked:
        bare = re.sub(r"^because\b[\s:,-]*", "", bare, flags=re.IGNORECASE)
    if bare.casefold() == "public":
        return "", True
    note, rest = unquoted(bare)
    if rest.casefold() == "public":
        return _mentions(note), True
    return _mentions(bare if rest else note), False


def _mentions(text: str) -> str:
    """Turn the platform's marks for people, channels and links into what the person saw when typing."""
    if "<" not in text:
        return text.strip()
    return _LINKED.sub(r"\1", _NAMED.sub(r"\1\2", text)).strip()


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(plain_marks(text))
    return found.end() if found else 0


def _no_ref(typed: Typed, text: str) -> Exception:
    elsewhere = any_ref(text)
    if elsewhere:
        refs = written(elsewhere.refs)
        return typed.misread(
            f"Put the ref first, then the status: I read {refs}.",
            f"update {refs} {elsewhere.rest or 'in-progress'}",
        )
    words = [word for word in text.split()[:8] if read_status(word) is None and not word.startswith("-")]
    if not words:
        return typed.misread("Which action? Give its ref and how it is going.", "update 5.2 in-progress")
    return typed.misread(
        f"I can't find a ref such as 5.2 in {said(text)}. To find one, search for words in its title.",
        f"search {' '.join(words)}",
    )


def _no_status(typed: Typed, named: RefsSaid, words: str) -> Exception:
    refs = written(named.refs)
    if re.match(r"=\S", named.rest):
        words = named.rest
    if leading_status(words, anything_after=True):
        return typed.misread(
            f"I can't tell whether {said(words)} is a status or a note. Give the status first.",
            f"update {refs} in-progress {words}",
        )
    near = nearest_status(words)
    if near:
        return typed.misread(
            f"I don't know the status {said(near.words)}. Did you mean {near.status}?",
            f"update {refs} {near.status} {near.rest}",
        )
    return typed.misread(
        f"I can't find a status in {said(words)}. {_STATUSES} A note comes after it.",
        f"update {refs} in-progress {words}",
    )


def _nothing_said(typed: Typed, named: RefsSaid) -> Exception:
    """`update 5.2`, or a mistyped status that was taken for a section: `update dnoe 5.2`."""
    near = nearest_status(named.refs[0].section or "")
    if near:
        bare = written(tuple(replace(ref, section=None) for ref in named.refs))
        return typed.misread(
            f"I don't know the status {said(near.words)}. Did you mean {near.status}?",
            f"update {bare} {near.status}",
        )
    refs = written(named.refs)
    return typed.misread(f"How is {refs} going? {_STATUSES}", f"update {refs} in-progress")
