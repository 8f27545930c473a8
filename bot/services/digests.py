"""The weekly digest of a board: when it is due, what it says, and the snapshot the next one compares with."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot.messages import ActionLine, ColourCount, Digest, Moved, Owner
from bot.plan.calendar import last_occurrence, next_occurrence
from bot.plan.rag import Colour, legend
from bot.plan.statuses import Status
from bot.services import ledger, lines, listing, standing
from bot.services.listing import Coloured
from bot.services.people import owner_of
from models.people import Board, BoardChannel
from models.plans import Plan
from models.queries import actions as actions_query
from models.queries import people as people_query
from models.queries import prompted as prompted_query
from models.queries import records as query
from models.queries.actions import Narrowed
from models.queries.records import Snapshot
from models.records import DigestSnapshot, StatusChange

WEEK = timedelta(days=7)
DUE_SOON = timedelta(days=14)
ESCALATED_DAYS = 14
MOST_MISSED = 8
# A list that goes on for longer is no longer read: the rest is counted.
MOST_LISTED = 100
AS_JSON = TypeAdapter(Digest)


@dataclass(frozen=True)
class Slot:
    """The time a digest is for, and the earlier ones that were never posted."""

    at: datetime
    missed: tuple[datetime, ...]


def plan_digests(session: Session, now: datetime) -> int:
    """Write a digest for every board whose time has come; returns how many. A bot that was off writes one,
    for the latest time it missed, and leaves a skipped row for each earlier one.
    """
    made = 0
    for board in people_query.boards_due(session, now):
        if standing.calendar_of(board).is_quiet(now):
            continue
        _plan_one(session, board, _slot(board, now), now)
        board.next_digest_at = next_occurrence(board.digest_rule, board.timezone, after=now)
        made += 1
    return made


def schedule(board: Board, now: datetime) -> None:
    """Set when a board's first digest is due."""
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
    known = actions_query.plans(session, board.workspace_id, board.id)
    if not known:
        return
    digest, colours = compose(session, board, known, slot.at, now)
    day = digest.day
    missed = tuple(lines.local_day(moment, board.timezone) for moment in slot.missed)
    posted = lines.local_day(now, board.timezone)
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
    ledger.plan(
        session,
        ledger.Planned(
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
    known = actions_query.plans(session, board.workspace_id, board.id)
    digest, _ = compose(session, board, known, now, now)
    return replace(digest, preview=True)


def compose(
    session: Session, board: Board, known: dict[int, Plan], slot: datetime, now: datetime
) -> tuple[Digest, dict[int, Colour]]:
    """The digest for a slot as things stand now, with every action's colour for the snapshot. known: the
    board's plans by id.

    What happened is told from the moment the last one was made: one posted late told the days until then.
    """
    plans = list(known.values())
    every = listing.coloured(session, board.workspace_id, Narrowed(board_id=board.id), now, known)
    before = query.last_snapshot(session, board.id, slot)
    colours = {each.facts.id: each.colour for each in every}
    today = lines.local_day(now, board.timezone)
    picked = _Picked(
        every,
        red=lambda each: each.colour is Colour.RED,
        amber=lambda each: each.colour is Colour.AMBER,
        due_soon=lambda each: _falls_due(each, today),
        escalated=lambda each: _very_late(each, today),
    )
    shown = picked.shown(session, board, now)
    happened = _happened(session, board, before.made_at if before else slot - WEEK, now)
    digest = Digest(
        board=board.name,
        plans=tuple(plan.title for plan in plans),
        day=lines.local_day(slot, board.timezone),
        total=len(every),
        counts=_counts(colours.values(), before),
        reds=shown["red"],
        ambers=shown["amber"],
        completed=happened.completed,
        started=happened.started,
        redated=happened.redated,
        due_soon=shown["due_soon"],
        silent=_silent(session, board, before.due_at if before else slot - WEEK),
        unlinked=_unlinked(session, board),
        escalated=tuple(line.ref for line in shown["escalated"]),
        legend=_legend(plans),
        since=lines.local_day(before.made_at, board.timezone) if before else None,
        total_red=picked.count("red"),
        total_amber=picked.count("amber"),
        total_due_soon=picked.count("due_soon"),
        total_escalated=picked.count("escalated"),
    )
    return digest, colours


class _Picked:
    """What each heading of a digest is about; the worst of each become lines, all of them at once."""

    def __init__(self, every: list[Coloured], **wanted: Callable[[Coloured], bool]) -> None:
        self._found = {
            name: sorted(filter(is_wanted, every), key=lambda each: each.worst_first)
            for name, is_wanted in wanted.items()
        }

    def count(self, name: str) -> int:
        return len(self._found[name])

    def shown(self, session: Session, board: Board, now: datetime) -> dict[str, tuple[ActionLine, ...]]:
        ids = {name: [each.facts.id for each in found[:MOST_LISTED]] for name, found in self._found.items()}
        together = list(dict.fromkeys(each for found in ids.values() for each in found))
        by_id = lines.lines(session, board.workspace_id, together, now)
        return {name: tuple(by_id[each] for each in found) for name, found in ids.items()}


def _falls_due(each: Coloured, today: date) -> bool:
    day = each.facts.next_due_on
    return each.facts.status.is_open and day is not None and today <= day <= today + DUE_SOON


def _very_late(each: Coloured, today: date) -> bool:
    day = each.facts.next_due_on
    return each.facts.status.is_open and day is not None and (today - day).days >= ESCALATED_DAYS


def _counts(colours: Iterable[Colour], before: Snapshot | None) -> tuple[ColourCount, ...]:
    current = Counter(colours)
    if before is None:
        return tuple(ColourCount(colour, current[colour]) for colour in Colour)
    earlier = Counter(Colour(value) for value in before.colours.values())
    return tuple(ColourCount(colour, current[colour], current[colour] - earlier[colour]) for colour in Colour)


@dataclass(frozen=True)
class _Happened:
    completed: tuple[Moved, ...]
    started: tuple[Moved, ...]
    redated: tuple[Moved, ...]


def _happened(session: Session, board: Board, since: datetime, now: datetime) -> _Happened:
    """What was said since the last digest and still stands: each action once per heading, in order."""
    changes = query.board_changes(session, board.id, since, now)
    shared = actions_query.shared_refs(session, board.workspace_id, {each.action.ref for each in changes})
    done = [each for each in changes if _became(each, Status.COMPLETE, Status.VERIFIED) and not _open(each)]
    begun = [
        each
        for each in changes
        if _became(each, Status.IN_PROGRESS) and each.action.status is Status.IN_PROGRESS
    ]
    dated = _latest([each for each in changes if each.new_due is not None], shared)
    moved = tuple(each for each in dated if each.new_due != each.old_due)
    return _Happened(tuple(_latest(done, shared)), tuple(_latest(begun, shared)), moved)


def _became(change: StatusChange, *statuses: Status) -> bool:
    return change.milestone_id is None and change.to_status in statuses and change.from_status not in statuses


def _open(change: StatusChange) -> bool:
    return change.action.status.is_open


def _latest(changes: list[StatusChange], shared: set[str]) -> list[Moved]:
    latest = {change.action_id: change for change in changes}
    first_due = {change.action_id: change.old_due for change in reversed(changes)}
    return [_moved(change, shared, first_due[change.action_id]) for change in latest.values()]


def _moved(change: StatusChange, shared: set[str], old_due: date | None) -> Moved:
    action = change.action
    return Moved(
        ref=lines.shown_ref(action.ref, action.section.number, shared),
        title=lines.short(action.title),
        by=change.person.initials if change.person else "",
        old_due=old_due,
        new_due=change.new_due,
        because=change.reason,
    )


def _silent(session: Session, board: Board, since: datetime) -> tuple[tuple[Owner, int], ...]:
    rows = prompted_query.unanswered_since(session, board.id, since)
    return tuple((owner_of(person), count) for person, count in rows)


def _unlinked(session: Session, board: Board) -> tuple[tuple[str, int], ...]:
    rows = people_query.unlinked_owners(session, board.workspace_id, board.id)
    return tuple((person.initials, count) for person, count in rows)


def _legend(plans: list[Plan]) -> tuple[str, ...]:
    return legend(lines.rules_of(plans[0])) if plans else ()
