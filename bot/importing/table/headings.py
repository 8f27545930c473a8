"""Find a plan's columns by their headings, in any order and by any of the names people give them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.importing.table.column_kinds import Candidates, Column
from bot.importing.table.column_profiles import ColumnProfile, can_hold
from bot.importing.table.columns import SYNONYMS, exact_candidates, heading_candidates
from bot.importing.table.tables import TableRow
from bot.sentences import sentence

_NAMED_COLUMNS = (Column.REF, Column.ACTION, Column.OWNER, Column.DUE, Column.STATUS)
_NOT_ABOUT = {
    Column.ACTION, Column.SECTION, Column.TAGS, Column.START, Column.ROW_TYPE, Column.PRIORITY,
    Column.CATEGORY, Column.RAISED_ON, Column.CLOSED_ON, Column.ORIGINAL,
}  # fmt: skip
# What a row of headings has, where none of them names the actions.
_TELLING = {Column.REF, Column.OWNER, Column.DUE, Column.STATUS, Column.START, Column.RAG, Column.DONE}
# A number; a date, or a label with its value beside it.
_NUMBER = re.compile(r"[\s\u00a3$(]*+[0-9][0-9\s,./:%)-]*+")
_VALUE = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2}|[a-z)] ?: ?\S")
_MAX_HEADING_LENGTH = 60
_MIN_CELLS, _MIN_TELLING = 3, 2
_KNOWN_SHARE, _KNOWN_BESIDE_NAMES, _MAX_NAME_WORDS, _PLAIN_NAME = 0.6, 0.5, 3, 40

Namer = Callable[[str], Candidates | None]


@dataclass(frozen=True)
class TableHeading:
    """columns: the index of each, from 0. unread_columns: the indexes of those that a plan has no field for.

    names: the words of every heading, by index. guessed: the columns whose heading did not say what they
    are. carried: those whose cell counts for the blank ones below it. people: initials or names across the
    top, by index, with a mark in the rows that are theirs.
    """

    columns: dict[Column, int]
    unread_columns: tuple[int, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    guessed: frozenset[Column] = frozenset()
    carried: frozenset[Column] = frozenset()
    people: Mapping[int, str] = field(default_factory=dict)


def read_heading(row: TableRow) -> TableHeading | None:
    """Read a row as a heading; None unless it names the actions and at least one thing about them, or at
    least three other things that plans have and little else.
    """
    return read_named_heading(row) or _read_by_words(row)


def read_named_heading(row: TableRow) -> TableHeading | None:
    """Read a row as a heading by the names of SYNONYMS alone."""
    texts = {index: row.cells[index] for index in row.filled_columns}
    found = match_columns(texts, exact_candidates)
    if not _is_enough(found):
        return None
    return as_heading(match_columns(texts, heading_candidates), texts)


def read_repeated_heading(row: TableRow) -> TableHeading | None:
    """Read a row below a heading as another one: at least half of its cells are names, and none a value."""
    texts = [row.cells[index] for index in row.filled_columns]
    named = sum(exact_candidates(text) is not None for text in texts)
    if 2 * named < len(texts) or any(map(_is_value, texts)):
        return None
    return read_named_heading(row)


def _read_by_words(row: TableRow) -> TableHeading | None:
    texts = {index: row.cells[index] for index in row.filled_columns}
    return read_texts(texts)


def read_texts(texts: Mapping[int, str]) -> TableHeading | None:
    """Read the cells of a row as a heading by their words, by index; None where they are something else."""
    if len(texts) < _MIN_TELLING or any(_is_value(text) for text in texts.values()):
        return None
    known = sum(heading_candidates(text) is not None for text in texts.values())
    found = match_columns(texts, heading_candidates)
    if known < len(texts) * (_KNOWN_SHARE if not _may_be_names(texts.values()) else _KNOWN_BESIDE_NAMES):
        return None
    enough = len(texts) >= _MIN_CELLS or _names_actions(texts.values())
    if not (enough and _is_enough(found)) and not _is_telling(found):
        return None
    return as_heading(found, texts)


def _is_value(text: str) -> bool:
    if len(text) > _MAX_HEADING_LENGTH or _NUMBER.fullmatch(text):
        return True
    return _VALUE.search(text) is not None


def _may_be_names(texts: Iterable[str]) -> bool:
    """Whether what is no heading may be names across the top: "Step, Due by, Priya, Tom"."""
    strange = [text for text in texts if heading_candidates(text) is None]
    return all(len(text.split()) <= _MAX_NAME_WORDS and text[0].isupper() for text in strange)


def _names_actions(texts: Iterable[str]) -> bool:
    offers = [offer for text in texts for offer in heading_candidates(text) or ()]
    return any(column is Column.ACTION and rank < _PLAIN_NAME for column, rank in offers)


def as_heading(columns: dict[Column, int], texts: Mapping[int, str]) -> TableHeading:
    used = set(columns.values())
    return TableHeading(columns, tuple(index for index in sorted(texts) if index not in used), dict(texts))


def match_columns(
    texts: Mapping[int, str], namer: Namer, profiles: Mapping[int, ColumnProfile] | None = None
) -> dict[Column, int]:
    """The surest column for each heading. profiles: of the cells below, where they are known: a column whose
    cells cannot be what its heading says is something else.
    """
    offers = [
        (rank, index, column)
        for index, text in texts.items()
        for column, rank in namer(text) or ()
        if profiles is None or index not in profiles or can_hold(profiles[index], column, rank)
    ]
    columns: dict[Column, int] = {}
    taken: set[int] = set()
    for _, index, column in sorted(offers, key=lambda offer: offer[:2]):
        if column not in columns and index not in taken:
            columns[column] = index
            taken.add(index)
    if Column.ACTION not in columns:
        columns = _with_action(columns, offers)
    return columns


def _with_action(columns: dict[Column, int], offers: list[tuple[int, int, Column]]) -> dict[Column, int]:
    """A column that is first a ref or a priority says what is to be done where none else does."""
    spare = [offer for offer in offers if offer[2] is Column.ACTION]
    if not spare:
        return columns
    index = min(spare)[1]
    return {Column.ACTION: index} | {column: place for column, place in columns.items() if place != index}


def describe_headings() -> str:
    """Say in a sentence which headings a plan needs."""
    columns = [f"{SYNONYMS[column][0]} (or {', '.join(SYNONYMS[column][1:4])})" for column in _NAMED_COLUMNS]
    return sentence("table.headings_needed", columns=columns)


def _is_enough(columns: Mapping[Column, int]) -> bool:
    return Column.ACTION in columns and bool(columns.keys() - _NOT_ABOUT)


def _is_telling(columns: Mapping[Column, int]) -> bool:
    return len(columns) >= _MIN_CELLS and len(columns.keys() & _TELLING) >= _MIN_TELLING
