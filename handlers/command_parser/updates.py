"""`update REF STATUS [note] [options]`, in the order people type it."""

import re
from dataclasses import dataclass, replace

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.text import one_line, plain_marks
from bot.plan.wording import format_day
from bot.sentences import sentence
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
# A note that begins with "=", or with a minus and a digit, keeps it.
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
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|([^<>]*))?>")
_MAX_REFS = 20
# In a suggested line, where a reason has to be typed.
_REASON_PLACEHOLDER = "why it moves"


@dataclass(frozen=True)
class UpdateBody:
    """An update without its options. due: a date in words. public: a lone `public` follows the note."""

    refs: tuple[RefQuery, ...]
    status: StatusMatch | None = None
    note: str = ""
    due: DueMatch | None = None
    public: bool = False


def read_update(input_line: InputLine, text: str) -> UpdateStatus:
    """The update that follows the verb. Raises NotUnderstoodError, with a corrected line where possible."""
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
    """As read_body. The corrected line of its error gets the options back."""
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
        values = options.values
        if due:
            because = _join(due.because, values.get("because", "")) or _REASON_PLACEHOLDER
            values = {**values, "due": due.text, "because": because}
        line = f"{error.suggestion} {ParsedOptions('', values).text}".removeprefix(input_line.command)
        raise input_line.not_understood(error.sentence, line) from None


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _has_content(update: UpdateStatus) -> bool:
    """Whether it changes anything: an option without a value, such as a bare `--because`, does not."""
    return any((update.status, update.declared, update.due, update.note, update.because, update.evidence))


def _check_update(input_line: InputLine, text: str, update: UpdateStatus) -> UpdateStatus:
    if len(update.refs) > _MAX_REFS:
        raise input_line.not_understood(
            f"That names {len(update.refs)} actions. Update up to {_MAX_REFS} at a time."
        )
    if update.due and not update.because:
        bare = re.sub(
            r"(?:(?<![\s-])[\s-]++)?+\bbecause\b[\s:=\"']*+$", "", plain_marks(text), flags=re.IGNORECASE
        )
        raise input_line.not_understood(
            f"A new date needs its reason. Say why it moves to {format_day(update.due)}.",
            f'update {text[: len(bare)]} --because "{_REASON_PLACEHOLDER}"',
        )
    if update.because and not update.due:
        note = f"{update.note}, because {update.because}" if update.note else update.because
        update = replace(update, note=note, because="")
    for name, words in (("note", update.note), ("reason", update.because)):
        if len(words) > MAX_NOTE_LENGTH:
            raise input_line.not_understood(
                f"Your {name} is {len(words):,} characters long. It can have up to {MAX_NOTE_LENGTH:,}."
                " Nothing was changed. Put the detail in a document and give its link with --evidence."
            )
    return update


def _read_due(input_line: InputLine, text: str, options: ParsedOptions) -> DueMatch:
    value = options.values["due"]
    due = leading_day(value, today=input_line.today)
    if due:
        return due
    day = example_day(input_line.today)
    because = find_reason(value) or options.values.get("because") or _REASON_PLACEHOLDER
    corrected = ParsedOptions(options.body, {**options.values, "due": format_day(day), "because": because})
    line = f"update {options.body} {corrected.text}" if find_ref(text) else ""
    problem = sentence(
        "handlers.unreadable_date",
        value=quote(value) if value.strip() else "",
        example=format_day(day),
        year=day.year,
    )
    raise input_line.not_understood(problem, line)


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


def read_body(input_line: InputLine, text: str, *, without_options: bool) -> UpdateBody:
    """`5.2 done note` or `done 5.2 note`. Raises NotUnderstoodError with a corrected line.

    without_options: the line has no options, so refs alone are not enough.
    """
    status = leading_status(text, anything_after=True)
    refs = status and leading_refs(
        status.rest[_match_end(_PREPOSITION.match(plain_marks(status.rest))) :], strict=True
    )
    if status and refs:
        note, public = _split_note(refs.rest, blocked=status.blocked)
        return UpdateBody(refs.refs, status, note, public=public)
    refs = leading_refs(text)
    if refs is None:
        raise missing_ref(input_line, text)
    if without_options and not refs.rest:
        raise missing_update(input_line, refs)
    return _read_after_refs(input_line, refs)


def _read_after_refs(input_line: InputLine, match: RefsMatch) -> UpdateBody:
    words = match.rest[_match_end(_LINKING_WORDS.match(plain_marks(match.rest))) :]
    status = leading_status(words)
    if status:
        note, public = _split_note(status.rest, blocked=status.blocked)
        return UpdateBody(match.refs, status, note, public=public)
    due = leading_due(input_line, words)
    if due:
        return UpdateBody(match.refs, due=due, note=resolve_mentions(due.rest))
    note, public = _split_note(match.rest, blocked=False)
    is_mistyped = len(words.split()) <= _MAX_MISTYPED_WORDS and nearest_status(words)
    is_note = re.match(r"[-:;>\"]", plain_marks(match.rest)) and not is_mistyped
    if is_note or not note:
        return UpdateBody(match.refs, note=note, public=public)
    raise missing_status(input_line, match, words)


def leading_due(input_line: InputLine, words: str) -> DueMatch | None:
    """A date after a word that says it is one: "moved to 30 April"."""
    match = _DUE.match(plain_marks(words))
    return leading_day(words[match.end() :], today=input_line.today) if match else None


def _split_note(text: str, *, blocked: bool) -> tuple[str, bool]:
    """The note without the punctuation around it, and whether a lone `public` follows it."""
    bare = text[_match_end(_LEADING_MARKS.match(plain_marks(text))) :].strip()
    if blocked:
        bare = re.sub(r"^because\b[\s:,-]*", "", bare, flags=re.IGNORECASE)
    if bare.casefold() == "public":
        return "", True
    note, rest = split_quoted(bare)
    if rest.casefold() == "public":
        return resolve_mentions(note), True
    return resolve_mentions(bare if rest else note), False


def resolve_mentions(text: str) -> str:
    """The text as its author saw it: Slack's markup of people, channels and links replaced by their names."""
    if "<" not in text:
        return text.strip()
    return _LINK.sub(_show_link, _NAMED_MENTION.sub(r"\1\2", text)).strip()


def _show_link(match: re.Match[str]) -> str:
    """The label, with the address after it unless the label says it."""
    address, label = match[1], (match[2] or "").strip()
    if not label or label == address:
        return address
    is_address = label.rstrip("/") == address.partition("://")[2].rstrip("/")
    return label if is_address else f"{label} ({address})"


def _match_end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0
