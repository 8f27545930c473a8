"""Keeps what people wrote literal: Slack has no escape for its formatting marks, so they are unmade.

A mark counts only where it could open or close something: not between two letters or digits (in_progress,
2*3), not between spaces (2 * 3), and not without its counterpart on the line (~50). Where it counts it is
put between two word joiners, which show nothing: Slack takes a mark for one only where a space or
punctuation stands before it and none after it. Wide forms of the marks, typed in Japanese, count as well.
A backtick counts wherever it has a counterpart, and no joiner stops it: a grave accent takes its place.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

WORD_JOINER = "\u2060"
GRAVE_ACCENT = "\u02cb"
FULLWIDTH_MARKS = {"\uff0a": "*", "\uff3f": "_", "\uff5e": "~", "\uff40": "`"}
_MARKS = re.compile(f"[*_~`{''.join(FULLWIDTH_MARKS)}]")
_ESCAPED = re.compile("[&<>]")
_QUOTES = re.compile("(?m)^(?=[\u2060 ]*[>\uff1e])")


class MrkdwnSpan(NamedTuple):
    """kind: written by people, to be kept literal; code is escaped only; a mark, made by us, is as it is."""

    text: str
    kind: Literal["written", "code", "mark"] = "written"


def escape(text: str) -> str:
    """The three characters Slack wants escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def join_spans(spans: Sequence[MrkdwnSpan]) -> str:
    """The pieces as one line or more of mrkdwn, in which only the marks among them mean anything."""
    whole = "".join([piece.text for piece in spans])
    replacements = _find_replacements(whole, spans)
    if replacements or _ESCAPED.search(whole):
        whole = _escape_spans(spans, replacements)
    return whole.replace(WORD_JOINER * 2, WORD_JOINER)


def _find_replacements(whole: str, spans: Sequence[MrkdwnSpan]) -> dict[int, str]:
    """What takes the place of which characters of the whole: of none in most lines."""
    replacements: dict[int, str] = {}
    if ">" in whole or "\uff1e" in whole:
        replacements = {
            found.start(): WORD_JOINER + whole[found.start()] for found in _QUOTES.finditer(whole)
        }
    if _MARKS.search("".join([piece.text for piece in spans if piece.kind == "written"])):
        replacements |= {at: _neutralise(whole[at]) for at in _effective_marks(whole, spans)}
    return replacements


def _escape_spans(spans: Iterable[MrkdwnSpan], replacements: dict[int, str]) -> str:
    made: list[str] = []
    at = 0
    for piece in spans:
        text = _replace_characters(piece.text, at, replacements) if piece.kind == "written" else piece.text
        made.append(piece.text if piece.kind == "mark" else escape(text))
        at += len(piece.text)
    return "".join(made)


def _neutralise(mark: str) -> str:
    return GRAVE_ACCENT if FULLWIDTH_MARKS.get(mark, mark) == "`" else f"{WORD_JOINER}{mark}{WORD_JOINER}"


def _replace_characters(text: str, start: int, replacements: dict[int, str]) -> str:
    """The text with its characters replaced as `replacements` says. start: where it begins in the whole."""
    if not replacements:
        return text
    return "".join(replacements.get(at, letter) for at, letter in enumerate(text, start))


def is_plain(text: str) -> bool:
    """Whether the text can stand between formatting marks of our own without disturbing them."""
    return (
        bool(text.strip())
        and text == text.strip()
        and not any(
            _can_open(text, found.start()) or _can_close(text, found.start())
            for found in _MARKS.finditer(text)
        )
    )


def _effective_marks(whole: str, spans: Iterable[MrkdwnSpan]) -> frozenset[int]:
    """Where in the whole text the marks stand that people wrote and that could pair with another."""
    opens: dict[tuple[str, int], int] = {}
    closes: dict[tuple[str, int], int] = {}
    written: list[tuple[int, tuple[str, int]]] = []
    for at, mark, kind, line in _find_marks(spans):
        key = (mark, 0 if mark == "`" else line)
        if _can_open(whole, at):
            opens.setdefault(key, at)
        if _can_close(whole, at):
            closes[key] = at
        if kind == "written":
            written.append((at, key))
    return frozenset(
        at
        for at, key in written
        if (_can_open(whole, at) and closes.get(key, -1) > at)
        or (_can_close(whole, at) and opens.get(key, at) < at)
    )


def _find_marks(spans: Iterable[MrkdwnSpan]) -> Iterable[tuple[int, str, str, int]]:
    """Every mark: where it stands, which it is, whose it is, and on which line."""
    start = line = 0
    for piece in spans:
        if piece.kind == "written" or (piece.kind == "mark" and len(piece.text) == 1):
            for found in _MARKS.finditer(piece.text):
                mark = found.group()
                yield start + found.start(), FULLWIDTH_MARKS.get(mark, mark), piece.kind, line
        start += len(piece.text)
        line += piece.text.count("\n")


def _can_open(text: str, at: int) -> bool:
    if FULLWIDTH_MARKS.get(text[at], text[at]) == "`":
        return True
    return not _is_word_character(text[at - 1 : at]) and text[at + 1 : at + 2] not in {"", " ", "\n"}


def _can_close(text: str, at: int) -> bool:
    if FULLWIDTH_MARKS.get(text[at], text[at]) == "`":
        return True
    return not _is_word_character(text[at + 1 : at + 2]) and text[max(0, at - 1) : at] not in {"", " ", "\n"}


def _is_word_character(letter: str) -> bool:
    """Plain letters and digits only: of others it is not known what Slack thinks, so they protect nothing."""
    return letter.isascii() and letter.isalnum()
