"""Until when a bot received events, and which one catches up on what was written while none did.

Slack delivers an event three times within about six minutes, and then no more. The message stays in the
conversation, though, and is read there when a bot is back (docs/decisions/0012).
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import CallKind
from bot.services import workspaces
from bot.services.leases import CATCH_UP_LEASE, is_leased, lease_end
from bot.services.outbox import rate_limits
from bot.services.outbox.rate_limits import WorkspaceLimits
from models.queries import idempotency as query
from models.queries import people as people_query

# Longer than two runs of the job that beats; far shorter than Slack goes on trying.
MAX_GAP = timedelta(minutes=2)
# What was written just before may have been on its way.
OVERLAP = timedelta(seconds=10)
# Requests are remembered for seven days (idempotency.RETENTION): within these nothing is handled twice.
MAX_CATCH_UP = timedelta(days=6)
# By so much the clocks of two bots may differ.
CLOCK_TOLERANCE = timedelta(minutes=1)


def record_write(session: Session, now: datetime) -> None:
    """Record that a bot can write, or is about to act on what has come due. A clock that is behind takes
    nothing back: bot.services.clock_correction does.
    """
    row = query.lock_bot_heartbeat(session, now)
    if now - row.at > MAX_GAP:
        row.gap_since = row.at
    row.at = max(row.at, now)


def is_written_ahead(session: Session, now: datetime) -> bool:
    """Whether a bot wrote something at a time that has not come yet."""
    last = query.last_write_at(session)
    return last is not None and last > now + CLOCK_TOLERANCE


def beat(session: Session, team_id: str, now: datetime) -> datetime | None:
    """Record that a bot is running. Returns the moment from which on to catch up, to the one bot that is to
    do so: it has a lease, which each `renew_catch_up` renews.
    """
    row = query.lock_heartbeat(session, workspaces.require_workspace(session, team_id).id, now)
    if row.missed_since is None and now - row.heard_until > MAX_GAP:
        row.missed_since = row.heard_until - OVERLAP
    row.heard_until = max(row.heard_until, now)
    if row.missed_since is None or is_leased(row.looking_until, now):
        return None
    row.looking_until = lease_end(now, CATCH_UP_LEASE)
    return max(row.missed_since, now - MAX_CATCH_UP)


def is_too_old(sent_at: datetime, now: datetime) -> bool:
    """Whether its request may have been handled and forgotten since, as when a catch-up took long."""
    return sent_at < now - MAX_CATCH_UP


def renew_catch_up(session: Session, team_id: str, limits: WorkspaceLimits, now: datetime) -> bool:
    """Renew the lease before each conversation. Returns whether one more may be opened now."""
    workspace = workspaces.require_workspace(session, team_id)
    row = query.lock_heartbeat(session, workspace.id, now)
    row.heard_until = max(row.heard_until, now)
    row.looking_until = lease_end(now, CATCH_UP_LEASE)
    return rate_limits.try_acquire_open(session, workspace.id, limits, now)


def pause_calls(session: Session, team_id: str, call: CallKind, seconds: float, now: datetime) -> None:
    workspace = workspaces.require_workspace(session, team_id)
    rate_limits.pause_calls(session, workspace.id, call, now + timedelta(seconds=seconds), now)


def finish_catch_up(session: Session, team_id: str, now: datetime) -> None:
    """Everything written meanwhile was handled. After one more outage since, the catch-up starts again."""
    row = query.lock_heartbeat(session, workspaces.require_workspace(session, team_id).id, now)
    if now - row.heard_until <= MAX_GAP:
        row.missed_since = None
    row.heard_until, row.looking_until = max(row.heard_until, now), None


def list_accounts(session: Session, team_id: str) -> list[str]:
    """The account ids of everybody in the plan who has one."""
    people = people_query.people(session, workspaces.require_workspace(session, team_id).id)
    return [each.slack_user_id for each in people if each.slack_user_id]
