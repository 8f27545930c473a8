"""The weekly digest of a board: when it is due, its rows in the ledger, and the snapshot for the next one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.messages import Digest
from bot.plan.calendar import last_occurrence, next_occurrence
from bot.services.actions import presenters
from bot.services.digests.facts import compose
from bot.services.isolation import one_by_one
from bot.services.outbox import outbox
from bot.services.scheduling import next_prompts
from models.outbox import DigestSnapshot
from models.people import Board, BoardChannel
from models.queries import boards as boards_query
from models.queries import boards as plans_query

MOST_MISSED = 8
AS_JSON = TypeAdapter(Digest)


@dataclass(frozen=True)
class Slot:
    """The time a digest is for, and the earlier ones that were never posted."""

    at: datetime
    missed: tuple[datetime, ...]


def plan_digests(session: Session, now: datetime) -> int:
    """Write a digest for every board whose time has come; returns how many. A bot that was off writes one,
    for the latest time it missed, and leaves a skipped row for each earlier one.

    A board whose digest cannot be made leaves the others theirs. Raises ExceptionGroup once no other is due.
    """
    due = boards_query.lock_due_boards(session, now)
    made, faults = one_by_one(session, due, lambda board: _plan_due(session, board, now))
    if faults and not made:
        raise ExceptionGroup("digests could not be made", list(faults.values()))
    return made


def _plan_due(session: Session, board: Board, now: datetime) -> bool:
    """False while it is quiet."""
    if next_prompts.calendar_of(board).is_quiet(now):
        return False
    _plan_one(session, board, _slot(board, now), now)
    schedule(board, now)
    return True


def schedule(board: Board, now: datetime) -> None:
    """Set when a board's next digest is due."""
    board.next_digest_at = next_occurrence(board.digest_rule, board.timezone, after=now)


def _slot(board: Board, now: datetime) -> Slot:
    latest = last_occurrence(board.digest_rule, board.timezone, until=now)
    missed: list[datetime] = []
    moment = board.next_digest_at
    while moment is not None and moment < latest and len(missed) < MOST_MISSED:
        missed.append(moment)
        moment = next_occurrence(board.digest_rule, board.timezone, after=moment)
    return Slot(latest, tuple(missed))


def _plan_one(session: Session, board: Board, slot: Slot, now: datetime) -> None:
    known = plans_query.plans(session, board.workspace_id, board.id)
    if not known:
        return
    digest, colours = compose(session, board, known, slot.at, now)
    day = digest.day
    missed = tuple(presenters.local_day(moment, board.timezone) for moment in slot.missed)
    posted = presenters.local_day(now, board.timezone)
    digest = replace(digest, missed=missed, posted=posted if posted != day else None)
    facts = AS_JSON.dump_python(digest, mode="json")
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
    for moment in slot.missed:
        _write_row(session, board, None, moment, {}, now, "the bot was not running at the time")
    for channel in board.channels:
        _write_row(session, board, channel, slot.at, facts, now, "")
    if not board.channels:
        _write_row(session, board, None, slot.at, facts, now, "the board has no channel")


def _write_row(
    session: Session,
    board: Board,
    channel: BoardChannel | None,
    slot: datetime,
    facts: dict[str, Any],
    now: datetime,
    reason: str,
) -> None:
    outbox.plan(
        session,
        outbox.Planned(
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


def pass_over(session: Session, board: Board, moment: datetime, now: datetime, reason: str) -> None:
    """Write down that the digest of that moment is not posted, and why."""
    _write_row(session, board, None, moment, {}, now, reason)


def read(facts: dict[str, Any]) -> Digest:
    """A digest as it was stored."""
    return AS_JSON.validate_python(facts)


def preview(session: Session, board: Board, now: datetime) -> Digest:
    """What the digest would say if it were posted now; nothing is stored."""
    known = plans_query.plans(session, board.workspace_id, board.id)
    digest, _ = compose(session, board, known, now, now)
    return replace(digest, preview=True)
