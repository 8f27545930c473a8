"""`parse`: one line in, one command out. The error for a line that can't be read suggests a corrected one."""

import re
from collections.abc import Callable
from datetime import date

from bot.commands import (
    Command,
    DigestPreview,
    Help,
    LinkAccount,
    ListQuestions,
    SetTimezone,
    Undo,
    Versions,
)
from bot.errors import NotUnderstoodError
from bot.plan.owners import is_initials
from bot.plan.text import one_line, plain_marks
from bot.sentences import sentence
from handlers.command_parser.line import (
    InputLine,
    nearest_verb,
    quote,
    read_input_line,
    read_topic,
    read_verb,
)
from handlers.command_parser.lists import (
    read_calendar,
    read_due,
    read_export,
    read_history,
    read_mine,
    read_scoped,
    read_search,
    read_show,
    read_why,
    split_trailing_words,
)
from handlers.command_parser.tokens import (
    RefsMatch,
    StatusMatch,
    format_refs,
    leading_person,
    leading_refs,
    leading_status,
    nearest_status,
    normalize_initials,
)
from handlers.command_parser.updates import read_update

_NUMBER = re.compile(r"(?:no\.?\s*|number\s*|#)?(?P<number>[0-9]{1,6})", re.IGNORECASE)
_RESET = {"reset", "default", "clear", "forget"}
_ANSWERED = {"answered", "answers", "settled", "closed"}
_OPEN = {"", "open", "all"}
_HELP = re.compile(r"[\s-]*+(?:help|\?++)[\s.!?]*+", re.IGNORECASE)
_BATCH = re.compile(r"[\w-]{1,36}")
_NOTE_START = re.compile(r"[-:=\">]|(?:is|to|as|due)\b", re.IGNORECASE)
_REF_START = re.compile(r"[\s#]*(?:(?:section|sect|sec|s)\.?\s*(?=[0-9]+[\s/:]))?[0-9]", re.IGNORECASE)
_REF_ONLY = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})+[a-z]?|[0-9]{1,4}", re.IGNORECASE)
_JOINER = re.compile(r"(?:\s*(?:=|->|-)\s*|\s+(?:to|is|with|as|and)\s+|\s+)", re.IGNORECASE)


def parse(text: str, *, today: date, command: str = "/cip") -> Command:
    """The command that the text after "/cip" stands for. Raises NotUnderstoodError, and nothing else.

    today: in the asker's timezone; a date without a year counts from it. command: how suggestions begin.
    """
    input_line = read_input_line(text, today=today, command=command)
    if not input_line.text:
        return Help()
    verb = read_verb(input_line.text)
    if verb is None:
        return _parse_without_verb(input_line)
    if verb[0] != "search" and _HELP.fullmatch(plain_marks(verb[1])):
        return Help(topic=read_topic(verb[0]), line=one_line(input_line.text))
    return _VERBS[verb[0]](input_line, verb[1])


def _help(input_line: InputLine, text: str) -> Command:
    return Help(topic=read_topic(text), line=one_line(input_line.text))


def _status(input_line: InputLine, text: str) -> Command:
    """`status 5.2` shows, `status 5.2 done` updates."""
    match = leading_refs(text)
    is_show = match is not None and not split_trailing_words(match.rest).text
    return read_show(input_line, text) if is_show else read_update(input_line, text)


def _undo(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    word = ending.text.casefold()
    if word in {"", "last", "that", "it"}:
        return Undo(public=ending.public, line=one_line(input_line.text))
    if _REF_ONLY.fullmatch(word) or not _BATCH.fullmatch(word):
        raise input_line.not_understood(
            "undo takes back your own latest change, whatever it was. It takes no ref.", "undo"
        )
    return Undo(batch=ending.text, public=ending.public, line=one_line(input_line.text))


def _digest(input_line: InputLine, _text: str) -> Command:
    return DigestPreview(line=one_line(input_line.text))


def _link(input_line: InputLine, text: str) -> Command:
    """`link RM @person`, in either order."""
    person = leading_person(text)
    letters = person[1] if person else text
    if person is None:
        first = re.match(r"[^\s=@<]+", text)
        joiner = _JOINER.match(text, first.end()) if first else None
        letters = first[0] if first else ""
        person = leading_person(text[joiner.end() :]) if joiner else None
    elif (joiner := _JOINER.match(f" {letters}")) is not None:
        letters = f" {letters}"[joiner.end() :]
    if person is None:
        initials = normalize_initials(letters) if is_initials(letters.upper()) else "RM"
        raise input_line.not_understood(
            "Whose account? Give the initials and the person, with an @.", f"link {initials} @person"
        )
    if not is_initials(letters.upper()):
        problem = sentence("handlers.unreadable_initials", letters=quote(letters) if letters else "")
        raise input_line.not_understood(problem, f"link RM {_find_mention(text)}")
    return LinkAccount(initials=normalize_initials(letters), person=person[0], line=one_line(input_line.text))


def _find_mention(text: str) -> str:
    match = re.search(r"<@[^>\s]+>|@\S+", text)
    return match[0] if match else "@person"


def _timezone(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    line = one_line(input_line.text)
    if ending.text.casefold() in _RESET:
        return SetTimezone(reset=True, line=line)
    return SetTimezone(timezone=one_line(ending.text), line=line)


def _questions(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    word = ending.text.casefold()
    if word not in _ANSWERED | _OPEN:
        raise input_line.not_understood(
            f"I can list questions that are open or answered, not {quote(text)}.", "questions"
        )
    return ListQuestions(answered=word in _ANSWERED, page=ending.page, line=one_line(input_line.text))


def _versions(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    match = _NUMBER.fullmatch(ending.text)
    if ending.text and match is None:
        raise input_line.not_understood(f"{quote(text)} is not the number of a version.", "versions")
    number = int(match["number"]) if match else 0
    return Versions(number=number, page=ending.page, line=one_line(input_line.text))


_VERBS: dict[str, Callable[[InputLine, str], Command]] = {
    "help": _help,
    "update": read_update,
    "status": _status,
    "show": read_show,
    "mine": read_mine,
    "at-risk": lambda input_line, text: read_scoped(input_line, "at-risk", text),
    "overdue": lambda input_line, text: read_scoped(input_line, "overdue", text),
    "due": read_due,
    "history": read_history,
    "why": read_why,
    "undo": _undo,
    "search": read_search,
    "digest": _digest,
    "export": read_export,
    "calendar": read_calendar,
    "link": _link,
    "timezone": _timezone,
    "questions": _questions,
    "versions": _versions,
}


def _parse_without_verb(input_line: InputLine) -> Command:
    """`5.2` shows, `5.2 done` and `done 5.2` update. The error for a mistyped verb suggests the right one."""
    status = leading_status(input_line.text, anything_after=True)
    if status is not None:
        return _parse_status_first(input_line, status)
    refs = leading_refs(input_line.text)
    if refs and _REF_START.match(plain_marks(input_line.text)):
        return _parse_ref_first(input_line, refs)
    nearest = nearest_verb(input_line.text)
    word = quote(input_line.text.split()[0])
    if nearest:
        raise _corrected_line_error(input_line, word, *nearest)
    if refs:
        return _parse_ref_first(input_line, refs)
    raise input_line.not_understood(sentence("handlers.unknown_command", word=word), "help")


def _corrected_line_error(input_line: InputLine, word: str, verb: str, text: str) -> Exception:
    """Suggests the line with this verb; if that cannot be parsed either, what its own error suggests.

    word: what was typed for the verb, in quotation marks.
    """
    problem = sentence("handlers.unknown_command", word=word, verb=verb)
    try:
        _VERBS[verb](input_line, text)
    except NotUnderstoodError as error:
        if error.suggestion is not None:
            if not error.suggestion.startswith(input_line.format_suggestion(verb)):
                problem = sentence("handlers.unknown_command", word=word)
            return NotUnderstoodError(problem, suggestion=error.suggestion)
    return input_line.not_understood(problem, f"{verb} {text}")


def _parse_status_first(input_line: InputLine, status: StatusMatch) -> Command:
    if status.declared and not status.rest.strip(" .,!?"):
        colour = status.declared.words
        raise input_line.not_understood(
            f"Which action is {colour}? For the list of what is Red or Amber:", "at-risk"
        )
    return read_update(input_line, input_line.text)


def _parse_ref_first(input_line: InputLine, match: RefsMatch) -> Command:
    rest = split_trailing_words(match.rest).text
    verb = read_verb(rest)
    if not rest:
        return read_show(input_line, input_line.text)
    if verb and not verb[1] and verb[0] in {"show", "history", "why"}:
        return _VERBS[verb[0]](input_line, format_refs(match.refs))
    is_update = (
        leading_status(rest, anything_after=True)
        or nearest_status(rest)
        or _NOTE_START.match(plain_marks(rest))
    )
    if not is_update:
        refs = format_refs(match.refs[:1])
        raise input_line.not_understood(f"What about {refs}? To see it, use show.", f"show {refs}")
    return read_update(input_line, input_line.text)
