"""The plan as people's accepted acts make it, kept apart from the bot's own database to compare with it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.plan.due_dates import Role
from bot.plan.owners import initials_of, is_initials
from bot.plan.statuses import Status
from bot.simulation.event_log import Act, Key, Kind

COUNTED = (Role.DUE, Role.MILESTONE)


@dataclass(frozen=True)
class DateKept:
    """One date that can be missed. owners: whom its milestone names, nobody when it is everybody's.

    is_open: False for the date of a finished milestone.
    """

    day: date | None
    owners: tuple[str, ...] = ()
    is_open: bool = True


@dataclass(frozen=True)
class Word:
    """One accepted act, and how things stood before it."""

    act: Act
    status: Status
    dates: tuple[DateKept, ...]


@dataclass
class ActionKept:
    key: Key
    owners: tuple[str, ...]
    lead: str
    status: Status
    dates: tuple[DateKept, ...]
    words: list[Word] = field(default_factory=list)

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
    def last_word_at(self) -> datetime | None:
        return self.words[-1].act.at if self.words else None

    def take(self, act: Act) -> None:
        """Apply an accepted act that is no undo."""
        self.words.append(Word(act, self.status, self.dates))
        if act.status:
            self.status = Status(act.status)
        if act.due is not None:
            self._redate(act.due)

    def _redate(self, day: date) -> None:
        """The earliest open date moves; an action without one gets one."""
        dates = list(self.dates)
        ahead = self.open_dates()
        if ahead:
            place = ahead[0][1]
            dates[place] = replace(dates[place], day=day)
        else:
            dates.append(DateKept(day))
        self.dates = tuple(dates)

    def take_back(self) -> None:
        """Undo the last word."""
        word = self.words.pop()
        added = (DateKept(None),) * (len(self.dates) - len(word.dates))
        self.status, self.dates = word.status, word.dates + added


def lead_named(manager: str) -> str:
    """The initials of a project's manager, who may be printed by them or by name; "" for nobody."""
    name = manager.strip()
    return name if is_initials(name) else initials_of(name)


class PlanKept:
    """Every action by section and ref, and who said what last."""

    def __init__(self, draft: PlanDraft, known: set[str]) -> None:
        """known: the initials of everyone with a chat account."""
        everyone = known | {owner for action in draft.actions for owner in action.owners}
        leads = {
            (project.section, project.number): lead
            for project in draft.projects
            if (lead := lead_named(project.manager)) in everyone
        }
        self.actions = {
            (each.section, each.ref): _kept(each, leads.get((each.section, each.project or ""), ""))
            for each in draft.actions
        }

    def take(self, act: Act) -> ActionKept | None:
        """Apply an act; returns the action it changed, None when it changed none."""
        if not act.accepted or act.kind is Kind.LATER:
            return None
        if act.kind is not Kind.UNDO:
            action = self.actions[act.key]
            action.take(act)
            return action
        undone = self.latest_of(act.who)
        if undone is not None:
            undone.take_back()
        return undone

    def latest_of(self, who: str) -> ActionKept | None:
        """The action somebody's latest standing word is about, if nothing newer was said of it."""
        said = [
            (word.act.at, action)
            for action in self.actions.values()
            for word in action.words
            if word.act.who == who
        ]
        if not said:
            return None
        _, action = max(said, key=lambda each: each[0])
        return action if action.words[-1].act.who == who else None


def _kept(draft: ActionDraft, lead: str) -> ActionKept:
    dates = [
        DateKept(due.date) for due in draft.due if due.role is not Role.MILESTONE and due.role in COUNTED
    ]
    for step in draft.milestones:
        dates += [
            DateKept(due.date, step.owners, step.status.is_open) for due in step.due if due.role in COUNTED
        ]
    owners = tuple(dict.fromkeys(draft.owners))
    return ActionKept((draft.section, draft.ref), owners, lead, draft.status, tuple(dates))
