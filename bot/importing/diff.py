"""What a document changes in the plan that is stored. It is compared with the document before it, not with
what was updated in chat since: so the same file twice changes nothing, whatever happened in between. Nor does
a difference count where the plan is by now as the document has it: an exported tracker is imported without
one.
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
    """What became of an action that a newer version no longer has. Stored in answers."""

    COMPLETE = "complete"
    DROPPED = "dropped"
    RETAINED = "kept"
    MOVED = "now"


@dataclass(frozen=True)
class Resolution:
    """What became of an action, as somebody answered. reason: in words, as it is recorded. new_ref: the
    section and ref it has in the newer version.
    """

    kind: ResolutionKind
    reason: str
    new_ref: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class ChangedAction:
    """One action that the document has differently. kinds: RENUMBERED, and keys of FIELDS_OF_KIND. before,
    after: fingerprints. position: in the document. old_ref: section and ref as they were, "1/5.2".
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
    """An action the document does not have. resolution: None until somebody has answered."""

    action: Action
    resolution: Resolution | None = None


@dataclass(frozen=True)
class Differences:
    """new: with the position in the document. gone: what leaves the plan now, or gets its reason now.
    changed: including what left the plan before and is back. unchanged: how many actions. retained: what
    stays though the document lacks it, as somebody answered; revived: those of them that had left the plan.
    missing: all that the document lacks, with a recorded reason or without. headings: what changes above the
    actions. positions: in the document, by the action's id.
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
    """Compare a document with the actions and projects of its plan, those that left it included. resolutions:
    by the action's id. projects: None where there is no plan yet. headings: passed on to the result.
    """
    resolved = resolutions or {}
    decided = _decided_matches(draft, resolved)
    positions = match_actions(actions, draft.actions, decided=decided)
    matched = [
        _changed_action(each, positions[each.id], draft.actions[positions[each.id]])
        for each in actions
        if each.id in positions
    ]
    changed = tuple(each for each in matched if each.kinds or each.action.gone_at is not None)
    missing = [each for each in actions if each.id not in positions]
    duplicates = {
        (each.section, each.ref, each.title) for each in map(draft.actions.__getitem__, decided.values())
    }
    retained = [each for each in missing if _is_retained(resolved.get(each.id))]
    matched_positions = set(positions.values())
    return Differences(
        new=tuple(each for each in enumerate(draft.actions) if each[0] not in matched_positions),
        gone=tuple(_gone_actions(missing, resolved, duplicates)),
        changed=changed,
        unchanged=len(matched) - len(changed),
        retained=tuple(retained),
        revived=tuple(each for each in retained if each.gone_at is not None),
        missing=tuple(missing),
        projects=compare_projects(projects, draft, {each.project_id for each in retained})
        if projects is not None
        else (),
        headings=tuple(headings),
        positions=positions,
    )


def match_plan(
    actions: Sequence[Action], draft: PlanDraft, resolutions: Mapping[int, Resolution]
) -> Differences:
    """What is new and what is missing alone."""
    positions = match_actions(actions, draft.actions, decided=_decided_matches(draft, resolutions))
    matched_positions = set(positions.values())
    return Differences(
        new=tuple(each for each in enumerate(draft.actions) if each[0] not in matched_positions),
        gone=(),
        changed=(),
        unchanged=0,
        missing=tuple(each for each in actions if each.id not in positions),
        positions=positions,
    )


def _is_retained(resolution: Resolution | None) -> bool:
    return resolution is not None and resolution.kind is ResolutionKind.RETAINED


def _decided_matches(draft: PlanDraft, resolutions: Mapping[int, Resolution]) -> dict[int, int]:
    """The positions of actions that have another ref now, as somebody answered; by the action's id."""
    positions = {(each.section, each.ref): position for position, each in enumerate(draft.actions)}
    new_refs = {key: each.new_ref for key, each in resolutions.items() if each.kind is ResolutionKind.MOVED}
    return {key: positions[ref] for key, ref in new_refs.items() if ref in positions}


def _gone_actions(
    missing: Sequence[Action], resolutions: Mapping[int, Resolution], duplicates: set[tuple[str, str, str]]
) -> Iterator[GoneAction]:
    """duplicates: section, ref and title of what in the document is another action, as somebody answered."""
    for action in missing:
        resolution = resolutions.get(action.id)
        if (action.section.number, action.ref, action.title) in duplicates and action.gone_at is None:
            yield GoneAction(
                action,
                Resolution(ResolutionKind.MOVED, sentence("questions.duplicate_reason")),
            )
        elif resolution and resolution.kind in {ResolutionKind.COMPLETE, ResolutionKind.DROPPED}:
            if action.gone_at is None or action.gone_reason != resolution.reason:
                yield GoneAction(action, resolution)
        elif action.gone_at is None and not _is_retained(resolution):
            yield GoneAction(action)


def _changed_action(action: Action, position: int, draft: ActionDraft) -> ChangedAction:
    before, after = action.imported, fingerprint(draft)
    kinds = _kinds_of_change(before, after)
    if kinds:
        still_differs = _kinds_of_change(current_fingerprint(action), after)
        kinds = [kind for kind in kinds if kind in still_differs]
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
    """The action as the document has it, in the shape stored in Action.imported."""
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


def current_fingerprint(action: Action) -> dict[str, Any]:
    """The fingerprint of a stored action as it is now, with its dates as a document would print them."""
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
    """The fingerprint with a step's date at the step alone: documents print it in either cell."""
    of_steps = [due for step in fingerprint.get("milestone_due", []) for due in step]
    own = [
        due for due in fingerprint.get("due", []) if due[2] != Role.MILESTONE.value and due not in of_steps
    ]
    return {**fingerprint, "due": own}


def _dates(action: Action, step: Milestone | None, as_at: date) -> list[list[str | bool]]:
    milestone_id = step.id if step else None
    return [_printed_date(entry, as_at) for entry in action.due_dates if entry.milestone_id == milestone_id]


def _printed_date(entry: ActionDate, as_at: date) -> list[str | bool]:
    due = with_readable_text(
        DueDate(entry.text, entry.day, entry.precision, entry.role, entry.confirmed), as_at=as_at
    )
    return _date_fingerprint(due)
