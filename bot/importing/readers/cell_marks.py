"""What the cells of a sheet show beside their text: stored dates, and backgrounds in a plan's colours."""

from colorsys import rgb_to_hsv
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from bot.importing.table.tables import Table, TableRow
from bot.plan.rag import Colour

# The old palette of spreadsheets, by its numbers, and the colours of a theme that are plain enough.
_PALETTE = {
    10: "FF0000", 2: "FF0000", 11: "00FF00", 3: "00FF00", 12: "0000FF", 4: "0000FF", 13: "FFFF00",
    5: "FFFF00", 17: "008000", 50: "339966", 51: "FFCC00", 52: "FF9900", 53: "FF6600", 57: "339966",
    42: "CCFFCC",
}  # fmt: skip
_MIN_SATURATION, _MIN_VALUE, _RGB_LENGTH = 0.25, 0.35, 6


@dataclass
class CellMarks:
    """stored_dates: rows (from 1) and columns (from 0) of dates. fills: backgrounds, by row and column."""

    stored_dates: dict[int, set[int]] = field(default_factory=dict)
    fills: dict[int, dict[int, Colour]] = field(default_factory=dict)

    def add_stored_date(self, row: int, column: int) -> None:
        self.stored_dates.setdefault(row, set()).add(column)

    def add_fill(self, row: int, column: int, cell: Any) -> None:
        """cell: openpyxl's, of which one without a style has no background."""
        if not getattr(cell, "has_style", False):
            return
        fill = cell.fill
        if fill.fill_type != "solid":
            return
        colour = fill.fgColor
        printed = colour.rgb if colour.type == "rgb" else _PALETTE.get(getattr(colour, "indexed", -1), "")
        if found := colour_of_fill(str(printed)):
            self.fills.setdefault(row, {})[column] = found

    def mark(self, table: Table) -> Table:
        return replace(table, rows=tuple(self._mark_row(row) for row in table.rows))

    def _mark_row(self, row: TableRow) -> TableRow:
        dates, fills = self.stored_dates.get(row.number), self.fills.get(row.number)
        return replace(row, stored_dates=frozenset(dates or ()), fills=fills or {}) if dates or fills else row


@lru_cache(500)
def colour_of_fill(printed: str) -> Colour | None:
    """Red, Amber, Green or Blue for "FF0000" or "FFFF0000"; None for white, grey and pale ones."""
    try:
        red, green, blue = (int(printed[-_RGB_LENGTH:][at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError:
        return None
    hue, saturation, value = rgb_to_hsv(red, green, blue)
    if saturation < _MIN_SATURATION or value < _MIN_VALUE:
        return None
    degrees = hue * 360
    for most, colour in ((15, Colour.RED), (68, Colour.AMBER), (165, Colour.GREEN), (260, Colour.BLUE)):
        if degrees <= most:
            return colour
    return Colour.RED if degrees > 330 else None  # noqa: PLR2004 - where red begins again
