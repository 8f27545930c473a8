"""A project's planned amounts: which are savings and which growth, and what a minus means."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.importing.drafting.draft import ProjectDraft
from bot.importing.drafting.rows import SavingsRow
from bot.importing.table.amounts import MoneyKind, are_all_minus, kind_named, with_more
from bot.importing.table.problems import ProblemLog


def with_amounts(
    project: ProjectDraft, row: SavingsRow, section_title: str, notes: ProblemLog
) -> ProjectDraft:
    """Add a row of amounts to its project.

    What they are is told by the finance reference, then the row's own words, the section's, the project's;
    amounts that none of these calls growth are savings.
    """
    kind = _kind(project, row, section_title)
    if row.kind and row.kind is not kind and any(row.savings.values()):
        message = (
            f"These amounts are headed {row.kind}, but the finance reference {project.finance_ref} stands "
            f"for {kind}. They were taken as {kind}."
        )
        notes.info(row.where, str(kind), project.finance_ref, message)
    known = project.growth if kind is MoneyKind.GROWTH else project.savings
    amounts, twice = with_more(known, row.savings)
    _tell(row, project, kind, twice, notes)
    return replace(project, growth=amounts) if kind is MoneyKind.GROWTH else replace(project, savings=amounts)


def _kind(project: ProjectDraft, row: SavingsRow, section_title: str) -> MoneyKind:
    if row.typed and row.kind:
        return row.kind
    said = (kind_named(project.finance_ref), row.kind, kind_named(section_title), kind_named(project.title))
    return next(filter(None, said), MoneyKind.SAVINGS)


def with_signs(projects: Iterable[ProjectDraft], notes: ProblemLog) -> list[ProjectDraft]:
    """Read the plan's minus signs: where all of a kind have one it marks the kind, else it is told."""
    every = list(projects)
    saved = [amount for each in every for amount in each.savings.values() if amount]
    grown = [amount for each in every for amount in each.growth.values() if amount]
    if are_all_minus(saved):
        every = [replace(each, savings=_turned(each.savings)) for each in every]
        notes.info(
            "the plan", "savings", "", "Every saving is printed with a minus. They were taken as savings."
        )
    if are_all_minus(grown):
        every = [replace(each, growth=_turned(each.growth)) for each in every]
        notes.info("the plan", "growth", "", "All growth is printed with a minus. It was taken as growth.")
    for each in every:
        _tell_minus(each, each.savings, "A saving with a minus is a cost.", notes)
        _tell_minus(each, each.growth, "Growth with a minus is a saving.", notes)
    return every


def _turned(amounts: Mapping[str, float | None]) -> dict[str, float | None]:
    return {year: -amount if amount else amount for year, amount in amounts.items()}


def _tell(
    row: SavingsRow, project: ProjectDraft, kind: MoneyKind, twice: list[str], notes: ProblemLog
) -> None:
    for amount in row.unread:
        message = f"\u201c{amount}\u201d is not an amount in thousands of pounds. It was left blank."
        notes.warning(row.where, str(kind), amount, message)
    for amount, doubt in row.doubts:
        notes.warning(row.where, str(kind), amount, doubt)
    if twice:
        years = ", ".join(twice)
        message = f"Project {project.number} has two amounts for {years}. The first was kept."
        notes.warning(row.where, str(kind), years, message)


def _tell_minus(
    project: ProjectDraft, amounts: Mapping[str, float | None], what: str, notes: ProblemLog
) -> None:
    years = ", ".join(year for year, amount in amounts.items() if amount and amount < 0)
    if years:
        message = (
            f"Project {project.number} has a minus for {years}, unlike others. {what} It was kept as printed."
        )
        notes.warning("the plan", "savings", years, message)
