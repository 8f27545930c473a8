"""The reports of imports for the terminal, from templates/reports. Chat shows the same counts and changes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.importing.analysis import Analysis
from bot.importing.apply_draft import PROJECT, RESTORED, ImportResult
from bot.importing.column_words import kept_headings, list_column_uses
from bot.importing.diff import (
    REDATED,
    RENUMBERED,
    REOWNED,
    RESTATED,
    RETITLED,
    ChangedAction,
    Differences,
    GoneAction,
)
from bot.importing.diff_headings import GONE, NEW, ProjectChange
from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.people_import import PeopleImportResult, PeopleReading
from bot.importing.questions.generate import problems_without_question
from bot.importing.table.problems import Severity
from bot.plan.due_dates import DueDate
from bot.plan.refs import natural_key
from bot.plan.wording import count_noun, format_day, pluralise, shorten
from bot.sentences import sentence
from bot.templating import build_environment
from models.plans import Action

MAX_SHOWN_LENGTH = 90


@dataclass(frozen=True)
class SectionCount:
    number: str
    title: str
    projects: int
    actions: int
    milestones: int


@dataclass(frozen=True)
class ChangeLine:
    kind: str
    ref: str
    before: str
    after: str


@dataclass(frozen=True)
class FileSummary:
    """name: the file's. counts: by what is counted, in order. refused: the sentence, for a file that could
    not be read; it has no counts. taken_for: what each of its columns was taken for.
    """

    name: str
    counts: Mapping[str, int] = field(default_factory=dict)
    refused: str = ""
    taken_for: tuple[str, ...] = ()


def import_report(analysis: Analysis, changes: Sequence[ChangeLine], applied: ImportResult | None) -> str:
    """applied: None for a dry run. changes: listed before applying, since nothing differs afterwards."""
    draft, differences = analysis.draft, analysis.differences
    return _render(
        "import.txt.j2",
        draft=draft,
        differences=differences,
        dry_run=applied is None,
        is_new=analysis.plan is None,
        sections=section_counts(draft),
        statuses=status_counts(draft),
        owners=_owners(draft),
        without_owner=[full_ref(action) for action in draft.actions if not action.owners],
        problems=problems_without_question(draft, analysis.questions),
        questions=analysis.open_questions,
        remembered=analysis.remembered,
        changes=changes,
        overrides=analysis.overrides,
        version=applied.version if applied else 0,
        unlinked=applied.unlinked if applied else (),
        channels=applied.channels if applied else (),
        other_plans=applied.other_plans if applied else (),
    )


def people_report(
    reading: PeopleReading,
    applied: PeopleImportResult,
    linked: Sequence[str],
    note: str,
    unlinked: Sequence[tuple[str, int]],
) -> str:
    """linked: initials linked to an account just now. note: why none could be. unlinked: owners without an
    account, with how many actions they own.
    """
    return _render(
        "people.txt.j2", reading=reading, applied=applied, linked=linked, note=note, unlinked=unlinked
    )


def full_ref(action: ActionDraft) -> str:
    return f"{action.section}/{action.ref}"


def section_counts(draft: PlanDraft) -> list[SectionCount]:
    return [
        SectionCount(
            section.number,
            section.title,
            sum(project.section == section.number for project in draft.projects),
            sum(action.section == section.number for action in draft.actions),
            sum(len(action.milestones) for action in draft.actions if action.section == section.number),
        )
        for section in draft.sections
    ]


def status_counts(draft: PlanDraft) -> list[str]:
    counted = Counter(action.status.words for action in draft.actions)
    return [f"{count} {status}" for status, count in counted.most_common()]


def _owners(draft: PlanDraft) -> list[str]:
    counted = Counter(owner for action in draft.actions for owner in action.owners)
    return [f"{owner} {counted[owner]}" for owner in sorted(counted, key=natural_key)]


def list_changes(differences: Differences) -> list[ChangeLine]:
    """One line for each change. Call it before applying: afterwards nothing differs any more."""
    return [
        *(ChangeLine("new", full_ref(draft), "", draft.title) for _, draft in differences.new),
        *(gone_line(gone) for gone in differences.gone),
        *(ChangeLine(RESTORED, _ref(action), "gone", "kept in the plan") for action in differences.revived),
        *(line for changed in differences.changed for line in change_lines(changed)),
        *map(_project_line, differences.projects),
        *(ChangeLine(each.kind, each.ref, each.before, each.after) for each in differences.headings),
    ]


def _project_line(change: ProjectChange) -> ChangeLine:
    ref = f"{change.section}/{change.number}"
    if change.kind in {NEW, GONE}:
        return ChangeLine(change.kind, ref, "", change.after)
    return ChangeLine(PROJECT, ref, f"{change.kind} {change.before}", change.after)


def gone_line(gone_action: GoneAction) -> ChangeLine:
    why = gone_action.resolution.reason if gone_action.resolution else sentence("importing.no_reason")
    return ChangeLine("gone", _ref(gone_action.action), "", f"{_short(gone_action.action.title)}. {why}")


def _ref(action: Action) -> str:
    return f"{action.section.number}/{action.ref}"


def change_lines(changed: ChangedAction) -> list[ChangeLine]:
    ref = full_ref(changed.draft)
    back = changed.action.gone_at is not None
    lines = [ChangeLine(RESTORED, ref, "gone", "in the plan again")] if back else []
    return [*lines, *(ChangeLine(kind, ref, *_before_and_after(kind, changed)) for kind in changed.kinds)]


def _before_and_after(kind: str, changed: ChangedAction) -> tuple[str, str]:
    before, after = changed.before, changed.after
    if kind == RENUMBERED:
        return changed.old_ref, f"{full_ref(changed.draft)}, {changed.draft.title}"
    if kind == RETITLED:
        return before["title"], after["title"]
    if kind == REOWNED:
        return _join_owners(before["owners"]), _join_owners(after["owners"])
    if kind == REDATED:
        return _join_dates(before), _join_dates(after)
    if kind == RESTATED:
        return before["status"], after["status"]
    return "", _list_reworded_fields(before, after)


def _join_owners(owners: list[str]) -> str:
    return ", ".join(owners) or "no owner"


def _join_dates(fingerprint: dict[str, Any]) -> str:
    texts = [entry[0] for entry in fingerprint["due"]]
    texts += [entry[0] for step in fingerprint["milestone_due"] for entry in step if entry[0] not in texts]
    return "; ".join(texts) or "no date"


def _list_reworded_fields(before: dict[str, Any], after: dict[str, Any]) -> str:
    parts = [part for part in after if before.get(part) != after[part]]
    words = ", ".join(
        part.replace("_", " ") for part in parts if part not in {"title", "owners", "due", "status"}
    )
    return f"changed: {words}"


def summarise_file(name: str, draft: PlanDraft) -> FileSummary:
    """Count what was read. Dates: those with a day. Owners, statuses: actions with at least one. Savings,
    growth: printed amounts. Doubtful: warnings and errors.
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
    kept = kept_headings(draft)
    uses = [*list_column_uses(draft), *([sentence("importing.columns_kept", headings=kept)] if kept else [])]
    return FileSummary(name, counts, taken_for=tuple(uses))


def render_summaries(rows: Sequence[FileSummary]) -> str:
    """A table in Markdown, aligned to read as plain text too, then the sentences of refused files."""
    read = [row for row in rows if row.counts]
    names = ["File", *(read[0].counts if read else ())]
    cells = [[row.name, *map(str, row.counts.values())] for row in read]
    widths = [max(len(line[column]) for line in [names, *cells]) for column in range(len(names))]
    return _render(
        "explain.txt.j2",
        names=names,
        cells=cells,
        widths=widths,
        taken_for=["; ".join(row.taken_for).replace("|", "/") for row in read],
        taken_for_heading=sentence("importing.taken_for_heading"),
        refused=[row for row in rows if row.refused],
    )


def _amounts(years: Iterable[Mapping[str, float | None]]) -> int:
    return sum(amount is not None for each in years for amount in each.values())


def _due_dates(draft: PlanDraft) -> list[DueDate]:
    """Every date once: steps' dates are among the action's own too when they came from its cell."""
    dates: list[DueDate] = []
    for action in draft.actions:
        own = list(action.due)
        of_steps = [due for step in action.milestones for due in step.due if due not in own]
        dates += [*own, *of_steps]
    return dates


def _render(template: str, **facts: object) -> str:
    filters = {"count_of": count_noun, "day": format_day, "plural": pluralise, "short": _short}
    environment = build_environment("reports", autoescape=False, filters=filters)
    return environment.get_template(template).render(**facts)


def _short(text: str) -> str:
    return shorten(text, MAX_SHOWN_LENGTH)
