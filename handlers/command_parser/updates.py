"""`update REF STATUS [note] [options]`, in the order people type it."""

import re
from dataclasses import dataclass, replace

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.text import one_line, plain_marks
from bot.plan.wording import format_day
from handlers.command_parser.line import MAX_NOTE_LENGTH, InputLine, quote, split_quoted
from handlers.command_parser.options import (
    DueMatch,
    ParsedOptions,
    example_day,
    find_reason,
    leading_day,
    read_colour,
    read_evidence,
    split_options,
)
from handlers.command_parser.tokens import (
    RefsMatch,
    StatusMatch,
    find_ref,
    leading_refs,
    leading_status,
    nearest_status,
)
from handlers.command_parser.update_errors import missing_ref, missing_status, missing_update

_MAX_MISTYPED_WORDS = 2
# A note that begins with = or with a minus and a figure keeps it.
_LEADING_MARKS = re.compile(r"\s*(?:[:,;.>-]+\s+|[:,;.>]+|-+(?![0-9]))?")
_LINKING_WORDS = re.compile(
    r"[\s=:,;.>-]*(?:(?:to|is|are|as|now|status|has been|was)\b[\s=:,-]*)*", re.IGNORECASE
)
_PREPOSITION = re.compile(r"[\s=:,;.-]*(?:(?:on|for|with)\b\s*)?", re.IGNORECASE)
_DUE = re.compile(
    r"(?:(?:new\s+)?(?:due|date|deadline)|move|moved|push|pushed)\b(?:\s*(?:date|on|by|to|is)\b)*[\s:=]*",
    re.IGNORECASE,
)
_NAMED_MENTION = re.compile(r"<([@#])[^|<>\s]{1,40}\|([^<>|]{1,80})>")
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True)
class UpdateBody:
    """due: a date said in words, without its option. public: a lone `public` follows the note."""

    refs: tuple[RefQuery, ...]
    status: StatusMatch | None = None
    note: str = ""
    due: DueMatch | None = None
    public: bool = False


def read_body(input_line: InputLine, text: str, *, without_options: bool) -> UpdateBody:
    """without_options: there are no options, so something has to be said in the words themselves.

    Raises NotUnderstoodError with the line put right.
    """
    first = leading_status(text, anything_after=True)
    ahead = first and leading_refs(first.rest[_match_end(_PREPOSITION, first.rest) :], strict=True)
    if first and ahead:
        note, public = _split_note(ahead.rest, blocked=first.blocked)
        return UpdateBody(ahead.refs, first, note, public=public)
    named = leading_refs(text)
    if named is None:
        raise missing_ref(input_line, text)
    if without_options and not named.rest:
        raise missing_update(input_line, named)
    return _after_refs(input_line, named)


def _after_refs(input_line: InputLine, match: RefsMatch) -> UpdateBody:
    words = match.rest[_match_end(_LINKING_WORDS, match.rest) :]
    status = leading_status(words)
    if status:
        note, public = _split_note(status.rest, blocked=status.blocked)
        return UpdateBody(match.refs, status, note, public=public)
    due = leading_due(input_line, words)
    if due:
        return UpdateBody(match.refs, due=due, note=resolve_mentions(due.rest))
    note, public = _split_note(match.rest, blocked=False)
    mistyped = len(words.split()) <= _MAX_MISTYPED_WORDS and nearest_status(words)
    marked = re.match(r"[-:;>\"]", plain_marks(match.rest)) and not mistyped
    if marked or not note:
        return UpdateBody(match.refs, note=note, public=public)
    raise missing_status(input_line, match, words)


def leading_due(input_line: InputLine, words: str) -> DueMatch | None:
    """A date after a word that says it is one: "moved to 30 April"."""
    named = _DUE.match(plain_marks(words))
    return leading_day(words[named.end() :], today=input_line.today) if named else None


def _split_note(text: str, *, blocked: bool) -> tuple[str, bool]:
    """Give the note without the marks around it, and whether a lone `public` follows it."""
    bare = text[_match_end(_LEADING_MARKS, text) :].strip()
    if blocked:
        bare = re.sub(r"^because\b[\s:,-]*", "", bare, flags=re.IGNORECASE)
    if bare.casefold() == "public":
        return "", True
    note, rest = split_quoted(bare)
    if rest.casefold() == "public":
        return resolve_mentions(note), True
    return resolve_mentions(bare if rest else note), False


def resolve_mentions(text: str) -> str:
    """Turn the platform's marks for people, channels and links into what the person saw when typing."""
    if "<" not in text:
        return text.strip()
    return _LINK.sub(r"\1", _NAMED_MENTION.sub(r"\1\2", text)).strip()


def _match_end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(plain_marks(text))
    return found.end() if found else 0


_MAX_REFS = 20
# In a line that is offered, where a reason has to be typed.
_REASON_PLACEHOLDER = "why it moves"


def read_update(input_line: InputLine, text: str) -> UpdateStatus:
    """Read what follows the verb; raises NotUnderstoodError with the whole line put right where it can be."""
    options = split_options(input_line, text)
    values = options.values
    rag = read_colour(input_line, text, values["rag"]) if "rag" in values else None
    evidence = read_evidence(input_line, text, values["evidence"]) if "evidence" in values else ""
    due = _read_due(input_line, text, options) if "due" in values else None
    body = _read_body(input_line, options, due)
    due = _require_one_date(input_line, body.due, due)
    status = body.status or StatusMatch("")
    update = UpdateStatus(
        refs=body.refs,
        status=status.status,
        note=_join(body.note, resolve_mentions(values.get("note", ""))),
        declared=_require_one_colour(input_line, status.declared, rag),
        due=due.day if due else None,
        due_text=due.text if due else "",
        because=resolve_mentions(_join(due.because if due else "", values.get("because", ""))),
        evidence=evidence,
        blocked=status.blocked,
        public=body.public or "public" in values,
        line=one_line(input_line.text),
    )
    if not _has_content(update):
        raise missing_update(input_line, RefsMatch(body.refs, ""))
    return _check_update(input_line, text, update)


def _read_body(input_line: InputLine, options: ParsedOptions, due: DueMatch | None) -> UpdateBody:
    """What is said besides the options; the line that is offered where that cannot be read keeps them."""
    try:
        return read_body(
            input_line,
            f"{options.body} {due.rest if due else ''}".strip(),
            without_options=not options.values,
        )
    except NotUnderstoodError as error:
        if not options.values or not (error.suggestion or "").startswith(
            input_line.format_suggestion("update")
        ):
            raise
        kept = options.values
        if due:
            because = _join(due.because, kept.get("because", "")) or _REASON_PLACEHOLDER
            kept = {**kept, "due": due.text, "because": because}
        line = f"{error.suggestion} {ParsedOptions('', kept).text}".removeprefix(input_line.command)
        raise input_line.not_understood(error.sentence, line) from None


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _has_content(update: UpdateStatus) -> bool:
    """An option without a value, such as a bare `--because`, tells nothing."""
    said_so = (update.status, update.declared, update.due, update.note, update.because, update.evidence)
    return any(said_so)


def _check_update(input_line: InputLine, text: str, update: UpdateStatus) -> UpdateStatus:
    if len(update.refs) > _MAX_REFS:
        raise input_line.not_understood(
            f"That names {len(update.refs)} actions. Update up to {_MAX_REFS} at a time."
        )
    if update.due and not update.because:
        bare = re.sub(r"[\s-]*\bbecause\b[\s:=\"']*$", "", plain_marks(text), flags=re.IGNORECASE)
        raise input_line.not_understood(
            f"A new date needs its reason. Say why it moves to {format_day(update.due)}.",
            f'update {text[: len(bare)]} --because "{_REASON_PLACEHOLDER}"',
        )
    if update.because and not update.due:
        note = f"{update.note}, because {update.because}" if update.note else update.because
        update = replace(update, note=note, because="")
    for what, words in (("note", update.note), ("reason", update.because)):
        if len(words) > MAX_NOTE_LENGTH:
            raise input_line.not_understood(
                f"Your {what} is {len(words):,} characters long. It can have up to {MAX_NOTE_LENGTH:,}."
                " Nothing was changed. Put the detail in a document and give its link with --evidence."
            )
    return update


def _read_due(input_line: InputLine, text: str, options: ParsedOptions) -> DueMatch:
    value = options.values["due"]
    found = leading_day(value, today=input_line.today)
    if found:
        return found
    example = format_day(example_day(input_line.today))
    what = f"I can't read {quote(value)} as a date." if value.strip() else "--due needs a date."
    because = find_reason(value) or options.values.get("because") or _REASON_PLACEHOLDER
    others = ParsedOptions(options.body, {**options.values, "due": example, "because": because})
    line = f"update {options.body} {others.text}" if find_ref(text) else ""
    raise input_line.not_understood(
        f"{what} Type it like {example} or 31/03/{example_day(input_line.today).year}.", line
    )


def _require_one_date(
    input_line: InputLine, from_text: DueMatch | None, option: DueMatch | None
) -> DueMatch | None:
    if from_text and option and from_text.day != option.day:
        days = f"{format_day(from_text.day)} and {format_day(option.day)}"
        raise input_line.not_understood(f"That gives two dates, {days}. Give one.")
    return option or from_text


def _require_one_colour(input_line: InputLine, from_text: Colour | None, rag: Colour | None) -> Colour | None:
    if from_text and rag and from_text is not rag:
        raise input_line.not_understood(
            f"That gives two colours, {from_text.words} and {rag.words}. Give one."
        )
    return rag or from_text
