"""What a board's digest says: the counts, what stands badly, what comes, and who has not answered."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.messages import ActionLine, ColourCount, Digest, DigestChange, Owner
from bot.plan.periods import FORTNIGHT, FORTNIGHT_DAYS
from bot.plan.rag import Colour, legend
from bot.plan.statuses import Status
from bot.services.actions import lists, presenters
from bot.services.actions.lists import ColouredAction
from bot.services.people import present_owner
from models.outbox import StatusChange
from models.people import Board
from models.plans import Plan
from models.queries import changes, ref_index
from models.queries import changes as changes_query
from models.queries import people as people_query
from models.queries import prompts as prompted_query
from models.queries.actions import ActionFilter
from models.queries.changes import Snapshot


@dataclass(frozen=True)
class ChangesSince:
    """What happened between the last digest and this one."""

    completed: tuple[DigestChange, ...]
    started: tuple[DigestChange, ...]
    redated: tuple[DigestChange, ...]


def find_changes_since(session: Session, board: Board, since: datetime, now: datetime) -> ChangesSince:
    """The changes since the last digest that were not taken back: each action once per heading, in order."""
    changes = changes_query.board_changes(session, board.id, since, now)
    shared = ref_index.shared_refs(session, board.workspace_id, {each.action.ref for each in changes})
    done = [
        each
        for each in changes
        if _has_become(each, Status.COMPLETE, Status.VERIFIED) and not _is_still_open(each)
    ]
    begun = [
        each
        for each in changes
        if _has_become(each, Status.IN_PROGRESS) and each.action.status is Status.IN_PROGRESS
    ]
    dated = _latest_by_action([each for each in changes if each.new_due is not None], shared)
    moved = tuple(each for each in dated if each.new_due != each.old_due)
    return ChangesSince(
        tuple(_latest_by_action(done, shared)), tuple(_latest_by_action(begun, shared)), moved
    )


def _has_become(change: StatusChange, *statuses: Status) -> bool:
    return change.milestone_id is None and change.to_status in statuses and change.from_status not in statuses


def _is_still_open(change: StatusChange) -> bool:
    return change.action.status.is_open


def _latest_by_action(changes: list[StatusChange], shared_refs: set[str]) -> list[DigestChange]:
    latest = {change.action_id: change for change in changes}
    first_due = {change.action_id: change.old_due for change in reversed(changes)}
    return [_build_moved(change, shared_refs, first_due[change.action_id]) for change in latest.values()]


def _build_moved(change: StatusChange, shared_refs: set[str], old_due: date | None) -> DigestChange:
    action = change.action
    return DigestChange(
        ref=presenters.qualify_ref(action.ref, action.section.number, shared_refs),
        title=presenters.shorten(action.title),
        by=change.person.initials if change.person else "",
        old_due=old_due,
        new_due=change.new_due,
        because=change.reason,
    )


WEEK = timedelta(days=7)
DUE_SOON = FORTNIGHT
VERY_LATE_DAYS = FORTNIGHT_DAYS
# A list that goes on for longer is no longer read: the rest is counted.
MAX_LISTED = 100


def compose_digest(
    session: Session, board: Board, plans_by_id: dict[int, Plan], slot: datetime, now: datetime
) -> tuple[Digest, dict[int, Colour]]:
    """The digest for a slot as things stand now, with every action's colour for the snapshot.
    plans_by_id: the board's plans. slot: the time the digest is for.

    Changes are counted from the moment the last digest was made: one posted late had the days until then.
    """
    plans = list(plans_by_id.values())
    every = lists.load_coloured_actions(
        session, board.workspace_id, ActionFilter(board_id=board.id), now, plans_by_id
    )
    before = changes.last_snapshot(session, board.id, slot)
    colours = {each.facts.id: each.colour for each in every}
    picked = _group_by_heading(every, presenters.local_day(now, board.timezone))
    shown = picked.build_lines(session, board, now)
    happened = find_changes_since(session, board, before.made_at if before else slot - WEEK, now)
    digest = Digest(
        board=board.name,
        plans=tuple(plan.title for plan in plans),
        day=presenters.local_day(slot, board.timezone),
        total=len(every),
        counts=_count_colours(colours.values(), before),
        reds=shown["red"],
        ambers=shown["amber"],
        completed=happened.completed,
        started=happened.started,
        redated=happened.redated,
        due_soon=shown["due_soon"],
        silent=_find_silent_owners(session, board, before.due_at if before else slot - WEEK),
        unlinked=people_query.unlinked_owners(session, board.workspace_id, board.id),
        escalated=tuple(line.ref for line in shown["escalated"]),
        legend=_build_legend(plans),
        since=presenters.local_day(before.made_at, board.timezone) if before else None,
        total_red=picked.count("red"),
        total_amber=picked.count("amber"),
        total_due_soon=picked.count("due_soon"),
        total_escalated=picked.count("escalated"),
    )
    return digest, colours


class _Headings:
    """What each heading of a digest is about; the worst of each become lines, all of them at once."""

    def __init__(
        self, coloured_actions: list[ColouredAction], **wanted: Callable[[ColouredAction], bool]
    ) -> None:
        self._by_heading = {
            name: sorted(filter(is_wanted, coloured_actions), key=lambda each: each.severity_key)
            for name, is_wanted in wanted.items()
        }

    def count(self, name: str) -> int:
        return len(self._by_heading[name])

    def build_lines(self, session: Session, board: Board, now: datetime) -> dict[str, tuple[ActionLine, ...]]:
        ids = {
            name: [each.facts.id for each in found[:MAX_LISTED]] for name, found in self._by_heading.items()
        }
        together = list(dict.fromkeys(each for found in ids.values() for each in found))
        by_id = presenters.load_lines(session, board.workspace_id, together, now)
        return {name: tuple(by_id[each] for each in found) for name, found in ids.items()}


def _group_by_heading(coloured_actions: list[ColouredAction], today: date) -> _Headings:
    return _Headings(
        coloured_actions,
        red=lambda each: each.colour is Colour.RED,
        amber=lambda each: each.colour is Colour.AMBER,
        due_soon=lambda each: _is_due_soon(each, today),
        escalated=lambda each: _is_very_late(each, today),
    )


def _is_due_soon(coloured: ColouredAction, today: date) -> bool:
    day = coloured.facts.next_due_on
    return coloured.facts.status.is_open and day is not None and today <= day <= today + DUE_SOON


def _is_very_late(coloured: ColouredAction, today: date) -> bool:
    day = coloured.facts.next_due_on
    return coloured.facts.status.is_open and day is not None and (today - day).days >= VERY_LATE_DAYS


def _count_colours(colours: Iterable[Colour], before: Snapshot | None) -> tuple[ColourCount, ...]:
    current = Counter(colours)
    if before is None:
        return tuple(ColourCount(colour, current[colour]) for colour in Colour)
    earlier = Counter(Colour(value) for value in before.colours.values())
    return tuple(ColourCount(colour, current[colour], current[colour] - earlier[colour]) for colour in Colour)


def _find_silent_owners(session: Session, board: Board, since: datetime) -> tuple[tuple[Owner, int], ...]:
    rows = prompted_query.count_unanswered(session, board.id, since)
    return tuple((present_owner(person), count) for person, count in rows)


def _build_legend(plans: list[Plan]) -> tuple[str, ...]:
    return legend(presenters.rules_of(plans[0])) if plans else ()
