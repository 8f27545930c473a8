"""The plan as people's accepted acts make it, kept apart from the bot's own database to compare with it."""

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
    """One date that can be missed. owners: whom its milestone names, nobody when it is everybody's.

    is_open: False for the date of a finished milestone.
    """

    day: date | None
    owners: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class AppliedEvent:
    """One accepted act, and how things stood before it."""

    event: UserEvent
    status: Status
    dates: tuple[ExpectedDate, ...]


@dataclass
class ExpectedAction:
    key: ActionRef
    owners: tuple[str, ...]
    lead: str
    status: Status
    dates: tuple[ExpectedDate, ...]
    applied: list[AppliedEvent] = field(default_factory=list)

    def open_dates(self) -> list[tuple[date, int]]:
        """Days that can still be missed, with their places, earliest first."""
        if not self.status.is_open:
            return []
        found = [
            (each.day, place)
            for place, each in enumerate(self.dates)
            if each.day is not None and each.is_open
        ]
        return sorted(found)

    def days_for(self, person: str) -> list[date]:
        """Those this person answers for; "" is everybody's."""
        return [
            day
            for day, place in self.open_dates()
            if not person or not self.dates[place].owners or person in self.dates[place].owners
        ]

    @property
    def last_update_at(self) -> datetime | None:
        return self.applied[-1].event.at if self.applied else None

    def apply(self, event: UserEvent) -> None:
        """Apply an accepted act that is no undo."""
        self.applied.append(AppliedEvent(event, self.status, self.dates))
        if event.status:
            self.status = Status(event.status)
        if event.due is not None:
            self._redate(event.due)

    def _redate(self, day: date) -> None:
        """The earliest open date moves; an action without one gets one."""
        dates = list(self.dates)
        open_dates = self.open_dates()
        if open_dates:
            index = open_dates[0][1]
            dates[index] = replace(dates[index], day=day)
        else:
            dates.append(ExpectedDate(day))
        self.dates = tuple(dates)

    def undo_last(self) -> None:
        """Undo the last word."""
        undone = self.applied.pop()
        added = (ExpectedDate(None),) * (len(self.dates) - len(undone.dates))
        self.status, self.dates = undone.status, undone.dates + added


def lead_initials(manager: str) -> str:
    """The initials of a project's manager, who may be printed by them or by name; "" for nobody."""
    name = manager.strip()
    return name if is_initials(name) else initials_of(name)


class ExpectedPlan:
    """Every action by section and ref, and who said what last."""

    def __init__(self, draft: PlanDraft, linked: set[str]) -> None:
        """linked: the initials of everyone with a chat account."""
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
        """Apply an act; returns the action it changed, None when it changed none."""
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
        """The action somebody's latest standing word is about, if nothing newer was said of it."""
        updates = [
            (word.event.at, action)
            for action in self.actions.values()
            for word in action.applied
            if word.event.person == person
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
    return ExpectedAction((draft.section, draft.ref), owners, lead, draft.status, tuple(dates))
