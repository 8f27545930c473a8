"""Rate limits of sending, for every process together, by the generic cell rate algorithm (GCRA).

Each limit stores `free_at`: when everything admitted so far would be through at a steady rate. As long as
that lies near enough, more is admitted at once; so a rest allows a burst, and over time the rate is kept.
The limits are rows, so replicas share them and a restart forgets nothing. Only the claims ask here.
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

WORKSPACE, OPEN = "workspace", "opening"
CALL_BY_NAME = {f"call:{call.value}": call for call in CallKind}
OPEN_CALL = f"call:{CallKind.OPEN.value}"
# After a rest is used up, so many are waited for before the next go, so that waiting costs little.
MIN_BATCH = 5
RETENTION = timedelta(days=1)
# The longest pause that is kept to, whatever the platform asks for; and how far ahead a limit can lie at all.
MAX_PAUSE = timedelta(hours=1)
# Something due that is put off for longer than that was put off by a pause that is no longer kept to.
MAX_POSTPONEMENT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """One call each `interval`; `burst` at once after a rest."""

    interval: timedelta
    burst: int

    def capacity(self, free_at: datetime, now: datetime) -> int:
        """How many are admitted now."""
        ahead = max(free_at - now, timedelta())
        return max(0, self.burst - -(-ahead // self.interval)) if self.interval else self.burst

    def available_at(self, free_at: datetime, count: int) -> datetime:
        """When there is room for so many."""
        return free_at - self.interval * (self.burst - min(count, self.burst))


@dataclass(frozen=True)
class WorkspaceLimits:
    """The limits of one workspace: altogether, in one conversation, and of direct messages opened."""

    workspace: Limit
    conversation: Limit
    opening: Limit


# Slack: about one message a second in a channel, several hundred a minute in a workspace. Opening a direct
# message is of its third tier: fifty in any minute.
SLACK_LIMITS = WorkspaceLimits(
    Limit(timedelta(milliseconds=250), 20), Limit(timedelta(seconds=1), 3), Limit(timedelta(seconds=1.5), 10)
)
# The sandbox, where days go by in a moment.
UNLIMITED = Limit(timedelta(), 1000)
NO_LIMITS = WorkspaceLimits(UNLIMITED, UNLIMITED, UNLIMITED)


class RateLimiter:
    """Admits deliveries of one workspace. It locks the limits, so one transaction at a time does so."""

    def __init__(self, session: Session, workspace_id: int, limits: WorkspaceLimits, now: datetime) -> None:
        self._session, self._workspace_id, self._limits, self._now = session, workspace_id, limits, now
        self._workspace_state = query.lock_rate_limit(session, workspace_id, WORKSPACE, now)
        self._open_state = query.lock_rate_limit(session, workspace_id, OPEN, now)
        for state in (self._workspace_state, self._open_state):
            _reset_if_absurd(state, now)
        self._apply_pauses()

    def _apply_pauses(self) -> None:
        for state in query.exhausted_rate_limits(self._session, self._workspace_id, CALL_BY_NAME, self._now):
            _shorten(state, self._now)
            self._postpone_rows(state.free_at, CALL_BY_NAME[state.name])

    def _postpone_rows(self, until: datetime, call: CallKind | None = None) -> None:
        claiming_query.postpone(self._session, self._workspace_id, self._now, until, call)

    def capacity(self) -> int:
        """How many deliveries may go now; when none may, all that are due wait until several may. The same
        goes for those that need a direct message opened.
        """
        capacity = self._limits.workspace.capacity(self._workspace_state.free_at, self._now)
        if not capacity:
            self._postpone_rows(self._limits.workspace.available_at(self._workspace_state.free_at, MIN_BATCH))
        elif not self._limits.opening.capacity(self._open_state.free_at, self._now):
            self._postpone_rows(
                self._limits.opening.available_at(self._open_state.free_at, MIN_BATCH), CallKind.OPEN
            )
        return capacity

    def admit(self, rows: Sequence[Delivery]) -> list[int]:
        """Those of the rows that may go, by id; the others wait for their conversation."""
        states = query.rate_limits_by_name(
            self._session, self._workspace_id, {_limit_name(row) for row in rows}
        )
        admitted = [row.id for row in rows if row.updates_id is not None or self._admit_row(row, states)]
        self._workspace_state.free_at = self._next_free_at(
            self._workspace_state, self._limits.workspace, len(admitted)
        )
        self._session.flush()
        return admitted

    def _admit_row(self, row: Delivery, states: dict[str, RateLimit]) -> bool:
        limit, name = self._limits.conversation, _limit_name(row)
        state = states.get(name)
        if state is None:
            state = states[name] = RateLimit(workspace_id=self._workspace_id, name=name, free_at=self._now)
            self._session.add(state)
        _reset_if_absurd(state, self._now)
        if not limit.capacity(state.free_at, self._now):
            return self._postpone_row(row, limit.available_at(state.free_at, 1))
        if is_account(row.target) and not self._admit_open(row):
            return self._postpone_row(
                row, self._limits.opening.available_at(self._open_state.free_at, MIN_BATCH)
            )
        state.free_at = self._next_free_at(state, limit, 1)
        return True

    def _admit_open(self, row: Delivery) -> bool:
        """What may have been posted before is looked for first, and for that it is opened too."""
        limit, times = self._limits.opening, 2 if row.attempts else 1
        is_admitted = limit.capacity(self._open_state.free_at, self._now) >= times
        if is_admitted:
            self._open_state.free_at = self._next_free_at(self._open_state, limit, times)
        return is_admitted

    @staticmethod
    def _postpone_row(row: Delivery, until: datetime) -> bool:
        row.state, row.lease_until, row.next_attempt_at = DeliveryState.PLANNED, None, until
        return False

    def _next_free_at(self, state: RateLimit, limit: Limit, count: int) -> datetime:
        return max(state.free_at, self._now) + limit.interval * count


def _shorten(state: RateLimit, now: datetime) -> None:
    """A stored pause that is longer than any may be is not to silence the bot until its end."""
    state.free_at = min(state.free_at, now + MAX_PAUSE)


def _reset_if_absurd(state: RateLimit, now: datetime) -> None:
    """No rate brings a limit so far ahead: the clock was wrong when it was stored."""
    if state.free_at > now + MAX_PAUSE:
        state.free_at = now


def _limit_name(row: Delivery) -> str:
    return f"to:{row.target}"


def is_account(target: str) -> bool:
    """Whether it is a person's account, whose direct message has to be opened before each post."""
    return target.startswith(claiming_query.USER_ID_PREFIXES)


def try_acquire_open(session: Session, workspace_id: int, limits: WorkspaceLimits, now: datetime) -> bool:
    """Whether one direct message may be opened now besides those for deliveries; if so it counts against the
    same limit.
    """
    state, limit = query.lock_rate_limit(session, workspace_id, OPEN, now), limits.opening
    _reset_if_absurd(state, now)
    paused = query.exhausted_rate_limits(session, workspace_id, [OPEN_CALL], now)
    for each in paused:
        _shorten(each, now)
    is_acquired = not paused and limit.capacity(state.free_at, now) > 0
    if is_acquired:
        state.free_at = max(state.free_at, now) + limit.interval
    return is_acquired


def pause_calls(session: Session, workspace_id: int, call: CallKind, until: datetime, now: datetime) -> None:
    """The platform asked for no more such calls before then: for an hour at most."""
    state = query.lock_rate_limit(session, workspace_id, f"call:{call.value}", now)
    _shorten(state, now)
    state.free_at = max(state.free_at, min(until, now + MAX_PAUSE))


def resume_postponed(session: Session, now: datetime) -> None:
    """Send what is due and was put off for days by a pause longer than any that is kept to."""
    claiming_query.resume_postponed(session, now, now + MAX_POSTPONEMENT)


def delete_expired(session: Session, now: datetime) -> None:
    query.delete_idle_rate_limits(session, now - RETENTION)
