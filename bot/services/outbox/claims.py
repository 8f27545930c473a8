"""Claims: rows of the outbox are claimed for a lease, renewed while work goes on, and released."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.services.leases import lease_end
from bot.services.outbox import outbox, rate_limits, refusals
from bot.services.outbox.rate_limits import SLACK_LIMITS, WorkspaceLimits
from models.queries import outbox_claims as query


@dataclass(frozen=True)
class ClaimedDelivery:
    """One row that this worker has a lease of."""

    id: int
    workspace_id: int


def claim(
    session: Session,
    *,
    by: str,
    now: datetime,
    limit: int,
    team_id: str | None = None,
    limits: WorkspaceLimits = SLACK_LIMITS,
) -> list[ClaimedDelivery]:
    """Claim about `limit` rows that are due and within the rate limits, shared out between the workspaces;
    nobody else gets them until the lease ends. by: the worker's name. team_id: None for every team.
    """
    refusals.begin_probes(session, now, team_id)
    waiting = query.workspaces_due(session, now, team_id)
    share = max(1, limit // max(1, len(waiting)))
    return [
        ClaimedDelivery(delivery_id, workspace_id)
        for workspace_id in waiting
        for delivery_id in _claim_in_workspace(session, workspace_id, by, now, share, limits)
    ]


def _claim_in_workspace(
    session: Session, workspace_id: int, by: str, now: datetime, limit: int, limits: WorkspaceLimits
) -> list[int]:
    limiter = rate_limits.RateLimiter(session, workspace_id, limits, now)
    refusals.hold_back(session, workspace_id, now)
    capacity = limiter.capacity()
    claimed: list[int] = []
    while capacity and not claimed:
        rows = query.lock_claimable(session, workspace_id, now, min(limit, capacity))
        if not rows:
            break
        claimed = limiter.admit(rows)
    if claimed:
        query.claim(session, claimed, by=by, lease_until=lease_end(now))
    return claimed


def renew(session: Session, delivery_id: int, *, by: str, now: datetime) -> bool:
    """Whether the row is still claimed by `by`; if so, the lease begins anew."""
    return query.renew_claim(session, delivery_id, by=by, lease_until=lease_end(now))


def release_claims(session: Session, ids: Collection[int], *, by: str, now: datetime) -> None:
    """Give back claims that were not tried, to be claimed again by anyone."""
    for delivery_id in ids:
        if renew(session, delivery_id, by=by, now=now):
            outbox.release(session, delivery_id, now)


def abandon_claims(session: Session, *, by: str, now: datetime) -> None:
    """Give back every claim. What was under way may have been posted, so it will be looked for."""
    query.release_claims(session, by=by, now=now)


def next_attempt_at(session: Session, team_id: str | None = None) -> datetime | None:
    """When something may next be sent, as far as is known now; None when nothing is on its way."""
    return query.next_attempt_at(session, team_id)
