"""The outbox: every message that the bot sends by itself is a row here before it is posted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.services import workspaces
from bot.session_cache import SessionValue
from models.base import DeliveryState
from models.outbox import Delivery
from models.people import Person
from models.queries import outbox as query

MAX_BACKOFF = timedelta(minutes=15)
INITIAL_BACKOFF = timedelta(seconds=5)
# With these pauses, two days.
MAX_ATTEMPTS = 200
# For what somebody could put right and nobody does.
MAX_WAIT = timedelta(weeks=4)
# Stored as the reason of such a row.
ALREADY_SHOWN = "it was shown where it was asked"
# After the key of a message that a clock that was ahead sent before its day: its time has still to come.
EARLY_SUFFIX = ":early"
_HAS_ENQUEUED = SessionValue[bool]()


@dataclass(frozen=True)
class NewDelivery:
    """A row to be written. key: unique, so that it is written once. reason: why it is skipped at once, or
    "". planned_at: now; None for the same as due_at.
    """

    workspace_id: int
    kind: str
    key: str
    target: str
    due_at: datetime
    board_id: int | None = None
    person: Person | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    parent_id: int | None = None
    updates_id: int | None = None
    reason: str = ""
    planned_at: datetime | None = None


def enqueue(session: Session, delivery: NewDelivery) -> Delivery | None:
    """Write the row; None when one with this key is there already, or comes to be at this very moment."""
    row = query.insert_delivery(session, _row_values(delivery))
    if row is not None:
        _HAS_ENQUEUED.set(session, value=True)
    return row


def has_enqueued(session: Session) -> bool:
    """Whether this transaction wrote a row, so that there may be something to send once it is committed."""
    return bool(_HAS_ENQUEUED.get(session))


def _row_values(delivery: NewDelivery) -> dict[str, Any]:
    return {
        "workspace_id": delivery.workspace_id,
        "board_id": delivery.board_id,
        "person_id": delivery.person.id if delivery.person else None,
        "kind": delivery.kind,
        "key": delivery.key,
        "target": delivery.target,
        "facts": delivery.facts,
        "token": uuid4().hex,
        "parent_id": delivery.parent_id,
        "updates_id": delivery.updates_id,
        "planned_at": delivery.planned_at or delivery.due_at,
        "due_at": delivery.due_at,
        "state": DeliveryState.SKIPPED if delivery.reason else DeliveryState.PLANNED,
        "reason": delivery.reason,
        "attempts": 0,
        "next_attempt_at": delivery.due_at,
        "claimed_by": "",
        "lease_until": None,
        "sent_at": None,
        "channel_id": "",
        "message_ts": "",
        "refused_code": "",
        "refused_scope": "",
    }


def mark_sent(session: Session, delivery_id: int, *, channel: str, ts: str, now: datetime) -> Delivery:
    row = require_row(session, delivery_id)
    row.state, row.reason = DeliveryState.SENT, ""
    row.channel_id, row.message_ts, row.sent_at = channel, ts, now
    row.lease_until = None
    return row


def mark_skipped(session: Session, delivery_id: int, reason: str) -> None:
    row = require_row(session, delivery_id)
    row.state, row.reason, row.lease_until = DeliveryState.SKIPPED, reason, None


def mark_failed(session: Session, delivery_id: int, reason: str) -> Delivery:
    """For good: trying again would not help."""
    row = require_row(session, delivery_id)
    row.state, row.reason, row.lease_until = DeliveryState.FAILED, reason, None
    return row


def schedule_retry(
    session: Session, delivery_id: int, *, now: datetime, reason: str, retry_after: float | None
) -> Delivery:
    """Try again later: after `retry_after` seconds when the platform named them, else with growing pauses."""
    row = require_row(session, delivery_id)
    pause = timedelta(seconds=retry_after) if retry_after is not None else backoff_delay(row.attempts)
    row.state, row.reason, row.lease_until = DeliveryState.PLANNED, reason, None
    row.next_attempt_at = now + pause
    if row.attempts >= MAX_ATTEMPTS:
        row.state = DeliveryState.FAILED
    return row


def backoff_delay(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … up to a quarter of an hour."""
    doubled: timedelta = INITIAL_BACKOFF * (1 << min(max(attempts - 1, 0), 16))
    return min(MAX_BACKOFF, doubled)


def release(session: Session, delivery_id: int, at: datetime) -> None:
    """Give back a claim that was not tried, to be claimed again from `at` on."""
    row = require_row(session, delivery_id)
    if row.state is DeliveryState.CLAIMED:
        row.state, row.lease_until, row.next_attempt_at = DeliveryState.PLANNED, None, at
        row.attempts -= 1


def require_row(session: Session, delivery_id: int) -> Delivery:
    row = query.delivery_by_id(session, delivery_id)
    if row is None:
        raise LookupError(f"delivery {delivery_id} is gone")
    return row


@dataclass(frozen=True)
class OutboxStats:
    """Rows by state, and how long the oldest unsent one has been due, in seconds (0 when none is)."""

    by_state: dict[str, int]
    oldest_unsent_seconds: float


def collect_stats(session: Session, now: datetime) -> OutboxStats:
    oldest = query.oldest_unsent(session)
    by_state = {state.value: 0 for state in DeliveryState} | query.count_by_state(session)
    return OutboxStats(by_state, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def enqueue_reply(
    session: Session,
    team_id: str,
    channel_id: str,
    key: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    updates_id: int | None = None,
    parent_id: int | None = None,
) -> int | None:
    """payload: {"text", "blocks"}, as the platform takes them. updates_id: of the reply it replaces.
    parent_id: of the message whose thread it belongs to.

    Returns the id of its row, None when this reply was enqueued before.
    """
    workspace = workspaces.require_workspace(session, team_id)
    planned = NewDelivery(
        workspace.id,
        "reply",
        f"reply:{key}",
        channel_id,
        now,
        facts=payload,
        updates_id=updates_id,
        parent_id=parent_id,
    )
    row = enqueue(session, planned)
    return row.id if row else None


def cancel_reply(session: Session, team_id: str, key: str) -> None:
    """Skip a reply that was not sent yet."""
    row = query.delivery_by_key(session, workspaces.require_workspace(session, team_id).id, f"reply:{key}")
    if row is not None and query.lock_delivery(session, row.id).state in query.UNCLAIMED:
        mark_skipped(session, row.id, ALREADY_SHOWN)
