"""What a board's digest says: the counts, what the board should look at, what changed, and who is silent."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.messages import ActionLine, ColourCount, Digest, DigestSection, Owner, UnansweredOwner
from bot.plan.periods import FORTNIGHT, FORTNIGHT_DAYS
from bot.plan.rag import Colour, legend
from bot.plan.statuses import Status
from bot.services.actions import lists, presenters
from bot.services.actions.lists import ColouredAction
from bot.services.digests import board_items, week
from bot.services.scheduling import next_prompts
from models.people import Board
from models.plans import Plan
from models.queries import actions as actions_query
from models.queries import boards as boards_query
from models.queries import changes
from models.queries import people as people_query
from models.queries import prompts as prompted_query
from models.queries.actions import ActionFilter
from models.queries.changes import Snapshot

WEEK = timedelta(days=7)
DUE_SOON = FORTNIGHT
VERY_LATE_DAYS = FORTNIGHT_DAYS
# A question is no silence yet while it is younger than so many working days.
ANSWER_DAYS = 2
# A list that goes on for longer is no longer read: the rest is counted.
MAX_LISTED = 100
# So many of the latest digests are looked at for one that a channel has.
MAX_LOOK_BACK = 60
COMPLETE = (Status.COMPLETE, Status.VERIFIED)


def compose_digest(
    session: Session, board: Board, plans_by_id: dict[int, Plan], slot: datetime, now: datetime
) -> tuple[Digest, dict[int, Colour]]:
    """The digest for a slot as things stand now, with every action's colour for the snapshot.
    plans_by_id: the board's plans. slot: the time the digest is for.

    Changes are counted from the moment the last digest that was seen was made: one posted late had the days
    until then.
    """
    plans = list(plans_by_id.values())
    every = lists.load_coloured_actions(
        session, board.workspace_id, ActionFilter(board_id=board.id), now, plans_by_id
    )
    before = find_seen_snapshot(session, board, slot)
    colours = {each.facts.id: each.colour for each in every}
    moves = week.compare_colours(colours, before.colours if before else {})
    recoveries = board_items.find_recoveries(session, every)
    chosen = board_items.choose_board_items(every, recoveries)
    unowned = boards_query.unowned_actions(session, board.id)
    picked = _group_by_heading(every, presenters.local_day(now, board.timezone))
    shown = picked.load_lines(session, board, now, [*chosen, *moves.turned_red, *moves.recovered, *unowned])
    happened = week.find_changes_since(session, board, before.made_at if before else slot - WEEK, now)
    digest = Digest(
        board=board.name,
        plans=tuple(plan.title for plan in plans),
        day=presenters.local_day(slot, board.timezone),
        total=len(every),
        counts=_count_colours(colours.values(), before),
        reds=shown.of("red"),
        ambers=shown.of("amber"),
        completed=happened.completed,
        started=happened.started,
        redated=happened.redated,
        due_soon=shown.of("due_soon"),
        unlinked=people_query.unlinked_owners(session, board.workspace_id, board.id),
        escalated=tuple(line.ref for line in shown.of("escalated")),
        legend=_build_legend(plans),
        since=presenters.local_day(before.made_at, board.timezone) if before else None,
        total_red=picked.count("red"),
        total_amber=picked.count("amber"),
        total_due_soon=picked.count("due_soon"),
        total_escalated=picked.count("escalated"),
        for_board=board_items.build_board_items(session, chosen, shown.lines, recoveries),
        turned_red=week.build_moves(shown.lines, moves.turned_red),
        recovered=week.build_moves(shown.lines, moves.recovered),
        dropped=happened.dropped,
        unanswered=_find_unanswered(session, board, now),
        unowned=tuple(shown.lines[each].ref for each in unowned if each in shown.lines),
        sections=shown.build_sections(),
        complete=sum(each.facts.status in COMPLETE for each in every),
        checked=_count_checked(every, plans),
        money=board_items.sum_money(session, every),
    )
    return digest, colours


def find_seen_snapshot(session: Session, board: Board, before: datetime) -> Snapshot | None:
    """The latest digest before that time that a channel has. Of a board without a channel, the latest one."""
    if not board.channels:
        return changes.last_snapshot(session, board.id, before)
    slots = {
        slot
        for key in boards_query.posted_slots(session, board.id, MAX_LOOK_BACK)
        if (slot := read_slot(key))
    }
    latest = max((slot for slot in slots if slot < before), default=None)
    return changes.snapshot_at(session, board.id, latest) if latest else None


def read_slot(key: str) -> datetime | None:
    """The time that the digest with this key is for; None where it is not the digest of that time."""
    try:
        return datetime.fromisoformat(key.split(":", 2)[2].rpartition(":")[0])
    except (IndexError, ValueError):
        return None


def _count_checked(every: Sequence[ColouredAction], plans: Sequence[Plan]) -> int | None:
    """None where no plan asks for a check and nothing was checked."""
    checked = sum(each.facts.status is Status.VERIFIED for each in every)
    return checked if checked or any(presenters.rules_of(plan).verify for plan in plans) else None


def _find_unanswered(session: Session, board: Board, now: datetime) -> tuple[UnansweredOwner, ...]:
    """Whoever was asked more than ANSWER_DAYS working days ago and has not answered."""
    calendar = next_prompts.build_calendar(board)
    last_day = calendar.working_days_before(calendar.today(now), ANSWER_DAYS)
    before = calendar.midnight_after(calendar.at(last_day, time(12)))
    return tuple(
        UnansweredOwner(
            Owner(row.person.initials), row.actions, presenters.local_day(row.since, board.timezone)
        )
        for row in prompted_query.unanswered_owners(session, board.id, before)
    )


def _without_mentions(line: ActionLine) -> ActionLine:
    """A digest goes to a channel, where nobody is called by name: owners get their own messages."""
    return replace(line, owners=tuple(Owner(owner.initials) for owner in line.owners))


class _ShownLines:
    """The lines of a digest, by action and by heading."""

    def __init__(
        self, lines: dict[int, ActionLine], ids: dict[str, list[int]], section_titles: dict[int, str]
    ) -> None:
        self.lines, self._ids, self._section_titles = lines, ids, section_titles

    def of(self, heading: str) -> tuple[ActionLine, ...]:
        return tuple(self.lines[each] for each in self._ids[heading])

    def build_sections(self) -> tuple[DigestSection, ...]:
        """The sections of what is Red or Amber, in plan order, with the refs of those that are listed."""
        listed = {*self._ids["red"], *self._ids["amber"]}
        refs: dict[str, list[str]] = {}
        for action_id, title in self._section_titles.items():
            if action_id in listed:
                refs.setdefault(title, []).append(self.lines[action_id].ref)
        return tuple(DigestSection(title, tuple(found)) for title, found in refs.items())


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

    def load_lines(self, session: Session, board: Board, now: datetime, others: Iterable[int]) -> _ShownLines:
        """others: ids of actions that are shown under no heading, as many of them as are listed."""
        ids = {
            name: [each.facts.id for each in found[:MAX_LISTED]] for name, found in self._by_heading.items()
        }
        together = dict.fromkeys(each for found in ids.values() for each in found)
        together |= dict.fromkeys(list(dict.fromkeys(others))[:MAX_LISTED])
        actions = actions_query.load_actions(session, list(together))
        shown = presenters.build_lines(session, board.workspace_id, actions, now)
        lines = {number: _without_mentions(line) for number, line in shown.items()}
        titles = {each.id: f"{each.section.number} {each.section.title}".strip() for each in actions.values()}
        return _ShownLines(lines, ids, titles)


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


def _build_legend(plans: list[Plan]) -> tuple[str, ...]:
    return legend(presenters.rules_of(plans[0])) if plans else ()
