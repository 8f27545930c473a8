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
from bot.importing.matching import match_actions
from bot.plan.date_format import with_readable_text
from bot.plan.due_dates import DueDate, Role
from bot.sentences import sentence
from models.plans import Action, ActionDate, Milestone, Project


def current_fingerprint(action: Action) -> dict[str, Any]:
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


def normalise_fingerprint(fingerprint: dict[str, Any]) -> dict[str, Any]:
    """Leave a step's date with the step alone, wherever the document printed it."""
    of_steps = [due for step in fingerprint.get("milestone_due", []) for due in step]
    own = [
        due for due in fingerprint.get("due", []) if due[2] != Role.MILESTONE.value and due not in of_steps
    ]
    return {**fingerprint, "due": own}


def _dates(action: Action, step: Milestone | None, as_at: date) -> list[list[Any]]:
    wanted = step.id if step else None
    return [_printed_date(entry, as_at) for entry in action.due_dates if entry.milestone_id == wanted]


def _printed_date(entry: ActionDate, as_at: date) -> list[Any]:
    due = with_readable_text(
        DueDate(entry.text, entry.day, entry.precision, entry.role, entry.confirmed), as_at=as_at
    )
    return [due.text, due.date.isoformat() if due.date else "", due.role.value, due.confirmed]


RENUMBERED = "renumbered"
RETITLED, REDATED, REOWNED, RESTATED, REWORDED = (
    "re-titled",
    "re-dated",
    "re-owned",
    "new status",
    "re-worded",
)
FIELDS_OF_KIND = {
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


class ResolutionKind(StrEnum):
    """What became of an action that a newer version no longer has."""

    COMPLETE = "complete"
    DROPPED = "dropped"
    RETAINED = "kept"
    MOVED = "now"


@dataclass(frozen=True)
class Resolution:
    """What somebody said became of an action. reason: the reason, as it goes on record. new_ref: the
    section and
    ref it has in the newer version.
    """

    kind: ResolutionKind
    reason: str
    new_ref: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class ChangedAction:
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
class GoneAction:
    """An action the document does not have. resolution: None while nobody has said what became of it."""

    action: Action
    resolution: Resolution | None = None


@dataclass(frozen=True)
class Differences:
    """new carries the place in the document; changed has what was gone once and is there again as well.

    gone: what goes now, or whose reason is given now. retained: what stays though the document lacks it, as
    somebody said. revived: those among them that were gone. missing: what the document lacks, with a reason
    on record or not, for asking. projects: new ones, those gone, and what changes about those that both
    have. headings: what changes above the actions. positions: where in the document each action is, by the
    action's id.
    """

    new: tuple[tuple[int, ActionDraft], ...]
    gone: tuple[GoneAction, ...]
    changed: tuple[ChangedAction, ...]
    unchanged: int
    retained: tuple[Action, ...] = ()
    revived: tuple[Action, ...] = ()
    missing: tuple[Action, ...] = ()
    projects: tuple[ProjectChange, ...] = ()
    headings: tuple[HeadingChange, ...] = ()
    positions: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.gone or self.changed or self.revived or self.projects or self.headings)


def compare_plan(
    actions: Sequence[Action],
    draft: PlanDraft,
    resolutions: Mapping[int, Resolution] | None = None,
    projects: Sequence[Project] | None = None,
    headings: Iterable[HeadingChange] = (),
) -> Differences:
    """Compare a document with the actions and projects of its plan, those gone included. resolutions: by the
    action's id. projects: None where there is no plan yet.
    """
    told = resolutions or {}
    fixed = _decided_matches(draft, told)
    found = match_actions(actions, draft.actions, decided=fixed)
    changed = [
        _changed_action(each, found[each.id], draft.actions[found[each.id]])
        for each in actions
        if each.id in found
    ]
    real = tuple(each for each in changed if each.kinds or each.action.gone_at is not None)
    missing = [each for each in actions if each.id not in found]
    doubled = {
        (each.section, each.ref, each.title) for each in map(draft.actions.__getitem__, fixed.values())
    }
    stays = [each for each in missing if (fate := told.get(each.id)) and fate.kind is ResolutionKind.RETAINED]
    taken = set(found.values())
    return Differences(
        new=tuple((place, each) for place, each in enumerate(draft.actions) if place not in taken),
        gone=tuple(_gone_actions(missing, told, doubled)),
        changed=real,
        unchanged=len(changed) - len(real),
        retained=tuple(stays),
        revived=tuple(each for each in stays if each.gone_at is not None),
        missing=tuple(missing),
        projects=compare_projects(projects, draft, {each.project_id for each in stays})
        if projects is not None
        else (),
        headings=tuple(headings),
        positions=found,
    )


def _decided_matches(draft: PlanDraft, resolutions: Mapping[int, Resolution]) -> dict[int, int]:
    """Where the actions are now that somebody said have another ref."""
    places = {(each.section, each.ref): place for place, each in enumerate(draft.actions)}
    wanted = {key: fate.new_ref for key, fate in resolutions.items() if fate.kind is ResolutionKind.MOVED}
    return {key: places[now] for key, now in wanted.items() if now in places}


def _gone_actions(
    missing: Sequence[Action], resolutions: Mapping[int, Resolution], duplicates: set[tuple[str, str, str]]
) -> Iterator[GoneAction]:
    """duplicates: section, ref and title of what in the document is another action, as somebody said."""
    for action in missing:
        fate = resolutions.get(action.id)
        if (action.section.number, action.ref, action.title) in duplicates and action.gone_at is None:
            yield GoneAction(
                action,
                Resolution(ResolutionKind.MOVED, sentence("questions.duplicate_reason")),
            )
        elif fate is not None and fate.kind in {ResolutionKind.COMPLETE, ResolutionKind.DROPPED}:
            if action.gone_at is None or action.gone_reason != fate.reason:
                yield GoneAction(action, fate)
        elif action.gone_at is None and (fate is None or fate.kind is not ResolutionKind.RETAINED):
            yield GoneAction(action)


def _changed_action(action: Action, position: int, draft: ActionDraft) -> ChangedAction:
    before, after = action.imported, fingerprint(draft)
    kinds = _kinds_of_change(before, after)
    if kinds:
        still = _kinds_of_change(current_fingerprint(action), after)
        kinds = [kind for kind in kinds if kind in still]
    old_ref = f"{action.section.number}/{action.ref}"
    moved = [RENUMBERED] if old_ref != f"{draft.section}/{draft.ref}" else []
    return ChangedAction(action, draft, (*moved, *kinds), before, after, position, old_ref)


def _kinds_of_change(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    one, other = normalise_fingerprint(before), normalise_fingerprint(after)
    return [
        kind
        for kind, parts in FIELDS_OF_KIND.items()
        if any(one.get(part) != other.get(part) for part in parts)
    ]


def fingerprint(draft: ActionDraft) -> dict[str, Any]:
    """The action as the document has it, as JSON."""
    return {
        "title": draft.title,
        "owners": list(draft.owners),
        "due": [_date_fingerprint(each) for each in draft.due],
        "milestone_due": [[_date_fingerprint(due) for due in each.due] for each in draft.milestones],
        "status": draft.status.value,
        "status_text": draft.status_text,
        "project": draft.project or "",
        "detail": draft.detail,
        "tags": list(draft.tags),
        "delivered_through": list(draft.delivered_through),
        "success_measures": list(draft.success_measures),
        "milestones": [_milestone_fingerprint(each) for each in draft.milestones],
    }


def _date_fingerprint(due: DueDate) -> list[str | bool]:
    return [due.text, due.date.isoformat() if due.date else "", due.role.value, due.confirmed]


def _milestone_fingerprint(draft: MilestoneDraft) -> list[str | list[str]]:
    return [draft.label, draft.title, draft.detail, list(draft.owners), draft.status.value]
