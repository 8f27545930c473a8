"""What a newer version of a plan changes about its projects: amounts by year, manager, finance reference."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.importing.drafting.drafts import PlanDraft, ProjectDraft
from models.plans import Project


@dataclass(frozen=True)
class ProjectChange:
    """kind: "savings 2022/23", "growth 2021/22", "manager" and so on. before, after: as people read them."""

    section: str
    number: str
    kind: str
    before: str
    after: str


def compare_projects(known: Iterable[Project], draft: PlanDraft) -> tuple[ProjectChange, ...]:
    """Compare the projects that both have. A blank amount is "blank", never 0."""
    ours = {(project.section.number, project.number): project for project in known}
    return tuple(
        ProjectChange(theirs.section, theirs.number, kind, before, after)
        for theirs in draft.projects
        if (mine := ours.get((theirs.section, theirs.number)))
        for kind, before, after in _changes(mine, theirs)
    )


def _changes(mine: Project, theirs: ProjectDraft) -> Iterator[tuple[str, str, str]]:
    for kind, before, after in (
        ("title", mine.title, theirs.title),
        ("manager", mine.manager, theirs.manager),
        ("finance reference", mine.finance_ref, theirs.finance_ref),
    ):
        if before != after:
            yield kind, before or "none", after or "none"
    yield from _amounts("savings", mine.savings, theirs.savings)
    yield from _amounts("growth", mine.growth, theirs.growth)


def _amounts(
    kind: str, before: Mapping[str, float | None], after: Mapping[str, float | None]
) -> Iterator[tuple[str, str, str]]:
    for year in sorted({*before, *after}):
        if before.get(year) != after.get(year):
            yield f"{kind} {year}", _words(before.get(year)), _words(after.get(year))


def _words(amount: float | None) -> str:
    return "blank" if amount is None else f"{amount:,.15g} thousand"
