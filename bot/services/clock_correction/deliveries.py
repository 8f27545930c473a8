"""What of a row of the outbox can be known although the clock was wrong."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.services.outbox.outbox import EARLY_SUFFIX
from models.base import DeliveryState
from models.outbox import Delivery
from models.queries import outbox as query


def is_untried(row: Delivery) -> bool:
    """Whether it certainly never went out."""
    return row.state is DeliveryState.SKIPPED or (row.state in query.UNCLAIMED and not row.attempts)


def record_true_time(row: Delivery, now: datetime) -> None:
    """It was planned and sent by now, whatever the clock said."""
    row.due_at, row.planned_at = min(row.due_at, now), now
    if row.sent_at is not None:
        row.sent_at = min(row.sent_at, now)


def platform_time(row: Delivery) -> datetime | None:
    """When the platform posted it, by its own clock; None where it gave no such time."""
    try:
        return datetime.fromtimestamp(float(row.message_ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def mark_early(session: Session, row: Delivery) -> bool:
    """Give up its key, so that there is another message at the time this one was for. Only once: two bots
    whose clocks differ would go on for ever.
    """
    key = row.key + EARLY_SUFFIX
    if query.delivery_by_key(session, row.workspace_id, key) is not None:
        return False
    row.key = key
    session.flush()
    return True
