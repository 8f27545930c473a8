"""Compare two readings of one plan, field by field."""

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bot.importing.drafting.draft import PlanDraft

ReportedProblem = tuple[str, str, str, str]


@dataclasses.dataclass(frozen=True)
class Difference:
    """path: "action 2/1.3 milestones 0 title". one, other: the two readings of it."""

    path: str
    one: object
    other: object


@dataclasses.dataclass(frozen=True)
class AllowedDifference:
    """A difference that comes from the form, not from the reading. path: a pattern for all of it.

    why: in words. is_allowed: what must be true of the two readings for it to be that difference.
    """

    path: str
    why: str
    is_allowed: Callable[[Any, Any], bool]

    def covers(self, found: Difference) -> bool:
        return bool(re.fullmatch(self.path, found.path)) and self.is_allowed(found.one, found.other)


def differences(one: PlanDraft, other: PlanDraft) -> list[Difference]:
    """Every field that differs, but for where a row stands and what was told (see told_otherwise)."""
    parts: dict[str, tuple[list[Any], list[Any], Callable[[Any], str]]] = {
        "section": ([*one.sections], [*other.sections], lambda each: each.number),
        "project": ([*one.projects], [*other.projects], lambda each: f"{each.section}/{each.number}"),
        "action": ([*one.actions], [*other.actions], lambda each: f"{each.section}/{each.ref}"),
    }
    found = [*_compared("title", one.title, other.title), *_compared("as_at", one.as_at, other.as_at)]
    for kind, (left, right, key) in parts.items():
        found += _compared(f"{kind}s in order", list(map(key, left)), list(map(key, right)))
        known = {key(each): each for each in right}
        for each in left:
            if key(each) in known:
                found += _compared(f"{kind} {key(each)}", each, known[key(each)])
    return found


def compare_problems(one: PlanDraft, other: PlanDraft) -> tuple[list[ReportedProblem], list[ReportedProblem]]:
    """What only one of them tells, wherever it stands: (severity, field, text, message)."""
    left, right = (
        Counter((each.severity.value, each.field, each.text, each.message) for each in draft.problems)
        for draft in (one, other)
    )
    return list((left - right).elements()), list((right - left).elements())


def _compared(path: str, one: Any, other: Any) -> Iterator[Difference]:
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        for field in dataclasses.fields(one):
            if field.name != "where":
                yield from _compared(
                    f"{path} {field.name}", getattr(one, field.name), getattr(other, field.name)
                )
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _compared(f"{path} {place}", left, right)
    elif one != other:
        yield Difference(path, one, other)
