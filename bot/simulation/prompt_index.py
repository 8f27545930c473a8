"""The prompts in the outbox by person and by action, and when each person could have been prompted."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.sentences import sentence
from bot.services.leases import LEASE
from bot.services.outbox.outbox import MAX_BACKOFF
from bot.services.prompts import daily_prompt
from bot.services.scheduling.quiet_hours import MISSED_DAY
from bot.simulation.event_log import ActionRef
from bot.simulation.expected_plan import ExpectedAction
from bot.simulation.observations import DeliveryRow, Evidence, PromptItemRow

WEEK = timedelta(days=7)
# How the reasons begin that the bot records for a prompt it skipped.
ANSWERED_REASON = "answered or finished"
BUDGET_REASON = "already sent "
CLOSED_REASON = "nothing of it is open"
UNLINKED_REASON = "no chat account is linked"
# And what is in the one that begins with initials.
RECENT_UPDATE_REASON = " spoke "


class PromptIndex:
    """The prompts of the outbox, and the opportunities to send one. Moments are aware, days the board's."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._calendar = evidence, evidence.rules.calendar
        # Those that went out before their day are in `items` only: they take no day's place.
        self.rows: dict[str, list[DeliveryRow]] = defaultdict(list)
        self.items: dict[ActionRef, list[tuple[DeliveryRow, PromptItemRow]]] = defaultdict(list)
        for row in evidence.rows:
            if row.kind == "prompt":
                if not row.is_early:
                    self.rows[row.person].append(row)
                for item in row.items:
                    self.items[item.key].append((row, item))
        self._prompting_times = list(filter(self._calendar.is_time_to_ask, evidence.event_log.settled_at))
        self._opportunities: dict[str, list[datetime]] = {}

    def first_opportunity(self, person: str, since: datetime) -> datetime | None:
        """The first moment from `since` on at which the person could have been prompted; None for none."""
        if person not in self._opportunities:
            self._opportunities[person] = self._find_opportunities(person)
        opportunities = self._opportunities[person]
        index = bisect_left(opportunities, since)
        return opportunities[index] if index < len(opportunities) else None

    def could_be_asked(self, since: datetime, day: date) -> bool:
        """Whether a bot ran on that day, from `since` on, at a time when prompts may be sent."""
        until = self._calendar.at(day + timedelta(days=1), time(0))
        first = max(since, self._calendar.at(day, time(0)))
        return bisect_left(self._prompting_times, first) < bisect_left(self._prompting_times, until)

    def _find_opportunities(self, person: str) -> list[datetime]:
        """All but those after the first prompt of a day, or while a prompt was being delivered."""
        today = self._calendar.today
        sent = [row for row in self.rows[person] if not row.reason.startswith(daily_prompt.POSTPONED_REASONS)]
        first = {today(row.due_at): row.due_at for row in reversed(sent)}
        deliveries = [(row.due_at, outcome_known_by(row)) for row in sent]
        return [
            moment
            for moment in self._prompting_times
            if moment <= first.get(today(moment), moment)
            and not any(begun < moment <= ended for begun, ended in deliveries)
        ]

    def was_waiting(self, person: str, day: date) -> bool:
        """Whether a prompt of an earlier day was being delivered to the person until that day, or the time at
        which prompts may be sent on it, was over.
        """
        quiet = self._calendar.at(day, self._calendar.quiet_from)
        midnight = self._calendar.at(day + timedelta(days=1), time(0))
        end = (quiet if quiet > self._calendar.prompt_moment(day) else midnight) - LEASE
        return any(
            self._calendar.today(row.due_at) < day and outcome_known_by(row) >= end
            for row in self.rows[person]
        )

    def had_prompt(self, person: str, day: date) -> bool:
        return any(
            self._calendar.today(row.due_at) == day for row in self.rows[person] if row.state == "sent"
        )

    def in_week(self, person: str, until: datetime) -> list[DeliveryRow]:
        """Rows of the seven days that end with the day of `until`, before it, that take room in the week. One
        that was given up takes none: while its outcome was not known, nothing was decided.
        """
        today = self._calendar.today
        first = today(until) - WEEK
        return [
            row
            for row in self.rows[person]
            if first < today(row.due_at) and row.due_at < until and row.state not in {"skipped", "failed"}
        ]

    def check_unknown_actions(self) -> Iterator[str]:
        """Items about actions the plan does not have, a sentence each."""
        in_plan = {(each.section, each.ref) for each in self._evidence.draft.actions}
        for key in set(self.items) - in_plan:
            yield sentence("simulation.prompt_of_unknown_action", action=key)


def outcome_known_by(row: DeliveryRow) -> datetime:
    """When the outcome was known, at the latest: a killed process keeps its claim for a lease. Behind what
    was refused, people are looked at no more often than what fails otherwise is tried.
    """
    return row.last_tried_at + (LEASE + MAX_BACKOFF if row.was_refused else LEASE)


@dataclass(frozen=True)
class ReasonChecker:
    """Checks the reasons for skipping prompts about one action, as it was at that moment."""

    evidence: Evidence
    index: PromptIndex
    action: ExpectedAction

    def find_objection(self, row: DeliveryRow, item: PromptItemRow, due: datetime | None) -> str:
        """Why the reason for skipping a prompt is not valid; "" when it is. due: when the prompt was due."""
        reason = reason_of(row, item)
        checks: dict[str, Callable[[], str]] = {
            CLOSED_REASON: lambda: "" if not self.action.status.is_open else "it is open",
            UNLINKED_REASON: lambda: "" if item.person not in self.evidence.user_ids else "one is",
            BUDGET_REASON: lambda: self._check_budget(item, row),
            ANSWERED_REASON: lambda: "" if self._was_answered(item, row) else "it was not",
            MISSED_DAY: lambda: "" if self._had_fault(row.due_at) else "nothing stood in the way",
            daily_prompt.NOT_RUNNING: lambda: self._check_off(row, due),
            daily_prompt.EARLIER_PENDING: lambda: self._check_waiting(item, row),
            daily_prompt.ALREADY_PROMPTED: lambda: self._check_had_prompt(item, row),
        }
        if RECENT_UPDATE_REASON in reason:
            return "" if self.should_be_skipped(item, row.due_at) else "nobody had"
        return next(
            (check() for start, check in checks.items() if reason.startswith(start)), "no rule says so"
        )

    def should_be_skipped(self, item: PromptItemRow, now: datetime) -> bool:
        """Whether the action has a recent update and is not late."""
        last_update, dates = self.action.last_update_at, self.action.open_dates()
        if item.as_lead or last_update is None:
            return False
        rules = self.evidence.rules
        late = bool(dates) and dates[0][0] < rules.calendar.today(now)
        return not late and now - last_update < timedelta(days=rules.recent_days)

    def _check_budget(self, item: PromptItemRow, row: DeliveryRow) -> str:
        sent = len(self.index.in_week(item.person, row.due_at))
        return "" if sent >= self.evidence.rules.budget else f"only {sent} were"

    def _was_answered(self, item: PromptItemRow, row: DeliveryRow) -> bool:
        """Whether the action was updated after the prompt was planned."""
        return any(
            event.is_accepted and event.at >= row.due_at and event.key in {item.key, ("", "")}
            for event in self.evidence.event_log.events
        )

    def _had_fault(self, planned_at: datetime) -> bool:
        """A fault or an outage shortly before, or on, the day it was planned for."""
        return any(
            planned_at - WEEK <= moment <= planned_at + timedelta(days=1)
            for moment in self.evidence.event_log.fault_times
        )

    def _check_off(self, row: DeliveryRow, due: datetime | None) -> str:
        day = self.evidence.rules.calendar.today(row.due_at)
        return "it was" if self.index.could_be_asked(due or row.due_at, day) else ""

    def _check_waiting(self, item: PromptItemRow, row: DeliveryRow) -> str:
        day = self.evidence.rules.calendar.today(row.due_at)
        return "" if self.index.was_waiting(item.person, day) else "none was"

    def _check_had_prompt(self, item: PromptItemRow, row: DeliveryRow) -> str:
        day = self.evidence.rules.calendar.today(row.due_at)
        return "" if self.index.had_prompt(item.person, day) else "there was none"


def reason_of(row: DeliveryRow, item: PromptItemRow) -> str:
    """Why the prompt was skipped; "" when it was sent."""
    return item.reason or (row.reason if row.state in {"skipped", "failed"} else "")
