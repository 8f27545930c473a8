"""What a document changes in a plan that is already there. Compared with the document before it, not with
what was said in chat since: so the same file twice changes nothing, whatever happened in between. Nor does a
file that says what the plan says by now: a tracker written out again comes back without a difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bot.importing.diff_headings import HeadingChange, ProjectChange, compare_projects
from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft
from bot.importing.matching import match
from bot.plan.date_format import readable
from bot.plan.due_dates import DueDate, Role
from models.plans import Action, ActionDate, Milestone, Project


def as_it_stands(action: Action) -> dict[str, Any]:
    """Give the action in the shape of a fingerprint (bot.importing.diff), dates as printed."""
    as_at = action.plan.as_at or action.plan.imported_at.date()
    steps = [step for step in action.milestones if step.gone_at is None]
    return {
        "title": action.title,
        "owners": [owner.person.initials for owner in action.owners],
        "due": _dates(action, None, as_at),
        "milestone_due": [_dates(action, step, as_at) for step in steps],
        "status": action.status.value,
        "status_text": action.status_text,
        "project": action.project.number if action.project else "",
        "detail": action.detail,
        "tags": action.tags,
        "delivered_through": action.delivered_through,
        "success_measures": action.success_measures,
        "milestones": [
            [step.label, step.title, step.detail, step.owners, step.status.value] for step in steps
        ],
    }


def comparable(fingerprint: dict[str, Any]) -> dict[str, Any]:
    """Leave a step's date with the step alone, wherever the document printed it."""
    of_steps = [due for step in fingerprint.get("milestone_due", []) for due in step]
    own = [
        due for due in fingerprint.get("due", []) if due[2] != Role.MILESTONE.value and due not in of_steps
    ]
    return {**fingerprint, "due": own}


def _dates(action: Action, step: Milestone | None, as_at: date) -> list[list[Any]]:
    wanted = step.id if step else None
    return [_printed(entry, as_at) for entry in action.due_dates if entry.milestone_id == wanted]


def _printed(entry: ActionDate, as_at: date) -> list[Any]:
    due = readable(DueDate(entry.text, entry.day, entry.precision, entry.role, entry.confirmed), as_at=as_at)
    return [due.text, due.date.isoformat() if due.date else "", due.role.value, due.confirmed]


RENUMBERED = "renumbered"
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


class Fated(StrEnum):
    """What became of an action that a newer version no longer has."""

    COMPLETE = "complete"
    DROPPED = "dropped"
    KEPT = "kept"
    NOW = "now"


@dataclass(frozen=True)
class Fate:
    """What somebody said became of an action. words: the reason, as it goes on record. now: the section and
    ref it has in the newer version.
    """

    what: Fated
    words: str
    now: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Changed:
    """One action that a newer document has differently. kinds: RENUMBERED, and of PARTS. before, after:
    fingerprints. old_ref: section and ref as they were.
    """

    action: Action
    draft: ActionDraft
    kinds: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    position: int
    old_ref: str


@dataclass(frozen=True)
class Gone:
    """An action the document does not have. fate: None while nobody has said what became of it."""

    action: Action
    fate: Fate | None = None


@dataclass(frozen=True)
class Differences:
    """new carries the place in the document; changed has what was gone once and is there again as well.

    gone: what goes now, or whose reason is given now. kept: what stays though the document lacks it, as
    somebody said. revived: those among them that were gone. missing: what the document lacks, with a reason
    on record or not, for asking. projects: new ones, those gone, and what changes about those that both
    have. headings: what changes above the actions. places: where in the document each action is, by the
    action's id.
    """

    new: tuple[tuple[int, ActionDraft], ...]
    gone: tuple[Gone, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    kept: tuple[Action, ...] = ()
    revived: tuple[Action, ...] = ()
    missing: tuple[Action, ...] = ()
    projects: tuple[ProjectChange, ...] = ()
    headings: tuple[HeadingChange, ...] = ()
    places: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.gone or self.changed or self.revived or self.projects or self.headings)


def compare(
    known: Sequence[Action],
    draft: PlanDraft,
    fates: Mapping[int, Fate] | None = None,
    projects: Sequence[Project] | None = None,
    headings: Iterable[HeadingChange] = (),
) -> Differences:
    """Compare a document with the actions and projects of its plan, those gone included. fates: by the
    action's id. projects: None where there is no plan yet.
    """
    told = fates or {}
    fixed = _fixed(draft, told)
    found = match(known, draft.actions, fixed=fixed)
    changed = [
        _changed(each, found[each.id], draft.actions[found[each.id]]) for each in known if each.id in found
    ]
    real = tuple(each for each in changed if each.kinds or each.action.gone_at is not None)
    missing = [each for each in known if each.id not in found]
    doubled = {
        (each.section, each.ref, each.title) for each in map(draft.actions.__getitem__, fixed.values())
    }
    stays = [each for each in missing if (fate := told.get(each.id)) and fate.what is Fated.KEPT]
    taken = set(found.values())
    return Differences(
        new=tuple((place, each) for place, each in enumerate(draft.actions) if place not in taken),
        gone=tuple(_gone(missing, told, doubled)),
        changed=real,
        unchanged=len(changed) - len(real),
        kept=tuple(stays),
        revived=tuple(each for each in stays if each.gone_at is not None),
        missing=tuple(missing),
        projects=compare_projects(projects, draft, {each.project_id for each in stays})
        if projects is not None
        else (),
        headings=tuple(headings),
        places=found,
    )


def _fixed(draft: PlanDraft, fates: Mapping[int, Fate]) -> dict[int, int]:
    """Where the actions are now that somebody said have another ref."""
    places = {(each.section, each.ref): place for place, each in enumerate(draft.actions)}
    wanted = {key: fate.now for key, fate in fates.items() if fate.what is Fated.NOW}
    return {key: places[now] for key, now in wanted.items() if now in places}


def _gone(
    missing: Sequence[Action], fates: Mapping[int, Fate], doubled: set[tuple[str, str, str]]
) -> Iterator[Gone]:
    """doubled: section, ref and title of what in the document is another action, as somebody said."""
    for action in missing:
        fate = fates.get(action.id)
        if (action.section.number, action.ref, action.title) in doubled and action.gone_at is None:
            yield Gone(action, Fate(Fated.NOW, "It was the same action as one that had another ref before."))
        elif fate is not None and fate.what in {Fated.COMPLETE, Fated.DROPPED}:
            if action.gone_at is None or action.gone_reason != fate.words:
                yield Gone(action, fate)
        elif action.gone_at is None and (fate is None or fate.what is not Fated.KEPT):
            yield Gone(action)


def _changed(action: Action, position: int, draft: ActionDraft) -> Changed:
    before, after = action.imported, fingerprint(draft)
    kinds = _kinds(before, after)
    if kinds:
        still = _kinds(as_it_stands(action), after)
        kinds = [kind for kind in kinds if kind in still]
    old_ref = f"{action.section.number}/{action.ref}"
    moved = [RENUMBERED] if old_ref != f"{draft.section}/{draft.ref}" else []
    return Changed(action, draft, (*moved, *kinds), before, after, position, old_ref)


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
