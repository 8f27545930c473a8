"""What came to pass in a period: what was said, which leads were told, and what left the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.plan.statuses import Status
from bot.services import lines
from models.people import Board
from models.queries import actions as actions_query
from models.queries import exporting, known_refs
from models.records import StatusChange


@dataclass(frozen=True)
class Happening:
    """Something said in the period of one action. why: the sentence given, "" when none was."""

    ref: str
    title: str
    by: str
    on: date
    why: str = ""
    evidence: str = ""
    old_due: date | None = None
    new_due: date | None = None
    status: str = ""


@dataclass(frozen=True)
class Told:
    """A late action whose lead was told, on this day."""

    ref: str
    title: str
    lead: str
    on: date


class Happened:
    """What was said in the period and still stands: each action once in a list, by what was said last."""

    def __init__(self, session: Session, board: Board, changes: Sequence[StatusChange]) -> None:
        self._changes, self._board = changes, board
        self._shared = known_refs.shared_refs(session, board.workspace_id)

    def became(self, *statuses: Status) -> tuple[Happening, ...]:
        """Actions that got one of these statuses, and have it still."""
        found = [
            each
            for each in self._changes
            if each.milestone_id is None
            and each.to_status in statuses
            and each.from_status not in statuses
            and each.action.status in statuses
        ]
        return tuple(self._of(each) for each in {each.action_id: each for each in found}.values())

    def redated(self) -> tuple[Happening, ...]:
        """Actions whose dates moved: from the date at the start to the last one given."""
        dated = [each for each in self._changes if each.new_due is not None]
        first = {each.action_id: each.old_due for each in reversed(dated)}
        latest = {each.action_id: each for each in dated}
        return tuple(
            self._of(each, old_due=first[each.action_id])
            for each in latest.values()
            if each.new_due != first[each.action_id]
        )

    def _of(self, change: StatusChange, *, old_due: date | None = None) -> Happening:
        return Happening(
            ref=lines.ref_of(change.action, self._shared),
            title=lines.short(change.action.title),
            by=change.person.initials if change.person else "",
            on=lines.local_day(change.at, self._board.timezone),
            why=change.reason or change.note,
            evidence=change.evidence,
            old_due=old_due,
            new_due=change.new_due,
            status=change.to_status.words,
        )


def told(session: Session, board: Board, since: datetime, until: datetime) -> tuple[Told, ...]:
    """The leads who were told of a late action in (since, until]."""
    shared = known_refs.shared_refs(session, board.workspace_id)
    rows = exporting.leads_told(session, board.id, since, until)
    actions = actions_query.whole(session, {action for action, _, _ in rows})
    return tuple(
        Told(
            lines.ref_of(actions[action], shared),
            lines.short(actions[action].title),
            initials,
            lines.local_day(sent, board.timezone),
        )
        for action, initials, sent in rows
    )


def gone(session: Session, board: Board, since: datetime, until: datetime) -> tuple[Happening, ...]:
    """What left the plan in (since, until], and why."""
    shared = known_refs.shared_refs(session, board.workspace_id)
    return tuple(
        Happening(
            lines.ref_of(action, shared),
            lines.short(action.title),
            "",
            lines.local_day(action.gone_at, board.timezone),
            why=action.gone_reason,
            status=action.status.words,
        )
        for action in exporting.gone_between(session, board.id, since, until)
        if action.gone_at is not None
    )
