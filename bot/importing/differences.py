"""What a document changes in a plan that is already there. Compared with the document before it, not with
what was said in chat since: so the same file twice changes nothing, whatever happened in between. Nor does a
file that says what the plan says by now: a tracker written out again comes back without a difference.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.importing.current import as_it_stands, comparable
from bot.importing.drafts import ActionDraft, MilestoneDraft, PlanDraft
from bot.plan.dates import DueDate
from models.plans import Action

Key = tuple[str, str, int]
RETITLED, REDATED, REOWNED, RESTATED, REWORDED = (
    "re-titled",
    "re-dated",
    "re-owned",
    "new status",
    "re-worded",
)
PARTS = {
    RETITLED: ("title",),
    REDATED: ("due", "milestone_due"),
    REOWNED: ("owners",),
    RESTATED: ("status",),
    REWORDED: (
        "project",
        "detail",
        "tags",
        "delivered_through",
        "success_measures",
        "milestones",
        "status_text",
    ),
}


@dataclass(frozen=True)
class Changed:
    """One action that a newer document has differently. kinds: of PARTS. before, after: fingerprints."""

    action: Action
    draft: ActionDraft
    kinds: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    position: int


@dataclass(frozen=True)
class Differences:
    """new and changed carry the place in the document; back: gone once, there again."""

    new: tuple[tuple[int, ActionDraft], ...]
    gone: tuple[Action, ...]
    changed: tuple[Changed, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.gone or self.changed)


def keyed(drafts: Iterable[ActionDraft]) -> dict[Key, tuple[int, ActionDraft]]:
    """Actions by section, ref and, where a section has a ref twice, which of them it is."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[Key, tuple[int, ActionDraft]] = {}
    for place, draft in enumerate(drafts):
        name = (draft.section, draft.ref.lower())
        found[(*name, seen[name])] = (place, draft)
        seen[name] += 1
    return found


def compare(known: Sequence[Action], draft: PlanDraft) -> Differences:
    """Compare a document with the actions of its plan, those gone included."""
    theirs = keyed(draft.actions)
    ours = _keyed_actions(known)
    changed = [_changed(action, *theirs[key]) for key, action in ours.items() if key in theirs]
    real = tuple(each for each in changed if each.kinds or each.action.gone_at is not None)
    return Differences(
        new=tuple(theirs[key] for key in theirs if key not in ours),
        gone=tuple(action for key, action in ours.items() if key not in theirs and action.gone_at is None),
        changed=real,
        unchanged=len(changed) - len(real),
    )


def _keyed_actions(known: Sequence[Action]) -> dict[Key, Action]:
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[Key, Action] = {}
    for action in known:
        name = (action.section.number, action.ref.lower())
        found[(*name, seen[name])] = action
        seen[name] += 1
    return found


def _changed(action: Action, position: int, draft: ActionDraft) -> Changed:
    before, after = action.imported, fingerprint(draft)
    kinds = _kinds(before, after)
    if kinds:
        still = _kinds(as_it_stands(action), after)
        kinds = [kind for kind in kinds if kind in still]
    return Changed(action, draft, tuple(kinds), before, after, position)


def _kinds(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    one, other = comparable(before), comparable(after)
    return [kind for kind, parts in PARTS.items() if any(one.get(part) != other.get(part) for part in parts)]


def fingerprint(draft: ActionDraft) -> dict[str, Any]:
    """The action as the document has it, as JSON."""
    return {
        "title": draft.title,
        "owners": list(draft.owners),
        "due": [_date(each) for each in draft.due],
        "milestone_due": [[_date(due) for due in each.due] for each in draft.milestones],
        "status": draft.status.value,
        "status_text": draft.status_text,
        "project": draft.project or "",
        "detail": draft.detail,
        "tags": list(draft.tags),
        "delivered_through": list(draft.delivered_through),
        "success_measures": list(draft.success_measures),
        "milestones": [_milestone(each) for each in draft.milestones],
    }


def _date(due: DueDate) -> list[str | bool]:
    return [due.text, due.date.isoformat() if due.date else "", due.role.value, due.confirmed]


def _milestone(draft: MilestoneDraft) -> list[str | list[str]]:
    return [draft.label, draft.title, draft.detail, list(draft.owners), draft.status.value]
