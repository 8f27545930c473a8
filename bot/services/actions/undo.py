"""Taking a change back: as a change of its own, so that it shows."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.commands import Undo
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import Change, UndoReceipt
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import presenters, updates
from bot.services.people import Actor
from bot.services.scheduling import closing
from models.outbox import StatusChange
from models.plans import Action
from models.queries import actions as actions_query
from models.queries import changes as changes_query
from models.queries import ref_index

# How long a button takes back what it stands beside; typed, undo has no limit.
BUTTON_LIFETIME = timedelta(minutes=10)


def undo_batch(session: Session, actor: Actor, command: Undo, now: datetime) -> UndoReceipt:
    """Take back the asker's latest change, or the batch named; as a change of its own, so that it shows."""
    batch = command.batch or changes_query.latest_batch_of(session, actor.workspace_id, actor.user_id)
    found = changes_query.changes_in_batch(session, actor.workspace_id, batch) if batch else []
    changes = [change for change in found if change.action.plan.board_id in actor.boards]
    if not changes:
        raise NotUnderstoodError("You have made no change that can be taken back.", suggestion="/cip mine")
    if command.is_press:
        require_in_time(session, actor, changes[-1], now)
    actions_query.lock_actions(session, {change.action_id for change in changes})
    _require_undoable(session, actor, changes)
    token = uuid4().hex
    undone = [_undo_change(session, actor, change, token, now) for change in reversed(changes)]
    return UndoReceipt(tuple(reversed(undone)))


def require_in_time(session: Session, actor: Actor, change: StatusChange, now: datetime) -> None:
    """Raises NotUnderstoodError, with the line that works, where a button beside it works no longer."""
    if now - change.at <= BUTTON_LIFETIME:
        return
    latest = changes_query.latest_batch_of(session, actor.workspace_id, actor.user_id)
    raise NotUnderstoodError(
        sentence("services.undo_button_over", minutes=BUTTON_LIFETIME // timedelta(minutes=1)),
        suggestion="/cip undo" if latest == change.batch else f"/cip undo {change.batch}",
    )


def _require_undoable(session: Session, actor: Actor, changes: list[StatusChange]) -> None:
    if changes_query.undone_ids(session, [change.id for change in changes]):
        raise NotUnderstoodError(
            "That change was already taken back.", suggestion=f"/cip history {changes[0].action.ref}"
        )
    for change in changes:
        people.require_update(session, actor, change.action, change.action.ref)
        if change.user_id != actor.user_id and not actor.is_manager_of(change.action.plan_id):
            raise NotAllowedError("Only the person who made a change, or a plan manager, can take it back.")
        if change.date_id is not None and updates.find_moved_date(change) is None:
            raise NotUnderstoodError(
                f"The dates of {change.action.ref} came in anew with a later version of the plan,"
                " so the old one cannot be put back. Nothing was changed.",
                suggestion=f"/cip history {change.action.ref}",
            )
        later = changes_query.newer_change(session, change)
        if later is not None:
            by = later.person.initials if later.person else "someone else"
            raise NotUnderstoodError(
                f"Action {change.action.ref} was changed again since, by {by}, so taking this back would"
                " undo that too. Nothing was changed.",
                suggestion=f"/cip history {change.action.ref}",
            )


def _undo_change(session: Session, actor: Actor, change: StatusChange, batch: str, now: datetime) -> Change:
    action, milestone = change.action, change.milestone
    undoing = StatusChange(
        workspace_id=action.workspace_id,
        action_id=action.id,
        milestone_id=change.milestone_id,
        batch=batch,
        at=now,
        person_id=actor.person.id if actor.person else None,
        user_id=actor.user_id,
        source="undo",
        place=actor.place,
        from_status=change.to_status,
        to_status=change.from_status,
        from_declared=change.to_declared,
        to_declared=change.from_declared,
        note="",
        evidence="",
        reason="",
        date_id=change.date_id,
        old_due=change.new_due,
        new_due=change.old_due,
        undoes_id=change.id,
    )
    updates.restore_due_date(change)
    session.add(undoing)
    session.flush()
    _restore_last_word(session, action)
    updates.apply_change(action, milestone, undoing, now)
    closing.reopen_prompts(session, action, change.at, now)
    shared = ref_index.shared_refs(session, actor.workspace_id, [action.ref])
    return replace(presenters.describe_change(action, undoing, milestone, now, shared), withdrawn=change.note)


def _restore_last_word(session: Session, action: Action) -> None:
    """The last word is the newest change that was not taken back. The text is the newest sentence among
    them, which may be older and someone else's: lines.last_word tells them apart.
    """
    newest = changes_query.latest_update(session, action.id)
    comment_change = changes_query.latest_commented_changes(session, [action.id]).get(action.id)
    action.last_word_at = newest.at if newest else None
    action.last_word_by = newest.person.initials if newest and newest.person else ""
    action.last_word = comment_change.comment if comment_change else ""
