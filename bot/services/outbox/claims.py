"""Who sends what: rows of the ledger are claimed for a while, kept while work goes on, and given back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.services.outbox import outbox, rate_limits
from bot.services.outbox.rate_limits import SLACK, Paces
from models.queries import outbox_claims as query

LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class Claimed:
    """One row that is ours for a lease."""

    id: int
    workspace_id: int


def claim(
    session: Session, *, by: str, now: datetime, limit: int, team_id: str | None = None, paces: Paces = SLACK
) -> list[Claimed]:
    """Claim about so many rows that are due and may go at this pace, shared out between the workspaces;
    nobody else gets them until the lease runs out. team_id: whose; everybody's when left out.
    """
    waiting = query.workspaces_due(session, now, team_id)
    share = max(1, limit // max(1, len(waiting)))
    return [
        Claimed(delivery_id, workspace_id)
        for workspace_id in waiting
        for delivery_id in _claim_of(session, workspace_id, by, now, share, paces)
    ]


def _claim_of(
    session: Session, workspace_id: int, by: str, now: datetime, limit: int, paces: Paces
) -> list[int]:
    turns = rate_limits.Turns(session, workspace_id, paces, now)
    room = turns.room()
    taken: list[int] = []
    while room and not taken:
        rows = query.lock_claimable(session, workspace_id, now, min(limit, room))
        if not rows:
            break
        taken = turns.taken(rows)
    if taken:
        query.claim(session, taken, by=by, lease_until=now + LEASE)
    return taken


def keep(session: Session, delivery_id: int, *, by: str, now: datetime) -> bool:
    """Whether the row is still ours; if so it is for another lease, from now."""
    return query.renew_claim(session, delivery_id, by=by, lease_until=now + LEASE)


def give_back(session: Session, ids: Collection[int], *, by: str, now: datetime) -> None:
    """Claims that were not tried may be taken again by anyone."""
    for delivery_id in ids:
        if keep(session, delivery_id, by=by, now=now):
            outbox.release(session, delivery_id, now)


def let_go(session: Session, *, by: str, now: datetime) -> None:
    """Nothing is ours any more. What was under way may have been posted, so it will be looked for."""
    query.release_claims(session, by=by, now=now)


def next_at(session: Session, team_id: str | None = None) -> datetime | None:
    """When something may next be sent, as far as is known now; None when nothing is on its way."""
    return query.next_attempt_at(session, team_id)
