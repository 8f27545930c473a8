"""Which of two dates counts, by the words around them: "was 31/01/27 now 28/02/27", "31 Jan to 28 Feb"."""

import re
from enum import StrEnum

_LONGEST = 60
_WORD = re.compile(r"[a-z']+|->|=>|[0-9]|[^\s\w]")
_TAIL = re.compile(r"[\s(\[,-]{0,4}([a-z]{2,12})")
# What stands right before the first date: at most two words between it and the date.
_LEAD = re.compile(r"([a-z]{2,12})[\s:]{1,3}(?:(?:due|date|the|by|is|on|target|to)[\s:]{1,3}){0,2}[(\[\"']?$")

_NEWER = {
    "now", "extended", "extend", "revised", "moved", "moves", "slipped", "deferred", "delayed", "postponed",
    "changed", "amended", "rescheduled", "redated", "pushed", "put", "brought", "updated", "wait", "sorry",
    "actually", "correction", "scrap", "oops", "nope", "erm", "no",
    "make", "mean", "meant", "becomes", "replaced", "->", "=>", "\u2192", "\u21d2", "\u279c", "new", "then",
}  # fmt: skip
_OLDER = {
    "was", "were", "previously", "originally", "formerly", "original", "previous", "instead", "not",
    "replaces", "replacing", "from", "rather", "superseding", "initially", "old",
}  # fmt: skip
_OLDER_BEFORE = {
    "was", "were", "previously", "originally", "formerly", "original", "previous", "not", "initially", "old"
}  # fmt: skip
_CURRENT_AFTER = {"revised", "new", "amended", "updated", "extended", "now"}
_JOINS = {
    "is", "it", "to", "until", "till", "the", "date", "due", "a", "has", "been", "be", "that", "i",
    "back", "out", "forward", "forwards", "of", "and", "but", "by", "on", "for", "at", "than", "which",
    "deadline", "target", "end", "completion", "we", "s", "it's",
    "(", ")", "[", "]", ",", ".", ":", "-", "/", "+", "&", "'", '"', "!",
}  # fmt: skip
_RANGE = {"to", "until", "till", "through", "-", "up"}
_EITHER = {
    "or", "and", "/", "&", "+", ",", "possibly", "maybe", "perhaps", "either", "else", "the", "probably",
    "by",     "on", "(", ")", "even", "more", "likely", "at", "latest",
}  # fmt: skip


class DatePair(StrEnum):
    """What two neighbouring dates are to each other."""

    FIRST = "first"
    SECOND = "second"
    RANGE = "range"
    EITHER = "either"
    APART = "apart"


def relate_dates(before: str, between: str, after: str, *, listed: bool = False) -> DatePair:
    """Judge two dates by the words (lower case) before, between and after them.

    listed: two dates side by side are two dates, as in a cell with a milestone on each, and not a doubt
    which one is meant; and so are those with "and" or "or" between.
    """
    if len(between) > _LONGEST:
        return DatePair.APART
    words = _WORD.findall(between)
    lead, tail = _lead_word(before), _TAIL.match(after)
    if not set(words) <= _NEWER | _OLDER | _JOINS | _EITHER:
        return DatePair.APART
    if revised := _revised(words, lead, listed=listed):
        return revised
    if tail and tail[1] in _CURRENT_AFTER and set(words) <= {"(", ",", "/", "-"}:
        return DatePair.SECOND
    return _side_by_side(set(words), lead, listed=listed)


def _side_by_side(words: set[str], lead: str, *, listed: bool) -> DatePair:
    if lead == "between":
        return DatePair.EITHER
    if words and words <= _RANGE:
        return DatePair.RANGE
    return DatePair.EITHER if words <= _EITHER and not listed else DatePair.APART


def _revised(words: list[str], lead: str, *, listed: bool) -> DatePair | None:
    """Which one counts where a word says that one takes the other's place; None where none does."""
    given = set(words)
    older = given & (_OLDER - {"from", "not"} if listed else _OLDER)
    # In "31/01/27 (original) 28/02/27" the word belongs to the date before it.
    if (
        older
        and ")" in words
        and words.index(next(word for word in words if word in older)) < words.index(")")
    ):
        return DatePair.SECOND
    if older and not (given & {"now", "->", "=>", "\u2192", "\u21d2", "\u279c"}):
        return DatePair.FIRST
    if given & _NEWER and not (
        given == {"then"} or (listed and given <= {"then", "and", ",", "new", "make", "no"})
    ):
        return DatePair.SECOND
    parted = listed and given & {"and", "&"}
    if lead in _OLDER_BEFORE and given <= _JOINS and not parted:
        return DatePair.SECOND
    return None


def _lead_word(before: str) -> str:
    """The word that governs the first date: "was", "between"; "" where there is none."""
    found = _LEAD.search(before[-_LONGEST:])
    return found[1] if found else ""


def revision_start(before: str) -> int:
    """Where the words begin that belong to a pair: "was" in "was X, now Y", "from" in "from X to Y"."""
    found = _LEAD.search(before[-_LONGEST:])
    if found is None or found[1] not in {*_OLDER_BEFORE, "between", "from"}:
        return len(before)
    return max(0, len(before) - _LONGEST) + found.start()
