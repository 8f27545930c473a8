"""A whole plan, ready to be written to a file. Frozen dataclasses: no writer reaches the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.plan.due_dates import DueDate
from bot.plan.rag import Rag
from bot.plan.statuses import Status


@dataclass(frozen=True)
class TrackerLastWord:
    """The last update of an action. text: "" when it came without a sentence. by: initials."""

    text: str
    by: str
    on: date


@dataclass(frozen=True)
class TrackerStep:
    """A milestone. label: its mark in the plan, "" for a bullet."""

    label: str
    title: str
    detail: str
    owners: tuple[str, ...]
    due: tuple[DueDate, ...]
    status: Status


@dataclass(frozen=True)
class TrackerAction:
    """One action. due: its own dates, without those of its steps. next_due: the earliest still open.

    status_text: the plan's own words for its status, "" once it was updated in chat.
    """

    ref: str
    title: str
    detail: str
    project: str
    owners: tuple[str, ...]
    due: tuple[DueDate, ...]
    status: Status
    status_text: str
    steps: tuple[TrackerStep, ...]
    tags: tuple[str, ...]
    delivered_through: tuple[str, ...]
    success_measures: tuple[str, ...]
    priority: str
    category: str
    raised_on: date | None
    closed_on: date | None
    percent: int | None
    extra: Mapping[str, str]
    rag: Rag
    next_due: date | None
    last_word: TrackerLastWord | None


@dataclass(frozen=True)
class TrackerProject:
    """savings, growth: thousands of pounds by year; None is a blank, not zero."""

    number: str
    title: str
    manager: str = ""
    finance_ref: str = ""
    savings: Mapping[str, float | None] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    growth: Mapping[str, float | None] = field(default_factory=dict)
    description: str = ""
    risks: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackerSection:
    """actions: in the plan's own order, those of one project not always together."""

    number: str
    title: str
    projects: tuple[TrackerProject, ...]
    actions: tuple[TrackerAction, ...]


@dataclass(frozen=True)
class TrackerChange:
    """One change. at: in the board's own time, without a timezone."""

    at: datetime
    ref: str
    step: str
    by: str
    where: str
    from_status: str
    to_status: str
    declared: str
    old_due: date | None
    new_due: date | None
    note: str
    reason: str
    evidence: str
    undone: bool
    route_to_green: str = ""
    help_needed: str = ""


@dataclass(frozen=True)
class TrackerRemovedAction:
    """An action that a later version of the plan no longer had. reason: "" while nobody has given one."""

    ref: str
    title: str
    owners: tuple[str, ...]
    status: Status
    removed_on: date
    reason: str
    last_word: str


@dataclass(frozen=True)
class Tracker:
    """as_at: the plan's own date. reference: the day that its written dates are relative to.

    exported_at: in the board's own time, without a timezone. part: "section 2" when it is not the whole plan.
    """

    title: str
    board: str
    as_at: date | None
    reference: date
    exported_at: datetime
    sections: tuple[TrackerSection, ...]
    history: tuple[TrackerChange, ...]
    removed: tuple[TrackerRemovedAction, ...]
    legend: tuple[str, ...]
    part: str = ""

    @property
    def printed_title(self) -> str:
        """The title in the file. A part has another: importing it must not empty the rest of the plan."""
        return f"{self.title} ({self.part} only)" if self.part else self.title

    @property
    def count(self) -> int:
        return sum(len(section.actions) for section in self.sections)
