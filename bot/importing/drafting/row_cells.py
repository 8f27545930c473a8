"""An action's cells by their columns, and the lone lines that head a group of actions."""

import re

from bot.importing.drafting.rows import CellText
from bot.importing.table.column_kinds import Column
from bot.importing.table.column_profiles import is_tick
from bot.importing.table.headings import TableHeading
from bot.importing.table.project_labels import is_banner
from bot.importing.table.table_headings import TableHeadings
from bot.importing.table.tables import Table, TableRow
from bot.plan.refs import is_ref
from bot.plan.text import one_line

_MAX_GROUP_WORDS, _MIN_COLUMNS = 8, 3
_SENTENCE_END = re.compile(r"[.;,:]$")
_NOT_A_GROUP = re.compile(r"\b(?:total|note|end of|page|signed|printed)\b", re.IGNORECASE)
_SECTION = re.compile(r"section [0-9]", re.IGNORECASE)
_REF_IN_WORDS = re.compile(
    r"(?P<ref>(?:[A-Z]{1,4}[ -]?)?[0-9]{1,3}(?:\.[0-9]{1,3}){1,3}[a-z]?|[A-Z]{1,4}-?[0-9]{1,3})"
    r"[.):]? (?P<rest>\S.+)"
    r"|(?P<ref2>[0-9]{1,3}[a-z]?)(?:[.):]| ?[-\u2013]) ?(?P<rest2>[^\s0-9].+)",
    re.DOTALL,
)
_MIN_REFS, _SAMPLE_ROWS = 2, 300
_NOBODY = {"", "n", "no", "false", "\u2610", "-"}


def cells_of(table: Table, row: TableRow, heading: TableHeading) -> dict[Column, CellText]:
    """The row's cells by what their columns hold."""
    cells = {
        column: CellText(row.cell(index), table.where(row.number, index), index in row.stored_dates)
        for column, index in heading.columns.items()
    }
    if heading.people:
        marked = [name for index, name in heading.people.items() if _is_marked(row.cell(index))]
        cells[Column.OWNER] = CellText(", ".join(marked), table.where(row.number, min(heading.people)))
    return cells


def columns_of(heading: TableHeading) -> frozenset[Column]:
    return frozenset(heading.columns) | ({Column.OWNER} if heading.people else frozenset())


def extra_of(row: TableRow, heading: TableHeading) -> dict[str, str]:
    """The cells of columns that a plan has no field for, by their headings."""
    found: dict[str, str] = {}
    for index in heading.unread_columns:
        text, name = row.cell(index), one_line(heading.names.get(index, ""))
        if text and name:
            found[name] = f"{found[name]}\n{text}" if name in found else text
    return found


def _is_marked(text: str) -> bool:
    return text.strip().casefold() not in _NOBODY and is_tick(text)


def find_group_lines(table: Table, headings: TableHeadings) -> set[int]:
    """The numbers of the rows that are one line of words, and head the rows below them."""
    heading: TableHeading | None = None
    found: list[tuple[int, bool]] = []
    rows = [row for row in table.rows if row.filled_columns and row.number not in headings.skipped]
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        heading = headings.by_row.get(row.number, None if row.is_start else heading)
        if heading is None or row.number in headings.by_row or below is None:
            continue
        if _is_lone_line(row, heading) and (
            _is_full(below, heading) or _is_unnumbered(below, heading, found)
        ):
            found.append((row.number, row.filled_columns[0] == heading.columns.get(Column.ACTION)))
    first = min(headings.by_row, default=0)
    in_words = [number for number, is_action in found if is_action]
    sure = {number for number, is_action in found if not is_action}
    is_pattern = len(found) > 1 or any(
        row.number == number for number in in_words for row in rows if row.number == first + 1
    )
    return sure | (set(in_words) if is_pattern else set())


def _is_lone_line(row: TableRow, heading: TableHeading) -> bool:
    columns = row.filled_columns
    if len(columns) != 1 or row.merged_columns or len(heading.columns) < _MIN_COLUMNS:
        return False
    if columns[0] not in {0, heading.columns.get(Column.REF), heading.columns.get(Column.ACTION)}:
        return False
    text = one_line(row.cells[columns[0]])
    if (
        is_ref(text)
        or is_banner(text)
        or _SECTION.match(text)
        or not text[0].isalpha()
        or not text[0].isupper()
    ):
        return False
    return (
        len(text.split()) <= _MAX_GROUP_WORDS
        and not _SENTENCE_END.search(text)
        and not _NOT_A_GROUP.search(text)
    )


def _is_full(row: TableRow, heading: TableHeading) -> bool:
    action = heading.columns.get(Column.ACTION)
    ref = heading.columns.get(Column.REF)
    return len(row.filled_columns) > 1 and bool(row.cell(action)) and (ref is None or bool(row.cell(ref)))


def _is_unnumbered(row: TableRow, heading: TableHeading, lines: list[tuple[int, bool]]) -> bool:
    """Whether a row without a ref has words and an owner, a date or a status, below one more lone line of a
    table that has some.
    """
    about = {heading.columns.get(column) for column in (Column.OWNER, Column.DUE, Column.STATUS)}
    own = set(row.filled_columns)
    return bool(lines) and heading.columns.get(Column.ACTION) in own and bool(own & about)


def have_refs_in_words(table: Table, heading: TableHeading, number: int) -> bool:
    """Whether the words of the actions below a heading all begin with different refs. number: of its row."""
    action = heading.columns.get(Column.ACTION)
    if Column.REF in heading.columns or action is None:
        return False
    cells = [row.cell(action) for row in table.rows if row.number > number and len(row.filled_columns) > 1]
    refs = [split_ref(cell)[0] for cell in cells[:_SAMPLE_ROWS] if cell]
    return len(refs) >= _MIN_REFS and all(refs) and len(set(refs)) == len(refs)


def split_ref(text: str) -> tuple[str, str]:
    """The ref that the words begin with, and the rest; "" and the whole where they begin with none."""
    match = _REF_IN_WORDS.fullmatch(text)
    if match is None:
        return "", text
    return (match["ref"] or match["ref2"], match["rest"] or match["rest2"])
