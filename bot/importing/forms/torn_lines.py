"""Lines that a text made from a printed page tore into columns: "Adoles | scent Service" made whole again."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z'\u2019]+")
_LAST = re.compile(r"[A-Za-z'\u2019]+$")
_FIRST = re.compile(r"^[A-Za-z'\u2019]+")
_INLINE_TAGS = re.compile(r"</?(?:i|b|u|em|strong)>", re.IGNORECASE)


def vocabulary(lines: Iterable[str]) -> frozenset[str]:
    """Give the words of the lines that were not torn, in small letters."""
    return frozenset(word.casefold() for line in lines if "\t" not in line for word in _WORD.findall(line))


def mended(line: str, known: frozenset[str]) -> str:
    """Put a line's cells together: a word torn in two, with or without a letter twice, becomes one."""
    whole = ""
    for cell in (_INLINE_TAGS.sub("", cell).strip() for cell in line.split("\t")):
        whole = _glued(whole, cell, known) if whole and cell else whole or cell
    return " ".join(whole.split())


def is_torn(line: str) -> bool:
    """Tell a line whose words are spread over several cells."""
    return sum(bool(cell.strip()) for cell in line.split("\t")) > 1


def _glued(left: str, right: str, known: frozenset[str]) -> str:
    before, after = _LAST.search(left), _FIRST.search(right)
    if before is None or after is None:
        return f"{left}{right}" if right.startswith("-") else f"{left} {right}"
    one, two = before[0], after[0]
    doubled = one[-1:] == two[:1]
    if doubled and (one + two[1:]).casefold() in known:
        return left + right[1:]
    if (one + two).casefold() in known:
        return left + right
    if {one.casefold(), two.casefold()} <= known or two[0].isupper():
        return f"{left} {right}"
    return left + (right[1:] if doubled else right)
