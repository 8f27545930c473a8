"""What happened on a board's plans between one digest and the next."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.messages import Moved
from bot.plan.statuses import Status
from bot.services.actions import presenters
from models.people import Board
from models.queries import changes as changes_query
from models.queries import known_refs
from models.records import StatusChange


@dataclass(frozen=True)
class Happened:
    """What a digest tells of the time since the one before."""

    completed: tuple[Moved, ...]
    started: tuple[Moved, ...]
    redated: tuple[Moved, ...]


def happened_since(session: Session, board: Board, since: datetime, now: datetime) -> Happened:
    """What was said since the last digest and still stands: each action once per heading, in order."""
    changes = changes_query.board_changes(session, board.id, since, now)
    shared = known_refs.shared_refs(session, board.workspace_id, {each.action.ref for each in changes})
    done = [each for each in changes if _became(each, Status.COMPLETE, Status.VERIFIED) and not _open(each)]
    begun = [
        each
        for each in changes
        if _became(each, Status.IN_PROGRESS) and each.action.status is Status.IN_PROGRESS
    ]
    dated = _latest([each for each in changes if each.new_due is not None], shared)
    moved = tuple(each for each in dated if each.new_due != each.old_due)
    return Happened(tuple(_latest(done, shared)), tuple(_latest(begun, shared)), moved)


def _became(change: StatusChange, *statuses: Status) -> bool:
    return change.milestone_id is None and change.to_status in statuses and change.from_status not in statuses


def _open(change: StatusChange) -> bool:
    return change.action.status.is_open


def _latest(changes: list[StatusChange], shared: set[str]) -> list[Moved]:
    latest = {change.action_id: change for change in changes}
    first_due = {change.action_id: change.old_due for change in reversed(changes)}
    return [_moved(change, shared, first_due[change.action_id]) for change in latest.values()]


def _moved(change: StatusChange, shared: set[str], old_due: date | None) -> Moved:
    action = change.action
    return Moved(
        ref=presenters.shown_ref(action.ref, action.section.number, shared),
        title=presenters.short(action.title),
        by=change.person.initials if change.person else "",
        old_due=old_due,
        new_due=change.new_due,
        because=change.reason,
    )
