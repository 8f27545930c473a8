"""Every prompt the rules call for was sent on time or skipped for a valid reason, and no other was sent.

The rules are those of docs/decisions/0004, applied a second time here, without the code of the bot.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.plan.calendar import next_repeat, next_scheduled_prompt
from bot.sentences import sentence
from bot.services.prompts import daily_prompt
from bot.services.scheduling.quiet_hours import MISSED_DAY
from bot.simulation.event_log import ActionRef, EventKind, UserEvent
from bot.simulation.expected_plan import ExpectedAction, ExpectedPlan
from bot.simulation.observations import DeliveryRow, Evidence, PromptItemRow
from bot.simulation.prompt_index import (
    BUDGET_REASON,
    CLOSED_REASON,
    RECENT_UPDATE_REASON,
    WEEK,
    PromptIndex,
    ReasonChecker,
    reason_of,
)

LEAD_PROMPT_DAYS = (-7,)


@dataclass
class NextPrompt:
    """When one person is next prompted about one action, as its owner or as its lead. due_at: None for never.

    asked_at: when they were last to be asked. excused_days: the days for which the outbox has a reason why
    they were not. missed_at: when the last prompt was due, if it was given up after its day; until then it
    was on its way.
    """

    person: str
    as_lead: bool
    due_at: datetime | None
    asked_at: datetime | None = None
    excused_days: set[date] = field(default_factory=set)
    missed_at: datetime | None = None


def check_prompts(evidence: Evidence) -> Iterator[str]:
    """Each difference as a sentence."""
    index = PromptIndex(evidence)
    plan = ExpectedPlan(evidence.draft, set(evidence.user_ids))
    events_by_action = _events_by_action(evidence)
    for key, action in plan.actions.items():
        yield from _ActionReplay(evidence, index, action).replay(events_by_action[key])
    yield from index.check_unknown_actions()
    yield from _check_empty_prompts(evidence)


def _events_by_action(evidence: Evidence) -> dict[ActionRef, list[UserEvent]]:
    """Accepted events by the action they changed; an undo counts for the action whose change it reversed."""
    plan = ExpectedPlan(evidence.draft, set(evidence.user_ids))
    events: dict[ActionRef, list[UserEvent]] = defaultdict(list)
    for event in evidence.event_log.events:
        if not event.is_accepted:
            continue
        changed = plan.apply(event)
        key = changed.key if changed is not None else event.key
        events[key].append(event)
    return events


def _check_empty_prompts(evidence: Evidence) -> Iterator[str]:
    """A prompt has items."""
    for row in evidence.rows:
        if row.kind == "prompt" and not row.items:
            yield sentence("simulation.prompt_empty", row=row.key)


class _ActionReplay:
    """Replays what happened to one action, in order, with the next prompt of each person it concerns."""

    def __init__(self, evidence: Evidence, index: PromptIndex, action: ExpectedAction) -> None:
        self._evidence, self._index, self._action = evidence, index, action
        self._calendar, self._rules = evidence.rules.calendar, evidence.rules
        self._reason_checker = ReasonChecker(evidence, index, action)
        self._start = start = evidence.event_log.started_at
        self._next_prompts = {(name, False): NextPrompt(name, False, None) for name in action.owners}
        if action.lead and action.lead not in action.owners:
            self._next_prompts[action.lead, True] = NextPrompt(action.lead, True, None)
        for upcoming in self._next_prompts.values():
            upcoming.due_at = self._catch_up_at(upcoming, start) or self._next_prompt_at(upcoming, start)
        self._schedule_lead_catch_up(start)

    def replay(self, user_events: list[UserEvent]) -> Iterator[str]:
        """The differences. user_events: those of this action. Items come before events of the same moment:
        whatever is due is recorded before anyone acts.
        """
        events: list[tuple[datetime, int, UserEvent | tuple[DeliveryRow, PromptItemRow]]] = [
            *((row.due_at, 0, (row, item)) for row, item in self._index.items[self._action.key]),
            *((each.at, 1, each) for each in user_events),
        ]
        for at, _, event in sorted(events, key=lambda each: each[:2]):
            if isinstance(event, UserEvent):
                yield from self._check_missed(at)
                self._apply(event)
            else:
                yield from self._check_item(*event)
        yield from self._check_missed(self._evidence.event_log.ended_at)

    # The rules

    def _next_reminder_at(self, upcoming: NextPrompt, after: datetime) -> datetime | None:
        """The next moment in the prompt schedule; for a lead, seven days after the date."""
        days = self._action.days_for("" if upcoming.as_lead else upcoming.person)
        prompt_days = LEAD_PROMPT_DAYS if upcoming.as_lead else self._rules.prompt_days
        scheduled = next_scheduled_prompt(days, prompt_days, self._calendar, after=after)
        return scheduled.at if scheduled else None

    def _next_prompt_at(
        self, upcoming: NextPrompt, after: datetime, since: datetime | None = None
    ) -> datetime | None:
        """The next reminder; an owner is also asked once nothing was said for as long as the rules have it.
        since: of when that counts, None for the last word or question.
        """
        reminder = self._next_reminder_at(upcoming, after)
        if upcoming.as_lead or not self._action.status.is_open:
            return reminder
        heard = (self._start, self._action.last_update_at, upcoming.asked_at)
        since = since or max(moment for moment in heard if moment is not None)
        days = self._action.days_for(upcoming.person)
        repeat = next_repeat(days, self._rules.repeat, self._calendar, since=since, after=after)
        return min(repeat, reminder) if reminder else repeat

    def _catch_up_at(self, upcoming: NextPrompt, start: datetime) -> datetime | None:
        """An action whose dates had all passed when the plan was imported is asked about at once."""
        if upcoming.as_lead or self._next_reminder_at(upcoming, start) is not None:
            return None
        late = any(day < self._calendar.today(start) for day in self._action.days_for(upcoming.person))
        return self._calendar.next_prompt_moment(start) if late else None

    def _is_over_a_week_late(self, at: datetime) -> bool:
        """More than a week after its date, its lead is still notified, whatever is recorded in between."""
        dates = self._action.open_dates()
        return bool(dates) and dates[0][0] < self._calendar.today(at) - WEEK

    def _schedule_lead_catch_up(self, start: datetime) -> None:
        if self._is_over_a_week_late(start):
            for upcoming in self._next_prompts.values():
                if upcoming.as_lead:
                    upcoming.due_at = self._calendar.next_prompt_moment(start + WEEK)

    def _apply(self, event: UserEvent) -> None:
        """Update the action and the next prompts for an event."""
        if event.kind is EventKind.SNOOZE:
            self._next_prompts[event.person, False].due_at = self._calendar.next_prompt_moment(event.at)
            return
        if event.kind is EventKind.UNDO:
            self._action.undo_last()
        else:
            self._action.apply(event)
        for upcoming in self._next_prompts.values():
            previous = upcoming.due_at
            upcoming.due_at = self._next_prompt_at(upcoming, event.at)
            if upcoming.as_lead and previous is not None and self._is_over_a_week_late(event.at):
                upcoming.due_at = min(previous, self._calendar.next_prompt_moment(event.at + WEEK))

    # The comparison

    def _check_missed(self, until: datetime) -> Iterator[str]:
        """The prompts that could have been sent before `until`, and were not."""
        for upcoming in self._next_prompts.values():
            opportunity = self._first_opportunity(upcoming)
            if opportunity is not None and opportunity < until:
                yield sentence("simulation.prompt_missing", prompt=upcoming, action=self._action.key)
                upcoming.due_at = None

    def _first_opportunity(self, upcoming: NextPrompt) -> datetime | None:
        return (
            None
            if upcoming.due_at is None
            else self._index.first_opportunity(upcoming.person, upcoming.due_at)
        )

    def _check_item(self, row: DeliveryRow, item: PromptItemRow) -> Iterator[str]:
        upcoming = self._next_prompts.get((item.person, item.as_lead))
        if upcoming is None:
            yield sentence("simulation.prompt_to_wrong_person", person=item.person, action=item.key)
            return
        if self._evidence.was_sent_by_wrong_clock(row):
            self._advance_after_wrong_clock(row, item, upcoming)
            return
        reason = reason_of(row, item)
        is_early = upcoming.due_at is None or upcoming.due_at > row.due_at
        if is_early and upcoming.missed_at is not None and reason.startswith(daily_prompt.EARLIER_PENDING):
            yield from self._check_reason(row, item, upcoming)
            return
        if is_early:
            yield sentence("simulation.prompt_early", prompt=upcoming, action=self._action.key, at=row.due_at)
        elif not reason.startswith(daily_prompt.POSTPONED_REASONS):
            yield from self._check_lateness(upcoming, row.due_at)
        yield from self._check_reason(row, item, upcoming)
        self._advance(row, item, upcoming)

    def _check_lateness(self, upcoming: NextPrompt, at: datetime) -> Iterator[str]:
        """At the first opportunity, and on its day; without one that day, the outbox has the reason."""
        opportunity, today = self._first_opportunity(upcoming), self._calendar.today
        if upcoming.due_at is None:
            return
        action = self._action.key
        if opportunity is not None and opportunity < at:
            yield sentence("simulation.prompt_late", prompt=upcoming, action=action, at=at)
        elif today(upcoming.due_at) < today(at) and today(upcoming.due_at) not in upcoming.excused_days:
            yield sentence("simulation.prompt_late_without_reason", prompt=upcoming, action=action, at=at)

    def _check_reason(self, row: DeliveryRow, item: PromptItemRow, upcoming: NextPrompt) -> Iterator[str]:
        """Sent for a valid reason, or skipped for one."""
        action, reason = self._action.key, reason_of(row, item)
        if reason:
            objection = self._reason_checker.find_objection(row, item, upcoming.due_at)
            if objection:
                yield sentence(
                    "simulation.prompt_skipped",
                    prompt=upcoming,
                    action=action,
                    at=row.due_at,
                    reason=reason,
                    objection=objection,
                )
        elif self._reason_checker.should_be_skipped(item, row.due_at) or not self._action.status.is_open:
            yield sentence("simulation.prompt_not_skipped", prompt=upcoming, action=action, at=row.due_at)

    def _advance_after_wrong_clock(self, row: DeliveryRow, item: PromptItemRow, upcoming: NextPrompt) -> None:
        """What was to be asked that day was asked; the rest is asked at its own time."""
        today = self._calendar.today
        if item.reason or upcoming.due_at is None or today(upcoming.due_at) > today(row.due_at):
            return
        after = max(row.due_at, upcoming.due_at)
        upcoming.asked_at = row.due_at
        upcoming.due_at = None if upcoming.as_lead else self._next_prompt_at(upcoming, after)
        upcoming.missed_at = None

    def _advance(self, row: DeliveryRow, item: PromptItemRow, upcoming: NextPrompt) -> None:
        """Set when the person is prompted next."""
        reason = reason_of(row, item)
        if not item.reason and not upcoming.as_lead:
            upcoming.asked_at = row.due_at
        if reason.startswith(daily_prompt.POSTPONED_REASONS):
            upcoming.excused_days.add(self._calendar.today(row.due_at))
        elif reason.startswith(MISSED_DAY):
            earliest = max(self._calendar.midnight_after(row.due_at), row.last_tried_at)
            upcoming.due_at, upcoming.missed_at = self._calendar.next_time_to_ask(earliest), row.due_at
            return
        elif reason.startswith(BUDGET_REASON):
            upcoming.due_at = self._after_budget_frees(item.person, row.due_at)
        elif upcoming.as_lead:
            upcoming.due_at = None
        else:
            is_left_out = reason.startswith(CLOSED_REASON) or RECENT_UPDATE_REASON in reason
            since = None if is_left_out else row.due_at
            upcoming.due_at = self._next_prompt_at(upcoming, row.due_at, since)
        upcoming.missed_at = None

    def _after_budget_frees(self, person: str, now: datetime) -> datetime:
        recent = self._index.in_week(person, now)
        oldest: date = self._calendar.today(recent[-self._rules.budget :][0].due_at if recent else now)
        return self._calendar.next_prompt_moment(self._calendar.at(oldest + WEEK, time(0)))
