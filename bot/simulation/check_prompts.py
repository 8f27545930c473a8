"""Every prompt the rules call for was sent at its time or left out for a reason that holds, and no other.

The rules are those of docs/decisions/0004, worked out anew from the plan, what people did and the calendar.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.plan.calendar import next_rung
from bot.services.prompts import daily_prompt
from bot.services.scheduling.quiet_hours import TOO_LATE
from bot.simulation.event_log import Act, Key, Kind
from bot.simulation.expected_plan import ActionKept, PlanKept
from bot.simulation.observations import Evidence, Item, Row
from bot.simulation.prompt_index import BUDGET, WEEK, Book, Reasons, reason_of

LEAD_AFTER = (-7,)


@dataclass
class Pointer:
    """When one person is next to be asked about one action, or told of it as its lead.

    excused: the days on which the ledger says why they were not.
    """

    person: str
    as_lead: bool
    at: datetime | None
    excused: set[date] = field(default_factory=set)


def check_prompts(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    book = Book(evidence)
    plan = PlanKept(evidence.draft, set(evidence.linked))
    touched = _acts_by_action(evidence)
    for key, action in plan.actions.items():
        yield from _Walk(evidence, book, action).walk(touched[key])
    yield from book.left_over()
    yield from _wordless(evidence)


def _acts_by_action(evidence: Evidence) -> dict[Key, list[Act]]:
    """Accepted acts by the action they changed; an undo counts for the action it took back."""
    plan = PlanKept(evidence.draft, set(evidence.linked))
    found: dict[Key, list[Act]] = defaultdict(list)
    for act in evidence.diary.acts:
        if not act.accepted:
            continue
        changed = plan.take(act)
        key = changed.key if changed is not None else act.key
        found[key].append(act)
    return found


def _wordless(evidence: Evidence) -> Iterator[str]:
    """A prompt is about something."""
    for row in evidence.rows:
        if row.kind == "prompt" and not row.items:
            yield f"{row.key} is about nothing."


class _Walk:
    """Goes through what happened to one action, in order, with a pointer for each person it concerns."""

    def __init__(self, evidence: Evidence, book: Book, action: ActionKept) -> None:
        self._evidence, self._book, self._action = evidence, book, action
        self._calendar, self._rules = evidence.rules.calendar, evidence.rules
        self._reasons = Reasons(evidence, book, action)
        began = evidence.diary.began
        self._pointers = {(name, False): Pointer(name, False, None) for name in action.owners}
        if action.lead and action.lead not in action.owners:
            self._pointers[action.lead, True] = Pointer(action.lead, True, None)
        for pointer in self._pointers.values():
            pointer.at = self._next(pointer, began) or self._catch_up(pointer, began)
        self._catch_up_leads(began)

    def walk(self, acts: list[Act]) -> Iterator[str]:
        """Items come before acts of the same moment: everything due is written before anyone acts."""
        events: list[tuple[datetime, int, Act | tuple[Row, Item]]] = [
            *((row.due_at, 0, (row, item)) for row, item in self._book.items[self._action.key]),
            *((act.at, 1, act) for act in acts),
        ]
        for at, _, event in sorted(events, key=lambda each: each[:2]):
            if isinstance(event, Act):
                yield from self._missed(at)
                self._after(event)
            else:
                yield from self._asked(*event)
        yield from self._missed(self._evidence.diary.ended)

    # What the rules say

    def _next(self, pointer: Pointer, after: datetime) -> datetime | None:
        """The next rung of the ladder; for a lead, seven days late."""
        days = self._action.days_for("" if pointer.as_lead else pointer.person)
        ladder = LEAD_AFTER if pointer.as_lead else self._rules.ladder
        rung = next_rung(days, ladder, self._calendar, after=after)
        return rung.at if rung else None

    def _catch_up(self, pointer: Pointer, began: datetime) -> datetime | None:
        """What came in with its whole ladder behind it is asked about once."""
        late = any(day < self._calendar.today(began) for day in self._action.days_for(pointer.person))
        return self._calendar.next_prompt_moment(began) if late and not pointer.as_lead else None

    def _is_long_late(self, now: datetime) -> bool:
        """Missed by more than a week: a lead who is still to be told is told, whatever is said meanwhile."""
        dates = self._action.open_dates()
        return bool(dates) and dates[0][0] < self._calendar.today(now) - WEEK

    def _catch_up_leads(self, began: datetime) -> None:
        if self._is_long_late(began):
            for pointer in self._pointers.values():
                if pointer.as_lead:
                    pointer.at = self._calendar.next_prompt_moment(began + WEEK)

    def _after(self, act: Act) -> None:
        """What somebody's word does to the pointers."""
        if act.kind is Kind.LATER:
            self._pointers[act.who, False].at = self._calendar.next_prompt_moment(act.at)
            return
        if act.kind is Kind.UNDO:
            self._action.take_back()
        else:
            self._action.take(act)
        for pointer in self._pointers.values():
            waited = pointer.at
            pointer.at = self._next(pointer, act.at)
            if pointer.as_lead and waited is not None and self._is_long_late(act.at):
                pointer.at = min(waited, self._calendar.next_prompt_moment(act.at + WEEK))

    # What happened

    def _missed(self, until: datetime) -> Iterator[str]:
        """Somebody who could have been asked before `until`, and was not."""
        for pointer in self._pointers.values():
            chance = self._chance(pointer)
            if chance is not None and chance < until:
                yield f"{self._told(pointer)} due on {_words(pointer.at)} and never came."
                pointer.at = None

    def _chance(self, pointer: Pointer) -> datetime | None:
        return None if pointer.at is None else self._book.chance(pointer.person, pointer.at)

    def _told(self, pointer: Pointer) -> str:
        what = "A word to the lead" if pointer.as_lead else "A question to"
        return f"{what} {pointer.person} about {self._action.key[0]}/{self._action.key[1]} was"

    def _asked(self, row: Row, item: Item) -> Iterator[str]:
        pointer = self._pointers.get((item.person, item.as_lead))
        if pointer is None:
            yield f"{item.person} was asked about {item.key[0]}/{item.key[1]}, which is not theirs."
            return
        reason = reason_of(row, item)
        if pointer.at is None or pointer.at > row.due_at:
            due = _words(pointer.at)
            yield f"{self._told(pointer)} made on {_words(row.due_at)}, before it was due ({due})."
        elif not reason.startswith(daily_prompt.REASONS):
            yield from self._came_late(pointer, row.due_at)
        yield from self._rightly(row, item, pointer)
        self._move_on(row, item, pointer)

    def _came_late(self, pointer: Pointer, at: datetime) -> Iterator[str]:
        """At the first chance, and on its day; where there was none that day, the ledger says why."""
        chance, today = self._chance(pointer), self._calendar.today
        if pointer.at is None:
            return
        if chance is not None and chance < at:
            yield f"{self._told(pointer)} due on {_words(pointer.at)} and came on {_words(at)}."
        elif today(pointer.at) < today(at) and today(pointer.at) not in pointer.excused:
            yield (
                f"{self._told(pointer)} due on {_words(pointer.at)} and came on {_words(at)},"
                " and the ledger does not say why."
            )

    def _rightly(self, row: Row, item: Item, pointer: Pointer) -> Iterator[str]:
        """Whether it was rightly asked, or left out for a reason that holds."""
        reason = reason_of(row, item)
        if reason:
            wrong = self._reasons.why_wrong(row, item, pointer.at)
            if wrong:
                yield f"{self._told(pointer)} left out on {_words(row.due_at)}: “{reason}”, but {wrong}."
        elif self._reasons.should_be_left_out(item, row.due_at) or not self._action.open_dates():
            yield f"{self._told(pointer)} sent on {_words(row.due_at)}, though it should have been left out."

    def _move_on(self, row: Row, item: Item, pointer: Pointer) -> None:
        """When the person is asked next."""
        reason = reason_of(row, item)
        if reason.startswith(daily_prompt.REASONS):
            pointer.excused.add(self._calendar.today(row.due_at))
        elif reason.startswith(TOO_LATE):
            over = max(self._calendar.day_after(row.due_at), row.tried_at)
            pointer.at = self._calendar.next_time_to_ask(over)
        elif reason.startswith(BUDGET):
            pointer.at = self._when_there_is_room(item.person, row.due_at)
        else:
            pointer.at = None if pointer.as_lead else self._next(pointer, row.due_at)

    def _when_there_is_room(self, person: str, now: datetime) -> datetime:
        lately = self._book.in_week(person, now)
        oldest: date = self._calendar.today(lately[-self._rules.budget].due_at if lately else now)
        return self._calendar.next_prompt_moment(self._calendar.at(oldest + WEEK, time(0)))


def _words(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y %H:%M:%S} UTC" if moment else "never"
