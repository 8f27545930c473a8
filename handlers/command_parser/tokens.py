"""The tokens of a line: refs (`5.2`, `1/5.2`, `S2 5.2`, `mtfs 5.2`, `2.5, 2.6 and 2.7`); a status, a colour
or `blocked`; a person.
"""

import re
from dataclasses import dataclass, replace
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.commands import PersonRef
from bot.plan.owners import is_initials
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery, read_ref
from bot.plan.statuses import Status, read_status, status_words
from bot.plan.text import letters_only, plain_marks

_SUFFIX = r"(?:\s?\(?(?:[a-z]|[ivx]{2,5})\)|(?:[a-z]|[ivx]{2,5})(?![a-z0-9]))"
_PLAIN_NUMBER = rf"[0-9]{{1,4}}(?:\.[0-9]{{1,4}})*\.?{_SUFFIX}{{0,2}}(?![a-z0-9/])"
_DOTTED = rf"[0-9]{{1,4}}(?:\.[0-9]{{1,4}})+\.?{_SUFFIX}{{0,2}}(?![a-z0-9/])"
_LETTERED = r"[a-z]{1,5}-?[0-9]{1,4}(?:\.[0-9]{1,4})*[a-z]?\.?(?![a-z0-9.])"
_SECTION = (
    r"(?:(?:section|sect|sec|s)\.?\s*[0-9]{1,3}(?:\s*[/:]\s*|\s+)|[0-9]{1,3}\s*/\s*"
    rf"|[0-9]{{1,3}}\s+(?={_DOTTED}))"
)
_WORD = r"[^\W\d_][\w&'.-]{0,40}"
_WORDS = rf"{_WORD}(?:\s+{_WORD}){{0,3}}(?:\s*[/:]\s*|\s+)"
_FILLER = r"(?:(?:the\s+)?(?:refs?|reference|actions?|items?|number|no|nr|milestones?)\b\.?\s*)?#?"
_FIRST = re.compile(
    rf"{_FILLER}(?P<ref>{_SECTION}?{_PLAIN_NUMBER}|{_LETTERED})"
    rf"|(?P<named>{_WORDS}(?:[0-9]{{1,3}}\s+(?={_DOTTED}))?{_PLAIN_NUMBER})",
    re.IGNORECASE,
)
_NEXT = re.compile(
    rf"\s*[,;&+]\s*(?:and\s+)?#?(?P<listed>(?:{_SECTION}|{_WORD}[/:])?{_PLAIN_NUMBER}|{_LETTERED})"
    rf"|\s+and\s+#?(?P<also>(?:{_SECTION}|{_WORD}[/:])?{_PLAIN_NUMBER}|{_LETTERED})"
    rf"|\s+(?P<dotted>{_SECTION}?{_DOTTED})",
    re.IGNORECASE,
)
_LIST_END = re.compile(r"\s*(?:$|[,;:=&+\"'(-])|\s+and\s")

COLOURS = {
    "red": Colour.RED, "r": Colour.RED, "offtrack": Colour.RED,
    "amber": Colour.AMBER, "a": Colour.AMBER, "yellow": Colour.AMBER, "orange": Colour.AMBER,
    "atrisk": Colour.AMBER,
    "green": Colour.GREEN, "g": Colour.GREEN, "ontrack": Colour.GREEN,
}  # fmt: skip
_BLOCKED = {"blocked", "stuck"}
# Words that are read as a status even when other words follow. The other statuses ("removed the barrier",
# "new supplier found") may just begin a note, so they count only before punctuation.
_UNAMBIGUOUS = {
    *(letters_only(status.value) for status in Status),
    *("wip", "completed", "done", "finished", "closed", "cancelled", "blocked", "stuck"),
    *("red", "amber", "green", "atrisk", "ontrack", "offtrack"),
}
_STATUS_WORD = re.compile(r"[^\W_][^\s,;:.()\[\]/&+\"=-]*")
_JOINER = re.compile(r"[\s,/&+-]*(?:and\s+)?", re.IGNORECASE)
_PUNCTUATION_OR_END = re.compile(r"\s*(?:$|[-:;,.=(\"'!])|\s*\n|\s+(?:because|as|public$)", re.IGNORECASE)
_MAX_STATUS_WORDS, _MAX_STATUS_LENGTH, _MIN_SIMILARITY = 6, 120, 0.7
_SUGGESTIONS = {
    **{letters_only(word): status.value for word in status_words() if (status := read_status(word))},
    "blocked": "blocked", "stuck": "blocked", "atrisk": "at-risk", "ontrack": "on-track", "offtrack": "red",
    "red": "red", "amber": "amber", "green": "green",
}  # fmt: skip
_KEY_PREFIXES = {key[: end + 1] for key in (*_SUGGESTIONS, *COLOURS, *_BLOCKED) for end in range(len(key))}

MENTION = re.compile(r"<@(?P<id>[A-Z0-9]{2,32})(?:\|(?P<name>[^>]{0,80}))?>", re.IGNORECASE)
_AT_NAME = re.compile(r"@(?P<name>[^\s@<>,;:()]{1,80})")
_MAX_INITIALS_LENGTH = 3


@dataclass(frozen=True)
class RefsMatch:
    """refs: each once, in order. rest: what follows them."""

    refs: tuple[RefQuery, ...]
    rest: str


@dataclass(frozen=True)
class StatusMatch:
    """status None: only a colour was declared. rest: what follows."""

    rest: str
    status: Status | None = None
    declared: Colour | None = None
    blocked: bool = False


@dataclass(frozen=True)
class StatusGuess:
    """words: as mistyped. status: what they probably meant. rest: what follows."""

    words: str
    status: str
    rest: str


def leading_refs(text: str, *, strict: bool = False) -> RefsMatch | None:
    """The refs that a text starts with; None when it starts with none.

    The section of the first (`S1 5.2, 5.3`) applies to those after it, unless it is written with a slash
    (`1/5.2, 5.3`). strict: another ref counts only before punctuation, "and" or the end, so that a number in
    a note ("and 3 teams") is not read as one.
    """
    plain = plain_marks(text)
    match = _FIRST.match(plain)
    first = read_ref(match["ref"] or match["named"]) if match else None
    if match is None or first is None:
        return None
    refs, end, has_slash = [first], match.end(), "/" in match[0]
    while (following := _next_ref(plain, end, strict=strict)) is not None:
        ref, end = following
        refs.append(ref if ref.section or has_slash else replace(ref, section=refs[-1].section))
    return RefsMatch(tuple(dict.fromkeys(refs)), text[end:].strip())


def find_ref(text: str) -> RefsMatch | None:
    """The first ref with a dot in it anywhere in a text; `rest` is what follows it."""
    plain = plain_marks(text)
    match = re.search(rf"(?<![\w./])(?:{_SECTION})?{_DOTTED}", plain, re.IGNORECASE)
    ref = read_ref(match[0]) if match else None
    if match is None or ref is None:
        return None
    return RefsMatch((ref,), text[match.end() :].strip())


def format_refs(refs: tuple[RefQuery, ...]) -> str:
    """The refs as they can be typed."""
    return ", ".join(f"{ref.section}/{ref.ref}" if ref.section else ref.ref for ref in refs)


def _next_ref(plain: str, position: int, *, strict: bool) -> tuple[RefQuery, int] | None:
    match = _NEXT.match(plain, position)
    text = match and (match["listed"] or match["also"] or match["dotted"])
    ref = read_ref(text) if text else None
    if match is None or ref is None or text is None:
        return None
    is_sure = "." in ref.ref and not strict
    return (ref, match.end()) if is_sure or _LIST_END.match(plain, match.end()) else None


def leading_status(text: str, *, anything_after: bool = False) -> StatusMatch | None:
    """The status that a text starts with: "in progress, amber", "blocked", "at risk"; None without one.

    anything_after: count also an ambiguous status, or a second one, that other words follow.
    """
    for end, key in _status_prefixes(text):
        match = _status_of_key(key, text[end:])
        if match and (
            key in _UNAMBIGUOUS or anything_after or _PUNCTUATION_OR_END.match(plain_marks(match.rest))
        ):
            return _add_second(match, anything_after=anything_after)
    return None


def nearest_status(text: str) -> StatusGuess | None:
    """The status that mistyped first words probably meant; None when none is similar."""
    best: tuple[float, StatusGuess] | None = None
    for end in reversed(_word_ends(text, max_words=2)):
        key = letters_only(text[:end])
        nearest = process.extractOne(
            key, _SUGGESTIONS.keys(), scorer=OSA.normalized_similarity, score_cutoff=_MIN_SIMILARITY
        )
        if nearest and len(key) > 1 and (best is None or nearest[1] > best[0]):
            best = (nearest[1], StatusGuess(text[:end], _SUGGESTIONS[nearest[0]], text[end:].strip()))
    return best and best[1]


def _word_ends(text: str, *, max_words: int = _MAX_STATUS_WORDS) -> list[int]:
    """The end of each of the first words."""
    words = islice(_STATUS_WORD.finditer(plain_marks(text[:_MAX_STATUS_LENGTH])), max_words)
    return [word.end() for word in words]


def _status_prefixes(text: str, *, max_words: int = _MAX_STATUS_WORDS) -> list[tuple[int, str]]:
    """The end of each of the first words, and the letters of the text up to there, the longest first; as far
    as any status begins with these letters.
    """
    prefixes: list[tuple[int, str]] = []
    start, key = 0, ""
    for end in _word_ends(text, max_words=max_words):
        key += letters_only(text[start:end])
        if key not in _KEY_PREFIXES:
            break
        prefixes.append((end, key))
        start = end
    return prefixes[::-1]


def _status_of_key(key: str, rest: str) -> StatusMatch | None:
    if key in _BLOCKED:
        return StatusMatch(rest, Status.IN_PROGRESS, Colour.RED, blocked=True)
    if len(key) > 1 and key in COLOURS:
        return StatusMatch(rest, None, COLOURS[key])
    status = read_status(key)
    return StatusMatch(rest, status) if status else None


def _add_second(first: StatusMatch, *, anything_after: bool) -> StatusMatch:
    """With the colour after a status, or the status after a colour, if there is one."""
    joiner = _JOINER.match(plain_marks(first.rest))
    start = joiner.end() if joiner else 0
    for end, key in _status_prefixes(first.rest[start:], max_words=2) if start else ():
        more = _status_of_key(key, first.rest[start + end :])
        adds = more and not first.blocked and (more.declared is None) is not (first.declared is None)
        if more and adds and (anything_after or _PUNCTUATION_OR_END.match(plain_marks(more.rest))):
            return StatusMatch(
                more.rest, first.status or more.status, first.declared or more.declared, more.blocked
            )
    return first


def leading_person(text: str) -> tuple[PersonRef, str] | None:
    """The person that a text starts with, as a mention or after an @, and the rest; None without one."""
    mention = MENTION.match(text)
    if mention:
        return PersonRef(mention["id"].upper(), mention["name"] or ""), text[mention.end() :].strip()
    name = _AT_NAME.match(text)
    if name:
        return PersonRef(name=name["name"].rstrip(".!?")), text[name.end() :].strip()
    return None


def looks_like_initials(word: str) -> bool:
    """Whether a word is meant as initials, `RM` or `rm`. Four letters name a section: `MTFS`."""
    bare = plain_marks(word).strip(".,")
    return is_initials(bare.upper()) and len(normalize_initials(bare)) <= _MAX_INITIALS_LENGTH


def normalize_initials(word: str) -> str:
    return plain_marks(word).replace(".", "").strip(",").upper()
