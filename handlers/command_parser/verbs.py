"""What each verb does with the words after it."""

import re
from collections.abc import Callable

from bot.commands import (
    Command,
    DigestPreview,
    Explain,
    Help,
    LinkAccount,
    ListQuestions,
    SetTimezone,
    Undo,
    Versions,
)
from bot.plan.owners import is_initials
from bot.plan.text import one_line, plain_marks
from bot.sentences import sentence
from handlers.command_parser.line import InputLine, quote, read_topic, read_verb
from handlers.command_parser.lists import (
    read_at_risk,
    read_calendar,
    read_due,
    read_export,
    read_history,
    read_mine,
    read_overdue,
    read_search,
    read_show,
    read_why,
    split_trailing_words,
)
from handlers.command_parser.tokens import (
    find_ref,
    format_refs,
    leading_person,
    leading_refs,
    looks_like_initials,
    normalize_initials,
)

_NUMBER = re.compile(r"(?:no\.?\s*|number\s*|#)?(?P<number>[0-9]{1,6})", re.IGNORECASE)
_RESET = {"reset", "default", "clear", "forget"}
_ANSWERED = {"answered", "answers", "settled", "closed"}
_OPEN = {"", "open", "all"}
HELP = re.compile(r"[\s-]*+(?:help|\?++)[\s.!?]*+", re.IGNORECASE)
_LAST_CHANGE = re.compile(
    r"(?:(?:please|take|put|undo|my|the|your|last|latest|that|it|this|one|back|change|update|record|"
    r"again|thing|i|just|did|said|what)\s*)+[.!]*"
)
_BATCH = re.compile(r"[\w-]{1,36}")
_REF_ONLY = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})+[a-z]?|[0-9]{1,4}", re.IGNORECASE)
_JOINER = re.compile(r"(?:\s*(?:=|->|-)\s*|\s+(?:to|is|with|as|and)\s+|\s+)", re.IGNORECASE)
# Verbs that are everyday words as well: they count only where the rest of the line is what they take.
EVERYDAY_VERBS = frozenset(
    [
        "late",
        "missed",
        "open",
        "see",
        "get",
        "my",
        "me",
        "hello",
        "hi",
        "risk",
        "risks",
        "risky",
        "soon",
        "upcoming",
        "log",
        "changes",
        "change",
        "report",
        "set",
        "mark",
        "asked",
        "view",
        "details",
        "usage",
        "commands",
        "connect",
        "summary",
        "download",
        "again",
        "find",
        "question",
    ]
)
_OF_ONE_ACTION = frozenset({"show", "history", "why", "explain"})
# "Why is 5.2 red?" asks how it stands, not who was asked.
_IS_QUESTION = re.compile(
    r"(?:is|are|was|were|does|do|did|has|have|isn't|aren't|hasn't|haven't)\b", re.IGNORECASE
)
_LISTS = frozenset({"at-risk", "overdue", "due", "mine"})
# Words that make a sentence of it, and no list: "at risk because …".
_IS_SENTENCE = re.compile(
    r"[.;:!]\s*(?!(?-i:[A-Z]{2,4})\b)[^\W\d]"
    r"|\b(?:because|cos|since|due to|we|i|i'm|it|is|are|was|were|has|have|know|but|they|"
    r"he|she|until|but)\b",
    re.IGNORECASE,
)
_MIN_SENTENCE_WORDS = 3
# Words that tell how something goes, so that what stands before them is what goes so.
_TELLS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|isn't|aren't|hasn't|haven't|continues?|continuing|ongoing"
    r"|under ?way|starts?|started"
    r"|begins?|begun|goes|going|went|failed|complete|completed|finished|done|sent|stalled|delayed|agreed)\b",
    re.IGNORECASE,
)
_SCOPE_WORDS = re.compile(
    r"(?:\s|[,;.!&]|(?:in|for|of|by|and|the|with|only|from|all|please|public|me|mine|my|actions?|items?|"
    r"tasks?|list|open|page\s*[0-9]+|"
    r"(?:section|sect|sec|s|project|proj|priority|p)\.?\s?-?[0-9]{1,4}[a-z]?|<@[^<>]*>|@\S+|at risk|"
    r"overdue|late|risks?|due|"
    r"(?:next|this) (?:week|month|year)|today|tomorrow|[0-9]{1,4}\s?(?:d|days?|w|weeks?))(?![\w-]))*+",
    re.IGNORECASE,
)


def _help(input_line: InputLine, text: str) -> Command:
    return Help(topic=read_topic(text), line=one_line(input_line.text))


def _undo(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    word = ending.text.casefold()
    if not word or _LAST_CHANGE.fullmatch(word):
        return Undo(public=ending.public, line=one_line(input_line.text))
    if _REF_ONLY.fullmatch(word) or not _BATCH.fullmatch(word):
        ref = find_ref(ending.text)
        raise input_line.not_understood(
            "undo takes back your own latest change, whatever it was. It takes no ref.",
            f"history {format_refs(ref.refs[:1])}" if ref else "undo",
        )
    return Undo(batch=ending.text, public=ending.public, line=one_line(input_line.text))


def _explain(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    found = find_ref(ending.text)
    ref = found.refs[0] if found else None
    return Explain(ref=ref, public=ending.public, line=one_line(input_line.text))


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


VERBS: dict[str, Callable[[InputLine, str], Command]] = {
    "help": _help,
    "show": read_show,
    "mine": read_mine,
    "at-risk": read_at_risk,
    "overdue": read_overdue,
    "due": read_due,
    "history": read_history,
    "why": read_why,
    "explain": _explain,
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


def is_plain_command(words: str, verb: str, rest: str) -> bool:
    """Whether the line is the command of this verb. An everyday word is one only with what it takes."""
    if verb != "search" and HELP.fullmatch(plain_marks(rest)):
        return True
    typed = plain_marks(words[: len(words) - len(rest)]).strip(" \t\n:=,;.!").casefold()
    return _may_follow(verb, rest) and (
        typed not in EVERYDAY_VERBS or _is_taken_by(verb, plain_marks(rest).strip())
    )


def begins_with_everyday_words(words: str, *, is_command: bool, has_refs: bool) -> bool:
    """Whether a line that begins with a verb may be an answer all the same: "at risk", "at risk, two are
    off", "calendar invites are out", "search for a landlord continues". is_command: it can be read as the
    verb's command.
    """
    verb = read_verb(words)
    if verb is None or has_refs or verb[0] == "link":
        return False
    name, rest = verb
    typed = plain_marks(words[: len(words) - len(rest)])
    rest = plain_marks(rest).strip()
    if not rest:
        return name == "at-risk" and "-" not in typed and "at" in typed.casefold()
    if not is_command:
        return len(rest.split()) > 1
    if name in _LISTS:
        is_apart = typed.rstrip()[-1:] in {",", ".", ";", ":"} or len(rest.split()) >= _MIN_SENTENCE_WORDS
        return "-" not in typed and is_apart and not _is_taken_by(name, rest)
    return name in {"search", "digest", "calendar"} and _TELLS.search(rest) is not None


def _may_follow(verb: str, rest: str) -> bool:
    """Whether these words may follow the verb, however it was typed."""
    if verb == "link" and "@" not in rest and find_ref(rest) is not None:
        return False
    if verb == "why" and _IS_QUESTION.match(rest):
        return False
    if verb in _OF_ONE_ACTION and rest and leading_refs(rest) is None and find_ref(rest) is None:
        return False
    if verb in _LISTS:
        return _IS_SENTENCE.search(rest) is None
    return verb != "help" or len(rest.split()) <= 1 or bool(read_topic(rest))


def _is_taken_by(verb: str, rest: str) -> bool:
    """Whether the rest is nothing but what the command takes."""
    if verb in {"help", "digest"}:
        return not rest.strip(" .!,")
    if verb in _OF_ONE_ACTION:
        return not rest or leading_refs(rest) is not None
    if verb == "link":
        return "@" in rest or len(rest.split()) <= 1
    if verb in _LISTS:
        left = _SCOPE_WORDS.match(rest)
        remaining = rest[left.end() if left else 0 :].strip(" .!")
        return not remaining or looks_like_initials(remaining)
    return True
