"""One line in, one command out; a line that can't be read comes back put right, ready to copy."""

import re
from collections.abc import Callable
from datetime import date

from bot.commands import Command, DigestPreview, Help, LinkAccount, ListQuestions, Undo, Versions
from bot.errors import NotUnderstoodError
from bot.plan.owners import is_initials
from bot.plan.text import one_line, plain_marks
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
_ANSWERED = {"answered", "answers", "settled", "closed"}
_OPEN = {"", "open", "all"}


def read_questions(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    word = ending.text.casefold()
    if word not in _ANSWERED | _OPEN:
        raise input_line.not_understood(
            f"I can list questions that are open or answered, not {quote(text)}.", "questions"
        )
    return ListQuestions(answered=word in _ANSWERED, page=ending.page, line=one_line(input_line.text))


def read_versions(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    named = _NUMBER.fullmatch(ending.text)
    if ending.text and named is None:
        raise input_line.not_understood(f"{quote(text)} is not the number of a version.", "versions")
    number = int(named["number"]) if named else 0
    return Versions(number=number, page=ending.page, line=one_line(input_line.text))


_HELP = re.compile(r"[\s-]*(?:help|\?+)[\s.!?]*", re.IGNORECASE)
_BATCH = re.compile(r"[\w-]{1,36}")
_NOTE_START = re.compile(r"[-:=\">]|(?:is|to|as|due)\b", re.IGNORECASE)
_REF_ONLY = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})+[a-z]?|[0-9]{1,4}", re.IGNORECASE)
_JOINER = re.compile(r"(?:\s*(?:=|->|-)\s*|\s+(?:to|is|with|as|and)\s+|\s+)", re.IGNORECASE)


def parse(text: str, *, today: date, command: str = "/cip") -> Command:
    """Read what stands after the command; raises NotUnderstoodError, and nothing else, for any text.

    today: the asker's day, which dates without a year count from. command: how suggestions begin.
    """
    typed = read_input_line(text, today=today, command=command)
    if not typed.text:
        return Help()
    verb = read_verb(typed.text)
    if verb is None:
        return _parse_without_verb(typed)
    if verb[0] != "search" and _HELP.fullmatch(plain_marks(verb[1])):
        return Help(topic=read_topic(verb[0]), line=one_line(typed.text))
    return _VERBS[verb[0]](typed, verb[1])


def _help(input_line: InputLine, text: str) -> Command:
    return Help(topic=read_topic(text), line=one_line(input_line.text))


def _status(input_line: InputLine, text: str) -> Command:
    """`status 5.2` asks, `status 5.2 done` tells."""
    named = leading_refs(text)
    return (
        read_show(input_line, text)
        if named and not split_trailing_words(named.rest).text
        else read_update(input_line, text)
    )


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
        actor = normalize_initials(letters) if is_initials(letters.upper()) else "RM"
        raise input_line.not_understood(
            "Whose account? Give the initials and the person, with an @.", f"link {actor} @person"
        )
    if not is_initials(letters.upper()):
        what = f"I can't read {quote(letters)} as initials." if letters else "Whose initials?"
        raise input_line.not_understood(
            f"{what} Give two to four letters and the person.", f"link RM {_find_mention(text)}"
        )
    return LinkAccount(initials=normalize_initials(letters), person=person[0], line=one_line(input_line.text))


def _find_mention(text: str) -> str:
    found = re.search(r"<@[^>\s]+>|@\S+", text)
    return found[0] if found else "@person"


_VERBS: dict[str, Callable[[InputLine, str], Command]] = {
    "help": _help,
    "update": read_update,
    "status": _status,
    "show": read_show,
    "mine": read_mine,
    "at-risk": lambda typed, text: read_scoped(typed, "at-risk", text),
    "overdue": lambda typed, text: read_scoped(typed, "overdue", text),
    "due": read_due,
    "history": read_history,
    "why": read_why,
    "undo": _undo,
    "search": read_search,
    "digest": _digest,
    "export": read_export,
    "calendar": read_calendar,
    "link": _link,
    "questions": read_questions,
    "versions": read_versions,
}


def _parse_without_verb(input_line: InputLine) -> Command:
    """`5.2` shows, `5.2 done` and `done 5.2` update; a mistyped verb comes back put right."""
    status = leading_status(input_line.text, anything_after=True)
    if status is not None:
        return _parse_status_first(input_line, status)
    named = leading_refs(input_line.text)
    if named and re.match(r"[\s#]*[0-9]", plain_marks(input_line.text)):
        return _parse_ref_first(input_line, named)
    meant = nearest_verb(input_line.text)
    word = quote(input_line.text.split()[0])
    if meant:
        raise _corrected_line_error(input_line, word, *meant)
    if named:
        return _parse_ref_first(input_line, named)
    raise input_line.not_understood(f"I don't know the command {word}.", "help")


def _corrected_line_error(input_line: InputLine, word: str, verb: str, text: str) -> Exception:
    """The line with this verb; where that cannot be read either, what would be offered for it. word: what was
    typed for the verb.
    """
    unknown = f"I don't know the command {word}."
    sentence = f"{unknown} Did you mean {verb}?"
    try:
        _VERBS[verb](input_line, text)
    except NotUnderstoodError as error:
        if error.suggestion is not None:
            same = error.suggestion.startswith(input_line.format_suggestion(verb))
            return NotUnderstoodError(sentence if same else unknown, suggestion=error.suggestion)
    return input_line.not_understood(sentence, f"{verb} {text}")


def _parse_status_first(input_line: InputLine, status: StatusMatch) -> Command:
    if status.declared and not status.rest.strip(" .,!?"):
        colour = status.declared.words
        raise input_line.not_understood(
            f"Which action is {colour}? For the list of what is Red or Amber:", "at-risk"
        )
    return read_update(input_line, input_line.text)


def _parse_ref_first(input_line: InputLine, match: RefsMatch) -> Command:
    left = split_trailing_words(match.rest).text
    verb = read_verb(left)
    if not left:
        return read_show(input_line, input_line.text)
    if verb and not verb[1] and verb[0] in {"show", "history", "why"}:
        return _VERBS[verb[0]](input_line, format_refs(match.refs))
    news = (
        leading_status(left, anything_after=True)
        or nearest_status(left)
        or _NOTE_START.match(plain_marks(left))
    )
    if not news:
        refs = format_refs(match.refs[:1])
        raise input_line.not_understood(f"What about {refs}? To see it, use show.", f"show {refs}")
    return read_update(input_line, input_line.text)
