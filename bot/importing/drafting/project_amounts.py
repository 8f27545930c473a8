"""A project's planned amounts: which are savings and which growth, and what a minus means."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.importing.drafting.draft import ProjectDraft
from bot.importing.drafting.rows import SavingsRow
from bot.importing.table.amounts import MoneyKind, are_all_negative, merge_amounts, parse_money_kind
from bot.importing.table.problems import DiagnosticLog


def add_amounts(
    project: ProjectDraft, row: SavingsRow, section_title: str, notes: DiagnosticLog
) -> ProjectDraft:
    """Add a row of amounts to its project.

    What they are is told by the finance reference, then the row's own words, the section's, the project's;
    amounts that none of these calls growth are savings.
    """
    kind = _money_kind(project, row, section_title)
    if row.kind and row.kind is not kind and any(row.savings.values()):
        message = (
            f"These amounts are headed {row.kind}, but the finance reference {project.finance_ref} stands "
            f"for {kind}. They were taken as {kind}."
        )
        notes.info(row.where, str(kind), project.finance_ref, message)
    known = project.growth if kind is MoneyKind.GROWTH else project.savings
    amounts, twice = merge_amounts(known, row.savings)
    _report_amounts(row, project, kind, twice, notes)
    return replace(project, growth=amounts) if kind is MoneyKind.GROWTH else replace(project, savings=amounts)


def _money_kind(project: ProjectDraft, row: SavingsRow, section_title: str) -> MoneyKind:
    if row.typed and row.kind:
        return row.kind
    said = (
        parse_money_kind(project.finance_ref),
        row.kind,
        parse_money_kind(section_title),
        parse_money_kind(project.title),
    )
    return next(filter(None, said), MoneyKind.SAVINGS)


def normalise_signs(projects: Iterable[ProjectDraft], notes: DiagnosticLog) -> list[ProjectDraft]:
    """Read the plan's minus signs: where all of a kind have one it marks the kind, else it is told."""
    every = list(projects)
    saved = [amount for each in every for amount in each.savings.values() if amount]
    grown = [amount for each in every for amount in each.growth.values() if amount]
    if are_all_negative(saved):
        every = [replace(each, savings=_negate(each.savings)) for each in every]
        notes.info(
            "the plan", "savings", "", "Every saving is printed with a minus. They were taken as savings."
        )
    if are_all_negative(grown):
        every = [replace(each, growth=_negate(each.growth)) for each in every]
        notes.info("the plan", "growth", "", "All growth is printed with a minus. It was taken as growth.")
    for each in every:
        _report_minus(each, each.savings, "A saving with a minus is a cost.", notes)
        _report_minus(each, each.growth, "Growth with a minus is a saving.", notes)
    return every


def _negate(amounts: Mapping[str, float | None]) -> dict[str, float | None]:
    return {year: -amount if amount else amount for year, amount in amounts.items()}


def _report_amounts(
    row: SavingsRow, project: ProjectDraft, kind: MoneyKind, duplicate_years: list[str], notes: DiagnosticLog
) -> None:
    for amount in row.unread:
        message = f"\u201c{amount}\u201d is not an amount in thousands of pounds. It was left blank."
        notes.warning(row.where, str(kind), amount, message)
    for amount, doubt in row.doubts:
        notes.warning(row.where, str(kind), amount, doubt)
    if duplicate_years:
        years = ", ".join(duplicate_years)
        message = f"Project {project.number} has two amounts for {years}. The first was kept."
        notes.warning(row.where, str(kind), years, message)


def _report_minus(
    project: ProjectDraft, amounts: Mapping[str, float | None], what: str, notes: DiagnosticLog
) -> None:
    years = ", ".join(year for year, amount in amounts.items() if amount and amount < 0)
    if years:
        message = (
            f"Project {project.number} has a minus for {years}, unlike others. {what} It was kept as printed."
        )
        notes.warning("the plan", "savings", years, message)
