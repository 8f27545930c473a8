"""Builds the message of a claimed row of the outbox, as things stand at that moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.messages import Digest, Message
from bot.services import accounts
from bot.services.digests import digests
from bot.services.outbox import admin_notices, lead_notices, outbox
from bot.services.prompts import messages, welcomes
from bot.services.scheduling import closing, quiet_hours, waiting
from models.fast_flush import flush_and_expunge
from models.outbox import Delivery
from models.queries import outbox as query

# Of the kinds whose message is stored as it was planned.
_READERS: Mapping[str, Callable[[dict[str, Any]], Message]] = {
    "notice": admin_notices.read_notice,
    lead_notices.KIND: lead_notices.read_lead_notice,
    accounts.DELIVERY_KIND: accounts.read_account_moved,
}
NOTHING_LEFT = "answered or finished before it was sent"


@dataclass(frozen=True)
class PreparedDelivery:
    """One claimed row with what it takes to send it.

    message: to be rendered; or, for a reply, payload: as it was rendered before ({"text", "blocks"}).
    was_attempted: it may have been posted before. outside_hours: nothing of its kind may be posted now.
    nothing_left: nothing is left to say, so it only remains to find out whether it was posted.
    part_index: which part of a long digest. updates: (channel, ts) of the message to replace.
    thread_ts: "" outside a thread.
    """

    delivery_id: int
    kind: str
    message: Message | None
    payload: dict[str, Any] | None
    target: str
    token: str
    due_at: datetime
    was_attempted: bool
    outside_hours: bool = False
    nothing_left: bool = False
    part_index: int = 0
    updates: tuple[str, str] | None = None
    thread_ts: str = ""


def prepare_delivery(session: Session, delivery_id: int, now: datetime) -> PreparedDelivery | None:
    """Build the message of a claimed row. None when there is nothing to send any more: the row says why."""
    row = query.delivery_with_items(session, delivery_id)
    if row is None:
        return None
    before = (
        session.get(Delivery, row.updates_id or row.parent_id) if row.updates_id or row.parent_id else None
    )
    if before is not None and not before.message_ts:
        outbox.mark_skipped(session, row.id, "the message it belongs to was never sent")
        return None
    message = _build_message(session, row, now)
    ready = row.facts if row.kind == "reply" else None
    moot = message is None and ready is None
    if moot and row.attempts <= 1:
        reason = welcomes.OWNS_NOTHING if row.kind == welcomes.DELIVERY_KIND else NOTHING_LEFT
        outbox.mark_skipped(session, row.id, reason)
        return None
    return PreparedDelivery(
        delivery_id=row.id,
        kind=row.kind,
        message=message,
        payload=ready,
        target=waiting.resolve_target(session, row),
        token=row.token,
        due_at=row.due_at,
        was_attempted=row.attempts > 1,
        outside_hours=quiet_hours.is_outside_hours(row, now),
        nothing_left=moot,
        part_index=row.facts.get("part", 0),
        updates=(before.channel_id, before.message_ts) if before and row.updates_id else None,
        thread_ts=before.message_ts if before and row.parent_id else "",
    )


def _build_message(session: Session, row: Delivery, now: datetime) -> Message | None:
    if row.kind == "reply":
        return None
    if row.kind == "prompt":
        return messages.build_prompt(session, row, now)
    if row.kind == "prompt-update":
        prompt = query.delivery_with_items(session, row.updates_id or 0)
        return messages.build_prompt(session, prompt, now) if prompt else None
    if row.kind == welcomes.DELIVERY_KIND:
        return welcomes.build_welcome(session, row, now)
    if row.kind in _READERS:
        return _READERS[row.kind](row.facts)
    parent = session.get(Delivery, row.parent_id) if row.parent_id else row
    return digests.build_digest(session, parent, now) if parent else None


def skip_or_postpone(session: Session, delivery: PreparedDelivery, now: datetime) -> None:
    """It was not posted before, and is not to be posted now."""
    if delivery.nothing_left:
        outbox.mark_skipped(session, delivery.delivery_id, NOTHING_LEFT)
    else:
        quiet_hours.postpone(session, delivery.delivery_id, now)


def record_sent(
    session: Session, delivery: PreparedDelivery, channel: str, ts: str, parts: int, now: datetime
) -> None:
    """Write down that it was sent, and plan what did not fit as messages in its thread. The last step of its
    transaction.
    """
    if delivery.kind == "prompt":
        closing.record_asked(session, delivery.delivery_id, now)
    row = outbox.mark_sent(session, delivery.delivery_id, channel=channel, ts=ts, now=now)
    if delivery.was_attempted and any(item.answer for item in row.items):
        closing.enqueue_rewrite(session, row, now)
    if row.kind == "prompt":
        closing.close_older_prompts(session, row, now)
    if isinstance(delivery.message, Digest) and row.parent_id is None:
        _enqueue_remaining_parts(session, row, channel, parts, now)
    flush_and_expunge(session)


def _enqueue_remaining_parts(
    session: Session, row: Delivery, channel: str, parts: int, now: datetime
) -> None:
    for part in range(1, parts):
        outbox.enqueue(
            session,
            outbox.NewDelivery(
                row.workspace_id,
                "digest-part",
                f"{row.key}:part:{part}",
                channel,
                now,
                board_id=row.board_id,
                facts={"part": part},
                parent_id=row.id,
            ),
        )
