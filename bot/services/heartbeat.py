"""Until when a bot was there to be told things, and who looks for what was written while none was.

Slack brings a message three times within about six minutes, and then no more. It stays in the conversation,
though, and is read there when a bot is back (docs/decisions/0012-written-while-it-was-away.md).
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

# Longer than two turns of the job that notes it; far shorter than Slack goes on trying.
MAX_GAP = timedelta(minutes=2)
# What was written just before may have been on its way.
OVERLAP = timedelta(seconds=10)
# What was taken is remembered for seven days: within these nothing is taken twice.
MAX_CATCH_UP = timedelta(days=6)


def beat(session: Session, team_id: str, now: datetime) -> datetime | None:
    """Note that a bot is there. Returns the moment from which on to look for what was written meanwhile, to
    the one bot that is to look: it has LEASE, and longer with each `still_looking`.
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
    """Whether it may have been taken and forgotten since, while somebody was long about looking."""
    return sent_at < now - MAX_CATCH_UP


def renew_catch_up(session: Session, team_id: str, limits: WorkspaceLimits, now: datetime) -> bool:
    """Whoever looks says so before each conversation. Returns whether one more may be opened now."""
    workspace = workspaces.require_workspace(session, team_id)
    row = query.lock_heartbeat(session, workspace.id, now)
    row.heard_until = max(row.heard_until, now)
    row.looking_until = lease_end(now, CATCH_UP_LEASE)
    return rate_limits.try_acquire_open(session, workspace.id, limits, now)


def pause_calls(session: Session, team_id: str, call: CallKind, seconds: float, now: datetime) -> None:
    workspace = workspaces.require_workspace(session, team_id)
    rate_limits.pause_calls(session, workspace.id, call, now + timedelta(seconds=seconds), now)


def finish_catch_up(session: Session, team_id: str, now: datetime) -> None:
    """All that was written meanwhile is taken. If it was away once more since, it is looked for again."""
    row = query.lock_heartbeat(session, workspaces.require_workspace(session, team_id).id, now)
    if now - row.heard_until <= MAX_GAP:
        row.missed_since = None
    row.heard_until, row.looking_until = max(row.heard_until, now), None


def list_accounts(session: Session, team_id: str) -> list[str]:
    """Of everybody whom the plan knows and who may have written."""
    people = people_query.people(session, workspaces.require_workspace(session, team_id).id)
    return [each.slack_user_id for each in people if each.slack_user_id]
