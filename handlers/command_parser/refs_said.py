"""The refs a line names: `5.2`, `1/5.2`, `S2 5.2`, `mtfs 5.2`, `2.5, 2.6 and 2.7`."""

import re
from dataclasses import dataclass, replace

from bot.plan.refs import RefQuery, read_ref
from bot.plan.typing_marks import plain_marks

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
_ENDED = re.compile(r"\s*(?:$|[,;:=&+\"'(-])|\s+and\s")


@dataclass(frozen=True)
class RefsSaid:
    """refs: each once, in order. rest: what follows them."""

    refs: tuple[RefQuery, ...]
    rest: str


def leading_refs(text: str, *, strict: bool = False) -> RefsSaid | None:
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
    return RefsSaid(tuple(dict.fromkeys(refs)), text[end:].strip())


def any_ref(text: str) -> RefsSaid | None:
    """Find the first ref with a dot in it anywhere in a text; `rest` is what stands after it."""
    plain = plain_marks(text)
    found = re.search(rf"(?<![\w./])(?:{_SECTION})?{_DOTTED}", plain, re.IGNORECASE)
    ref = read_ref(found[0]) if found else None
    if found is None or ref is None:
        return None
    return RefsSaid((ref,), text[found.end() :].strip())


def written(refs: tuple[RefQuery, ...]) -> str:
    """Give the refs as they can be typed."""
    return ", ".join(f"{ref.section}/{ref.ref}" if ref.section else ref.ref for ref in refs)


def _next_ref(plain: str, at: int, *, strict: bool) -> tuple[RefQuery, int] | None:
    found = _NEXT.match(plain, at)
    text = found and (found["listed"] or found["also"] or found["dotted"])
    ref = read_ref(text) if text else None
    if found is None or ref is None or text is None:
        return None
    sure = "." in ref.ref and not strict
    return (ref, found.end()) if sure or _ENDED.match(plain, found.end()) else None
