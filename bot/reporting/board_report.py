"""The report to a board or a scrutiny committee on a period: the plan as it is, and what period_changes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.errors import CipError
from bot.messages import ActionLine
from bot.plan.rag import Colour, RagRules, legend
from bot.plan.statuses import Status
from bot.reporting.period_changes import (
    Escalation,
    PeriodChanges,
    ReportedChange,
    list_escalations,
    list_removed,
)
from bot.services.actions import lists, presenters
from bot.services.actions.lists import ColouredAction
from bot.services.digests.facts import VERY_LATE_DAYS
from models.people import Board
from models.queries import boards as boards_query
from models.queries import changes
from models.queries.actions import ActionFilter
from models.queries.changes import Snapshot

DEFAULT_PERIOD = timedelta(days=28)


@dataclass(frozen=True)
class Period:
    """first, last: the days counted, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Count:
    """How many actions have a colour. change: since the digest the report compares with, None without one."""

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
    """as_of: the day that counts and lists of actions are about, which is always today. made_at: in the
    board's own time, without a timezone. since: the day of the digest that colours are compared with, None
    when the board had none in or before the period. escalations, completed, redated, stopped, removed: in the
    period.
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
    very_late_days: int
    very_late: tuple[ActionLine, ...]
    escalations: tuple[Escalation, ...]
    completed: tuple[ReportedChange, ...]
    redated: tuple[ReportedChange, ...]
    stopped: tuple[ReportedChange, ...]
    removed: tuple[ReportedChange, ...]


def resolve_period(board: Board, first: date | None, last: date | None, now: datetime) -> Period:
    """The period asked for: DEFAULT_PERIOD up to today by default, and never beyond today. Raises CipError
    when it begins after its end.
    """
    today = presenters.local_day(now, board.timezone)
    end = min(last or today, today)
    begin = first or end - DEFAULT_PERIOD
    if begin > end:
        raise CipError("The report's first day lies after its last. Give --from a day before --to.")
    return Period(begin, end)


def build_report(session: Session, board: Board, period: Period, now: datetime) -> Report:
    """Counts and lists come from the same functions as the digest's, so the two always agree."""
    since, until = period_bounds(board, period)
    plans_by_id = boards_query.plans(session, board.workspace_id)
    every = lists.load_coloured_actions(
        session, board.workspace_id, ActionFilter(board_id=board.id), now, plans_by_id
    )
    before = _baseline_snapshot(session, board, period, until)
    plans = [plan for plan in plans_by_id.values() if plan.board_id == board.id]
    rules = presenters.rules_of(plans[0]) if plans else RagRules()
    today = presenters.local_day(now, board.timezone)
    pick = _LinePicker(session, board, every, now)
    silent_days = rules.silence
    period_changes = PeriodChanges(session, board, changes.board_changes(session, board.id, since, until))
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
        very_late_days=VERY_LATE_DAYS,
        very_late=pick(lambda each: each.is_late and _days_late(each) >= VERY_LATE_DAYS),
        escalations=list_escalations(session, board, since, until),
        completed=period_changes.changed_to(Status.COMPLETE, Status.VERIFIED),
        redated=period_changes.date_moves(),
        stopped=period_changes.changed_to(Status.DROPPED, Status.ON_HOLD),
        removed=list_removed(session, board, since, until),
    )


def _baseline_snapshot(session: Session, board: Board, period: Period, until: datetime) -> Snapshot | None:
    """The last digest up to the period's first day, or else the first one after it."""
    second_day = midnight(board, period.first + timedelta(days=1))
    earlier = changes.last_snapshot(session, board.id, second_day)
    return earlier or changes.first_snapshot(session, board.id, second_day, until)


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
    """Actions whose colour differs from the digest compared with. Actions added since are left out."""
    then = before.colours if before else {}
    return tuple(
        ColourMove(line.ref, line.title, Colour(old).words, line.rag.colour.words, line.rag.reason)
        for each in sorted(every, key=lambda each: each.severity_key)
        for line in [pick.lines[each.facts.id]]
        for old in [then.get(str(each.facts.id))]
        if old is not None and old != each.colour.value
    )


def period_bounds(board: Board, period: Period) -> tuple[datetime, datetime]:
    """The period as (since, until]: the last moment before it and its own last one, in board time."""
    after = midnight(board, period.last + timedelta(days=1))
    return midnight(board, period.first) - timedelta(microseconds=1), after - timedelta(microseconds=1)


def midnight(board: Board, day: date) -> datetime:
    """The beginning of the day in the board's timezone."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(board.timezone))
