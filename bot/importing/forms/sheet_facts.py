"""What a worksheet says about its cells besides their values: merged, hidden, not calculated."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils import range_boundaries

from bot.importing.table.tables import MOST_ROWS

_MOST_MERGED = 100_000


@dataclass
class SheetFacts:
    """merged: (row from 1, column from 0) of each repeating cell, with the cell above that it repeats.

    last_row, last_column: the last that hold anything, from 1; 0 for an empty sheet. hidden_rows: from 1,
    those with text only. uncalculated: coordinates of formulas with no saved result.
    """

    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: bool = False
    uncalculated: list[str] = field(default_factory=list)


def read_sheet_facts(sheet: IO[bytes]) -> SheetFacts:
    """Read a worksheet's XML as a stream. Raises what defusedxml raises for malformed or hostile XML."""
    facts = SheetFacts()
    number = 0
    for element in _elements(sheet):
        match element.tag.rpartition("}")[2]:
            case "row":
                number = _read_row(element, facts, number)
                element.clear()
            case "col":
                facts.hidden_columns |= _is_on(element.get("hidden"))
            case "mergeCell":
                _read_merge(element.get("ref", ""), facts)
    return facts


def _elements(sheet: IO[bytes]) -> Iterator[Element]:
    for _, element in iterparse(sheet, events=("end",), forbid_dtd=True):
        yield element


def _read_row(row: Element, facts: SheetFacts, counted: int) -> int:
    """Note what a row says; give its number, which follows the one before when it states none."""
    stated = row.get("r", "")
    number = int(stated) if stated.isdecimal() else counted + 1
    filled = [cell for cell in row.findall("{*}c") if len(cell)]
    if not filled:
        return number
    facts.last_row = max(facts.last_row, number)
    facts.last_column = max(facts.last_column, _column(filled[-1]) or len(row))
    if _is_on(row.get("hidden")):
        facts.hidden_rows.append(number)
    for cell in filled:
        value = cell.find("{*}v")
        if cell.find("{*}f") is not None and (value is None or not value.text):
            facts.uncalculated.append(cell.get("r", ""))
    return number


def _read_merge(ref: str, facts: SheetFacts) -> None:
    """Keep what a merge carries down its first column; one beyond the limits of a plan carries nothing."""
    left, top, _, bottom = range_boundaries(ref)
    if left is None or top is None or bottom is None or bottom > MOST_ROWS:
        return
    if len(facts.merged) + bottom - top > _MOST_MERGED:
        return
    for row in range(top + 1, bottom + 1):
        facts.merged[row, left - 1] = (top, left - 1)


def _column(cell: Element) -> int:
    """Give the column from 1 of a cell's coordinate, 0 when it has none."""
    coordinate = cell.get("r", "")
    return range_boundaries(coordinate)[0] or 0 if coordinate else 0


def _is_on(value: str | None) -> bool:
    return value in {"1", "true"}
