"""Digests that were planned at a time that had not come: taken back, or kept as what was posted early."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from bot.plan.calendar import next_digest_time
from bot.services.actions import presenters
from bot.services.clock_correction.deliveries import is_untried, mark_early, platform_time, record_true_time
from bot.services.digests.facts import read_slot
from bot.services.isolation import run_isolated
from bot.services.scheduling import next_prompts, waiting
from models.base import DeliveryState
from models.outbox import Delivery
from models.people import Board
from models.queries import boards as boards_query
from models.queries import clock_correction as query


@dataclass(frozen=True)
class EarlyDigest:
    """slot: the time it was for. posts_again: whether there is another at that time."""

    board: Board
    slot: datetime
    posts_again: bool


@dataclass
class DigestCorrections:
    """slots: by board id, the times whose digests are to be posted after all. taken_back: how many rows."""

    slots: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    taken_back: int = 0
    early: list[EarlyDigest] = field(default_factory=list)


def correct_digests(session: Session, now: datetime) -> DigestCorrections:
    """Take back what was not posted, and set each board's next time by its rule."""
    corrections = DigestCorrections()
    rows = [row for row in query.planned_after(session, "digest", now) if row.board is not None]
    for (board_id, slot), group in groupby(sorted(rows, key=_slot_key), key=_slot_key):
        if slot is not None:
            _correct_slot(session, board_id, slot, list(group), corrections, now)
    session.flush()
    run_isolated(
        session,
        boards_query.boards(session),
        lambda board: _plan_anew(board, corrections.slots.get(board.id, []), now),
    )
    return corrections


def _slot_key(row: Delivery) -> tuple[int, datetime]:
    return row.board_id or 0, read_slot(row.key) or row.due_at


def _correct_slot(
    session: Session,
    board_id: int,
    slot: datetime,
    rows: Sequence[Delivery],
    corrections: DigestCorrections,
    now: datetime,
) -> None:
    """The rows of one time, one for each channel: together, as a digest goes to all channels or to none."""
    if all(is_untried(row) for row in rows):
        query.delete_deliveries(session, [row.id for row in rows])
        query.delete_snapshot(session, board_id, slot)
        if (board := rows[0].board) is not None:
            waiting.restore_superseded(session, board_id, presenters.local_day(slot, board.timezone), now)
        corrections.taken_back += len(rows)
        corrections.slots[board_id].append(slot)
        return
    for row in rows:
        record_true_time(row, now)
    board = rows[0].board
    if board is not None and presenters.local_day(slot, board.timezone) > presenters.local_day(
        now, board.timezone
    ):
        posts_again = _open_again(session, board, slot, rows)
        corrections.early.append(EarlyDigest(board, slot, posts_again))


def _open_again(session: Session, board: Board, slot: datetime, rows: Sequence[Delivery]) -> bool:
    """Let the digest be posted at its time too, where the platform's own clock shows that every one was
    posted before that day; once.
    """
    day = presenters.local_day(slot, board.timezone)
    times = [platform_time(row) if row.state is DeliveryState.SENT else None for row in rows]
    if not all(at is not None and presenters.local_day(at, board.timezone) < day for at in times):
        return False
    marked = [mark_early(session, row) for row in rows]
    if not any(marked):
        return False
    query.delete_snapshot(session, board.id, slot)
    return True


def _plan_anew(board: Board, slots: Sequence[datetime], now: datetime) -> int:
    if board.next_digest_at is None:
        return 0
    by_rule = next_digest_time(board.digest_rule, next_prompts.build_calendar(board), after=now)
    board.next_digest_at = min(board.next_digest_at, by_rule, *slots)
    return 1
