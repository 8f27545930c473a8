"""What a board or a scrutiny committee is told of a period: how things stand, and what came to pass."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.messages import ActionLine
from bot.plan.rag import Colour, RagRules, legend
from bot.plan.statuses import Status
from bot.reporting.happenings import Happened, Happening, Told, gone, told
from bot.reporting.periods import Period, midnight, moments
from bot.services import lines, listing
from bot.services.digest_facts import ESCALATED_DAYS
from bot.services.listing import Coloured
from models.people import Board
from models.queries import changes as changes_query
from models.queries import plans as plans_query
from models.queries import snapshots
from models.queries.listed import Narrowed
from models.queries.snapshots import Snapshot


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
    """standing_on: the day the first half is about, which is always today. since: the day of the digest that
    colours are compared with, None when the board had none in or before the period.
    """

    board: str
    plans: tuple[str, ...]
    period: Period
    standing_on: date
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
    told: tuple[Told, ...]
    completed: tuple[Happening, ...]
    redated: tuple[Happening, ...]
    stopped: tuple[Happening, ...]
    gone: tuple[Happening, ...]


def compose(session: Session, board: Board, period: Period, now: datetime) -> Report:
    """Counts and lists are made as the digest's are, so the two always agree."""
    since, until = moments(board, period)
    known = plans_query.plans(session, board.workspace_id)
    every = listing.coloured(session, board.workspace_id, Narrowed(board_id=board.id), now, known)
    before = _compared_with(session, board, period, until)
    plans = [plan for plan in known.values() if plan.board_id == board.id]
    rules = lines.rules_of(plans[0]) if plans else RagRules()
    today = lines.local_day(now, board.timezone)
    pick = _Picker(session, board, every, now)
    silent_days = rules.silence
    happened = Happened(session, board, changes_query.board_changes(session, board.id, since, until))
    return Report(
        board=board.name,
        plans=tuple(plan.title for plan in plans),
        period=period,
        standing_on=today,
        made_at=now.astimezone(ZoneInfo(board.timezone)).replace(tzinfo=None),
        total=len(every),
        counts=_counts(every, before),
        since=lines.local_day(before.made_at, board.timezone) if before else None,
        legend=legend(rules),
        moved=_moved(pick, every, before),
        overdue=pick(lambda each: each.is_late),
        at_risk=pick(lambda each: not each.is_late and each.colour in {Colour.RED, Colour.AMBER}),
        silent=pick(lambda each: each.facts.status.is_open and _silence(each, board) >= silent_days),
        silent_days=silent_days,
        very_late=pick(lambda each: each.is_late and _days_late(each) >= ESCALATED_DAYS),
        told=told(session, board, since, until),
        completed=happened.became(Status.COMPLETE, Status.VERIFIED),
        redated=happened.redated(),
        stopped=happened.became(Status.DROPPED, Status.ON_HOLD),
        gone=gone(session, board, since, until),
    )


def _compared_with(session: Session, board: Board, period: Period, until: datetime) -> Snapshot | None:
    """The digest as the period began, or else the first one in it."""
    morning_after = midnight(board, period.first + timedelta(days=1))
    begun = snapshots.last_snapshot(session, board.id, morning_after)
    return begun or snapshots.first_snapshot(session, board.id, morning_after, until)


class _Picker:
    """Picks actions and turns them into lines, worst first."""

    def __init__(self, session: Session, board: Board, every: list[Coloured], now: datetime) -> None:
        self._every = sorted(every, key=lambda each: each.worst_first)
        self.lines = lines.lines(session, board.workspace_id, [each.facts.id for each in every], now)

    def __call__(self, wanted: Callable[[Coloured], bool]) -> tuple[ActionLine, ...]:
        return tuple(self.lines[each.facts.id] for each in self._every if wanted(each))


def _days_late(each: Coloured) -> int:
    return (each.today - each.facts.next_due_on).days if each.facts.next_due_on else 0


def _silence(each: Coloured, board: Board) -> int:
    return (each.today - lines.local_day(each.facts.heard_at, board.timezone)).days


def _counts(every: list[Coloured], before: Snapshot | None) -> tuple[Count, ...]:
    now = Counter(each.colour for each in every)
    then = Counter(Colour(value) for value in before.colours.values()) if before else None
    return tuple(
        Count(colour.words, now[colour], now[colour] - then[colour] if then is not None else None)
        for colour in Colour
    )


def _moved(pick: _Picker, every: list[Coloured], before: Snapshot | None) -> tuple[ColourMove, ...]:
    """Actions whose colour is another than in the digest compared with; those that came since are new."""
    then = before.colours if before else {}
    return tuple(
        ColourMove(line.ref, line.title, Colour(old).words, line.rag.colour.words, line.rag.reason)
        for each in sorted(every, key=lambda each: each.worst_first)
        for line in [pick.lines[each.facts.id]]
        for old in [then.get(str(each.facts.id))]
        if old is not None and old != each.colour.value
    )
