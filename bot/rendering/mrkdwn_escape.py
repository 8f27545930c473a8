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

JOINER = "\u2060"
GRAVE = "\u02cb"
WIDE = {"\uff0a": "*", "\uff3f": "_", "\uff5e": "~", "\uff40": "`"}
_MARKS = re.compile(f"[*_~`{''.join(WIDE)}]")
_ESCAPED = re.compile("[&<>]")
_QUOTES = re.compile("(?m)^(?=[\u2060 ]*[>\uff1e])")


class Piece(NamedTuple):
    """kind: written by people, to be kept literal; code is escaped only; a mark, made by us, is as it is."""

    text: str
    kind: Literal["written", "code", "mark"] = "written"


def escaped(text: str) -> str:
    """The three characters Slack wants escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def joined(pieces: Sequence[Piece]) -> str:
    """The pieces as one line or more of mrkdwn, in which only the marks among them mean anything."""
    whole = "".join([piece.text for piece in pieces])
    changes = _changes(whole, pieces)
    if changes or _ESCAPED.search(whole):
        whole = _escaped(pieces, changes)
    return whole.replace(JOINER * 2, JOINER)


def _changes(whole: str, pieces: Sequence[Piece]) -> dict[int, str]:
    """What takes the place of which characters of the whole: of none in most lines."""
    changes: dict[int, str] = {}
    if ">" in whole or "\uff1e" in whole:
        changes = {found.start(): JOINER + whole[found.start()] for found in _QUOTES.finditer(whole)}
    if _MARKS.search("".join([piece.text for piece in pieces if piece.kind == "written"])):
        changes |= {at: _unmade(whole[at]) for at in _taking_effect(whole, pieces)}
    return changes


def _escaped(pieces: Iterable[Piece], changes: dict[int, str]) -> str:
    made: list[str] = []
    at = 0
    for piece in pieces:
        text = _changed(piece.text, at, changes) if piece.kind == "written" else piece.text
        made.append(piece.text if piece.kind == "mark" else escaped(text))
        at += len(piece.text)
    return "".join(made)


def _unmade(mark: str) -> str:
    return GRAVE if WIDE.get(mark, mark) == "`" else f"{JOINER}{mark}{JOINER}"


def _changed(text: str, start: int, changes: dict[int, str]) -> str:
    """The text with its characters replaced as `changes` says. start: where it begins in the whole."""
    if not changes:
        return text
    return "".join(changes.get(at, letter) for at, letter in enumerate(text, start))


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


def _taking_effect(whole: str, pieces: Iterable[Piece]) -> frozenset[int]:
    """Where in the whole text the marks stand that people wrote and that could pair with another."""
    opens: dict[tuple[str, int], int] = {}
    closes: dict[tuple[str, int], int] = {}
    theirs: list[tuple[int, tuple[str, int]]] = []
    for at, mark, kind, line in _marks(pieces):
        key = (mark, 0 if mark == "`" else line)
        if _can_open(whole, at):
            opens.setdefault(key, at)
        if _can_close(whole, at):
            closes[key] = at
        if kind == "written":
            theirs.append((at, key))
    return frozenset(
        at
        for at, key in theirs
        if (_can_open(whole, at) and closes.get(key, -1) > at)
        or (_can_close(whole, at) and opens.get(key, at) < at)
    )


def _marks(pieces: Iterable[Piece]) -> Iterable[tuple[int, str, str, int]]:
    """Every mark: where it stands, which it is, whose it is, and on which line."""
    start = line = 0
    for piece in pieces:
        if piece.kind == "written" or (piece.kind == "mark" and len(piece.text) == 1):
            for found in _MARKS.finditer(piece.text):
                mark = found.group()
                yield start + found.start(), WIDE.get(mark, mark), piece.kind, line
        start += len(piece.text)
        line += piece.text.count("\n")


def _can_open(text: str, at: int) -> bool:
    if WIDE.get(text[at], text[at]) == "`":
        return True
    return not _is_word(text[at - 1 : at]) and text[at + 1 : at + 2] not in {"", " ", "\n"}


def _can_close(text: str, at: int) -> bool:
    if WIDE.get(text[at], text[at]) == "`":
        return True
    return not _is_word(text[at + 1 : at + 2]) and text[max(0, at - 1) : at] not in {"", " ", "\n"}


def _is_word(letter: str) -> bool:
    """Plain letters and digits only: of others it is not known what Slack thinks, so they protect nothing."""
    return letter.isascii() and letter.isalnum()
