"""Rows about a project: its manager, finance reference, savings per year and measures."""

import re
from collections.abc import Sequence

from bot.importing.drafting.rows import (
    CellText,
    DescriptionRow,
    MeasuresRow,
    ProjectRow,
    RisksRow,
    SavingsRow,
    SectionRow,
)
from bot.importing.table.amounts import MoneyKind, parse_money_kind, read_amount, read_planned_amount
from bot.importing.table.project_labels import FINANCE_REF, MANAGER
from bot.importing.table.tables import Table, TableRow
from bot.plan.refs import normalise_ref
from bot.plan.text import one_line

_NUMBER = re.compile(r"[0-9]{1,3}\.?")
_NUMBER_AND_TITLE = re.compile(
    r"(?:(?:project|priority|theme|workstream|objective)\s+)?"
    r"(?P<number>[0-9]{1,3})(?:\s*+[.:)\u2013\u2014-]\s++|\s++)(?P<title>\S.*+)",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(
    r"section\s+(?P<number>[0-9]{1,2})(?:\s*[.:)\u2013\u2014-]\s*(?P<title>\S.*))?", re.IGNORECASE | re.DOTALL
)
_YEAR = re.compile(r"(?P<year>20[0-9]{2}\s*[/-]\s*(?:20)?[0-9]{2})\s*+[:=]?+\s*+(?P<amount>.*+)", re.DOTALL)
_HEAD_END = r"(?:\s*+:\s*(?:\n|$)|\s*(?:\n|$))"
_DESCRIPTION = re.compile(rf"(?:project |priority )?description{_HEAD_END}", re.IGNORECASE)
_RISKS = re.compile(rf"(?:key |main )?risks{_HEAD_END}", re.IGNORECASE)
_ABOUT_MONEY = re.compile(r"saving|growth|pressure|\u00a3|budget", re.IGNORECASE)
_MEASURES = re.compile(rf"[^\n:]{{0,60}}\bmeasures?{_HEAD_END}", re.IGNORECASE)
_BEFORE_MANAGER = " \n\u2013\u2014|,;-"
_MAX_MONEY_LENGTH = 60
_BULLETS = " \u2022\u2713\u2714\u25cf\u25aa\u00b7\uf0b7\uf0fc-\u2013*"


def is_year(text: str) -> bool:
    """Tell whether a cell is about a financial year: "2021/22" or "2021/22: 424"."""
    return bool(_YEAR.fullmatch(text))


def is_about_money(text: str) -> bool:
    """Tell a cell that only heads amounts: "Savings identified £000s", or an amount itself."""
    return read_amount(text) is not None or (
        len(text) <= _MAX_MONEY_LENGTH and bool(_ABOUT_MONEY.search(text))
    )


def read_project_row(table: Table, row: TableRow, *, measures_column: int | None = None) -> ProjectRow | None:
    """Read a project's row; None when it has no number. Success measures in it are the project's."""
    number = title = manager = ""
    finance = CellText("", "")
    measures: list[str] = []
    about: tuple[str, ...] = ()
    for column in row.filled_columns:
        text = row.cells[column]
        if match := FINANCE_REF.search(text):
            finance = CellText(one_line(match["ref"]), table.where(row.number, column))
            text = text[: match.start()] + text[match.end() :]
        if match := MANAGER.search(text):
            manager = one_line(match["name"])
            text = text[: match.start()].rstrip(_BEFORE_MANAGER) + text[match.end() :]
        text = text.strip()
        if not number and _NUMBER.fullmatch(text):
            number = normalise_ref(text)
        elif not number and not title and (match := _NUMBER_AND_TITLE.fullmatch(text)):
            number, (title, about) = match["number"], _title_and_more(match["title"])
        elif column == measures_column:
            measures += split_lines(text)
        elif text and not title:
            title, about = _title_and_more(text)
    if not number:
        return None
    return ProjectRow(number, title, table.where(row.number), manager, finance, tuple(measures), about)


def _title_and_more(text: str) -> tuple[str, tuple[str, ...]]:
    """The first line, joined with those that continue it, and the lines below."""
    lines = split_lines(text)
    while len(lines) > 1 and not lines[1][0].isupper() and not lines[1].startswith("["):
        lines[:2] = [f"{lines[0]} {lines[1]}"]
    return lines[0] if lines else "", tuple(lines[1:])


def read_section_row(table: Table, row: TableRow) -> SectionRow | None:
    """Read a row of one cell: "Section 2: Practice priorities"."""
    match = _SECTION.fullmatch(row.cells[row.filled_columns[0]]) if len(row.filled_columns) == 1 else None
    if match is None:
        return None
    return SectionRow(str(int(match["number"])), one_line(match["title"] or ""), table.where(row.number))


def read_savings_row(table: Table, row: TableRow) -> SavingsRow | None:
    """Read a row of "2021/22: 424" cells, or of years alone (their amounts are in the row below)."""
    years = {column: match for column in row.filled_columns if (match := _YEAR.fullmatch(row.cells[column]))}
    others = [row.cells[column] for column in row.filled_columns if column not in years]
    if not years or not all(_ABOUT_MONEY.search(other) for other in others):
        return None
    return _savings(
        table,
        row,
        {column: match["year"] for column, match in years.items()},
        {column: match["amount"] for column, match in years.items()},
        others,
    )


def read_typed_amounts(table: Table, row: TableRow, kind: MoneyKind) -> SavingsRow | None:
    """Read a row of amounts in a tracker that the bot exported; None when it has no year."""
    found = [year for column in row.filled_columns if (year := _YEAR.fullmatch(row.cells[column]))]
    amounts = {_year(year["year"]): read_amount(year["amount"]) for year in found}
    return SavingsRow(amounts, table.where(row.number), kind=kind, typed=True) if amounts else None


def year_columns(row: TableRow) -> dict[int, str]:
    """Give the columns that hold a year without an amount."""
    found = {column: _YEAR.fullmatch(row.cells[column]) for column in row.filled_columns}
    return {column: year["year"] for column, year in found.items() if year and not year["amount"].strip()}


def read_amounts_row(table: Table, row: TableRow, years: dict[int, str]) -> SavingsRow | None:
    """Read the amounts below a row of years; None when the row holds anything else."""
    amounts = {column: row.cells[column] for column in row.filled_columns if column in years}
    others = [row.cells[column] for column in row.filled_columns if column not in years]
    if not amounts or not all(_ABOUT_MONEY.search(other) for other in others):
        return None
    if any(read_planned_amount(amount).is_unread for amount in amounts.values()):
        return None
    return _savings(table, row, years, {column: amounts.get(column, "") for column in years}, others)


def read_measures_row(table: Table, row: TableRow) -> MeasuresRow | None:
    """Read a cell headed "Performance measures", with the measures below it or in the cells beside it."""
    heads = [column for column in row.filled_columns if _MEASURES.match(row.cells[column])]
    if not heads:
        return None
    below = split_lines(row.cells[heads[0]].partition("\n")[2])
    beside = [
        line
        for column in row.filled_columns
        if column not in heads
        for line in split_lines(row.cells[column])
    ]
    return MeasuresRow(tuple(below + beside), table.where(row.number)) if below or beside else None


def read_description_row(table: Table, row: TableRow) -> DescriptionRow | None:
    """Read a cell headed "Project description"; None when the row has none."""
    lines = _lines_under(row, _DESCRIPTION)
    return None if lines is None else DescriptionRow(tuple(lines), table.where(row.number))


def read_risks_row(table: Table, row: TableRow) -> RisksRow | None:
    """Read a cell headed "Key risks"."""
    lines = _lines_under(row, _RISKS)
    return None if lines is None else RisksRow(tuple(lines), table.where(row.number))


def _lines_under(row: TableRow, head: re.Pattern[str]) -> list[str] | None:
    """The lines below a head, or in the cells beside one with none below; None when no cell has it."""
    heads = [column for column in row.filled_columns if head.match(row.cells[column])]
    if not heads:
        return None
    below = split_lines(row.cells[heads[0]].partition("\n")[2])
    beside = [row.cells[column] for column in row.filled_columns if column not in heads]
    return below or [line for text in beside if not is_about_money(text) for line in split_lines(text)]


def split_lines(text: str) -> list[str]:
    """Give the lines of a cell without ticks and bullets."""
    lines = (one_line(line).lstrip(_BULLETS) for line in text.split("\n"))
    return [line for line in lines if line]


def _savings(
    table: Table, row: TableRow, years: dict[int, str], amounts: dict[int, str], labels: Sequence[str]
) -> SavingsRow:
    savings: dict[str, float | None] = {}
    unread: list[str] = []
    doubts: list[tuple[str, str]] = []
    for column, amount in amounts.items():
        planned = read_planned_amount(amount)
        savings[_year(years[column])] = planned.amount
        doubts += [(one_line(amount), planned.doubt)] if planned.doubt else []
        unread += [one_line(amount)] if planned.is_unread else []
    kind = parse_money_kind(" ".join(labels))
    return SavingsRow(savings, table.where(row.number), tuple(unread), kind, tuple(doubts))


def _year(printed: str) -> str:
    """Give "2021/22" for any way of writing the financial year."""
    first, second = re.findall(r"[0-9]+", printed)
    return f"{first}/{second[-2:]}"
