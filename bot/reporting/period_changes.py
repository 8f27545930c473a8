"""What happened to a board's actions in a period: changes, escalations, and actions that left the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.plan.statuses import Status
from bot.services.actions import presenters
from models.outbox import StatusChange
from models.people import Board
from models.queries import actions as actions_query
from models.queries import exports, ref_index


@dataclass(frozen=True)
class ReportedChange:
    """A change of one action in the period. by: initials. why: the sentence given, "" for none. old_due,
    new_due: None where the date did not move.
    """

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
class Escalation:
    """A late action whose lead (initials) was notified on this day."""

    ref: str
    title: str
    lead: str
    on: date


class PeriodChanges:
    """The changes of the period that still apply: each action once in a list, by its latest change."""

    def __init__(self, session: Session, board: Board, changes: Sequence[StatusChange]) -> None:
        self._changes, self._board = changes, board
        self._shared = ref_index.shared_refs(session, board.workspace_id)

    def changed_to(self, *statuses: Status) -> tuple[ReportedChange, ...]:
        """Actions that got one of these statuses, and still have it."""
        matching = [
            each
            for each in self._changes
            if each.milestone_id is None
            and each.to_status in statuses
            and each.from_status not in statuses
            and each.action.status in statuses
        ]
        return tuple(self._describe(each) for each in {each.action_id: each for each in matching}.values())

    def date_moves(self) -> tuple[ReportedChange, ...]:
        """Actions whose date at the end of the period differs from the one at its start."""
        dated = [each for each in self._changes if each.new_due is not None]
        first = {each.action_id: each.old_due for each in reversed(dated)}
        latest = {each.action_id: each for each in dated}
        return tuple(
            self._describe(each, old_due=first[each.action_id])
            for each in latest.values()
            if each.new_due != first[each.action_id]
        )

    def _describe(self, change: StatusChange, *, old_due: date | None = None) -> ReportedChange:
        return ReportedChange(
            ref=presenters.format_ref(change.action, self._shared),
            title=presenters.shorten(change.action.title),
            by=change.person.initials if change.person else "",
            on=presenters.local_day(change.at, self._board.timezone),
            why=change.reason or change.note,
            evidence=change.evidence,
            old_due=old_due,
            new_due=change.new_due,
            status=change.to_status.words,
        )


def list_escalations(
    session: Session, board: Board, since: datetime, until: datetime
) -> tuple[Escalation, ...]:
    """The leads who were notified of a late action in (since, until]."""
    shared = ref_index.shared_refs(session, board.workspace_id)
    rows = exports.escalations_between(session, board.id, since, until)
    actions = actions_query.load_actions(session, {action for action, _, _ in rows})
    return tuple(
        Escalation(
            presenters.format_ref(actions[action], shared),
            presenters.shorten(actions[action].title),
            initials,
            presenters.local_day(sent, board.timezone),
        )
        for action, initials, sent in rows
    )


def list_removed(
    session: Session, board: Board, since: datetime, until: datetime
) -> tuple[ReportedChange, ...]:
    """The actions that left the plan in (since, until], with the reasons."""
    shared = ref_index.shared_refs(session, board.workspace_id)
    return tuple(
        ReportedChange(
            presenters.format_ref(action, shared),
            presenters.shorten(action.title),
            "",
            presenters.local_day(action.gone_at, board.timezone),
            why=action.gone_reason,
            status=action.status.words,
        )
        for action in exports.removed_between(session, board.id, since, until)
        if action.gone_at is not None
    )
