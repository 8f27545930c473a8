"""What of a row of the outbox can be known although the clock was wrong."""

from datetime import UTC, datetime

from models.base import DeliveryState
from models.outbox import Delivery


def is_untried(row: Delivery) -> bool:
    """Whether it certainly never went out."""
    return row.state is DeliveryState.SKIPPED or (row.state is DeliveryState.PLANNED and not row.attempts)


def record_true_time(row: Delivery, now: datetime) -> None:
    """It was planned and sent by now, whatever the clock said."""
    row.due_at, row.planned_at = min(row.due_at, now), now
    if row.sent_at is not None:
        row.sent_at = min(row.sent_at, now)


def platform_time(row: Delivery) -> datetime | None:
    """When the platform posted it, by its own clock; None when that cannot be told."""
    try:
        return datetime.fromtimestamp(float(row.message_ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
