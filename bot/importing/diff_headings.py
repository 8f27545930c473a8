"""What a newer version of a plan changes above its actions: date, titles of sections, projects."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.importing.drafting.draft import PlanDraft, ProjectDraft
from bot.plan.wording import format_day
from models.plans import Plan, Project, Section

NEW, GONE = "new project", "project gone"
SECTION_TITLE, AS_AT = "section title", "as at"


@dataclass(frozen=True)
class ProjectChange:
    """kind: NEW, GONE, or what changes: "savings 2022/23", "growth 2021/22", "manager" and so on. before,
    after: as people read them; of a project that is new or gone, after is its title.
    """

    section: str
    number: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class HeadingChange:
    """kind: SECTION_TITLE or AS_AT. ref, before, after: in words."""

    kind: str
    ref: str
    before: str
    after: str


def compare_headings(plan: Plan, sections: Sequence[Section], draft: PlanDraft) -> Iterator[HeadingChange]:
    """What the document leaves blank stays as it is. New sections are no change here: their actions are."""
    ours = {section.number: section.title for section in sections}
    for theirs in draft.sections:
        mine = ours.get(theirs.number)
        if mine is not None and theirs.title and mine != theirs.title:
            yield HeadingChange(SECTION_TITLE, f"section {theirs.number}", mine or "none", theirs.title)
    if draft.as_at is not None and draft.as_at != plan.as_at:
        before = format_day(plan.as_at) if plan.as_at else "none"
        yield HeadingChange(AS_AT, "the plan", before, format_day(draft.as_at))


def compare_projects(
    projects: Sequence[Project], draft: PlanDraft, retained_ids: Collection[int | None]
) -> tuple[ProjectChange, ...]:
    """projects: every one the plan ever had. retained_ids: of those that stay though the document lacks them,
    because one of their actions stays. A blank amount is "blank", never 0.
    """
    ours = {(project.section.number, project.number): project for project in projects}
    wanted = {(theirs.section, theirs.number) for theirs in draft.projects}
    changes = [change for theirs in draft.projects for change in _project_changes(ours, theirs)]
    gone = [
        ProjectChange(section, number, GONE, "", mine.title)
        for (section, number), mine in ours.items()
        if mine.gone_at is None and (section, number) not in wanted and mine.id not in retained_ids
    ]
    return (*changes, *gone)


def _project_changes(
    ours: Mapping[tuple[str, str], Project], theirs: ProjectDraft
) -> Iterator[ProjectChange]:
    mine = ours.get((theirs.section, theirs.number))
    if mine is None or mine.gone_at is not None:
        yield ProjectChange(theirs.section, theirs.number, NEW, "", theirs.title)
        return
    for kind, before, after in _field_changes(mine, theirs):
        yield ProjectChange(theirs.section, theirs.number, kind, before, after)


def _field_changes(mine: Project, theirs: ProjectDraft) -> Iterator[tuple[str, str, str]]:
    for kind, before, after in (
        ("title", mine.title, theirs.title),
        ("manager", mine.manager, theirs.manager),
        ("finance reference", mine.finance_ref, theirs.finance_ref),
        ("description", mine.description, theirs.description),
        ("measures", "; ".join(mine.measures), "; ".join(theirs.measures)),
        ("risks", "; ".join(mine.risks), "; ".join(theirs.risks)),
    ):
        if before != after:
            yield kind, before or "none", after or "none"
    yield from _amount_changes("savings", mine.savings, theirs.savings)
    yield from _amount_changes("growth", mine.growth, theirs.growth)


def _amount_changes(
    kind: str, before: Mapping[str, float | None], after: Mapping[str, float | None]
) -> Iterator[tuple[str, str, str]]:
    for year in sorted({*before, *after}):
        if before.get(year) != after.get(year):
            yield f"{kind} {year}", _format_amount(before.get(year)), _format_amount(after.get(year))


def _format_amount(amount: float | None) -> str:
    return "blank" if amount is None else f"{amount:,.15g} thousand"
