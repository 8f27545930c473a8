"""`update REF STATUS [note] [options]`, in the order people type it."""

import re
from dataclasses import replace

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.plan.rag import Colour
from bot.plan.text import one_line, plain_marks
from handlers.command_parser.option_values import (
    DueSaid,
    example_day,
    in_words,
    leading_day,
    read_colour,
    read_evidence,
    reason_in,
)
from handlers.command_parser.options import OptionsSaid, split_options
from handlers.command_parser.refs_said import RefsSaid, StatusSaid, any_ref
from handlers.command_parser.typed import LONGEST_NOTE, Typed, said
from handlers.command_parser.update_misread import nothing_said
from handlers.command_parser.update_words import Body, mentions, read_body

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
