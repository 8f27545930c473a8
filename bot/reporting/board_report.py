"""What a board or a scrutiny committee is told of a period: how things stand, and what came to pass."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.errors import CipError
from bot.messages import ActionLine
from bot.plan.rag import Colour, RagRules, legend
from bot.plan.statuses import Status
from bot.services.actions import lists, presenters
from bot.services.actions.lists import ColouredAction
from bot.services.digests.facts import VERY_LATE_DAYS
from models.outbox import StatusChange
from models.people import Board
from models.queries import actions as actions_query
from models.queries import boards as plans_query
from models.queries import changes, exports, ref_index
from models.queries import changes as changes_query
from models.queries.actions import ActionFilter
from models.queries.changes import Snapshot


@dataclass(frozen=True)
class ReportedChange:
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
class Escalation:
    """A late action whose lead was told, on this day."""

    ref: str
    title: str
    lead: str
    on: date


class PeriodChanges:
    """What was said in the period and still stands: each action once in a list, by what was said last."""

    def __init__(self, session: Session, board: Board, changes: Sequence[StatusChange]) -> None:
        self._changes, self._board = changes, board
        self._shared = ref_index.shared_refs(session, board.workspace_id)

    def changed_to(self, *statuses: Status) -> tuple[ReportedChange, ...]:
        """Actions that got one of these statuses, and have it still."""
        found = [
            each
            for each in self._changes
            if each.milestone_id is None
            and each.to_status in statuses
            and each.from_status not in statuses
            and each.action.status in statuses
        ]
        return tuple(self._describe(each) for each in {each.action_id: each for each in found}.values())

    def date_moves(self) -> tuple[ReportedChange, ...]:
        """Actions whose dates moved: from the date at the start to the last one given."""
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
    """The leads who were told of a late action in (since, until]."""
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
    """What left the plan in (since, until], and why."""
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


DEFAULT_PERIOD = timedelta(days=28)


@dataclass(frozen=True)
class Period:
    """first, last: the days counted, both included."""

    first: date
    last: date


def resolve_period(board: Board, first: date | None, last: date | None, now: datetime) -> Period:
    """The period asked for; four weeks up to today when nothing else is said. Raises CipError."""
    today = presenters.local_day(now, board.timezone)
    end = min(last or today, today)
    begin = first or end - DEFAULT_PERIOD
    if begin > end:
        raise CipError("The report's first day lies after its last. Give --from a day before --to.")
    return Period(begin, end)


def period_bounds(board: Board, period: Period) -> tuple[datetime, datetime]:
    """The last moment before the period and the last one of it, in the board's own time."""
    after = midnight(board, period.last + timedelta(days=1))
    return midnight(board, period.first) - timedelta(microseconds=1), after - timedelta(microseconds=1)


def midnight(board: Board, day: date) -> datetime:
    """When the day begins for the board."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(board.timezone))


@dataclass(frozen=True)
class Count:
    """change: against the digest the report compares with, None when there is none."""

    colour: str
    number: int
    change: int | None


@dataclass(frozen=True)
class ColourMove:
    ref: str
    title: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class Report:
    """as_of: the day the first half is about, which is always today. since: the day of the digest that
    colours are compared with, None when the board had none in or before the period.
    """

    board: str
    plans: tuple[str, ...]
    period: Period
    as_of: date
    made_at: datetime
    total: int
    counts: tuple[Count, ...]
    since: date | None
    legend: tuple[str, ...]
    moved: tuple[ColourMove, ...]
    overdue: tuple[ActionLine, ...]
    at_risk: tuple[ActionLine, ...]
    silent: tuple[ActionLine, ...]
    silent_days: int
    very_late: tuple[ActionLine, ...]
    escalations: tuple[Escalation, ...]
    completed: tuple[ReportedChange, ...]
    redated: tuple[ReportedChange, ...]
    stopped: tuple[ReportedChange, ...]
    removed: tuple[ReportedChange, ...]


def build_report(session: Session, board: Board, period: Period, now: datetime) -> Report:
    """Counts and lists are made as the digest's are, so the two always agree."""
    since, until = period_bounds(board, period)
    known = plans_query.plans(session, board.workspace_id)
    every = lists.load_coloured_actions(
        session, board.workspace_id, ActionFilter(board_id=board.id), now, known
    )
    before = _baseline_snapshot(session, board, period, until)
    plans = [plan for plan in known.values() if plan.board_id == board.id]
    rules = presenters.rules_of(plans[0]) if plans else RagRules()
    today = presenters.local_day(now, board.timezone)
    pick = _LinePicker(session, board, every, now)
    silent_days = rules.silence
    happened = PeriodChanges(session, board, changes_query.board_changes(session, board.id, since, until))
    return Report(
        board=board.name,
        plans=tuple(plan.title for plan in plans),
        period=period,
        as_of=today,
        made_at=now.astimezone(ZoneInfo(board.timezone)).replace(tzinfo=None),
        total=len(every),
        counts=_counts(every, before),
        since=presenters.local_day(before.made_at, board.timezone) if before else None,
        legend=legend(rules),
        moved=_colour_moves(pick, every, before),
        overdue=pick(lambda each: each.is_late),
        at_risk=pick(lambda each: not each.is_late and each.colour in {Colour.RED, Colour.AMBER}),
        silent=pick(lambda each: each.facts.status.is_open and _silence(each, board) >= silent_days),
        silent_days=silent_days,
        very_late=pick(lambda each: each.is_late and _days_late(each) >= VERY_LATE_DAYS),
        escalations=list_escalations(session, board, since, until),
        completed=happened.changed_to(Status.COMPLETE, Status.VERIFIED),
        redated=happened.date_moves(),
        stopped=happened.changed_to(Status.DROPPED, Status.ON_HOLD),
        removed=list_removed(session, board, since, until),
    )


def _baseline_snapshot(session: Session, board: Board, period: Period, until: datetime) -> Snapshot | None:
    """The digest as the period began, or else the first one in it."""
    morning_after = midnight(board, period.first + timedelta(days=1))
    begun = changes.last_snapshot(session, board.id, morning_after)
    return begun or changes.first_snapshot(session, board.id, morning_after, until)


class _LinePicker:
    """Picks actions and turns them into lines, worst first."""

    def __init__(self, session: Session, board: Board, every: list[ColouredAction], now: datetime) -> None:
        self._every = sorted(every, key=lambda each: each.severity_key)
        self.lines = presenters.load_lines(
            session, board.workspace_id, [each.facts.id for each in every], now
        )

    def __call__(self, predicate: Callable[[ColouredAction], bool]) -> tuple[ActionLine, ...]:
        return tuple(self.lines[each.facts.id] for each in self._every if predicate(each))


def _days_late(each: ColouredAction) -> int:
    return (each.today - each.facts.next_due_on).days if each.facts.next_due_on else 0


def _silence(each: ColouredAction, board: Board) -> int:
    return (each.today - presenters.local_day(each.facts.last_update_at, board.timezone)).days


def _counts(every: list[ColouredAction], before: Snapshot | None) -> tuple[Count, ...]:
    now = Counter(each.colour for each in every)
    then = Counter(Colour(value) for value in before.colours.values()) if before else None
    return tuple(
        Count(colour.words, now[colour], now[colour] - then[colour] if then is not None else None)
        for colour in Colour
    )


def _colour_moves(
    pick: _LinePicker, every: list[ColouredAction], before: Snapshot | None
) -> tuple[ColourMove, ...]:
    """Actions whose colour is another than in the digest compared with; those that came since are new."""
    then = before.colours if before else {}
    return tuple(
        ColourMove(line.ref, line.title, Colour(old).words, line.rag.colour.words, line.rag.reason)
        for each in sorted(every, key=lambda each: each.severity_key)
        for line in [pick.lines[each.facts.id]]
        for old in [then.get(str(each.facts.id))]
        if old is not None and old != each.colour.value
    )
