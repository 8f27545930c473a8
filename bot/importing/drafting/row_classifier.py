"""Walk down a table and tell its rows apart: titles, headings, projects, savings, actions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.importing.drafting.project_rows import (
    is_about_money,
    is_year,
    lines_of,
    read_amounts_row,
    read_description_row,
    read_measures_row,
    read_project_row,
    read_risks_row,
    read_savings_row,
    read_section_row,
    year_columns,
)
from bot.importing.drafting.rows import (
    ActionRow,
    CellText,
    DescriptionRow,
    PlanRow,
    ProjectRow,
    SavingsRow,
    TitleRow,
)
from bot.importing.table.amounts import MoneyKind, kind_named
from bot.importing.table.headings import Column, Heading, read_heading
from bot.importing.table.problems import ProblemLog
from bot.importing.table.project_labels import is_about_a_project, is_banner
from bot.importing.table.tables import MOST_CHARACTERS, Row, Table, column_letter
from bot.plan.refs import is_ref
from bot.plan.text import one_line

LONGEST_SHOWN = 80


class Unread:
    """What is passed over in one table goes to `notes`."""

    def __init__(self, table: Table, notes: ProblemLog) -> None:
        self._table, self._notes = table, notes
        self._told: set[tuple[int, ...]] = set()

    def tell_columns(self, row: Row, heading: Heading) -> None:
        """Tell the columns of a heading that mean nothing here; once, where the heading is repeated."""
        if not heading.unread or heading.unread in self._told:
            return
        self._told.add(heading.unread)
        names = "; ".join(
            f"{column_letter(place)}, \u201c{one_line(row.cells[place])}\u201d" for place in heading.unread
        )
        message = "The plan has no place for these columns, so they were not read."
        self._notes.info(self._table.where(row.number), "heading", names[:LONGEST_SHOWN], message)

    def tell_words(self, row: Row) -> None:
        """Tell the words of a row that stands outside the headings, if there are any besides amounts."""
        cells = [row.cells[place] for place in row.filled if not is_about_money(row.cells[place])]
        words = one_line(" ".join(cells))
        if words:
            message = "The plan has no place for these words, so they were not taken."
            self._notes.info(self._table.where(row.number), "row", words[:LONGEST_SHOWN], message)

    def tell_row(self, row: Row) -> None:
        """Tell a row below a heading that holds no action."""
        words = one_line(" ".join(row.cells[place] for place in row.filled))[:LONGEST_SHOWN]
        message = "This row has no action in it, so it was not read."
        self._notes.warning(self._table.where(row.number), "row", words, message)

    def tell_too_long(self, row: Row) -> None:
        """Tell a row that would make the action above too long; the first such row of several."""
        message = "The action above is too long already, so this row was not read."
        if not self._notes.problems or self._notes.problems[-1].message != message:
            self._notes.error(self._table.where(row.number), "row", "", message)


_PART_OF = re.compile(r"(?P<project>[0-9]{1,3})\.[0-9]")
_BARE_NUMBER = re.compile(r"[0-9]{1,3}\.?")
_TELLS_AN_ACTION = (Column.OWNER, Column.DUE, Column.STATUS, Column.DELIVERED)
_CONTINUED = (Column.ACTION, Column.OWNER, Column.DUE, Column.STATUS, Column.DELIVERED, Column.SUCCESS)
_LONGEST_JOINED = 4 * MOST_CHARACTERS


@dataclass
class _Walk:
    """Where the walk stands. numbers: those of projects that have actions in this table ("5" for 5.2).

    begun: whether the first heading or project lies behind, and with it the plan's title. kind: what the
    amounts below were last called. describing: the row above only heads a description.
    """

    table: Table
    notes: ProblemLog
    unread: Unread
    numbers: set[str]
    heading: Heading | None = None
    years: dict[int, str] = field(default_factory=dict)
    action: ActionRow | None = None
    begun: bool = False
    kind: MoneyKind | None = None
    describing: bool = False


def has_heading(table: Table) -> bool:
    """Tell whether any row of the table reads as a heading."""
    return any(read_heading(row) for row in table.rows)


def walk(table: Table, notes: ProblemLog) -> Iterator[PlanRow]:
    """Give the table's rows as what they are, in order; rows that are none of these are noted."""
    at = _Walk(table, notes, Unread(table, notes), _project_numbers(table))
    for row in table.rows:
        if not row.filled:
            continue
        if row.starts and at.heading:
            yield from _let_go(at)
            at.heading, at.years = None, {}
        heading = read_heading(row)
        if heading:
            at.heading, at.begun = heading, True
            at.unread.tell_columns(row, heading)
            continue
        yield from _read(at, row)
    if at.action:
        yield at.action


def _project_numbers(table: Table) -> set[str]:
    firsts = (row.cells[place] for row in table.rows for place in row.filled[:2])
    return {found["project"] for first in firsts if (found := _PART_OF.match(first))}


def _read(at: _Walk, row: Row) -> Iterator[PlanRow]:
    other = _about_a_project(at, row)
    if other:
        yield from _let_go(at)
        at.begun = True
        yield _with_kind(at, row, other)
    elif at.heading is None and at.describing:
        yield DescriptionRow(tuple(lines_of("\n".join(row.cells))), at.table.where(row.number))
        at.describing = False
    elif at.heading is None and at.begun:
        at.unread.tell_words(row)
    elif at.heading is None:
        words = " ".join(row.cells[place] for place in row.filled)
        yield TitleRow(one_line(words), at.table.where(row.number))
    else:
        yield from _read_action(at, row, at.heading)


def _with_kind(at: _Walk, row: Row, found: PlanRow) -> PlanRow:
    """Tell amounts what the words above called them, and remember what this row calls those below."""
    at.describing = isinstance(found, DescriptionRow) and not found.lines
    if isinstance(found, SavingsRow):
        return replace(found, kind=found.kind or at.kind)
    named = [kind_named(row.cells[place]) for place in row.filled if is_about_money(row.cells[place])]
    at.kind = next(filter(None, named), None if isinstance(found, ProjectRow) else at.kind)
    return found


def _about_a_project(at: _Walk, row: Row) -> PlanRow | None:
    """Read a row about a project, its savings or its measures; None when it is none of these."""
    measures_column = at.heading.columns.get(Column.SUCCESS) if at.heading else None
    ref_column = at.heading.columns.get(Column.REF) if at.heading else None
    first = row.cell(ref_column) or row.cells[row.filled[0]]
    if section := read_section_row(at.table, row):
        return section
    if at.years and (amounts := read_amounts_row(at.table, row, at.years)):
        at.years = {}
        return amounts
    if _heads_a_project(at, row, first):
        project = read_project_row(at.table, row, measures_column=measures_column)
        if project:
            return project
    if is_ref(first) and not is_year(first):
        return None
    savings = read_savings_row(at.table, row)
    if savings:
        at.years = year_columns(row)
    if savings or at.action:
        return savings
    return (
        read_description_row(at.table, row)
        or read_risks_row(at.table, row)
        or read_measures_row(at.table, row)
    )


def _heads_a_project(at: _Walk, row: Row, first: str) -> bool:
    if is_about_a_project(row) or (len(row.filled) == 1 and is_banner(first)):
        return True
    if not _BARE_NUMBER.fullmatch(first) or len(row.filled) == 1:
        return False
    if at.heading is None:
        return True
    if Column.REF not in at.heading.columns:
        return False
    is_plain = not any(row.cell(at.heading.columns.get(column)) for column in _TELLS_AN_ACTION)
    return is_plain and first.rstrip(".") in at.numbers


def _read_action(at: _Walk, row: Row, heading: Heading) -> Iterator[PlanRow]:
    cells = {
        column: CellText(row.cell(place), at.table.where(row.number, place))
        for column, place in heading.columns.items()
    }
    place = heading.columns.get(Column.REF)
    own_ref = row.cell(place) if place is not None and place not in row.carried else ""
    if place is not None and not own_ref and at.action:
        _continue(at, row, cells)
        return
    if not cells[Column.ACTION].text and not (own_ref and is_ref(own_ref)):
        at.unread.tell_row(row)
        return
    yield from _let_go(at)
    at.action = ActionRow(own_ref, cells, at.table.where(row.number), frozenset(heading.columns))


def _continue(at: _Walk, row: Row, cells: dict[Column, CellText]) -> None:
    """Join a row without a ref of its own to the action above, as one more step of it."""
    assert at.action is not None
    assert at.heading is not None
    joined = dict(at.action.cells)
    for column in _CONTINUED:
        place = at.heading.columns.get(column)
        if place is None or place in row.carried or not row.cell(place):
            continue
        above = joined.get(column, CellText("", cells[column].where))
        if len(above.text) < _LONGEST_JOINED:
            joined[column] = CellText(_joined(column, above.text, row.cell(place)), above.where)
        else:
            at.unread.tell_too_long(row)
    at.action = replace(at.action, cells=joined, columns=at.action.columns | cells.keys())
    if not row.carried:
        ref, words = one_line(at.action.ref), one_line(cells[Column.ACTION].text)[:LONGEST_SHOWN]
        message = f"This row has no ref, so it was taken as part of {ref or 'the action above'}."
        at.notes.warning(at.table.where(row.number), "ref", words, message)


def _joined(column: Column, above: str, text: str) -> str:
    bullet = "\u2022 " if column is Column.ACTION and above else ""
    return f"{above}\n{bullet}{text}".strip()


def _let_go(at: _Walk) -> Iterator[PlanRow]:
    """Hand on the action that no later row can continue."""
    if at.action:
        yield at.action
        at.action = None
