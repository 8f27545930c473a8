"""Every prompt the rules call for was sent at its time or left out for a reason that holds, and no other.

The rules are those of docs/decisions/0004, worked out anew from the plan, what people did and the calendar.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.plan.calendar import next_rung
from bot.simulation.diary import Act, Key, Kind
from bot.simulation.evidence import Evidence, Item, Row
from bot.simulation.plan_kept import ActionKept, PlanKept

WEEK = timedelta(days=7)
LEAD_AFTER = (-7,)
UNLINKED, SPOKE, CLOSED = "no chat account is linked", " spoke ", "nothing of it is open"
BUDGET, ANSWERED, TOO_LATE = "already sent ", "answered or finished", "could not be delivered on its day"


@dataclass
class Pointer:
    """When one person is next to be asked about one action, or told of it as its lead.

    loose: it may come a working day later than the rule says, since an attempt to send it ran into trouble.
    """

    person: str
    as_lead: bool
    at: datetime | None
    loose: bool = False


def check_prompts(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    book = _Book(evidence)
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


class _Book:
    """The prompt rows by person and by action, and the moments at which each person could be written to."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.items: dict[Key, list[tuple[Row, Item]]] = defaultdict(list)
        for row in evidence.rows:
            if row.kind == "prompt":
                self.rows[row.person].append(row)
                for item in row.items:
                    self.items[item.key].append((row, item))
        calendar = evidence.rules.calendar
        self._writing = [
            moment
            for moment in evidence.diary.settled
            if calendar.is_working(calendar.today(moment))
            and not calendar.is_quiet(moment)
            and moment >= calendar.prompt_moment(calendar.today(moment))
        ]
        self._chances: dict[str, list[datetime]] = {}

    def chance(self, person: str, since: datetime) -> datetime | None:
        """The first moment from `since` on at which the person could have been asked."""
        if person not in self._chances:
            self._chances[person] = self._chances_of(person)
        chances = self._chances[person]
        place = bisect_left(chances, since)
        return chances[place] if place < len(chances) else None

    def _chances_of(self, person: str) -> list[datetime]:
        """Whoever was written to already that day is not written to again."""
        today = self._evidence.rules.calendar.today
        first = {today(row.due_at): row.due_at for row in reversed(self.rows[person])}
        return [moment for moment in self._writing if moment <= first.get(today(moment), moment)]

    def in_week(self, person: str, until: datetime) -> list[Row]:
        """Rows of the seven days that end with the day of `until`, before it, that may have been sent."""
        today = self._evidence.rules.calendar.today
        first = today(until) - WEEK
        return [
            row
            for row in self.rows[person]
            if first < today(row.due_at)
            and row.due_at < until
            and (row.state != "skipped" or row.reason.startswith((ANSWERED, TOO_LATE)))
        ]

    def left_over(self) -> Iterator[str]:
        """Items about actions the plan does not have."""
        known = {(each.section, each.ref) for each in self._evidence.draft.actions}
        for key in set(self.items) - known:
            yield f"Somebody was asked about {key[0]}/{key[1]}, which is not in the plan."


class _Walk:
    """Goes through what happened to one action, in order, with a pointer for each person it concerns."""

    def __init__(self, evidence: Evidence, book: _Book, action: ActionKept) -> None:
        self._evidence, self._book, self._action = evidence, book, action
        self._calendar, self._rules = evidence.rules.calendar, evidence.rules
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
            pointer = self._pointers[act.who, False]
            pointer.at, pointer.loose = self._calendar.next_prompt_moment(act.at), False
            return
        if act.kind is Kind.UNDO:
            self._action.take_back()
        else:
            self._action.take(act)
        for pointer in self._pointers.values():
            waited, pointer.loose = pointer.at, False
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
        if pointer.at is None:
            return None
        since = pointer.at
        if pointer.loose:
            since = self._calendar.next_prompt_moment(self._calendar.next_prompt_moment(since))
        return self._book.chance(pointer.person, since)

    def _told(self, pointer: Pointer) -> str:
        what = "A word to the lead" if pointer.as_lead else "A question to"
        return f"{what} {pointer.person} about {self._action.key[0]}/{self._action.key[1]} was"

    def _asked(self, row: Row, item: Item) -> Iterator[str]:
        pointer = self._pointers.get((item.person, item.as_lead))
        if pointer is None:
            yield f"{item.person} was asked about {item.key[0]}/{item.key[1]}, which is not theirs."
            return
        if pointer.at is None or pointer.at > row.due_at:
            due = _words(pointer.at)
            yield f"{self._told(pointer)} made on {_words(row.due_at)}, before it was due ({due})."
        else:
            chance = self._chance(pointer)
            if chance is not None and chance < row.due_at:
                yield f"{self._told(pointer)} due on {_words(pointer.at)} and came on {_words(row.due_at)}."
        yield from self._reasons(row, item, pointer)
        self._move_on(row, item, pointer)

    def _reasons(self, row: Row, item: Item, pointer: Pointer) -> Iterator[str]:
        """Whether it was rightly asked, or left out for a reason that holds."""
        wrong = ""
        reason = item.reason or (row.reason if row.state in {"skipped", "failed"} else "")
        if SPOKE in reason:
            wrong = "" if self._spoke(pointer, row.due_at) else "nobody had"
        elif reason.startswith(CLOSED):
            wrong = "" if not self._action.open_dates() else "it is open"
        elif reason.startswith(UNLINKED):
            wrong = "" if item.person not in self._evidence.linked else "one is"
        elif reason.startswith(BUDGET):
            sent = len(self._book.in_week(item.person, row.due_at))
            wrong = "" if sent >= self._rules.budget else f"only {sent} were"
        elif reason.startswith(ANSWERED):
            wrong = "" if self._answered(item, row) else "it was not"
        elif reason.startswith(TOO_LATE):
            wrong = "" if self._in_trouble(row.due_at) else "nothing stood in the way"
        elif reason:
            wrong = "no rule says so"
        elif self._spoke(pointer, row.due_at) or not self._action.open_dates():
            yield f"{self._told(pointer)} sent on {_words(row.due_at)}, though it should have been left out."
        if wrong:
            yield f"{self._told(pointer)} left out on {_words(row.due_at)}: “{reason}”, but {wrong}."

    def _spoke(self, pointer: Pointer, now: datetime) -> bool:
        """Somebody spoke of it lately, and it is not late."""
        last, dates = self._action.last_word_at, self._action.open_dates()
        if pointer.as_lead or last is None or not dates:
            return False
        late = dates[0][0] < self._calendar.today(now)
        return not late and now - last < timedelta(days=self._rules.recent_days)

    def _answered(self, item: Item, row: Row) -> bool:
        """Something was said of it after it was planned."""
        return any(
            act.accepted and act.at >= row.due_at and act.key in {item.key, ("", "")}
            for act in self._evidence.diary.acts
        )

    def _in_trouble(self, planned: datetime) -> bool:
        """A fault or an outage shortly before, or on, the day it was planned for."""
        return any(
            planned - WEEK <= moment <= planned + timedelta(days=1) for moment in self._evidence.diary.trouble
        )

    def _move_on(self, row: Row, item: Item, pointer: Pointer) -> None:
        """When the person is asked next."""
        pointer.loose = False
        reason = item.reason or row.reason
        if row.state == "skipped" and row.reason.startswith(TOO_LATE) and not item.reason:
            pointer.at, pointer.loose = row.due_at + timedelta(microseconds=1), True
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
