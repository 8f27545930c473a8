"""Deliveries that wait until somebody puts right what the platform refuses: which are still of use."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.services.outbox import outbox, refusals
from bot.services.scheduling import quiet_hours
from models.outbox import Delivery
from models.people import BoardChannel
from models.queries import refusals as query

BATCH_SIZE = 200


def has_overdue(session: Session, now: datetime) -> bool:
    """Whether there is anything for settle_overdue."""
    return query.has_overdue(session, now)


def settle_overdue(session: Session, now: datetime) -> None:
    """Look again at what waits. Once its day is over a prompt is skipped, and what it asked is asked again in
    one newer prompt; so nobody gets the prompts of a whole week at once. What may have been posted stays: it
    has to be looked for.
    """
    for row in query.lock_overdue(session, now, BATCH_SIZE):
        if row.kind == "prompt" and row.attempts == 0 and quiet_hours.is_day_over(row, now):
            quiet_hours.postpone(session, row.id, now)
        else:
            refusals.settle_overdue(session, row, now)
    session.flush()


def supersede_digests(session: Session, channel: BoardChannel, reason: str) -> None:
    """Skip the digests that still wait for this channel: a newer one takes their place. reason: in words."""
    for row in query.older_waiting_digests(session, channel.board_id, channel.id):
        outbox.mark_skipped(session, row.id, f"{reason}. {row.reason}")


def resolve_target(session: Session, row: Delivery) -> str:
    """Where a digest goes. A channel that was known by name only may have been found meanwhile."""
    if row.kind == "digest" and row.target.startswith("#"):
        channel = session.get(BoardChannel, int(row.key.rpartition(":")[2]))
        if channel is not None:
            row.target = channel.channel_id or f"#{channel.name}"
    return row.target
