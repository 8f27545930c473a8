"""The phrases of a text, one after the other: what each does in its clause, and where it stands."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from bot.plan.statuses import Status
from bot.plan.text import one_line, plain_marks
from handlers.command_parser.vocabulary import (
    COLOUR_OF_LETTER,
    FIRST_WORDS,
    MAX_PHRASE_WORDS,
    PHRASES,
    Kind,
    Phrase,
    group,
)

# Stands for the ref of the action that a text is about, once for each of its characters.
REF_MARK = "\ue000"
EDGES = " \t\n,;:.>|\u00b7\u2022"
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_TOKEN = re.compile(
    r"(?P<whole><[^<>]{1,2000}>|https?://[^\s<>]+)|(?P<word>n/a\b|n/s\b|b/c\b|w/c\b|"
    r"[^\W\d_\ue000]+(?:'[^\W\d_\ue000]+)*|'(?:cause|ll)\b)"
    r"|(?P<number>[0-9]++(?:[.,:][0-9]++)*+(?:(?P<percent>\s?%)|st|nd|rd|th)?+)"
    r"|(?P<ref>\ue000+)|(?P<arrow>(?<!-)-++>|(?<!=)=++>|\u2192)|(?P<dash>-++)|(?P<slash>/)"
    r"|(?P<mark>[.;!?:,()\[\]\"|"
    r"\n\u2026\u2600-\u27bf\U0001f300-\U0001faff])",
    re.IGNORECASE,
)
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        (
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
}
# How a word is said in some places, and what it is.
_SPELLINGS = {"nowt": "nothing", "nout": "nothing", "summat": "something", "tmrw": "tomorrow"}
# Before a ref: "record 5.2 as at risk".
_RECORDS = frozenset(
    {"record", "log", "report", "show", "list", "rate", "class", "flag", "treat", "have", "get"}
)
# Said while thinking: a clause ends there.
_PAUSES = frozenset({"um", "umm", "uh", "er", "erm", "err"})
ENDS_OF_DENIAL = ("n't", "nt")
_DENIALS = group("denials")
_OFTEN_MISTYPED = group("often_mistyped")
_UNDENIED = frozenset({"finished", "blocked", "completed", "complete", "started"})
# Words before a number of something: "letter ref 24/113".
_NAMES_NUMBER = frozenset({"ref", "reference", "no", "number", "minute", "case", "order", "invoice", "id"})
_MIN_MISTYPED, _MAX_MISTYPED = 5, 14


class Lexeme(NamedTuple):
    """A phrase at its place in the text. words: in lower case. share: 0 to 100, of a number that is one."""

    phrase: Phrase
    start: int
    end: int
    words: str
    share: float | None = None
    day: date | None = None

    @property
    def kind(self) -> Kind:
        return self.phrase.kind


class DayFound(NamedTuple):
    """A day in the text. day None: it is not clear which."""

    start: int
    end: int
    day: date | None


def read_lexemes(text: str, days: Sequence[DayFound]) -> Iterator[Lexeme]:
    # A long dash parts clauses, also where no space stands beside it.
    plain = plain_marks(text.replace("\u2014", ";")).lower()
    tokens = list(_TOKEN.finditer(plain))
    waiting, at = list(days)[::-1], 0
    while at < len(tokens):
        token = tokens[at]
        while waiting and waiting[-1].start < token.start():
            waiting.pop()
        if waiting and waiting[-1].start == token.start():
            found = waiting.pop()
            yield Lexeme(
                Phrase(Kind.DAY), found.start, found.end, plain[found.start : found.end], day=found.day
            )
            while at < len(tokens) and tokens[at].start() < found.end:
                at += 1
            continue
        lexeme, used = _lexeme_at(plain, tokens, at)
        if lexeme is not None:
            yield lexeme
        at += used


def _lexeme_at(plain: str, tokens: Sequence[re.Match[str]], at: int) -> tuple[Lexeme | None, int]:  # noqa: PLR0911 - one rule each
    """The lexeme that begins with this token, None for a mark that joins; and how many tokens it takes."""
    token = tokens[at]
    start, end, words = token.start(), token.end(), token[0]
    if token.lastgroup == "ref":
        return Lexeme(Phrase(Kind.SUBJECT), start, end, words), 1
    if token["percent"] and words.count(".") < 2 and ":" not in words:  # noqa: PLR2004 - no number has two points
        return _share(float(words.rstrip("% ").replace(",", "")), start, end, words), 1
    if share := _share_at(plain, tokens, at):
        return share
    if token.lastgroup == "whole" and words.startswith("<@") and not plain[:start].strip():
        return Lexeme(Phrase(Kind.FILLER), start, end, words), 1
    if token.lastgroup in {"number", "whole"}:
        return Lexeme(Phrase(Kind.PLAIN), start, end, words), 1
    if token.lastgroup == "word":
        return _rated_at(tokens, at) or _quiet_at(tokens, at) or _phrase_at(tokens, at)
    return _mark_at(plain, tokens, at)


def _quiet_at(tokens: Sequence[re.Match[str]], at: int) -> tuple[Lexeme, int] | None:
    """A word that says nothing where it stands: "record" before a ref, "um"."""
    token = tokens[at]
    if token[0] in _PAUSES:
        return Lexeme(Phrase(Kind.BREAK), token.start(), token.end(), ","), 1
    if token[0] in _RECORDS and at + 1 < len(tokens) and tokens[at + 1].lastgroup == "ref":
        return Lexeme(Phrase(Kind.FILLER), token.start(), token.end(), token[0]), 1
    return None


def _mark_at(plain: str, tokens: Sequence[re.Match[str]], at: int) -> tuple[Lexeme | None, int]:
    token = tokens[at]
    start, end = token.span()
    if token.lastgroup == "dash":
        is_break = start == 0 or end == len(plain) or plain[start - 1].isspace() or plain[end].isspace()
        return (Lexeme(Phrase(Kind.BREAK), start, end, "-"), 1) if is_break or end - start > 1 else (None, 1)
    if token.lastgroup == "slash" and at and tokens[at - 1].lastgroup == "number":
        return None, 1
    if (
        token.lastgroup == "slash"
        and plain[start - 1 : start].isspace()
        and plain[end : end + 1].isspace()
        and _TWO_LETTERS.match(plain, end + 1)
    ):
        # Between the cells of a row: "5.3 / not started / no quote yet".
        return Lexeme(Phrase(Kind.BREAK), start, end, "|"), 1
    if token.lastgroup == "slash":
        return Lexeme(Phrase(Kind.DOUBT), start, end, "or"), 1
    if token.lastgroup == "arrow":
        return Lexeme(Phrase(Kind.FILLER), start, end, "to"), 1
    return Lexeme(Phrase(Kind.BREAK), start, end, token[0]), 1


def _share(percent: float, start: int, end: int, words: str) -> Lexeme:
    if percent == 100:  # noqa: PLR2004 - per cent
        is_counted = "%" not in words
        return Lexeme(Phrase(Kind.STATUS, status=Status.COMPLETE, keeps_words=is_counted), start, end, words)
    return Lexeme(Phrase(Kind.SHARE), start, end, words, share=percent)


def _share_at(plain: str, tokens: Sequence[re.Match[str]], at: int) -> tuple[Lexeme, int] | None:
    """`3 of 5`, `two out of five`, `3/5`."""
    number, used = _number_of(tokens[at][0]), 1
    if number is None:
        return None
    rest = [each[0] for each in tokens[at + 1 : at + 5]]
    if rest[:1] == ["/"] and _is_reference(tokens, at):
        return None
    if rest[:1] == ["/"] or rest[:1] == ["of"]:
        used = 2
    elif rest[:2] == ["out", "of"]:
        used = 3
    else:
        return None
    if rest[used - 1 : used] in (["the"], ["our"]):
        used += 1
    whole = _number_of(rest[used - 1]) if len(rest) >= used else None
    if whole is None or number > whole:
        return None
    start, end = tokens[at].start(), tokens[at + used].end()
    percent = 100 * number / whole if whole else 0
    return _share(percent, start, end, plain[start:end]), used + 1


def _rated_at(tokens: Sequence[re.Match[str]], at: int) -> tuple[Lexeme, int] | None:
    """`RAG: A`, `BRAG status = G`: a letter after these words is a colour."""
    words = [each[0] for each in tokens[at : at + 4]]
    if words[:1] not in (["rag"], ["brag"]):
        return None
    used = 2 if words[1:2] in (["status"], ["rating"], ["colour"]) else 1
    if words[used : used + 1] == [":"]:
        used += 1
    letter = "".join(words[used : used + 1])
    if letter == "b":
        # Blue is what is complete; only "BRAG" has it, and "RAG: B" is taken for no other.
        phrase = Phrase(Kind.STATUS, status=Status.COMPLETE, is_strong=True)
        return Lexeme(
            phrase, tokens[at].start(), tokens[at + used].end(), " ".join(words[: used + 1])
        ), used + 1
    colour = COLOUR_OF_LETTER.get(letter)
    if colour is None:
        return None
    phrase = Phrase(Kind.COLOUR, colour=colour, is_strong=True)
    return Lexeme(phrase, tokens[at].start(), tokens[at + used].end(), " ".join(words[: used + 1])), used + 1


def _is_reference(tokens: Sequence[re.Match[str]], at: int) -> bool:
    """Whether "2026/114" or "29/01/27" is a number of something, or a day, and no share."""
    before = tokens[at - 1][0] if at else ""
    after = tokens[at + 3][0] if at + 3 < len(tokens) else ""
    return "/" in {before, after} or before in _NAMES_NUMBER


def _number_of(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 6 else _NUMBER_WORDS.get(word)  # noqa: PLR2004


def _phrase_at(tokens: Sequence[re.Match[str]], at: int) -> tuple[Lexeme, int]:
    """The longest phrase that begins here. Words are joined by nothing, or by a hyphen."""
    first, key = tokens[at], _spelled(tokens[at][0])
    phrase, used, end, found = PHRASES.get(key) or _denial(key) or Phrase(Kind.PLAIN), 1, first.end(), key
    if key in FIRST_WORDS:
        tried, words = 1, 1
        while words < MAX_PHRASE_WORDS and at + tried < len(tokens):
            token = tokens[at + tried]
            tried += 1
            if token.lastgroup == "dash" and token.end() - token.start() == 1:
                continue
            if token.lastgroup != "word":
                break
            key, words = f"{key} {_spelled(token[0])}", words + 1
            if key in PHRASES:
                phrase, used, end, found = PHRASES[key], tried, token.end(), key
    return Lexeme(phrase, first.start(), end, found), used


@lru_cache(maxsize=4096)
def _spelled(word: str) -> str:
    """The word; one that is a letter off a status, or has two letters changed about, as that: "finsihed". The
    first and the last letter have to be right, so that "finishes" is no "finished".
    """
    if word in _SPELLINGS:
        return _SPELLINGS[word]
    if not _MIN_MISTYPED <= len(word) <= _MAX_MISTYPED or word in PHRASES or not word.isascii():
        return word
    near = [each for each in _OFTEN_MISTYPED if each[0] == word[0] and each[-1] == word[-1]]
    return next((each for each in near if OSA.distance(each, word, score_cutoff=1) <= 1), word)


def _denial(word: str) -> Phrase | None:
    if word.endswith("n't") or word in _DENIALS:
        return Phrase(Kind.DENIAL)
    if word.startswith("un") and word[2:] in _UNDENIED:
        return Phrase(Kind.STATUS, status=Status.IN_PROGRESS, keeps_words=True)
    return None


_REF_MARKS = re.compile(f"{REF_MARK}+")
_REFS_AHEAD = re.compile(rf"\A[\W_]*{REF_MARK}+")
# "Waiting on 5.2" says nothing without the ref.
_DEPENDS_ON_REF = re.compile(
    r"\b(?:wait\w{0,4}|await\w{0,4}|blocked|held up|behind|depend\w{0,4}|stuck|after|until|till|once|when|see"
    r"|linked|tied|like|as|than)(?:\s{1,3}(?:on|for|by|to|with|as|of|action)){0,2}\s{0,3}\Z",
    re.IGNORECASE,
)
_MAX_DEPENDS_LENGTH = 60
_COMMAS = re.compile(r"(?<![\s,])[\s]*+,[\s,]*,\s*+")


def keep_inner_refs(text: str) -> str:
    """One REF_MARK for each ref that stands between words; none for one at an edge, without which the words
    are complete.
    """
    if REF_MARK not in text:
        return text
    text = _REFS_AHEAD.sub(" ", text)
    end = len(text)
    while end and not text[end - 1].isalnum():
        end -= 1
    said = text[:end]
    if not _DEPENDS_ON_REF.search(said[-_MAX_DEPENDS_LENGTH:]):
        text = said + text[end:].replace(REF_MARK, " ")
    return _REF_MARKS.sub(REF_MARK, text)


def clean(text: str) -> str:
    words = _COMMAS.sub(", ", one_line(keep_inner_refs(text)))
    return words.lstrip(EDGES).rstrip(EDGES.replace(">", ""))
