"""Whether what a line did is what it should have done."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

from bot.plan.text import plain_marks
from tests.language.cases import Entry, Reading

UPDATE = "update"
# Of an update that does not give them, they are none.
_NONE_WHERE_ABSENT = ("status", "declared", "due")
_MAX_ENTRIES = 6


def matches_reading(reading: Reading, does: Sequence[Entry], *, is_partial: bool = False) -> bool:
    """Whether the entries are those of the reading, in any order. An update of two actions is two updates.

    is_partial: status, colour and date that the reading does not give may be anything.
    """
    wanted, found = _one_for_each_ref(reading), _one_for_each_ref(does)
    if len(wanted) != len(found) or len(found) > _MAX_ENTRIES:
        return False
    orders = (zip(wanted, order, strict=True) for order in permutations(found))
    return any(
        all(matches_entry(each, entry, is_partial=is_partial) for each, entry in pairs) for pairs in orders
    )


def matches_entry(wanted: Entry, found: Entry, *, is_partial: bool = False) -> bool:
    """As matches_reading, of one entry."""
    absent: dict[str, Any] = {}
    if wanted.get("command", UPDATE) == UPDATE and not is_partial:
        absent = dict.fromkeys(_NONE_WHERE_ABSENT)
    return all(_matches_field(name, value, found) for name, value in {**absent, **wanted}.items())


def _matches_field(name: str, value: Any, found: Entry) -> bool:
    field, _, kind = name.partition("_")
    if kind:
        text, words = _plain(str(found.get(field) or "")), _words(value)
        held = [_plain(word) in text for word in words]
        return all(held) if kind == "has" else not any(held)
    if name == "refs":
        return _are_same_refs(value, found.get("refs") or [])
    if name == "scope":
        scope = found.get("scope") or {}
        return all(_plain(str(scope.get(key, ""))) == _plain(str(each)) for key, each in value.items())
    if name == "declared" and value is None and found.get("status") == "blocked":
        # What is blocked is Red, whether that is said or not.
        return found.get(name) in {None, "red"}
    return bool(found.get(name) == value)


def _words(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _plain(text: str) -> str:
    return " ".join(plain_marks(text).casefold().split())


def _one_for_each_ref(entries: Iterable[Entry]) -> list[Entry]:
    split: list[Entry] = []
    for entry in entries:
        refs = entry.get("refs") or []
        if entry.get("command", UPDATE) == UPDATE and len(refs) > 1:
            split += [{**entry, "refs": [ref]} for ref in refs]
        else:
            split.append(entry)
    return split


def _are_same_refs(wanted: Sequence[str], found: Sequence[str]) -> bool:
    return len(wanted) == len(found) and all(
        any(_is_same_ref(each, other) for other in found) for each in wanted
    )


def _is_same_ref(one: str, other: str) -> bool:
    """A section counts only where both name one."""
    (section, ref), (other_section, other_ref) = _split_ref(one), _split_ref(other)
    return ref == other_ref and (not section or not other_section or section == other_section)


def _split_ref(ref: str) -> tuple[str, str]:
    section, _, rest = re.sub(r"[\s()-]", "", ref).casefold().rpartition("/")
    return section, rest


def holds_never(never: Iterable[Entry], does: Iterable[Mapping[str, Any]]) -> bool:
    """Whether any of the entries is one that must not be."""
    found = _one_for_each_ref(does)
    return any(matches_entry(each, entry, is_partial=True) for each in never for entry in found)
