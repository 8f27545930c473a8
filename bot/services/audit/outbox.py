"""Rows of the outbox that wait too long, were given up, or are missing: digests and unsent messages."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from bot.plan.calendar import BoardCalendar, last_digest_time
from bot.sentences import sentence
from bot.services.audit.findings import (
    FAILED,
    GRACE,
    LAPSED,
    LOOK_BACK,
    MAX_FINDINGS,
    MISSING_DIGEST,
    UNSENT,
    WAITING,
    Finding,
)
from bot.services.digests.facts import read_slot
from bot.services.outbox import admin_notices, outbox, refusals
from bot.services.scheduling.quiet_hours import UNPROMPTED_KINDS
from models.outbox import Delivery
from models.people import Board, Workspace
from models.queries import audit as query

LAPSED_AFTER = timedelta(minutes=10)
MAX_SLOTS = 3
MAX_EARLY = timedelta(days=1)


def find_stuck(
    session: Session, workspace: Workspace, calendars: Mapping[int, BoardCalendar], now: datetime
) -> Iterator[Finding]:
    """Messages that wait too long, were begun and left, or failed. calendars: by board."""
    for row in query.overdue_deliveries(session, workspace.id, now - GRACE, MAX_FINDINGS):
        if _is_overdue(row, calendars.get(row.board_id or 0), now):
            yield _build_finding(session, UNSENT, row)
    yield from _find_waiting(session, workspace)
    for row in query.lapsed_claims(session, workspace.id, now - LAPSED_AFTER, MAX_FINDINGS):
        yield _build_finding(session, LAPSED, row)
    for row in query.failed_deliveries(session, workspace.id, now - LOOK_BACK, MAX_FINDINGS):
        gave_up = row.attempts >= outbox.MAX_ATTEMPTS and row.kind != "notice"
        yield _build_finding(session, FAILED, row, notify=gave_up)


def _find_waiting(session: Session, workspace: Workspace) -> Iterator[Finding]:
    """What waits until somebody puts it right: one finding for each cause. Plan managers are notified of it
    otherwise.
    """
    for each in refusals.summarise(session):
        if each.workspace_id == workspace.id and each.waiting:
            words = sentence("audit.waiting", count=each.waiting, reason=each.reason)
            key = f"{WAITING}:{each.scope}:{each.since.isoformat()}"
            yield Finding(WAITING, key, words, notify=False)


def _build_finding(session: Session, kind: str, row: Delivery, *, notify: bool = True) -> Finding:
    subject = admin_notices.describe_delivery(session, row)
    words = f"{subject}: {row.reason}" if row.reason else subject
    return Finding(kind, f"{kind}:{row.id}", words, row.board_id, notify)


def _is_overdue(row: Delivery, calendar: BoardCalendar | None, now: datetime) -> bool:
    """What must not be sent at night is overdue an hour after the night at the earliest."""
    if calendar is None or row.kind not in UNPROMPTED_KINDS:
        return True
    since = _quiet_ended_at(calendar, now)
    return since is not None and max(since, row.due_at) <= now - GRACE


def _quiet_ended_at(calendar: BoardCalendar, now: datetime) -> datetime | None:
    """When the quiet hours last ended; None while they last."""
    if calendar.is_quiet(now):
        return None
    today = calendar.today(now)
    end = calendar.at(today, calendar.quiet_until)
    return end if end <= now else calendar.at(today - timedelta(days=1), calendar.quiet_until)


def find_missing_digests(
    session: Session, board: Board, calendar: BoardCalendar, now: datetime
) -> Iterator[Finding]:
    """The latest times of the rule, as the rule itself says: each has a row, sent or with its reason. What a
    clock that was ahead posted more than a day before is no digest of that time.
    """
    imported_at, quiet_ended_at = query.first_imported_at(session, board.id), _quiet_ended_at(calendar, now)
    if imported_at is None or quiet_ended_at is None:
        return
    slots = list(islice(_past_slots(board, calendar, now), MAX_SLOTS))
    rows = query.digest_rows(session, board.id, slots[-1] - GRACE, now)
    recorded_slots = {slot for key, planned_at in rows if (slot := _slot_posted(key, planned_at)) is not None}
    for slot in slots:
        if slot > imported_at and slot not in recorded_slots and max(slot, quiet_ended_at) <= now - GRACE:
            words = sentence("audit.missing_digest", board=board.name, day=calendar.today(slot))
            yield Finding(MISSING_DIGEST, f"{MISSING_DIGEST}:{board.id}:{slot.isoformat()}", words, board.id)


def _past_slots(board: Board, calendar: BoardCalendar, now: datetime) -> Iterator[datetime]:
    moment = now
    while True:
        moment = last_digest_time(board.digest_rule, calendar, until=moment)
        yield moment
        moment -= timedelta(seconds=1)


def _slot_posted(key: str, planned_at: datetime | None) -> datetime | None:
    slot = read_slot(key)
    is_early = slot is not None and planned_at is not None and planned_at < slot - MAX_EARLY
    return None if is_early else slot
