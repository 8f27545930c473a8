"""What a line names: refs (`5.2`, `1/5.2`, `S2 5.2`, `mtfs 5.2`, `2.5, 2.6 and 2.7`); a status, a colour or
`blocked`; and where the note begins.
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
    rf"{_FILLER}(?P<ref>{_SECTION}?{_PLAIN_NUMBER}|{_LETTERED})|(?P<named>{_WORDS}{_PLAIN_NUMBER})",
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
# Words that are read as a status even when other words follow at once. After the rest ("removed the
# barrier", "new supplier found") a person may just be telling what happened, so they need a mark after them.
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
_KEY_PREFIXES = {
    known[: end + 1] for known in (*_SUGGESTIONS, *COLOURS, *_BLOCKED) for end in range(len(known))
}


@dataclass(frozen=True)
class RefsMatch:
    """refs: each once, in order. rest: what follows them."""

    refs: tuple[RefQuery, ...]
    rest: str


def leading_refs(text: str, *, strict: bool = False) -> RefsMatch | None:
    """Take the refs a text starts with; None when it starts with none.

    A section named in words for the first (`S1 5.2, 5.3`) holds for those after it; `1/5.2` is one action
    outright. strict: a further ref counts only where a
    list goes on or ends, so that a number in a note ("and 3 teams told") is not taken for one.
    """
    plain = plain_marks(text)
    found = _FIRST.match(plain)
    first = read_ref(found["ref"] or found["named"]) if found else None
    if found is None or first is None:
        return None
    refs, end, slashed = [first], found.end(), "/" in found[0]
    while (more := _next_ref(plain, end, strict=strict)) is not None:
        ref, end = more
        refs.append(ref if ref.section or slashed else replace(ref, section=refs[-1].section))
    return RefsMatch(tuple(dict.fromkeys(refs)), text[end:].strip())


def find_ref(text: str) -> RefsMatch | None:
    """Find the first ref with a dot in it anywhere in a text; `rest` is what stands after it."""
    plain = plain_marks(text)
    found = re.search(rf"(?<![\w./])(?:{_SECTION})?{_DOTTED}", plain, re.IGNORECASE)
    ref = read_ref(found[0]) if found else None
    if found is None or ref is None:
        return None
    return RefsMatch((ref,), text[found.end() :].strip())


def format_refs(refs: tuple[RefQuery, ...]) -> str:
    """Give the refs as they can be typed."""
    return ", ".join(f"{ref.section}/{ref.ref}" if ref.section else ref.ref for ref in refs)


def _next_ref(plain: str, position: int, *, strict: bool) -> tuple[RefQuery, int] | None:
    found = _NEXT.match(plain, position)
    text = found and (found["listed"] or found["also"] or found["dotted"])
    ref = read_ref(text) if text else None
    if found is None or ref is None or text is None:
        return None
    sure = "." in ref.ref and not strict
    return (ref, found.end()) if sure or _LIST_END.match(plain, found.end()) else None


@dataclass(frozen=True)
class StatusMatch:
    """status None: only a colour was declared. rest: what follows."""

    rest: str
    status: Status | None = None
    declared: Colour | None = None
    blocked: bool = False


def leading_status(text: str, *, anything_after: bool = False) -> StatusMatch | None:
    """Take the status a text starts with: "in progress, amber", "blocked", "at risk"; None without one.

    anything_after: words that are no plain status, and a second one, also count when words follow at once.
    """
    for end, key in _status_prefixes(text):
        said = _status_of_key(key, text[end:])
        if said and (
            key in _UNAMBIGUOUS or anything_after or _PUNCTUATION_OR_END.match(plain_marks(said.rest))
        ):
            return _add_second(said, anything_after=anything_after)
    return None


@dataclass(frozen=True)
class StatusGuess:
    """A guess. words: as mistyped. status: to be typed instead. rest: what follows."""

    words: str
    status: str
    rest: str


def nearest_status(text: str) -> StatusGuess | None:
    """Guess the status that mistyped first words meant; None when none is near."""
    best: tuple[float, StatusGuess] | None = None
    for end in reversed(_word_ends(text, max_words=2)):
        key = letters_only(text[:end])
        found = process.extractOne(
            key, _SUGGESTIONS.keys(), scorer=OSA.normalized_similarity, score_cutoff=_MIN_SIMILARITY
        )
        if found and len(key) > 1 and (best is None or found[1] > best[0]):
            best = (found[1], StatusGuess(text[:end], _SUGGESTIONS[found[0]], text[end:].strip()))
    return best and best[1]


def _word_ends(text: str, *, max_words: int = _MAX_STATUS_WORDS) -> list[int]:
    """Give where each of the first words ends."""
    return [
        found.end()
        for found in islice(_STATUS_WORD.finditer(plain_marks(text[:_MAX_STATUS_LENGTH])), max_words)
    ]


def _status_prefixes(text: str, *, max_words: int = _MAX_STATUS_WORDS) -> list[tuple[int, str]]:
    """Give where each of the first words ends and the key of all up to there, the last first. It stops
    where no status goes on like that.
    """
    found: list[tuple[int, str]] = []
    start, key = 0, ""
    for end in _word_ends(text, max_words=max_words):
        key += letters_only(text[start:end])
        if key not in _KEY_PREFIXES:
            break
        found.append((end, key))
        start = end
    return found[::-1]


def _status_of_key(key: str, rest: str) -> StatusMatch | None:
    if key in _BLOCKED:
        return StatusMatch(rest, Status.IN_PROGRESS, Colour.RED, blocked=True)
    if len(key) > 1 and key in COLOURS:
        return StatusMatch(rest, None, COLOURS[key])
    status = read_status(key)
    return StatusMatch(rest, status) if status else None


def _add_second(first: StatusMatch, *, anything_after: bool) -> StatusMatch:
    """Add a colour after a status, or a status after a colour, where it may count."""
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


MENTION = re.compile(r"<@(?P<id>[A-Z0-9]{2,32})(?:\|(?P<name>[^>]{0,80}))?>", re.IGNORECASE)
_AT_NAME = re.compile(r"@(?P<name>[^\s@<>,;:()]{1,80})")
_MAX_INITIALS_LENGTH = 3


def leading_person(text: str) -> tuple[PersonRef, str] | None:
    """Take the person a text starts with when it is marked with an @, and the rest."""
    mention = MENTION.match(text)
    if mention:
        return PersonRef(mention["id"].upper(), mention["name"] or ""), text[mention.end() :].strip()
    name = _AT_NAME.match(text)
    if name:
        return PersonRef(name=name["name"].rstrip(".!?")), text[name.end() :].strip()
    return None


def looks_like_initials(word: str) -> bool:
    """Tell whether a word is meant as initials, `RM` or `rm`. Four letters are a section's: `MTFS`."""
    bare = plain_marks(word).strip(".,")
    return is_initials(bare.upper()) and len(normalize_initials(bare)) <= _MAX_INITIALS_LENGTH


def normalize_initials(word: str) -> str:
    return plain_marks(word).replace(".", "").strip(",").upper()
