"""The weekly digest of a board: when it is due, its rows in the outbox, and the snapshot for the next one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.messages import BoardItem, Digest
from bot.plan.calendar import last_digest_time, next_digest_time
from bot.plan.rag import Colour
from bot.sentences import sentence
from bot.services.actions import presenters
from bot.services.digests.board_items import MAX_BOARD_ITEMS
from bot.services.digests.facts import compose_digest
from bot.services.isolation import run_isolated
from bot.services.outbox import outbox
from bot.services.scheduling import next_prompts, waiting
from models.outbox import Delivery, DigestSnapshot
from models.people import Board, BoardChannel
from models.queries import boards as boards_query
from models.queries import boards as plans_query

MAX_MISSED = 8
DIGEST_ADAPTER = TypeAdapter(Digest)


@dataclass(frozen=True)
class DigestSlot:
    """The time a digest is for, and the earlier ones that were never posted."""

    at: datetime
    missed: tuple[datetime, ...]


def plan_digests(session: Session, now: datetime) -> int:
    """Write a digest for every board whose time has come; returns how many. A bot that was off writes one,
    for the latest time it missed, and leaves a skipped row for each earlier one.

    A board whose digest cannot be made leaves the others theirs. Raises ExceptionGroup once no other is due.
    """
    due = boards_query.lock_due_boards(session, now)
    planned, faults = run_isolated(session, due, lambda board: _plan_if_loud(session, board, now))
    if faults and not planned:
        raise ExceptionGroup("digests could not be made", list(faults.values()))
    return planned


def _plan_if_loud(session: Session, board: Board, now: datetime) -> bool:
    """False while it is quiet."""
    if next_prompts.build_calendar(board).is_quiet(now):
        return False
    _write_digest(session, board, _find_slot(board, now), now)
    schedule_next(board, now)
    return True


def schedule_next(board: Board, now: datetime) -> None:
    """Set when a board's next digest is due."""
    board.next_digest_at = next_digest_time(board.digest_rule, next_prompts.build_calendar(board), after=now)


def _find_slot(board: Board, now: datetime) -> DigestSlot:
    calendar = next_prompts.build_calendar(board)
    latest = last_digest_time(board.digest_rule, calendar, until=now)
    missed: list[datetime] = []
    moment = board.next_digest_at
    while moment is not None and moment < latest and len(missed) < MAX_MISSED:
        missed.append(moment)
        moment = next_digest_time(board.digest_rule, calendar, after=moment)
    return DigestSlot(latest, tuple(missed))


def _write_digest(session: Session, board: Board, slot: DigestSlot, now: datetime) -> None:
    plans = plans_query.plans(session, board.workspace_id, board.id)
    if not plans:
        return
    for moment in slot.missed:
        _enqueue_row(session, board, None, moment, {}, now, "the bot was not running at the time")
    if boards_query.has_snapshot(session, board.id, slot.at):
        # It was posted by a clock that was ahead.
        return
    digest, colours = compose_digest(session, board, plans, slot.at, now)
    day = digest.day
    missed = tuple(presenters.local_day(moment, board.timezone) for moment in slot.missed)
    posted = presenters.local_day(now, board.timezone)
    digest = replace(digest, missed=missed, posted=posted if posted != day else None)
    facts = DIGEST_ADAPTER.dump_python(digest, mode="json")
    session.add(
        DigestSnapshot(
            workspace_id=board.workspace_id,
            board_id=board.id,
            due_at=slot.at,
            made_at=now,
            colours={str(action): colour.value for action, colour in colours.items()},
            facts=facts,
        )
    )
    for channel in board.channels:
        waiting.supersede_digests(session, channel, day)
        _enqueue_row(session, board, channel, slot.at, facts, now, "")
    if not board.channels:
        _enqueue_row(session, board, None, slot.at, facts, now, "the board has no channel")


def _enqueue_row(
    session: Session,
    board: Board,
    channel: BoardChannel | None,
    slot: datetime,
    facts: dict[str, Any],
    now: datetime,
    reason: str,
) -> None:
    outbox.enqueue(
        session,
        outbox.NewDelivery(
            board.workspace_id,
            "digest",
            f"digest:{board.id}:{slot.isoformat()}:{channel.id if channel else 0}",
            (channel.channel_id or f"#{channel.name}") if channel else "",
            now,
            board_id=board.id,
            facts=facts,
            reason=reason,
        ),
    )


def skip_digest(session: Session, board: Board, moment: datetime, now: datetime, reason: str) -> None:
    """Write down that the digest of that moment is not posted, and why."""
    _enqueue_row(session, board, None, moment, {}, now, reason)


def build_digest(session: Session, row: Delivery, now: datetime) -> Digest:
    """A digest as it is posted now, or was: one that had to wait past its day says why."""
    digest, board = read_digest(row.facts), session.get(Board, row.board_id)
    if board is None or not row.refused_code:
        return digest
    late = presenters.local_day(row.sent_at or now, board.timezone) != digest.day
    return replace(digest, refused=sentence("services.refused_before", code=row.refused_code) if late else "")


def read_digest(facts: dict[str, Any]) -> Digest:
    """A digest as it was stored. One of an earlier version says by its Reds what its board should look at,
    and by its Blues how many actions are complete.
    """
    digest = DIGEST_ADAPTER.validate_python(facts)
    if "for_board" in facts:
        return digest
    return replace(
        digest,
        for_board=tuple(BoardItem(line) for line in digest.reds[:MAX_BOARD_ITEMS]),
        complete=sum(each.count for each in digest.counts if each.colour is Colour.BLUE),
    )


def preview(session: Session, board: Board, now: datetime) -> Digest:
    """What the digest would say if it were posted now; nothing is stored."""
    plans = plans_query.plans(session, board.workspace_id, board.id)
    digest, _ = compose_digest(session, board, plans, now, now)
    return replace(digest, preview=True)
