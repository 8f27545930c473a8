"""Allocate the values of a cell to the actions that share its row, when their numbers fit."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.importing.table.blocks import Para
from bot.importing.table.column_kinds import Column
from bot.importing.table.problems import MAX_SHOWN_LENGTH, DiagnosticLog
from bot.plan.text import one_line
from bot.sentences import sentence

_STEP = re.compile(r"\(?(?:[a-z]|[ivx]{2,4})[.)]\s")
CellLines = tuple[Para, ...]
_COLUMN_NAMES = {
    Column.OWNER: "owner", Column.DUE: "date", Column.STATUS: "status", Column.DELIVERED: "line",
    Column.SUCCESS: "success measure",
}  # fmt: skip


class AllocationDoubt(StrEnum):
    """How sure an allocation is.

    none: the numbers fit in one way only. either: one value, which may be the action above's as well.
    order: they fit only if each action has one, in order. unplaced: they do not fit, so none was placed.
    """

    NONE = "none"
    EITHER = "either"
    ORDER = "order"
    UNPLACED = "unplaced"


@dataclass(frozen=True)
class Allocation:
    """above: the values of the action that goes on from above. new: those of each new action, in order."""

    above: CellLines
    new: tuple[CellLines, ...]
    doubt: AllocationDoubt = AllocationDoubt.NONE


@dataclass
class PageBreakReporter:
    """Reports what was joined or guessed at the page breaks of one page.

    unit: what `number` counts, "row" or "line". above, new: the refs that share the current row.
    shifted: the refs whose success measures may be printed one row too low on this page.
    """

    unit: str
    problems: DiagnosticLog
    number: int = 0
    above: str = ""
    new: list[str] = field(default_factory=list)
    shifted: list[str] = field(default_factory=list)
    is_shifting: bool = False

    def start_row(self, number: int, above: str, new: list[str]) -> None:
        """Begin a row. above: the action that goes on in it, "" for none. new: the refs that begin in it."""
        self.number, self.above, self.new = number, above, new

    def report_joined(self) -> None:
        """Report that lines below the break were joined to the action above it."""
        message = sentence("layout.joined", above=self.above, new_refs=_without_stops(self.new))
        self.problems.info(self._where(), "row", "", message)

    def report_moved(self, column: Column, text: str, printed: str) -> None:
        name = _COLUMN_NAMES[column]
        message = sentence("layout.moved", column=name, printed=printed, above=self.above)
        self.problems.warning(self._where(), str(column), text[:MAX_SHOWN_LENGTH], message)

    def report_allocation(
        self, column: Column, values: CellLines, above: CellLines, allocation: Allocation
    ) -> None:
        """Report an allocation that may be wrong."""
        if allocation.doubt is AllocationDoubt.EITHER and column is Column.SUCCESS:
            self.shifted, self.is_shifting = [*self.new], True
        elif allocation.doubt is AllocationDoubt.EITHER and above and above[-1].text == values[0].text:
            return
        elif allocation.doubt is not AllocationDoubt.NONE:
            text = one_line("; ".join(para.text for para in values))[:MAX_SHOWN_LENGTH]
            self.problems.warning(self._where(), str(column), text, self._describe_doubt(column, allocation))

    def add_following_row(self, ref: str, success: CellLines) -> None:
        """Add a further row of the page, whose success measures may be shifted with those above."""
        self.is_shifting = self.is_shifting and bool(success)
        if self.is_shifting:
            self.shifted.append(ref)

    def end_of_page(self) -> None:
        if self.shifted:
            refs = _without_stops(self.shifted)
            message = sentence("layout.shifted", refs=refs, above=self.above, first=self.shifted[0])
            self.problems.warning(self._where(), str(Column.SUCCESS), "", message)
        self.shifted, self.is_shifting = [], False

    def report_inseparable(self, number: int, refs: list[str]) -> None:
        message = sentence("layout.inseparable", refs=_without_stops(refs))
        self.problems.error(f"{self.unit} {number}", "ref", ", ".join(refs), message)

    def _describe_doubt(self, column: Column, allocation: Allocation) -> str:
        name = _COLUMN_NAMES[column]
        refs = _without_stops([self.above, *self.new] if self.above else self.new)
        if allocation.doubt is AllocationDoubt.UNPLACED:
            return sentence("layout.unplaced", refs=refs, column=name)
        if allocation.doubt is AllocationDoubt.EITHER:
            return sentence("layout.either", column=name, above=self.above, new=self.new[0])
        return sentence("layout.in_order", refs=refs)

    def _where(self) -> str:
        return f"{self.unit} {self.number}"


def allocate_lines(values: CellLines, new_count: int, *, above: CellLines | None) -> Allocation:
    """Allocate the values to the action above and `new_count` further ones.

    above: the action above's values in this column so far; None when no action goes on from above.
    """
    each = tuple((value,) for value in values)
    if not values or not new_count:
        return Allocation(values, ((),) * new_count)
    if len(values) == new_count:
        return Allocation((), each, _doubt_of_one_each(new_count, above))
    if above is not None and len(values) == new_count + 1:
        return Allocation(values[:1], each[1:], AllocationDoubt.ORDER)
    if above is None or new_count > 1:
        return Allocation((), ((),) * new_count, AllocationDoubt.UNPLACED)
    return (
        Allocation((), (values,), AllocationDoubt.ORDER)
        if above
        else Allocation(values[:1], (values[1:],), AllocationDoubt.ORDER)
    )


def _doubt_of_one_each(new: int, above: CellLines | None) -> AllocationDoubt:
    if above is None or (above and new > 1):
        return AllocationDoubt.NONE
    return AllocationDoubt.EITHER if above else AllocationDoubt.ORDER


def is_unfinished(text: str) -> bool:
    """Tell text that may go on elsewhere: no full stop or colon ends it."""
    return bool(text.strip()) and not text.rstrip().endswith((".", "!", "?", ":", ";"))


def is_continuation(before: CellLines, after: CellLines) -> bool:
    """Tell whether the first line of a cell is the rest of the last line of another."""
    if not before or not after or _STEP.match(after[0].text):
        return False
    return is_unfinished(before[-1].text) and after[0].text[:1].islower()


def join_cells(before: CellLines, after: CellLines) -> CellLines:
    """The lines of both cells, with a line that was cut between them joined."""
    if not is_continuation(before, after):
        return (*before, *after)
    first, rest = before[-1].text.rstrip(), after[0].text
    gap = "" if first.endswith("-") and first[-2:-1].isalpha() else " "
    return (*before[:-1], Para(f"{first}{gap}{rest}", before[-1].strong), *after[1:])


def _without_stops(refs: list[str]) -> list[str]:
    return [ref.rstrip(".") for ref in refs]
