"""Keeps people's text literal. Slack has no escape for its formatting marks, so they are neutralised.

A mark takes effect only where it could open or close formatting: not between two letters or digits
(in_progress, 2*3), not between spaces (2 * 3), and not without its counterpart on the line (~50). Where it
does, it is put between two word joiners, which are invisible: Slack recognises a mark only after a space or
punctuation and before neither. Fullwidth forms of the marks, as typed in Japanese, take effect as well. A
backtick does wherever it has a counterpart, and joiners do not stop it: a grave accent replaces it.
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
    """kind: written, people's text, kept literal; code, only escaped; mark, our own markup, unchanged."""

    text: str
    kind: Literal["written", "code", "mark"] = "written"


def escape(text: str) -> str:
    """The text with the three characters escaped that Slack requires."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def join_spans(spans: Sequence[MrkdwnSpan]) -> str:
    """The spans as mrkdwn of one or more lines, in which only those of the kind mark take effect."""
    whole = "".join([span.text for span in spans])
    replacements = _find_replacements(whole, spans)
    if replacements or _ESCAPED.search(whole):
        whole = _escape_spans(spans, replacements)
    return whole.replace(WORD_JOINER * 2, WORD_JOINER)


def _find_replacements(whole: str, spans: Sequence[MrkdwnSpan]) -> dict[int, str]:
    """Replacements by index in the whole text: none in most lines."""
    replacements: dict[int, str] = {}
    if ">" in whole or "\uff1e" in whole:
        replacements = {
            match.start(): WORD_JOINER + whole[match.start()] for match in _QUOTES.finditer(whole)
        }
    if _MARKS.search("".join([span.text for span in spans if span.kind == "written"])):
        replacements |= {at: _neutralise(whole[at]) for at in _effective_marks(whole, spans)}
    return replacements


def _escape_spans(spans: Iterable[MrkdwnSpan], replacements: dict[int, str]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        text = _replace_characters(span.text, at, replacements) if span.kind == "written" else span.text
        parts.append(span.text if span.kind == "mark" else escape(text))
        at += len(span.text)
    return "".join(parts)


def _neutralise(mark: str) -> str:
    return GRAVE_ACCENT if FULLWIDTH_MARKS.get(mark, mark) == "`" else f"{WORD_JOINER}{mark}{WORD_JOINER}"


def _replace_characters(text: str, start: int, replacements: dict[int, str]) -> str:
    """The text with its replacements. start: its index in the whole text."""
    if not replacements:
        return text
    return "".join(replacements.get(at, letter) for at, letter in enumerate(text, start))


def is_plain(text: str) -> bool:
    """Whether the text can be put between formatting marks without interfering with them."""
    return (
        bool(text.strip())
        and text == text.strip()
        and not any(
            _can_open(text, match.start()) or _can_close(text, match.start())
            for match in _MARKS.finditer(text)
        )
    )


def _effective_marks(whole: str, spans: Iterable[MrkdwnSpan]) -> frozenset[int]:
    """The indexes in the whole text of the marks that people wrote and that could pair with another."""
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
    """Each mark: its index, the mark, the kind of its span, and its line."""
    start = line = 0
    for span in spans:
        if span.kind == "written" or (span.kind == "mark" and len(span.text) == 1):
            for match in _MARKS.finditer(span.text):
                mark = match.group()
                yield start + match.start(), FULLWIDTH_MARKS.get(mark, mark), span.kind, line
        start += len(span.text)
        line += span.text.count("\n")


def _can_open(text: str, at: int) -> bool:
    if FULLWIDTH_MARKS.get(text[at], text[at]) == "`":
        return True
    return not _is_word_character(text[at - 1 : at]) and text[at + 1 : at + 2] not in {"", " ", "\n"}


def _can_close(text: str, at: int) -> bool:
    if FULLWIDTH_MARKS.get(text[at], text[at]) == "`":
        return True
    return not _is_word_character(text[at + 1 : at + 2]) and text[max(0, at - 1) : at] not in {"", " ", "\n"}


def _is_word_character(letter: str) -> bool:
    """ASCII letters and digits only: how Slack classifies others is unknown, so they are not relied on."""
    return letter.isascii() and letter.isalnum()
