"""Updates: every change of an action goes through `record`, and leaves a row that is never altered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.commands import UpdateSeveral, UpdateStatus
from bot.errors import NotUnderstoodError, NotVerifierError
from bot.messages import Change, UpdateReceipt
from bot.plan.due_dates import Precision, Role
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import late_messages, open_steps, presenters, ref_resolver
from bot.services.actions.ref_resolver import Target
from bot.services.actions.update_values import UpdateValues
from bot.services.people import Actor
from bot.services.scheduling import next_prompts
from bot.services.scheduling.closing import close_prompts
from models.fast_flush import new_row
from models.outbox import StatusChange
from models.plans import Action, ActionDate, Milestone


def move_due_date(
    session: Session, action: Action, milestone: Milestone | None, day: date, text: str, change: StatusChange
) -> None:
    """Move the earliest open date (the milestone's own, if one was named); give it one if it has none."""
    dates = _dates_of(Target(action, milestone))
    entry = dates[0] if dates else _add_date(session, action, milestone)
    change.date_id, change.old_due, change.new_due = entry.id, entry.day, day
    change.date_before = {
        "text": entry.text,
        "precision": entry.precision.value,
        "confirmed": entry.confirmed,
    }
    entry.first_day = entry.first_day or entry.day
    entry.day, entry.text = day, text
    entry.precision, entry.confirmed = Precision.DAY, True


def _add_date(session: Session, action: Action, milestone: Milestone | None) -> ActionDate:
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


def find_moved_date(change: StatusChange) -> ActionDate | None:
    """The date a change moved, None when a later version of the plan replaced it."""
    return next((each for each in change.action.due_dates if each.id == change.date_id), None)


def restore_due_date(change: StatusChange) -> None:
    """Put the date of a change back as it was before."""
    entry = find_moved_date(change)
    if entry is None:
        return
    before = change.date_before
    entry.day, entry.text = change.old_due, before["text"]
    entry.precision, entry.confirmed = Precision(before["precision"]), before["confirmed"]


def update_actions(session: Session, actor: Actor, command: UpdateStatus, now: datetime) -> UpdateReceipt:
    """Apply one update to every ref it names, all or none."""
    return _update(session, actor, (command,), now, public=command.public)


def update_several(session: Session, actor: Actor, command: UpdateSeveral, now: datetime) -> UpdateReceipt:
    """Apply different updates as one batch, all or none. Raises NotUnderstoodError where two of them are of
    the same action or milestone.
    """
    updates = [replace(each, line=each.line or command.line) for each in command.updates]
    return _update(session, actor, updates, now, public=command.public)


def _update(
    session: Session, actor: Actor, updates: Sequence[UpdateStatus], now: datetime, *, public: bool
) -> UpdateReceipt:
    found = [(each, _find_targets(session, actor, each)) for each in updates]
    every = [target for _, targets in found for target in targets]
    shared_refs = ref_resolver.find_shared_refs(session, actor, every)
    _require_distinct(every, shared_refs)
    for command, targets in found:
        for target in targets:
            display_ref = presenters.format_ref(target.action, shared_refs)
            _require_valid(session, actor, target, command, display_ref)
    if any(each.status in open_steps.SAYS_DONE for each in updates):
        open_steps.require_choice(found, shared_refs)
    batch = uuid4().hex
    said = (each for command, targets in found for each in _spread(command, targets, shared_refs))
    changes = record_all(session, actor, said, now, shared_refs, batch)
    return UpdateReceipt(
        tuple(changes),
        batch,
        asks_why=presenters.format_refs(
            (
                each.action
                for command, targets in found
                if command.blocked and not command.note
                for each in targets
            ),
            shared_refs,
        ),
        finish=tuple(
            presenters.find_completable_refs((each.action for each in every if each.milestone), shared_refs)
        ),
        by=actor.name,
        public=public,
        unchanged_colours=tuple(
            remaining
            for command, targets in found
            for remaining in presenters.find_remaining_colours(
                (each.action for each in targets), command, shared_refs
            )
        ),
    )


def _spread(
    command: UpdateStatus, targets: list[Target], shared_refs: set[str]
) -> Iterator[tuple[list[Target], UpdateValues]]:
    """What is said of which targets."""
    values = _read_values(command)
    if command.status in open_steps.SAYS_DONE:
        yield from open_steps.spread(command, targets, values, shared_refs)
    else:
        yield targets, values


def _find_targets(session: Session, actor: Actor, command: UpdateStatus) -> list[Target]:
    """What the update is of, each once, locked until the transaction ends."""
    targets = [
        ref_resolver.resolve(session, actor, ref, lock=True, preferred_action_id=command.action_id)
        for ref in command.refs
    ]
    return list({_key_of(target): target for target in reversed(targets)}.values())[::-1]


def _key_of(target: Target) -> tuple[int, int | None]:
    return target.action.id, target.milestone.id if target.milestone else None


def _require_distinct(targets: Sequence[Target], shared_refs: set[str]) -> None:
    counts = Counter(map(_key_of, targets))
    twice = [each.action for each in targets if counts[_key_of(each)] > 1]
    if twice:
        refs = presenters.format_refs(twice, shared_refs)
        raise NotUnderstoodError(sentence("services.updated_twice", refs=refs))


def record_all(
    session: Session,
    actor: Actor,
    said: Iterable[tuple[list[Target], UpdateValues]],
    now: datetime,
    shared_refs: set[str],
    batch: str,
) -> list[Change]:
    """As record_batch, of targets of which different things are said."""
    return [
        change
        for targets, values in said
        for change in record_batch(session, actor, targets, values, now, shared_refs, batch)
    ]


def record_batch(
    session: Session,
    actor: Actor,
    targets: list[Target],
    values: UpdateValues,
    now: datetime,
    shared_refs: set[str],
    batch: str,
) -> list[Change]:
    """Record what was said of each target, as part of a batch that undo takes back together.

    shared_refs: those refs of the targets that other actions have too.
    """
    changes = []
    for target in targets:
        recorded = [(target.milestone, record_change(session, actor, target, values, batch=batch, now=now))]
        recorded += _start_action(session, actor, target, values.source, batch=batch, now=now)
        changes += [
            presenters.describe_change(target.action, change, milestone, now, shared_refs)
            for milestone, change in recorded
        ]
    return changes


def _read_values(command: UpdateStatus) -> UpdateValues:
    status, declared = command.status, command.declared
    if command.blocked:
        status, declared = Status.IN_PROGRESS, declared or Colour.RED
    return UpdateValues(
        status,
        declared,
        command.note,
        command.due,
        command.due_text,
        command.because,
        command.evidence,
        command.route_to_green,
        command.help_needed,
        source="command" if command.sent_at is None else late_messages.LATE_SOURCE,
    )


def _require_valid(
    session: Session, actor: Actor, target: Target, command: UpdateStatus, display_ref: str
) -> None:
    """Everything that can be wrong with an update, found before anything is changed."""
    action = target.action
    people.require_update(session, actor, action, display_ref)
    if command.sent_at is not None:
        late_messages.require_unchanged_since(session, action, command, command.sent_at, display_ref)
    if command.due is not None and not command.because:
        raise NotUnderstoodError("A new date needs a reason. Nothing was changed.")
    if command.due is not None and (dates := _dates_of(target)) and dates[0].day == command.due:
        raise NotUnderstoodError(sentence("services.same_date", ref=display_ref, day=command.due))
    if command.status is Status.VERIFIED:
        _require_verifier(actor, action, display_ref)
    if command.declared is not None and command.declared not in {Colour.RED, Colour.AMBER, Colour.GREEN}:
        raise NotUnderstoodError("You can declare red, amber or green. Blue and grey come from the status.")


def _dates_of(target: Target) -> list[ActionDate]:
    """The open dates that a new one would move, the earliest first."""
    return [
        each
        for each in next_prompts.open_dates(target.action)
        if target.milestone is None or each.milestone_id == target.milestone.id
    ]


def _require_verifier(actor: Actor, action: Action, display_ref: str) -> None:
    is_owner = any(actor.person and owner.person_id == actor.person.id for owner in action.owners)
    if is_owner:
        raise NotVerifierError(
            f"Action {display_ref} has to be verified by someone other than its owner. Nothing was changed."
        )


def record_change(
    session: Session, actor: Actor, target: Target, values: UpdateValues, *, batch: str, now: datetime
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
        person_id=actor.person.id if actor.person else None,
        user_id=actor.user_id,
        source=values.source,
        place=actor.place,
        from_status=subject.status,
        to_status=values.status or subject.status,
        from_declared=action.declared,
        to_declared=_resolve_colour(action, milestone, values),
        note=values.note,
        evidence=values.evidence,
        reason=values.reason,
        route_to_green=values.route_to_green,
        help_needed=values.help_needed,
    )
    if values.due is not None:
        move_due_date(session, action, milestone, values.due, values.due_text, change)
    session.add(change)
    action.last_word_at, action.last_word_by = now, actor.person.initials if actor.person else ""
    action.last_word = values.note or values.reason or action.last_word
    apply_change(action, milestone, change, now)
    close_prompts(session, action, values.answer, actor.user_id, now)
    return change


def _resolve_colour(action: Action, milestone: Milestone | None, values: UpdateValues) -> Colour | None:
    """A colour is declared of the action as a whole. A finished action needs none; a new word without a
    colour takes the old one back only when the action starts over.
    """
    if values.declared is not None:
        return values.declared
    if milestone is None and values.status is not None and not values.status.is_open:
        return None
    return action.declared


def apply_change(action: Action, milestone: Milestone | None, change: StatusChange, now: datetime) -> None:
    (milestone or action).status = change.to_status
    if milestone is None and change.from_status is not change.to_status:
        action.status_text = ""
    action.declared = change.to_declared
    next_prompts.refresh_due_columns(action)
    next_prompts.plan_next_prompts(action, action.plan.board, now=now)


def _start_action(
    session: Session, actor: Actor, target: Target, source: str, *, batch: str, now: datetime
) -> list[tuple[None, StatusChange]]:
    """Work on a milestone starts an action that had not started: a change of its own, in the same batch."""
    milestone, action = target.milestone, target.action
    if milestone is None or action.status is not Status.NOT_STARTED or milestone.status is Status.NOT_STARTED:
        return []
    started = record_change(
        session, actor, Target(action), UpdateValues(Status.IN_PROGRESS, source=source), batch=batch, now=now
    )
    return [(None, started)]
