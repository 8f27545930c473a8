"""What changed on a board since the last digest that was seen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.messages import ActionLine, DigestChange
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.services.actions import presenters
from models.outbox import StatusChange
from models.people import Board
from models.queries import changes as changes_query
from models.queries import ref_index


@dataclass(frozen=True)
class ChangesSince:
    """What happened between the last digest and this one."""

    completed: tuple[DigestChange, ...]
    started: tuple[DigestChange, ...]
    redated: tuple[DigestChange, ...]
    dropped: tuple[DigestChange, ...]


def find_changes_since(session: Session, board: Board, since: datetime, now: datetime) -> ChangesSince:
    """The changes since the last digest that were not taken back: each action once per heading, in order."""
    changes = changes_query.board_changes(session, board.id, since, now)
    shared = ref_index.shared_refs(session, board.workspace_id, {each.action.ref for each in changes})
    done = [
        each
        for each in changes
        if _has_become(each, Status.COMPLETE, Status.VERIFIED) and not _is_still_open(each)
    ]
    begun = [
        each
        for each in changes
        if _has_become(each, Status.IN_PROGRESS) and each.action.status is Status.IN_PROGRESS
    ]
    dated = _latest_by_action([each for each in changes if each.new_due is not None], shared)
    moved = tuple(each for each in dated if each.new_due != each.old_due)
    gone = [
        each for each in changes if _has_become(each, Status.DROPPED) and each.action.status is Status.DROPPED
    ]
    return ChangesSince(
        tuple(_latest_by_action(done, shared)),
        tuple(_latest_by_action(begun, shared)),
        moved,
        tuple(_latest_by_action(gone, shared)),
    )


def _has_become(change: StatusChange, *statuses: Status) -> bool:
    return change.milestone_id is None and change.to_status in statuses and change.from_status not in statuses


def _is_still_open(change: StatusChange) -> bool:
    return change.action.status.is_open


def _latest_by_action(changes: list[StatusChange], shared_refs: set[str]) -> list[DigestChange]:
    latest = {change.action_id: change for change in changes}
    first_due = {change.action_id: change.old_due for change in reversed(changes)}
    return [_build_moved(change, shared_refs, first_due[change.action_id]) for change in latest.values()]


def _build_moved(change: StatusChange, shared_refs: set[str], old_due: date | None) -> DigestChange:
    action = change.action
    return DigestChange(
        ref=presenters.qualify_ref(action.ref, action.section.number, shared_refs),
        title=presenters.shorten(action.title),
        by=change.person.initials if change.person else "",
        old_due=old_due,
        new_due=change.new_due,
        because=change.comment if change.to_status is Status.DROPPED else change.reason,
    )


@dataclass(frozen=True)
class ColourMoves:
    """Ids of the actions that turned Red, and of those that are no longer Red and not finished."""

    turned_red: tuple[int, ...]
    recovered: tuple[int, ...]


def compare_colours(now: Mapping[int, Colour], before: Mapping[str, str]) -> ColourMoves:
    """now, before: by action id; before as it is stored. An action that is new has not moved."""
    moved = {
        action: (Colour(earlier), colour)
        for action, colour in now.items()
        if (earlier := before.get(str(action))) is not None and earlier != colour.value
    }
    return ColourMoves(
        tuple(each for each, (_, colour) in moved.items() if colour is Colour.RED),
        tuple(
            each
            for each, (earlier, colour) in moved.items()
            if earlier is Colour.RED and colour in {Colour.AMBER, Colour.GREEN}
        ),
    )


def build_moves(lines: Mapping[int, ActionLine], ids: Collection[int]) -> tuple[DigestChange, ...]:
    return tuple(DigestChange(lines[each].ref, lines[each].title, "") for each in ids if each in lines)
