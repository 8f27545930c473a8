"""A project's planned amounts: which are savings and which growth, and what a minus means."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.importing.drafting.draft import ProjectDraft
from bot.importing.drafting.rows import SavingsRow
from bot.importing.table.amounts import MoneyKind, are_all_negative, merge_amounts, parse_money_kind
from bot.importing.table.problems import DiagnosticLog
from bot.sentences import sentence


def add_amounts(
    project: ProjectDraft, row: SavingsRow, section_title: str, notes: DiagnosticLog
) -> ProjectDraft:
    """Add a row of amounts to its project.

    Their kind follows from the finance reference, then from the words of the row, of the section's title
    and of the project's title; amounts that none of these call growth are savings.
    """
    kind = _money_kind(project, row, section_title)
    if row.kind and row.kind is not kind and any(row.savings.values()):
        message = sentence(
            "drafting.kind_by_finance_ref", heading=row.kind, finance_ref=project.finance_ref, kind=kind
        )
        notes.info(row.where, str(kind), project.finance_ref, message)
    earlier = project.growth if kind is MoneyKind.GROWTH else project.savings
    amounts, twice = merge_amounts(earlier, row.savings)
    _report_amounts(row, project, kind, twice, notes)
    return replace(project, growth=amounts) if kind is MoneyKind.GROWTH else replace(project, savings=amounts)


def _money_kind(project: ProjectDraft, row: SavingsRow, section_title: str) -> MoneyKind:
    if row.typed and row.kind:
        return row.kind
    candidates = (
        parse_money_kind(project.finance_ref),
        row.kind,
        parse_money_kind(section_title),
        parse_money_kind(project.title),
    )
    return next(filter(None, candidates), MoneyKind.SAVINGS)


def normalise_signs(projects: Iterable[ProjectDraft], notes: DiagnosticLog) -> list[ProjectDraft]:
    """Drop the minus where all amounts of a kind have one: it only marks the kind. Report any other minus."""
    every = list(projects)
    saved = [amount for each in every for amount in each.savings.values() if amount]
    grown = [amount for each in every for amount in each.growth.values() if amount]
    if are_all_negative(saved):
        every = [replace(each, savings=_negate(each.savings)) for each in every]
        notes.info("the plan", "savings", "", sentence("drafting.all_savings_negative"))
    if are_all_negative(grown):
        every = [replace(each, growth=_negate(each.growth)) for each in every]
        notes.info("the plan", "growth", "", sentence("drafting.all_growth_negative"))
    for each in every:
        _report_minus(each, each.savings, MoneyKind.SAVINGS, notes)
        _report_minus(each, each.growth, MoneyKind.GROWTH, notes)
    return every


def _negate(amounts: Mapping[str, float | None]) -> dict[str, float | None]:
    return {year: -amount if amount else amount for year, amount in amounts.items()}


def _report_amounts(
    row: SavingsRow, project: ProjectDraft, kind: MoneyKind, duplicate_years: list[str], notes: DiagnosticLog
) -> None:
    for amount in row.unread:
        message = sentence("drafting.no_amount", text=amount)
        notes.warning(row.where, str(kind), amount, message)
    for amount, doubt in row.doubts:
        notes.warning(row.where, str(kind), amount, doubt)
    if duplicate_years:
        years = ", ".join(duplicate_years)
        message = sentence("drafting.two_amounts", project=project.number, years=years)
        notes.warning(row.where, str(kind), years, message)


def _report_minus(
    project: ProjectDraft, amounts: Mapping[str, float | None], kind: MoneyKind, notes: DiagnosticLog
) -> None:
    years = ", ".join(year for year, amount in amounts.items() if amount and amount < 0)
    if years:
        message = sentence("drafting.unusual_minus", project=project.number, years=years, kind=kind)
        notes.warning("the plan", "savings", years, message)
