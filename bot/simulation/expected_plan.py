"""The plan as the accepted events change it, computed without the bot's code, to compare with its own."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.plan.due_dates import Role
from bot.plan.owners import initials_of, is_initials
from bot.plan.statuses import Status
from bot.simulation.event_log import ActionRef, EventKind, UserEvent

DEADLINE_ROLES = (Role.DUE, Role.MILESTONE)


@dataclass(frozen=True)
class ExpectedDate:
    """One deadline. owners: the initials its milestone names; () for every owner of the action.

    is_open: False for a finished milestone. day: None once an undo removed the date.
    """

    day: date | None
    owners: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class AppliedEvent:
    """An accepted event, and the status and dates of the action before it."""

    event: UserEvent
    status: Status
    dates: tuple[ExpectedDate, ...]


@dataclass
class ExpectedAction:
    """lead: initials of the project's manager, "" for none. applied: events not undone, in order.
    has_open_steps: as imported, which no event changes.
    """

    key: ActionRef
    owners: tuple[str, ...]
    lead: str
    status: Status
    dates: tuple[ExpectedDate, ...]
    applied: list[AppliedEvent] = field(default_factory=list)
    has_open_steps: bool = False

    @property
    def asks_when_done(self) -> bool:
        """Whether the bot asks about its open steps where somebody says that it is done."""
        return self.has_open_steps and self.status not in {Status.COMPLETE, Status.VERIFIED}

    def open_dates(self) -> list[tuple[date, int]]:
        """The open deadlines with their indexes in `dates`, earliest first."""
        if not self.status.is_open:
            return []
        return sorted(
            (each.day, index)
            for index, each in enumerate(self.dates)
            if each.day is not None and each.is_open
        )

    def days_for(self, person: str) -> list[date]:
        """The open deadlines of one person, by initials; "" for all."""
        return [
            day
            for day, index in self.open_dates()
            if not person or not self.dates[index].owners or person in self.dates[index].owners
        ]

    @property
    def last_update_at(self) -> datetime | None:
        return self.applied[-1].event.at if self.applied else None

    def apply(self, event: UserEvent) -> None:
        """Apply an accepted event that is no undo."""
        self.applied.append(AppliedEvent(event, self.status, self.dates))
        if event.status:
            self.status = Status(event.status)
        if event.due is not None:
            self._redate(event.due)

    def _redate(self, day: date) -> None:
        """Move the earliest open date to `day`, or add it where none is open."""
        dates = list(self.dates)
        open_dates = self.open_dates()
        if open_dates:
            index = open_dates[0][1]
            dates[index] = replace(dates[index], day=day)
        else:
            dates.append(ExpectedDate(day))
        self.dates = tuple(dates)

    def undo_last(self) -> None:
        """Undo the last event. Dates it added stay as empty ones, so that indexes hold."""
        undone = self.applied.pop()
        added = (ExpectedDate(None),) * (len(self.dates) - len(undone.dates))
        self.status, self.dates = undone.status, undone.dates + added


def lead_initials(manager: str) -> str:
    """The initials of a project's manager; "" for none. manager: as in the plan, initials or a name."""
    name = manager.strip()
    return name if is_initials(name) else initials_of(name)


class ExpectedPlan:
    """Every action by section and ref, with the events applied to it."""

    def __init__(self, draft: PlanDraft, linked: set[str]) -> None:
        """draft: the plan as imported. linked: the initials of everyone with a chat account."""
        everyone = linked | {owner for action in draft.actions for owner in action.owners}
        leads = {
            (project.section, project.number): lead
            for project in draft.projects
            if (lead := lead_initials(project.manager)) in everyone
        }
        self.actions = {
            (each.section, each.ref): _to_expected_action(
                each, leads.get((each.section, each.project or ""), "")
            )
            for each in draft.actions
        }

    def apply(self, event: UserEvent) -> ExpectedAction | None:
        """Apply an event; returns the action it changed, None when it changed none."""
        if not event.is_accepted or event.kind is EventKind.SNOOZE:
            return None
        if event.kind is not EventKind.UNDO:
            action = self.actions[event.key]
            action.apply(event)
            return action
        undone = self.last_updated_by(event.person)
        if undone is not None:
            undone.undo_last()
        return undone

    def last_updated_by(self, person: str) -> ExpectedAction | None:
        """The action of the person's latest event not undone, unless somebody changed it since."""
        updates = [
            (applied.event.at, action)
            for action in self.actions.values()
            for applied in action.applied
            if applied.event.person == person
        ]
        if not updates:
            return None
        _, action = max(updates, key=lambda each: each[0])
        return action if action.applied[-1].event.person == person else None


def _to_expected_action(draft: ActionDraft, lead: str) -> ExpectedAction:
    dates = [
        ExpectedDate(due.date)
        for due in draft.due
        if due.role is not Role.MILESTONE and due.role in DEADLINE_ROLES
    ]
    for step in draft.milestones:
        dates += [
            ExpectedDate(due.date, step.owners, step.status.is_open)
            for due in step.due
            if due.role in DEADLINE_ROLES
        ]
    owners = tuple(dict.fromkeys(draft.owners))
    has_open_steps = any(step.status.is_open for step in draft.milestones)
    return ExpectedAction(
        (draft.section, draft.ref), owners, lead, draft.status, tuple(dates), has_open_steps=has_open_steps
    )
