"""How many of each kind of change."""

from collections import Counter

from bot.importing.differences import PARTS, RENUMBERED, Changed, Differences
from bot.importing.heading_differences import AS_AT, SECTION_TITLE

BACK = "back"
PROJECT = "project"
KINDS = ("new", "gone", BACK, RENUMBERED, *PARTS, PROJECT, SECTION_TITLE, AS_AT)


def counts_of(found: Differences) -> tuple[tuple[str, int], ...]:
    """In the order they are told; what changed in two ways counts in both. Call it before applying."""
    counted = Counter(kind for changed in found.changed for kind in kinds_of(changed))
    counted |= Counter({"new": len(found.new), "gone": len(found.gone)})
    counted[BACK] += len(found.revived)
    counted[PROJECT] = len(found.projects)
    counted.update(each.kind for each in found.headings)
    return tuple((kind, counted[kind]) for kind in KINDS if counted[kind])


def kinds_of(changed: Changed) -> tuple[str, ...]:
    back = (BACK,) if changed.action.gone_at is not None else ()
    return (*back, *changed.kinds)
