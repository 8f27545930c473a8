"""Whether somebody was rightly asked, or left out for a reason that holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.prompts import daily_prompt
from bot.services.scheduling.quiet_hours import TOO_LATE
from bot.simulation.evidence import Evidence, Item, Row
from bot.simulation.plan_kept import ActionKept
from bot.simulation.prompt_book import ANSWERED, WEEK, Book

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
