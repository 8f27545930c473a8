"""The headings of a table, judged by their words and by the cells below them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.importing.table.column_kinds import Column
from bot.importing.table.column_profiles import ColumnProfile, profile_of
from bot.importing.table.columns import heading_candidates
from bot.importing.table.headings import (
    TableHeading,
    as_heading,
    match_columns,
    read_heading,
    read_named_heading,
    read_repeated_heading,
    read_texts,
)
from bot.importing.table.tables import Table, TableRow, column_letter
from bot.plan.owners import is_initials

_REFS, _MOST, _SAMPLE_ROWS, _MIN_ROWS, _MIN_WORDS = 0.8, 0.8, 300, 2, 1.6
_MAX_NAME_WORDS, _MIN_PEOPLE, _PLAIN = 3, 2, 40
# Above the first row, for a table that has no row of headings.
NO_HEADING_ROW = 0


@dataclass(frozen=True)
class TableHeadings:
    """by_row: the heading that begins at a row, by its number; NO_HEADING_ROW for a table that has none and
    was read by its cells alone. skipped: the numbers of the second rows of headings in two.
    """

    by_row: Mapping[int, TableHeading] = field(default_factory=dict)
    skipped: frozenset[int] = frozenset()


def find_headings(table: Table) -> TableHeadings:
    """The table's headings. A row is one by its words alone only at the top or where a table begins; and
    never in a part of a document where another has the names that plans use.
    """
    by_words = not table.locations or not any(map(read_named_heading, table.rows))
    found: dict[int, TableHeading] = {}
    skipped: set[int] = set()
    for place, row in enumerate(table.rows):
        if not row.filled_columns or row.number in skipped:
            continue
        below = table.rows[place + 1] if place + 1 < len(table.rows) else None
        is_top = not found or row.is_start
        two = _read_two_rows(row, below) if below is not None and is_top else None
        heading = two or (_read_top(row, by_words=by_words) if is_top else read_repeated_heading(row))
        if heading is None:
            continue
        if two and below:
            skipped.add(below.number)
        found[row.number] = _judge(heading, _rows_below(table.rows, place + 1 + bool(two)))
    return TableHeadings(found, frozenset(skipped))


def _read_top(row: TableRow, *, by_words: bool) -> TableHeading | None:
    return read_heading(row) if by_words else read_named_heading(row)


def guess_headings(table: Table) -> TableHeadings | None:
    """What the columns are by their cells alone; None where that is not certain."""
    rows = [row for row in table.rows if len(row.filled_columns) > 1]
    if len(rows) < _MIN_ROWS:
        return None
    heading = _judge(TableHeading({}), rows)
    about = heading.columns.keys() & {Column.DUE, Column.OWNER, Column.STATUS}
    if Column.ACTION not in heading.columns or len(about) < _MIN_ROWS:
        return None
    names = {index: f"Column {column_letter(index)}" for index in range(max(len(row.cells) for row in rows))}
    unread = tuple(index for index in names if index not in heading.columns.values())
    guessed = frozenset(heading.columns)
    return TableHeadings(
        {NO_HEADING_ROW: replace(heading, names=names, unread_columns=unread, guessed=guessed)}
    )


def share_guesses(every: Iterable[TableHeadings]) -> list[TableHeadings]:
    """The headings of a document's tables, where a column known by the cells of one table is the same below
    the same words of another.
    """
    tables = list(every)
    known = {
        heading.names[index].casefold(): column
        for table in tables
        for heading in table.by_row.values()
        for column, index in heading.columns.items()
        if column in heading.guessed and heading.names.get(index)
    }
    return [
        replace(
            table, by_row={number: _with_known(heading, known) for number, heading in table.by_row.items()}
        )
        for table in tables
    ]


def _with_known(heading: TableHeading, known: Mapping[str, Column]) -> TableHeading:
    for index in heading.unread_columns:
        column = known.get(heading.names.get(index, "").casefold())
        if column and column not in heading.columns and not (column is Column.OWNER and heading.people):
            heading = _with_column(heading, column, index, guessed=True)
    return heading


def _read_two_rows(upper: TableRow, lower: TableRow) -> TableHeading | None:
    """Read a heading whose second row divides some of its columns: Timescale into Start and End."""
    texts = {index: upper.cells[index] for index in upper.filled_columns}
    own = [index for index in lower.filled_columns if texts.get(index) != lower.cells[index]]
    if not own or lower.is_start or any(heading_candidates(lower.cells[index]) is None for index in own):
        return None
    is_divided = any(not upper.cell(index) for index in own) and len(texts) > 1
    whole = read_heading(lower)
    is_group_row = is_divided and all(heading_candidates(text) is not None for text in texts.values())
    if (whole and Column.ACTION in whole.columns and not is_group_row) or (
        not is_divided and min(len(own), len(texts)) < _MIN_ROWS
    ):
        return None
    both = {**texts, **{index: _both_texts(upper, lower, index) for index in own}}
    heading = read_texts(both)
    is_above_a_row = heading is not None and heading.columns.get(Column.ACTION) in own and not is_group_row
    if heading is None or (is_above_a_row and read_heading(upper) is not None):
        return None
    return heading


def _both_texts(upper: TableRow, lower: TableRow, index: int) -> str:
    group = index
    while group >= 0 and not upper.cell(group) and (group == index or group in lower.filled_columns):
        group -= 1
    lone = heading_candidates(lower.cells[index]) or ()
    if group != index and (not lone or any(rank < _PLAIN for _, rank in lone)):
        return lower.cells[index]
    both = f"{upper.cell(group)} {lower.cells[index]}".strip() if group >= 0 else lower.cells[index]
    return both if heading_candidates(both) is not None else lower.cells[index]


def _rows_below(rows: Sequence[TableRow], start: int) -> list[TableRow]:
    below: list[TableRow] = []
    for row in rows[start : start + _SAMPLE_ROWS]:
        if row.is_start and below:
            break
        if len(row.filled_columns) > 1 and read_repeated_heading(row) is None:
            below.append(row)
    return below


def _judge(heading: TableHeading, rows: Sequence[TableRow]) -> TableHeading:
    """The heading, by the cells of the rows below as well."""
    if not rows:
        return heading
    profiles = {
        index: profile_of(_own_cells(rows, index)) for index in range(max(len(row.cells) for row in rows))
    }
    columns = match_columns(heading.names, heading_candidates, profiles)
    judged = as_heading(columns, heading.names)
    judged = _with_colours(judged, profiles)
    judged = _with_blank_headings(judged, profiles, len(rows))
    judged = _with_people(judged, profiles)
    judged = _with_guesses(judged, profiles)
    if Column.ACTION not in judged.columns and Column.ACTION in heading.columns:
        return heading
    return judged


def _own_cells(rows: Sequence[TableRow], index: int) -> Iterator[str]:
    return (row.cell(index) for row in rows if index not in row.merged_columns)


def _with_column(heading: TableHeading, column: Column, index: int, *, guessed: bool = False) -> TableHeading:
    columns = {each: place for each, place in heading.columns.items() if place != index} | {column: index}
    unread = tuple(place for place in heading.unread_columns if place != index)
    marks = heading.guessed | {column} if guessed else heading.guessed
    return replace(heading, columns=columns, unread_columns=unread, guessed=marks)


def _with_colours(heading: TableHeading, profiles: Mapping[int, ColumnProfile]) -> TableHeading:
    """A column of statuses that holds colours alone declares them."""
    index = heading.columns.get(Column.STATUS)
    profile = profiles.get(index) if index is not None else None
    if index is None or profile is None or not profile.cells or Column.RAG in heading.columns:
        return heading
    return _with_column(heading, Column.RAG, index) if profile.share("colour") >= _MOST else heading


def _with_blank_headings(
    heading: TableHeading, profiles: Mapping[int, ColumnProfile], rows: int
) -> TableHeading:
    """A column without a heading holds the refs, or labels of groups of actions, or is kept by its letter."""
    for index, profile in profiles.items():
        if heading.names.get(index) or not profile.cells:
            continue
        if Column.REF not in heading.columns and profile.share("ref") >= _REFS:
            heading = _with_column(heading, Column.REF, index)
        elif _is_group(heading, index, profile, rows):
            heading = _with_column(heading, Column.SECTION, index)
            heading = replace(heading, carried=heading.carried | {Column.SECTION})
        elif heading.names:
            names = {**heading.names, index: f"Column {column_letter(index)}"}
            heading = replace(heading, names=names, unread_columns=(*heading.unread_columns, index))
    return heading


def _is_group(heading: TableHeading, index: int, profile: ColumnProfile, rows: int) -> bool:
    is_free = not heading.columns.keys() & {Column.SECTION, Column.PROJECT}
    before = index < heading.columns.get(Column.ACTION, 0)
    different = len(set(profile.cells))
    return is_free and before and different < rows and not profile.are_values


def _with_people(heading: TableHeading, profiles: Mapping[int, ColumnProfile]) -> TableHeading:
    """Names across the top, with a mark in the rows of each."""
    if Column.OWNER in heading.columns:
        return heading
    people = {
        index: heading.names[index]
        for index in heading.unread_columns
        if index in heading.names and _is_name(heading.names[index])
        if index not in profiles or not profiles[index].cells or profiles[index].share("tick") == 1
    }
    marked = [index for index in people if index in profiles and profiles[index].cells]
    if len(people) < _MIN_PEOPLE or not marked:
        return heading
    unread = tuple(index for index in heading.unread_columns if index not in people)
    return replace(heading, people=people, unread_columns=unread)


def _is_name(text: str) -> bool:
    words = text.split()
    if heading_candidates(text) is not None or not 0 < len(words) <= _MAX_NAME_WORDS:
        return False
    return is_initials(text) or all(word[0].isupper() and word.strip(".'-").isalpha() for word in words)


def _with_guesses(heading: TableHeading, profiles: Mapping[int, ColumnProfile]) -> TableHeading:
    """What the headings do not say is guessed by the cells of the columns with strange headings."""
    for column, tests, least in (
        (Column.DUE, ("date shape",), _MOST),
        (Column.STATUS, ("status",), _MOST),
        (Column.REF, ("ref",), 1.0),
        (Column.OWNER, ("initials",), _MOST),
        (Column.OWNER, ("full name",), _MOST),
    ):
        if column in heading.columns or (column is Column.OWNER and heading.people):
            continue
        for index, profile in profiles.items():
            strange = heading_candidates(heading.names.get(index, "")) is None
            free = index not in heading.columns.values() and index not in heading.people
            if strange and free and profile.cells and profile.share(*tests) >= least:
                heading = _with_column(heading, column, index, guessed=True)
                break
    return heading if Column.ACTION in heading.columns else _with_wordiest(heading, profiles)


def _with_wordiest(heading: TableHeading, profiles: Mapping[int, ColumnProfile]) -> TableHeading:
    """Take the free column with the most words for what is to be done."""
    free = [
        (profile.words, -index)
        for index, profile in profiles.items()
        if index not in heading.columns.values()
        and heading_candidates(heading.names.get(index, "")) != ()
        and profile.words >= _MIN_WORDS
        and not profile.is_repeating
        and not profile.are_values
    ]
    if not free:
        return heading
    return _with_column(heading, Column.ACTION, -max(free)[1], guessed=True)
