"""Share the values of a cell among the actions that its row holds, when their numbers fit."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.importing.table.blocks import Para
from bot.importing.table.headings import Column
from bot.importing.table.problems import DiagnosticLog
from bot.plan.text import one_line

_STEP = re.compile(r"\(?(?:[a-z]|[ivx]{2,4})[.)]\s")
CellLines = tuple[Para, ...]


class AllocationDoubt(StrEnum):
    """How sure the sharing is.

    none: the numbers fit in one way only. either: one value, which the action above could own as well.
    order: they fit only if each action has one, in order. unplaced: they do not fit, so none was placed.
    """

    NONE = "none"
    EITHER = "either"
    ORDER = "order"
    UNPLACED = "unplaced"


@dataclass(frozen=True)
class Allocation:
    """above: the values of the action that goes on from before; new: those of each new action."""

    above: CellLines
    new: tuple[CellLines, ...]
    doubt: AllocationDoubt = AllocationDoubt.NONE


def allocate_lines(values: CellLines, new_count: int, *, above: CellLines | None) -> Allocation:
    """Share values among the action above and `new_count` further ones.

    above: what the action above has in this column already; None when no action goes on from above.
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
    """Tell words that may go on elsewhere: no full stop or colon ends them."""
    return bool(text.strip()) and not text.rstrip().endswith((".", "!", "?", ":", ";"))


def is_continuation(before: CellLines, after: CellLines) -> bool:
    """Tell whether the first line of a cell is the rest of the last line of another."""
    if not before or not after or _STEP.match(after[0].text):
        return False
    return is_unfinished(before[-1].text) and after[0].text[:1].islower()


def join_cells(before: CellLines, after: CellLines) -> CellLines:
    """Put two cells together, a line that was cut made whole again."""
    if not is_continuation(before, after):
        return (*before, *after)
    first, rest = before[-1].text.rstrip(), after[0].text
    gap = "" if first.endswith("-") and first[-2:-1].isalpha() else " "
    return (*before[:-1], Para(f"{first}{gap}{rest}", before[-1].strong), *after[1:])


_MAX_SHOWN_LENGTH = 80
_COLUMN_NAMES = {
    Column.OWNER: "owner", Column.DUE: "date", Column.STATUS: "status", Column.DELIVERED: "line",
    Column.SUCCESS: "success measure",
}  # fmt: skip


@dataclass
class PageBreakReporter:
    """What is told of the tables of a page.

    unit: what numbers count, "row" or "line". above, new: the refs that share the row being read.
    shifted: the refs whose success measures may stand one row too low on this page.
    """

    unit: str
    problems: DiagnosticLog
    number: int = 0
    above: str = ""
    new: list[str] = field(default_factory=list)
    shifted: list[str] = field(default_factory=list)
    is_shifting: bool = False

    def start_row(self, number: int, above: str, new: list[str]) -> None:
        """Begin with a row that holds the end of `above`, "" when it holds none, and the new refs."""
        self.number, self.above, self.new = number, above, new

    def report_joined(self) -> None:
        """Tell that lines below the break were joined to the action above it."""
        with_new = f" It also holds {_join_refs(self.new)}." if self.new else ""
        message = (
            f"A page break cuts {self.above} in two here. The lines below it were joined to {self.above}."
        )
        self.problems.info(self._where(), "row", "", message + with_new)

    def report_moved(self, column: Column, text: str, printed: str) -> None:
        message = (
            f"This {_COLUMN_NAMES[column]} is printed beside {printed} but goes on below the page break, "
            f"as only "
            f"{self.above} does. It was taken as {self.above}'s."
        )
        self.problems.warning(self._where(), str(column), text[:_MAX_SHOWN_LENGTH], message)

    def report_allocation(
        self, column: Column, values: CellLines, above: CellLines, allocation: Allocation
    ) -> None:
        """Tell a sharing that could be otherwise."""
        if allocation.doubt is AllocationDoubt.EITHER and column is Column.SUCCESS:
            self.shifted, self.is_shifting = [*self.new], True
        elif allocation.doubt is AllocationDoubt.EITHER and above and above[-1].text == values[0].text:
            return
        elif allocation.doubt is not AllocationDoubt.NONE:
            text = one_line("; ".join(para.text for para in values))[:_MAX_SHOWN_LENGTH]
            self.problems.warning(self._where(), str(column), text, self._describe_doubt(column, allocation))

    def add_following_row(self, ref: str, success: CellLines) -> None:
        """Note a further row of the page whose success measures may be shifted with those above."""
        self.is_shifting = self.is_shifting and bool(success)
        if self.is_shifting:
            self.shifted.append(ref)

    def end_of_page(self) -> None:
        if self.shifted:
            message = (
                f"A page break shifted this column. The success measures beside {_join_refs(self.shifted)} "
                f"may each belong to the action above ({self.above} for {self.shifted[0]}). They were left "
                "where they are printed. Check them against the paper."
            )
            self.problems.warning(self._where(), str(Column.SUCCESS), "", message)
        self.shifted, self.is_shifting = [], False

    def report_inseparable(self, number: int, refs: list[str]) -> None:
        message = (
            f"This row holds {_join_refs(refs)}, and it cannot be told which words belong to which. It "
            f"was read "
            "as one row. Give each its own row."
        )
        self.problems.error(f"{self.unit} {number}", "ref", ", ".join(refs), message)

    def _describe_doubt(self, column: Column, allocation: Allocation) -> str:
        name = _COLUMN_NAMES[column]
        every = [self.above, *self.new] if self.above else self.new
        if allocation.doubt is AllocationDoubt.UNPLACED:
            return (
                f"A page break put {_join_refs(every)} into one row. It cannot be told which {name} "
                f"belongs to "
                "which, so none was taken. Give each its own."
            )
        if allocation.doubt is AllocationDoubt.EITHER:
            return (
                f"This {name} stands beside the end of {self.above} and beside {self.new[0]}, because of a "
                f"page break. It was taken as {self.new[0]}'s. Is it?"
            )
        return (
            f"A page break put {_join_refs(every)} into one row. What stands in this column was shared "
            f"out in "
            "order. Is that right?"
        )

    def _where(self) -> str:
        return f"{self.unit} {self.number}"


def _join_refs(refs: list[str]) -> str:
    plain = [ref.rstrip(".") for ref in refs]
    return plain[0] if len(plain) == 1 else f"{', '.join(plain[:-1])} and {plain[-1]}"
