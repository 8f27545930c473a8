import pytest

from bot.importing.drafting.project_rows import (
    read_amounts_row,
    read_measures_row,
    read_project_row,
    read_savings_row,
    read_section_row,
    year_columns,
)
from bot.importing.table.amounts import MoneyKind, parse_money_kind, read_amount, read_planned_amount
from bot.importing.table.project_labels import is_about_a_project
from bot.importing.table.tables import Table, TableRow


def row(*cells: str) -> TableRow:
    return TableRow(7, cells)


TABLE = Table("1. Money", ())


@pytest.mark.parametrize(
    "cells",
    [
        ("3", "Fewer voids \u2013 Project manager: Ann Example", "", "MTFS Ref: HOU 01"),
        ("3.", "Fewer voids", "Project Manager: Ann Example", "Finance ref: HOU 01"),
        ("3. Fewer voids\nProject lead: Ann Example", "Savings reference: HOU 01"),
        ("", "Project 3: Fewer voids", "Project manager: Ann Example", "Finance Ref No: HOU 01"),
    ],
)
def test_ways_to_head_a_project(cells: tuple[str, ...]) -> None:
    assert is_about_a_project(row(*cells))
    found = read_project_row(TABLE, row(*cells))
    assert found is not None
    assert (found.number, found.title, found.manager) == ("3", "Fewer voids", "Ann Example")
    assert found.finance_ref.text == "HOU 01"
    assert found.where == "1. Money, row 7"


def test_a_row_without_a_number_heads_no_project() -> None:
    assert read_project_row(TABLE, row("1.2", "Appoint a project manager: from May")) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("424", 424.0), ("1,654", 1654.0), ("126.4", 126.4), ("\u00a31,065k", 1065.0), ("(50)", -50.0),
        ("-50", -50.0), ("\u2212 50", -50.0), ("\u00a31.2m", 1200.0), ("0", 0.0), ("", None), ("-", None),
        ("tbc", None), ("9" * 50, None),
    ],
)  # fmt: skip
def test_amounts_in_thousands(text: str, amount: float | None) -> None:
    assert read_amount(text) == amount


def test_savings_by_year() -> None:
    found = read_savings_row(
        TABLE, row("", "Savings \u00a3000s", "2026/27: 424", "2027-28: ", "2028/2029: some")
    )
    assert found is not None
    assert found.savings == {"2026/27": 424.0, "2027/28": None, "2028/29": None}
    assert found.unread == ("some",)
    assert read_savings_row(TABLE, row("1.1", "Do", "RM", "2026/27")) is None
    assert read_savings_row(TABLE, row("Savings")) is None


def test_amounts_below_their_years() -> None:
    years = year_columns(row("", "2026/27", "2027/28"))
    assert years == {1: "2026/27", 2: "2027/28"}
    found = read_amounts_row(TABLE, row("Savings", "40", ""), years)
    assert found is not None
    assert found.savings == {"2026/27": 40.0, "2027/28": None}
    assert read_amounts_row(TABLE, row("1.1", "40", "50"), years) is None
    assert read_amounts_row(TABLE, row("Savings", "soon"), years) is None
    assert read_amounts_row(TABLE, row("Savings"), years) is None


def test_measures() -> None:
    found = read_measures_row(TABLE, row("", "Performance measures\n\u2022 Days\n\u2022 Cost", "Waiting"))
    assert found is not None
    assert found.measures == ("Days", "Cost", "Waiting")
    assert read_measures_row(TABLE, row("Performance measures")) is None
    assert read_measures_row(TABLE, row("Days")) is None


def test_sections() -> None:
    found = read_section_row(TABLE, row("Section 2 \u2013 Practice"))
    assert found is not None
    assert (found.number, found.title) == ("2", "Practice")
    assert read_section_row(TABLE, row("Section 2", "x")) is None


@pytest.mark.parametrize(
    ("text", "amount", "doubt"),
    [
        ("1,654", 1654.0, ""),
        ("0", 0.0, ""),
        ("", None, ""),
        ("126.4", 126.4, ""),
        ("\u00a3272,000", 272.0, "in pounds among thousands"),
        ("126,000", None, "would be \u00a3126 million"),
        ("\u00a31.2m", 1200.0, ""),
        ("1.719", None, "Is it 1,719?"),
    ],
)
def test_amounts_that_cannot_be_thousands_are_reported(text: str, amount: float | None, doubt: str) -> None:
    planned = read_planned_amount(text)
    assert (planned.amount, planned.is_unread) == (amount, False)
    assert doubt in planned.doubt
    assert bool(doubt) is bool(planned.doubt)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("CFE SAV 02", MoneyKind.SAVINGS),
        ("CFE GRO 04", MoneyKind.GROWTH),
        ("Growth planned \u00a3000s", MoneyKind.GROWTH),
        ("Savings and growth", None),
        ("Budget", None),
    ],
)
def test_savings_and_growth_by_name(words: str, kind: MoneyKind | None) -> None:
    assert parse_money_kind(words) is kind
