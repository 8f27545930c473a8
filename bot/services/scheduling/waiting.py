"""Deliveries that wait until somebody puts right what the platform refuses: which are still of use."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.sentences import sentence
from bot.services.outbox import outbox, refusals
from bot.services.scheduling import quiet_hours
from models.base import DeliveryState
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


def supersede_digests(session: Session, channel: BoardChannel, day: date) -> None:
    """Skip the digests that still wait for this channel: that of `day` takes their place."""
    for row in query.older_waiting_digests(session, channel.board_id, channel.id):
        outbox.mark_skipped(session, row.id, f"{_superseded_by(day)}{row.reason}")


def restore_superseded(session: Session, board_id: int, day: date, now: datetime) -> None:
    """The digest of `day` was taken back: those that it took the place of are due again."""
    reason = _superseded_by(day)
    for row in query.digests_superseded(session, board_id, reason):
        row.state, row.reason, row.next_attempt_at = (
            DeliveryState.PLANNED,
            row.reason.removeprefix(reason),
            now,
        )


def _superseded_by(day: date) -> str:
    return f"{sentence('services.superseded', day=day)}. "


def resolve_target(session: Session, row: Delivery) -> str:
    """Where a digest goes. A channel that was known by name only may have been found meanwhile."""
    if row.kind == "digest" and row.target.startswith("#"):
        channel = session.get(BoardChannel, int(row.key.rpartition(":")[2]))
        if channel is not None:
            row.target = channel.channel_id or f"#{channel.name}"
    return row.target
