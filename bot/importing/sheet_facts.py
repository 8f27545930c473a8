"""What a worksheet says about its cells besides their values: merged, hidden, not calculated."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils import range_boundaries

from bot.importing.tables import MOST_ROWS

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MOST_MERGED = 100_000


@dataclass
class SheetFacts:
    """merged: (row from 1, column from 0) of each repeating cell, with the cell above that it repeats.

    hidden_rows: from 1, those with text only. uncalculated: coordinates of formulas with no saved result.
    """

    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: bool = False
    uncalculated: list[str] = field(default_factory=list)


def read_sheet_facts(sheet: IO[bytes]) -> SheetFacts:
    """Read a worksheet's XML as a stream. Raises what defusedxml raises for malformed or hostile XML."""
    facts = SheetFacts()
    for element in _elements(sheet):
        match element.tag.removeprefix(_SPACE):
            case "row":
                _read_row(element, facts)
                element.clear()
            case "col":
                facts.hidden_columns |= _is_on(element.get("hidden"))
            case "mergeCell":
                _read_merge(element.get("ref", ""), facts)
    return facts


def _elements(sheet: IO[bytes]) -> Iterator[Element]:
    for _, element in iterparse(sheet, events=("end",), forbid_dtd=True):
        yield element


def _read_row(row: Element, facts: SheetFacts) -> None:
    cells = row.findall(f"{_SPACE}c")
    number = row.get("r", "")
    if _is_on(row.get("hidden")) and number.isdecimal() and any(len(cell) for cell in cells):
        facts.hidden_rows.append(int(number))
    for cell in cells:
        value = cell.find(f"{_SPACE}v")
        if cell.find(f"{_SPACE}f") is not None and (value is None or not value.text):
            facts.uncalculated.append(cell.get("r", ""))


def _read_merge(ref: str, facts: SheetFacts) -> None:
    """Keep what a merge carries down its first column; one beyond the limits of a plan carries nothing."""
    left, top, _, bottom = range_boundaries(ref)
    if left is None or top is None or bottom is None or bottom > MOST_ROWS:
        return
    if len(facts.merged) + bottom - top > _MOST_MERGED:
        return
    for row in range(top + 1, bottom + 1):
        facts.merged[row, left - 1] = (top, left - 1)


def _is_on(value: str | None) -> bool:
    return value in {"1", "true"}
