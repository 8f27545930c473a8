"""Split a project's overview, which is a table, into rows of one kind each: project, amounts, labels."""

import re
from collections.abc import Iterator

from bot.importing.table.amounts import read_amount
from bot.importing.table.blocks import Para, RichGrid, RichRow
from bot.importing.table.headings import read_named_heading
from bot.importing.table.project_labels import is_about_a_project
from bot.importing.table.tables import TableRow

_YEAR = re.compile(r"20[0-9]{2}\s*[/-]\s*(?:20)?[0-9]{2}")
_MONEY_LABEL = re.compile(
    r"(?:planned |total |mtfs )*(?:savings?|growth|finances?|budget|pressures?)\b[^\n.]{0,40}", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:(?:project|priority)\s+)?description|[^\n:]{0,60}\bmeasures?|performance metrics|(?:key\s+)?risks?",
    re.IGNORECASE,
)
_FIGURE_LINE = re.compile(r"[\s\u2022\u2013\u2014-]*+[0-9/,.\u00a3()km\s\u2013\u2014-]*+", re.IGNORECASE)
_MIN_ROWS = 2


def is_overview(grid: RichGrid) -> bool:
    """Tell whether the grid is about one project: it opens with the manager or finance reference."""
    rows = [row for row in grid.rows if any(row.texts)]
    if len(rows) < _MIN_ROWS or not is_about_a_project(_plain_row(rows[0])):
        return False
    return not any(read_named_heading(_plain_row(row)) for row in rows)


def overview_rows(grid: RichGrid) -> Iterator[RichRow]:
    """Yield the project's row, a row of amounts by year, and a row for each label with its lines."""
    first, *rest = [row for row in grid.rows if any(row.texts) or row.nested]
    yield first
    yield from _amount_rows(rest)
    yield from _label_rows(rest)


def _amount_rows(rows: list[RichRow]) -> Iterator[RichRow]:
    """Yield one row: the words that head the amounts, then a "2021/22: 424" cell for each year."""
    label = next(
        (
            para.text
            for row in rows
            for cell in row.cells
            for para in cell
            if _MONEY_LABEL.fullmatch(para.text)
            and not is_figures(para.text)
            and not _LABEL.fullmatch(para.text)
        ),
        "",
    )
    grids = [grid for row in rows for grid in row.nested] or [RichGrid(tuple(rows))]
    for grid in grids:
        for index, row in enumerate(grid.rows):
            years = {column: text for column, text in enumerate(row.texts) if _YEAR.fullmatch(text.strip())}
            if years:
                below = grid.rows[index + 1] if index + 1 < len(grid.rows) else None
                amounts = amounts_by_year_column(years, below.texts if below else ())
                paras = [Para(f"{year.strip()}: {amounts.get(column, '')}") for column, year in years.items()]
                yield RichRow(row.number, ((Para(label),), *((para,) for para in paras)))
                return


def amounts_by_year_column(years: dict[int, str], cells: tuple[str, ...]) -> dict[int, str]:
    """The amounts by the columns of their years. A shifted row with one amount a year is read in order."""
    under = {column: cells[column].strip() for column in years if column < len(cells)}
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) == len(years) and all(read_amount(cell) is not None for cell in filled):
        return dict(zip(years, filled, strict=True))
    return under


def is_figures(text: str) -> bool:
    """Tell a line of years and amounts only."""
    return bool(_FIGURE_LINE.fullmatch(text))


def _label_rows(rows: list[RichRow]) -> Iterator[RichRow]:
    """Yield a row of a label and its lines, which are in its own cell, or below it in its column."""
    heads: dict[int, str] = {}
    found: dict[str, tuple[int, list[Para]]] = {}
    for row in rows:
        for column, cell in enumerate(row.cells):
            for para in cell:
                words = para.text.strip().rstrip(":")
                if _LABEL.fullmatch(words):
                    heads[column] = words
                    found.setdefault(words, (row.number, []))
                elif _MONEY_LABEL.fullmatch(words):
                    heads[column] = ""
                elif not is_figures(para.text) and heads.get(column):
                    found[heads[column]][1].append(para)
    for words, (number, paras) in found.items():
        if paras:
            yield RichRow(number, ((Para(words), *paras),))


def _plain_row(row: RichRow) -> TableRow:
    return TableRow(row.number, row.texts)
