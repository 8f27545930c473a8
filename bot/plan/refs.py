"""Refs: how an action is called in the plan (`5.2`) and in chat (`1/5.2`, `S2 5.2`, `mtfs 5.2`)."""

import re
from dataclasses import dataclass, field

from bot.plan.text import one_line, plain_marks

_LETTER = r"(?:[a-z]|[ivx]{2,5})"
_SUFFIX = rf"(?:\s*\(\s*{_LETTER}\s*\)|\s*{_LETTER}\s*\)|{_LETTER}(?![a-z0-9]))"
_NUMBERED = rf"[0-9]{{1,4}}(?:\.[0-9]{{1,4}})*\.?{_SUFFIX}{{0,2}}\.?"
_LETTERED = r"[a-z]{1,5}[ -]?[0-9]{1,4}(?:\.[0-9]{1,4})*[a-z]?\.?"
_NUMBERED_START = re.compile(rf"(?P<ref>{_NUMBERED})(?![a-z0-9])", re.IGNORECASE)
_LETTERED_START = re.compile(rf"(?P<ref>{_LETTERED})(?![a-z0-9.])", re.IGNORECASE)
_QUERY = re.compile(
    rf"(?:(?P<section>[^\W_](?:[\w '&.-]{{0,60}}?[\w.])??)(?:\s*[/:]\s*|\s+))??(?P<ref>{_NUMBERED})",
    re.IGNORECASE,
)
_FILLER = re.compile(r"(?:ref|reference|action|item|number|no|nr|milestone)\.?$", re.IGNORECASE)
_SECTION_NUMBER = re.compile(r"(?:section|sect|sec|s)?[ .]*([0-9]{1,3})[.]?$", re.IGNORECASE)
_MAX_LENGTH = 120
# Other scripts have digits of their own, which are letters here.
_DIGITS = "0123456789"


@dataclass(frozen=True)
class RefQuery:
    """What someone typed to name an action.

    section: "2" for `2/5.2`, `s2 5.2` and `section 2 5.2`; otherwise the words as given in lower case
    ("mtfs"), for others to resolve; None when no section was named. ref: normalised. printed: with the word
    before it, as some plans print it ("Priority 1.2"), which counts before the ref alone.
    """

    section: str | None
    ref: str
    printed: str = field(default="", compare=False)


def normalise_ref(text: str) -> str:
    """Give the one spelling of a ref: "5.2." is "5.2", "1.3 a)" is "1.3a", "3.9 (a remark)" is "3.9".

    A ref of letters and digits is upper-cased ("eh-3" is "EH3"). Anything else comes back on one line.
    """
    words = one_line(plain_marks(text)).strip("\"'#[ ")
    found = _NUMBERED_START.match(words) or _LETTERED_START.match(words)
    if found is None:
        return words
    return _squeeze(found["ref"])


def is_ref(text: str) -> bool:
    """Tell whether the text starts as a ref does: `5.2`, `5.2.`, `1.3 a)`, `A4`."""
    words = one_line(plain_marks(text)).strip("\"'#[ ")
    return bool(_NUMBERED_START.match(words) or _LETTERED_START.match(words))


def read_ref(text: str) -> RefQuery | None:
    """Read `5.2`, `5.2.`, `1/5.2`, `S2 5.2`, `section 2 5.2`, `mtfs 5.2`, `1.3 a)`; None if it is no ref."""
    words = one_line(plain_marks(text)).strip("\"'#,;:!?[] ")
    if not words or len(words) > _MAX_LENGTH:
        return None
    found = _QUERY.fullmatch(words)
    if found:
        return RefQuery(_parse_section(found["section"]), _squeeze(found["ref"]))
    lettered = re.fullmatch(_LETTERED, words, re.IGNORECASE)
    return RefQuery(None, _squeeze(words)) if lettered else None


def number_in(ref: str) -> str:
    """The number in a normalised ref ("1.3" of "1.3a"), which stands in whatever it was read from, or ""."""
    found = re.search(r"[0-9]+(?:\.[0-9]+)*", ref)
    return found[0] if found else ""


def natural_key(ref: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts 1.2 before 1.10 and 1.3 before 1.3a; numbers come before words."""
    parts = re.findall(r"[0-9]+|[^\W0-9_]+", ref.casefold())
    return tuple((0, int(part[:18]), "") if part[0] in _DIGITS else (1, 0, part) for part in parts)


def _squeeze(ref: str) -> str:
    bare = re.sub(r"[\s()-]+", "", ref).rstrip(".").casefold()
    return bare.upper() if bare[:1].isalpha() else bare


def _parse_section(words: str | None) -> str | None:
    if words is None or _FILLER.fullmatch(words):
        return None
    number = _SECTION_NUMBER.fullmatch(words)
    return str(int(number[1])) if number else words.strip(" .").casefold()
