"""Updates: every change of an action goes through `record`, and leaves a row that is never altered."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.commands import UpdateStatus
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Change, UpdateReceipt
from bot.plan.due_dates import Precision, Role
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.services import people
from bot.services.actions import late_messages, presenters, ref_resolver
from bot.services.actions.ref_resolver import Target
from bot.services.people import Who
from bot.services.scheduling import next_prompts
from bot.services.scheduling.closing import close_prompts
from models.fast_flush import new_row
from models.outbox import StatusChange
from models.plans import Action, ActionDate, Milestone


def move(
    session: Session, action: Action, milestone: Milestone | None, day: date, text: str, change: StatusChange
) -> None:
    """Move the earliest open date (the milestone's own, if one was named); give it one if it has none."""
    dates = [
        each
        for each in next_prompts.open_dates(action)
        if milestone is None or each.milestone_id == milestone.id
    ]
    entry = dates[0] if dates else _new_date(session, action, milestone)
    change.date_id, change.old_due, change.new_due = entry.id, entry.day, day
    change.date_before = {
        "text": entry.text,
        "precision": entry.precision.value,
        "confirmed": entry.confirmed,
    }
    entry.first_day = entry.first_day or entry.day
    entry.day, entry.text = day, text
    entry.precision, entry.confirmed = Precision.DAY, True


def _new_date(session: Session, action: Action, milestone: Milestone | None) -> ActionDate:
    entry = ActionDate(
        workspace_id=action.workspace_id,
        milestone_id=milestone.id if milestone else None,
        role=Role.MILESTONE if milestone else Role.DUE,
        precision=Precision.NONE,
        confirmed=True,
        position=len(action.due_dates),
    )
    action.due_dates.append(entry)
    session.flush()
    return entry


def entry_of(change: StatusChange) -> ActionDate | None:
    """The date a change moved, None when a later version of the plan replaced it."""
    return next((each for each in change.action.due_dates if each.id == change.date_id), None)


def move_back(change: StatusChange) -> None:
    """Put the date of a change back as it was before."""
    entry = entry_of(change)
    if entry is None:
        return
    before = change.date_before
    entry.day, entry.text = change.old_due, before["text"]
    entry.precision, entry.confirmed = Precision(before["precision"]), before["confirmed"]


@dataclass(frozen=True)
class Said:
    """What someone says of one action or milestone; what is None or "" stays as it is."""

    status: Status | None = None
    declared: Colour | None = None
    note: str = ""
    due: date | None = None
    due_text: str = ""
    because: str = ""
    evidence: str = ""
    source: str = "command"
    answer: str = "update"


def update(session: Session, who: Who, command: UpdateStatus, now: datetime) -> UpdateReceipt:
    """Apply one update to every ref it names, all or none."""
    targets = _distinct(
        [ref_resolver.resolve(session, who, ref, hold=True, about=command.action_id) for ref in command.refs]
    )
    shared = ref_resolver.shared_among(session, who, targets)
    for target in targets:
        _check(session, who, target, command, presenters.ref_of(target.action, shared))
    changes, batch = record_batch(session, who, targets, _said(command), now, shared)
    refs = dict.fromkeys(change.ref for change in changes)
    return UpdateReceipt(
        tuple(changes),
        batch,
        asks_why=tuple(refs) if command.blocked and not command.note else (),
        finish=tuple(presenters.finished((each.action for each in targets if each.milestone), shared)),
        by=who.name,
        public=command.public,
        unchanged_colours=tuple(
            presenters.still_declared((each.action for each in targets), command, shared)
        ),
    )


def record_batch(
    session: Session, who: Who, targets: list[Target], said: Said, now: datetime, shared: set[str]
) -> tuple[list[Change], str]:
    """Record what was said of each target, as one batch that undo takes back together.

    shared: those refs of the targets that other actions have too.
    """
    batch = uuid4().hex
    changes = []
    for target in targets:
        changed = [(target.milestone, record(session, who, target, said, batch=batch, now=now))]
        changed += _start_action(session, who, target, said.source, batch=batch, now=now)
        changes += [
            presenters.describe(target.action, change, milestone, now, shared)
            for milestone, change in changed
        ]
    return changes, batch


def _distinct(targets: list[Target]) -> list[Target]:
    seen: dict[tuple[int, int | None], Target] = {}
    for target in targets:
        seen.setdefault((target.action.id, target.milestone.id if target.milestone else None), target)
    return list(seen.values())


def _said(command: UpdateStatus) -> Said:
    status, declared = command.status, command.declared
    if command.blocked:
        status, declared = Status.IN_PROGRESS, declared or Colour.RED
    return Said(
        status,
        declared,
        command.note,
        command.due,
        command.due_text,
        command.because,
        command.evidence,
        source="command" if command.sent_at is None else late_messages.LATE,
    )


def _check(session: Session, who: Who, target: Target, command: UpdateStatus, shown: str) -> None:
    """Everything that can be wrong with an update, found before anything is changed."""
    action = target.action
    people.require_update(session, who, action, shown)
    if command.sent_at is not None:
        late_messages.require_still_so(session, action, command, command.sent_at, shown)
    if command.due is not None and not command.because:
        raise NotUnderstoodError("A new date needs a reason. Nothing was changed.")
    if command.status is Status.VERIFIED:
        _check_verifier(who, action, shown)
    if command.declared is not None and command.declared not in {Colour.RED, Colour.AMBER, Colour.GREEN}:
        raise NotUnderstoodError("You can declare red, amber or green. Blue and grey come from the status.")


def _check_verifier(who: Who, action: Action, shown: str) -> None:
    mine = any(who.person and owner.person_id == who.person.id for owner in action.owners)
    if mine:
        raise NotAllowedError(
            f"Action {shown} has to be verified by someone other than its owner. Nothing was changed."
        )


def record(
    session: Session, who: Who, target: Target, said: Said, *, batch: str, now: datetime
) -> StatusChange:
    """Change one action or milestone and write down what changed; the caller holds the action and has
    checked who may.
    """
    action, milestone = target.action, target.milestone
    subject: Action | Milestone = milestone or action
    change = new_row(
        StatusChange,
        workspace_id=action.workspace_id,
        action_id=action.id,
        milestone_id=milestone.id if milestone else None,
        batch=batch,
        at=now,
        person_id=who.person.id if who.person else None,
        user_id=who.user_id,
        source=said.source,
        place=who.place,
        from_status=subject.status,
        to_status=said.status or subject.status,
        from_declared=action.declared,
        to_declared=_declared(action, milestone, said),
        note=said.note,
        evidence=said.evidence,
        reason=said.because,
    )
    if said.due is not None:
        move(session, action, milestone, said.due, said.due_text, change)
    session.add(change)
    action.last_word_at, action.last_word_by = now, who.person.initials if who.person else ""
    action.last_word = said.note or said.because or action.last_word
    apply(action, milestone, change, now)
    close_prompts(session, action, said.answer, who.user_id, now)
    return change


def _declared(action: Action, milestone: Milestone | None, said: Said) -> Colour | None:
    """A colour is declared of the action as a whole. A finished action needs none; a new word without a
    colour takes the old one back only when the action starts over.
    """
    if said.declared is not None:
        return said.declared
    if milestone is None and said.status is not None and not said.status.is_open:
        return None
    return action.declared


def apply(action: Action, milestone: Milestone | None, change: StatusChange, now: datetime) -> None:
    (milestone or action).status = change.to_status
    if milestone is None and change.from_status is not change.to_status:
        action.status_text = ""
    action.declared = change.to_declared
    next_prompts.refresh(action)
    next_prompts.plan_next_prompts(action, action.plan.board, now=now)


def _start_action(
    session: Session, who: Who, target: Target, source: str, *, batch: str, now: datetime
) -> list[tuple[None, StatusChange]]:
    """Work on a milestone starts an action that had not started: a change of its own, in the same batch."""
    milestone, action = target.milestone, target.action
    if milestone is None or action.status is not Status.NOT_STARTED or milestone.status is Status.NOT_STARTED:
        return []
    started = record(
        session, who, Target(action), Said(Status.IN_PROGRESS, source=source), batch=batch, now=now
    )
    return [(None, started)]
