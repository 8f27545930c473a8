"""What was sent by a clock that was ahead: the bot knows it, and plan managers were notified."""

from collections.abc import Iterator
from datetime import date, datetime

from bot.sentences import sentence
from bot.services.outbox.outbox import EARLY_SUFFIX
from bot.simulation.observations import DeliveryRow, Evidence


def check_wrong_clock(evidence: Evidence) -> Iterator[str]:
    """Each difference as a sentence."""
    for row in evidence.rows:
        if row.kind in {"prompt", "digest"} and row.state == "sent":
            yield from _check_row(evidence, row)
    yield from _check_notices(evidence)


def day_of(evidence: Evidence, row: DeliveryRow) -> date:
    """The day that a prompt or a digest is for."""
    return row.for_day or evidence.rules.calendar.today(slot_of(row))


def slot_of(row: DeliveryRow) -> datetime:
    """When a digest was due by its board's rule."""
    return datetime.fromisoformat(row.key.removesuffix(EARLY_SUFFIX).split(":", 2)[2].rpartition(":")[0])


def _check_row(evidence: Evidence, row: DeliveryRow) -> Iterator[str]:
    """It is known as early exactly if it went out before its day, while the clock was wrong. A digest of
    which it was not known whether it was posted, when all was put right, counts for its day.
    """
    is_before_its_day = evidence.rules.calendar.today(row.due_at) < day_of(evidence, row)
    if row.is_early and not evidence.was_sent_by_wrong_clock(row):
        yield sentence("simulation.early_for_no_reason", row=row.key)
    elif row.is_early != is_before_its_day and not _was_unknown(evidence, row):
        yield sentence("simulation.sent_before_its_day", row=row.key, due_at=row.due_at)


def _was_unknown(evidence: Evidence, row: DeliveryRow) -> bool:
    """Whether a digest that a wrong clock sent was known to be sent only once all had been put right."""
    is_late = row.sent_at is not None and row.sent_at > row.due_at
    return row.kind == "digest" and is_late and evidence.was_sent_by_wrong_clock(row)


def _check_notices(evidence: Evidence) -> Iterator[str]:
    """Plan managers were notified of each minute in which something went out before its day."""
    today = evidence.rules.calendar.today
    notices = [row.key for row in evidence.rows if row.kind == "notice"]
    days = {today(row.due_at) for row in evidence.rows if row.is_early}
    for day in sorted(days):
        if not any(key.startswith(f"notice:clock:{day}:") for key in notices):
            yield sentence("simulation.managers_not_notified", day=day)
