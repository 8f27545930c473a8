"""How fast the bot may speak: the only place that knows, for every process together.

Each lane remembers when all that went down it would be through at a steady pace. As long as that lies near
enough, more may go at once; so a rest allows a burst, and over time the pace is kept. The lanes are rows, so
replicas share them and a restart forgets nothing. Only whoever claims what is to be sent asks here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import CallKind
from models.base import DeliveryState
from models.outbox import Delivery, RateLimit
from models.queries import outbox as query
from models.queries import outbox_claims as claiming_query

WORKSPACE, OPENING = "workspace", "opening"
CALLS = {f"call:{call.value}": call for call in CallKind}
OPEN_CALL = f"call:{CallKind.OPEN.value}"
# After a rest is used up, so many are waited for before the next go, so that waiting costs little.
SEVERAL = 5
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Pace:
    """One every so often; `burst` at once after a rest."""

    every: timedelta
    burst: int

    def room(self, free_at: datetime, now: datetime) -> int:
        """How many may go now."""
        ahead = max(free_at - now, timedelta())
        return max(0, self.burst - -(-ahead // self.every)) if self.every else self.burst

    def when(self, free_at: datetime, count: int) -> datetime:
        """When there is room for so many."""
        return free_at - self.every * (self.burst - min(count, self.burst))


@dataclass(frozen=True)
class Paces:
    """What one workspace takes: altogether, in one conversation, and of direct messages opened."""

    workspace: Pace
    conversation: Pace
    opening: Pace


# Slack: about one message a second in a channel, several hundred a minute in a workspace. Opening a direct
# message is of its third tier: fifty in any minute.
SLACK = Paces(
    Pace(timedelta(milliseconds=250), 20), Pace(timedelta(seconds=1), 3), Pace(timedelta(seconds=1.5), 10)
)
# The practice workspace, where days go by in a moment.
FREELY = Pace(timedelta(), 1000)
UNHURRIED = Paces(FREELY, FREELY, FREELY)


class Turns:
    """Who may go now in one workspace. While this transaction lasts nobody else gets turns there."""

    def __init__(self, session: Session, workspace_id: int, paces: Paces, now: datetime) -> None:
        self._session, self._workspace_id, self._paces, self._now = session, workspace_id, paces, now
        self._whole = query.lock_rate_limit(session, workspace_id, WORKSPACE, now)
        self._opening = query.lock_rate_limit(session, workspace_id, OPENING, now)
        self._keep_pauses()

    def _keep_pauses(self) -> None:
        for lane in query.exhausted_rate_limits(self._session, self._workspace_id, CALLS, self._now):
            self._put_off(lane.free_at, CALLS[lane.name])

    def _put_off(self, until: datetime, needing: CallKind | None = None) -> None:
        claiming_query.postpone(self._session, self._workspace_id, self._now, until, needing)

    def room(self) -> int:
        """How many deliveries may go now; when none may, all that are due wait until several may. The same
        goes for those that need a direct message opened.
        """
        room = self._paces.workspace.room(self._whole.free_at, self._now)
        if not room:
            self._put_off(self._paces.workspace.when(self._whole.free_at, SEVERAL))
        elif not self._paces.opening.room(self._opening.free_at, self._now):
            self._put_off(self._paces.opening.when(self._opening.free_at, SEVERAL), CallKind.OPEN)
        return room

    def taken(self, rows: Sequence[Delivery]) -> list[int]:
        """Those of the rows that may go, by id; the others wait for their conversation."""
        lanes = query.rate_limits_by_name(self._session, self._workspace_id, {_lane(row) for row in rows})
        taken = [row.id for row in rows if row.updates_id is not None or self._may_post(row, lanes)]
        self._whole.free_at = self._after(self._whole, self._paces.workspace, len(taken))
        self._session.flush()
        return taken

    def _may_post(self, row: Delivery, lanes: dict[str, RateLimit]) -> bool:
        pace, name = self._paces.conversation, _lane(row)
        lane = lanes.get(name)
        if lane is None:
            lane = lanes[name] = RateLimit(workspace_id=self._workspace_id, name=name, free_at=self._now)
            self._session.add(lane)
        if not pace.room(lane.free_at, self._now):
            return self._wait(row, pace.when(lane.free_at, 1))
        if is_account(row.target) and not self._may_open(row):
            return self._wait(row, self._paces.opening.when(self._opening.free_at, SEVERAL))
        lane.free_at = self._after(lane, pace, 1)
        return True

    def _may_open(self, row: Delivery) -> bool:
        """What may have been posted before is looked for first, and for that it is opened too."""
        pace, times = self._paces.opening, 2 if row.attempts else 1
        may = pace.room(self._opening.free_at, self._now) >= times
        if may:
            self._opening.free_at = self._after(self._opening, pace, times)
        return may

    @staticmethod
    def _wait(row: Delivery, until: datetime) -> bool:
        row.state, row.lease_until, row.next_attempt_at = DeliveryState.PLANNED, None, until
        return False

    def _after(self, lane: RateLimit, pace: Pace, count: int) -> datetime:
        return max(lane.free_at, self._now) + pace.every * count


def _lane(row: Delivery) -> str:
    return f"to:{row.target}"


def is_account(target: str) -> bool:
    """Whether it is a person's account, whose direct message has to be opened before each post."""
    return target.startswith(claiming_query.USER_ID_PREFIXES)


def may_open(session: Session, workspace_id: int, paces: Paces, now: datetime) -> bool:
    """Whether one direct message may be opened now besides those of the ledger; if so it counts as theirs."""
    lane, pace = query.lock_rate_limit(session, workspace_id, OPENING, now), paces.opening
    paused = query.exhausted_rate_limits(session, workspace_id, [OPEN_CALL], now)
    may = not paused and pace.room(lane.free_at, now) > 0
    if may:
        lane.free_at = max(lane.free_at, now) + pace.every
    return may


def pause(session: Session, workspace_id: int, call: CallKind, until: datetime, now: datetime) -> None:
    """The platform wants no more such calls before then."""
    lane = query.lock_rate_limit(session, workspace_id, f"call:{call.value}", now)
    lane.free_at = max(lane.free_at, until)


def forget_old(session: Session, now: datetime) -> None:
    query.delete_idle_rate_limits(session, now - KEPT)
