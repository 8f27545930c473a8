"""What a file yields as a plan, counted: one row for each file, as a table for the terminal or for a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.importing.drafting.drafts import PlanDraft
from bot.importing.report import report_of
from bot.importing.table.problems import Severity
from bot.plan.dates import DueDate


@dataclass(frozen=True)
class Explained:
    """name: the file's. counts: by what is counted, in order; empty when the file was refused, and why."""

    name: str
    counts: Mapping[str, int] = field(default_factory=dict)
    refused: str = ""


def explain(name: str, draft: PlanDraft) -> Explained:
    """Count what was read. Dates: those of a day that somebody can be reminded of. Owners, statuses: actions
    with at least one. Savings, growth: amounts printed. Doubtful: what somebody should look at.
    """
    dates = _due_dates(draft)
    severities = [problem.severity for problem in draft.problems]
    counts = {
        "Projects": len(draft.projects),
        "Actions": len(draft.actions),
        "Milestones": sum(len(action.milestones) for action in draft.actions),
        "Dates": sum(due.date is not None for due in dates),
        "Owners": sum(bool(action.owners) for action in draft.actions),
        "Statuses": sum(bool(action.status_text) for action in draft.actions),
        "Savings": _amounts(project.savings for project in draft.projects),
        "Growth": _amounts(project.growth for project in draft.projects),
        "Measures": sum(len(project.measures) for project in draft.projects)
        + sum(len(action.success_measures) for action in draft.actions),
        "Doubtful": sum(severity is not Severity.INFO for severity in severities),
        "Noted": severities.count(Severity.INFO),
    }
    return Explained(name, counts)


def explained_table(rows: Sequence[Explained]) -> str:
    """The rows as a table that reads as plain text and as Markdown, then the sentences of refused files."""
    read = [row for row in rows if row.counts]
    names = ["File", *(read[0].counts if read else ())]
    cells = [[row.name, *map(str, row.counts.values())] for row in read]
    widths = [max(len(line[place]) for line in [names, *cells]) for place in range(len(names))]
    return report_of(
        "explain.txt.j2",
        names=names,
        cells=cells,
        widths=widths,
        refused=[row for row in rows if row.refused],
    )


def _amounts(years: Iterable[Mapping[str, float | None]]) -> int:
    return sum(amount is not None for each in years for amount in each.values())


def _due_dates(draft: PlanDraft) -> list[DueDate]:
    """Every date once: those of steps stand with the action too when they came from its cell."""
    found: list[DueDate] = []
    for action in draft.actions:
        own = list(action.due)
        written = [due for step in action.milestones for due in step.due if due not in own]
        found += [*own, *written]
    return found
