"""The prompts of the ledger by person and by action, and when each person could be written to."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.services.outbox.claims import LEASE
from bot.services.prompts import daily_prompt
from bot.services.scheduling.quiet_hours import TOO_LATE
from bot.simulation.event_log import Key
from bot.simulation.expected_plan import ActionKept
from bot.simulation.observations import Evidence, Item, Row

WEEK = timedelta(days=7)
ANSWERED = "answered or finished"


class Book:
    """What the ledger holds, and when the bot could have written to whom."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._calendar = evidence, evidence.rules.calendar
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.items: dict[Key, list[tuple[Row, Item]]] = defaultdict(list)
        for row in evidence.rows:
            if row.kind == "prompt":
                self.rows[row.person].append(row)
                for item in row.items:
                    self.items[item.key].append((row, item))
        self._writing = list(filter(self._calendar.is_time_to_ask, evidence.diary.settled))
        self._chances: dict[str, list[datetime]] = {}

    def chance(self, person: str, since: datetime) -> datetime | None:
        """The first moment from `since` on at which the person could have been asked."""
        if person not in self._chances:
            self._chances[person] = self._chances_of(person)
        chances = self._chances[person]
        place = bisect_left(chances, since)
        return chances[place] if place < len(chances) else None

    def could_be_asked(self, since: datetime, day: date) -> bool:
        """Whether the bot was there on that day, from `since` on, at a time to write."""
        until = self._calendar.at(day + timedelta(days=1), time(0))
        first = max(since, self._calendar.at(day, time(0)))
        return bisect_left(self._writing, first) < bisect_left(self._writing, until)

    def _chances_of(self, person: str) -> list[datetime]:
        """Nobody is written to again on one day, nor while a message is on its way to them."""
        today = self._calendar.today
        real = [row for row in self.rows[person] if not row.reason.startswith(daily_prompt.REASONS)]
        first = {today(row.due_at): row.due_at for row in reversed(real)}
        busy = [(row.due_at, settled_by(row)) for row in real]
        return [
            moment
            for moment in self._writing
            if moment <= first.get(today(moment), moment)
            and not any(begun < moment <= ended for begun, ended in busy)
        ]

    def was_waiting(self, person: str, day: date) -> bool:
        """Whether a message of an earlier day was on its way to this person until the day, or its time to
        write, was over.
        """
        quiet = self._calendar.at(day, self._calendar.quiet_from)
        midnight = self._calendar.at(day + timedelta(days=1), time(0))
        over = (quiet if quiet > self._calendar.prompt_moment(day) else midnight) - LEASE
        return any(
            self._calendar.today(row.due_at) < day and settled_by(row) >= over for row in self.rows[person]
        )

    def had_one(self, person: str, day: date) -> bool:
        return any(
            self._calendar.today(row.due_at) == day for row in self.rows[person] if row.state == "sent"
        )

    def in_week(self, person: str, until: datetime) -> list[Row]:
        """Rows of the seven days that end with the day of `until`, before it, that may have been sent."""
        today = self._calendar.today
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


def settled_by(row: Row) -> datetime:
    """When it was known what became of it, at the latest: a killed process holds it for a lease."""
    return row.tried_at + LEASE


UNLINKED, SPOKE, CLOSED = "no chat account is linked", " spoke ", "nothing of it is open"
BUDGET = "already sent "


@dataclass(frozen=True)
class Reasons:
    """What holds of one action as it stands."""

    evidence: Evidence
    book: Book
    action: ActionKept

    def why_wrong(self, row: Row, item: Item, due: datetime | None) -> str:
        """Why the reason for leaving somebody out does not hold; "" when it does. due: when they were due."""
        reason = reason_of(row, item)
        ways: dict[str, Callable[[], str]] = {
            CLOSED: lambda: "" if not self.action.open_dates() else "it is open",
            UNLINKED: lambda: "" if item.person not in self.evidence.linked else "one is",
            BUDGET: lambda: self._within_budget(item, row),
            ANSWERED: lambda: "" if self._answered(item, row) else "it was not",
            TOO_LATE: lambda: "" if self._in_trouble(row.due_at) else "nothing stood in the way",
            daily_prompt.OFF: lambda: self._was_off(row, due),
            daily_prompt.WAITED: lambda: self._waited(item, row),
            daily_prompt.HAD_ONE: lambda: self._had_one(item, row),
        }
        if SPOKE in reason:
            return "" if self.should_be_left_out(item, row.due_at) else "nobody had"
        return next((way() for begins, way in ways.items() if reason.startswith(begins)), "no rule says so")

    def should_be_left_out(self, item: Item, now: datetime) -> bool:
        """Somebody spoke of it lately, and it is not late."""
        last, dates = self.action.last_word_at, self.action.open_dates()
        if item.as_lead or last is None or not dates:
            return False
        rules = self.evidence.rules
        late = dates[0][0] < rules.calendar.today(now)
        return not late and now - last < timedelta(days=rules.recent_days)

    def _within_budget(self, item: Item, row: Row) -> str:
        sent = len(self.book.in_week(item.person, row.due_at))
        return "" if sent >= self.evidence.rules.budget else f"only {sent} were"

    def _answered(self, item: Item, row: Row) -> bool:
        """Something was said of it after it was planned."""
        return any(
            act.accepted and act.at >= row.due_at and act.key in {item.key, ("", "")}
            for act in self.evidence.diary.acts
        )

    def _in_trouble(self, planned: datetime) -> bool:
        """A fault or an outage shortly before, or on, the day it was planned for."""
        return any(
            planned - WEEK <= moment <= planned + timedelta(days=1) for moment in self.evidence.diary.trouble
        )

    def _was_off(self, row: Row, due: datetime | None) -> str:
        day = self.evidence.rules.calendar.today(row.due_at)
        return "it was" if self.book.could_be_asked(due or row.due_at, day) else ""

    def _waited(self, item: Item, row: Row) -> str:
        day = self.evidence.rules.calendar.today(row.due_at)
        return "" if self.book.was_waiting(item.person, day) else "none was"

    def _had_one(self, item: Item, row: Row) -> str:
        day = self.evidence.rules.calendar.today(row.due_at)
        return "" if self.book.had_one(item.person, day) else "there was none"


def reason_of(row: Row, item: Item) -> str:
    """Why somebody was left out; "" when they were asked."""
    return item.reason or (row.reason if row.state in {"skipped", "failed"} else "")
