"""A plan as read from a document, before anyone has agreed to it. Nothing here touches the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.importing.table.problems import Diagnostic
from bot.plan.due_dates import DueDate
from bot.plan.rag import Colour
from bot.plan.statuses import Status


@dataclass(frozen=True)
class SectionDraft:
    """number: "1"; title: "MTFS savings and growth", or "" where the document gives none."""

    number: str
    title: str


@dataclass(frozen=True)
class ProjectDraft:
    """A project or priority.

    savings, growth: thousands of pounds as printed, by year; None is a blank, not zero. Growth is money put
    in, never a saving.
    """

    section: str
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
class MilestoneDraft:
    """A step of an action. label: its mark ("1.2.1", "a)"), "" for a bullet. title: without the label.

    detail: the sub-bullets below it. owners: initials of its own, if the document gives each step its own.
    """

    label: str
    title: str
    detail: str = ""
    owners: tuple[str, ...] = ()
    due: tuple[DueDate, ...] = ()
    status: Status = Status.NOT_STARTED

    @property
    def printed(self) -> str:
        """The step as printed, with its label and without a mere bullet."""
        return f"{self.label} {self.title}".strip()


@dataclass(frozen=True)
class ActionDraft:
    """One action.

    project: the number of its project in the same section, None when it belongs to none.
    due: every date of its "By when" cell in printed order; those placed on a step have role milestone.
    status_text: the status as printed. detail: words of the action's cell that are neither title, step
    nor tag. where: the row it was read from.
    declared: the colour the document gives it. raised_on, closed_on: when it was raised and closed.
    percent: how much of it is done. extra: the text of columns that have no field, by their headings.
    first_day: the earlier day that its document names beside the one that counts.
    """

    section: str
    project: str | None
    ref: str
    title: str
    owners: tuple[str, ...] = ()
    due: tuple[DueDate, ...] = ()
    status: Status = Status.NOT_STARTED
    status_text: str = ""
    milestones: tuple[MilestoneDraft, ...] = ()
    tags: tuple[str, ...] = ()
    delivered_through: tuple[str, ...] = ()
    success_measures: tuple[str, ...] = ()
    where: str = ""
    detail: str = ""
    declared: Colour | None = None
    priority: str = ""
    category: str = ""
    raised_on: date | None = None
    closed_on: date | None = None
    percent: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    first_day: date | None = None


@dataclass(frozen=True)
class ColumnUse:
    """What a column was taken for. heading: its words. column: the field, "" where the column is kept as an
    extra. is_guess: its heading does not say so. samples: the first few different cells.
    """

    heading: str
    column: str
    is_guess: bool = False
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanDraft:
    """as_at: the plan's own date, None when it is printed nowhere and was not given."""

    title: str
    as_at: date | None
    sections: tuple[SectionDraft, ...]
    projects: tuple[ProjectDraft, ...]
    actions: tuple[ActionDraft, ...]
    problems: tuple[Diagnostic, ...]
    columns: tuple[ColumnUse, ...] = ()
