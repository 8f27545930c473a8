"""Share the values of a cell among the actions that its row holds, when their numbers fit."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.importing.table.blocks import Para
from bot.importing.table.headings import Column
from bot.importing.table.problems import ProblemLog
from bot.plan.text import one_line

_STEP = re.compile(r"\(?(?:[a-z]|[ivx]{2,4})[.)]\s")
Cell = tuple[Para, ...]


class Doubt(StrEnum):
    """How sure the sharing is.

    none: the numbers fit in one way only. either: one value, which the action above could own as well.
    order: they fit only if each action has one, in order. unplaced: they do not fit, so none was placed.
    """

    NONE = "none"
    EITHER = "either"
    ORDER = "order"
    UNPLACED = "unplaced"


@dataclass(frozen=True)
class Shares:
    """above: the values of the action that goes on from before; new: those of each new action."""

    above: Cell
    new: tuple[Cell, ...]
    doubt: Doubt = Doubt.NONE


def share(values: Cell, new: int, *, above: Cell | None) -> Shares:
    """Share values among the action above and `new` further ones.

    above: what the action above has in this column already; None when no action goes on from above.
    """
    each = tuple((value,) for value in values)
    if not values or not new:
        return Shares(values, ((),) * new)
    if len(values) == new:
        return Shares((), each, _doubt_of_one_each(new, above))
    if above is not None and len(values) == new + 1:
        return Shares(values[:1], each[1:], Doubt.ORDER)
    if above is None or new > 1:
        return Shares((), ((),) * new, Doubt.UNPLACED)
    return Shares((), (values,), Doubt.ORDER) if above else Shares(values[:1], (values[1:],), Doubt.ORDER)


def _doubt_of_one_each(new: int, above: Cell | None) -> Doubt:
    if above is None or (above and new > 1):
        return Doubt.NONE
    return Doubt.EITHER if above else Doubt.ORDER


def is_open(text: str) -> bool:
    """Tell words that may go on elsewhere: no full stop or colon ends them."""
    return bool(text.strip()) and not text.rstrip().endswith((".", "!", "?", ":", ";"))


def goes_on(before: Cell, after: Cell) -> bool:
    """Tell whether the first line of a cell is the rest of the last line of another."""
    if not before or not after or _STEP.match(after[0].text):
        return False
    return is_open(before[-1].text) and after[0].text[:1].islower()


def together(before: Cell, after: Cell) -> Cell:
    """Put two cells together, a line that was cut made whole again."""
    if not goes_on(before, after):
        return (*before, *after)
    first, rest = before[-1].text.rstrip(), after[0].text
    gap = "" if first.endswith("-") and first[-2:-1].isalpha() else " "
    return (*before[:-1], Para(f"{first}{gap}{rest}", before[-1].strong), *after[1:])


_LONGEST_SHOWN = 80
_NAMES = {
    Column.OWNER: "owner", Column.DUE: "date", Column.STATUS: "status", Column.DELIVERED: "line",
    Column.SUCCESS: "success measure",
}  # fmt: skip


@dataclass
class CutNotes:
    """What is told of the tables of a page.

    counted: what numbers count, "row" or "line". above, new: the refs that share the row being read.
    shifted: the refs whose success measures may stand one row too low on this page.
    """

    counted: str
    problems: ProblemLog
    number: int = 0
    above: str = ""
    new: list[str] = field(default_factory=list)
    shifted: list[str] = field(default_factory=list)
    follows: bool = False

    def start(self, number: int, above: str, new: list[str]) -> None:
        """Begin with a row that holds the end of `above`, "" when it holds none, and the new refs."""
        self.number, self.above, self.new = number, above, new

    def tell_joined(self) -> None:
        """Tell that lines below the break were joined to the action above it."""
        with_new = f" It also holds {_named(self.new)}." if self.new else ""
        message = (
            f"A page break cuts {self.above} in two here. The lines below it were joined to {self.above}."
        )
        self.problems.info(self._where(), "row", "", message + with_new)

    def tell_moved(self, column: Column, text: str, printed: str) -> None:
        message = (
            f"This {_NAMES[column]} is printed beside {printed} but goes on below the page break, as only "
            f"{self.above} does. It was taken as {self.above}'s."
        )
        self.problems.warning(self._where(), str(column), text[:_LONGEST_SHOWN], message)

    def tell_shared(self, column: Column, values: Cell, above: Cell, shares: Shares) -> None:
        """Tell a sharing that could be otherwise."""
        if shares.doubt is Doubt.EITHER and column is Column.SUCCESS:
            self.shifted, self.follows = [*self.new], True
        elif shares.doubt is Doubt.EITHER and above and above[-1].text == values[0].text:
            return
        elif shares.doubt is not Doubt.NONE:
            text = one_line("; ".join(para.text for para in values))[:_LONGEST_SHOWN]
            self.problems.warning(self._where(), str(column), text, self._doubt(column, shares))

    def follow(self, ref: str, success: Cell) -> None:
        """Note a further row of the page whose success measures may be shifted with those above."""
        self.follows = self.follows and bool(success)
        if self.follows:
            self.shifted.append(ref)

    def end_of_page(self) -> None:
        if self.shifted:
            message = (
                f"A page break shifted this column. The success measures beside {_named(self.shifted)} "
                f"may each belong to the action above ({self.above} for {self.shifted[0]}). They were left "
                "where they are printed. Check them against the paper."
            )
            self.problems.warning(self._where(), str(Column.SUCCESS), "", message)
        self.shifted, self.follows = [], False

    def tell_inseparable(self, number: int, refs: list[str]) -> None:
        message = (
            f"This row holds {_named(refs)}, and it cannot be told which words belong to which. It was read "
            "as one row. Give each its own row."
        )
        self.problems.error(f"{self.counted} {number}", "ref", ", ".join(refs), message)

    def _doubt(self, column: Column, shares: Shares) -> str:
        name = _NAMES[column]
        every = [self.above, *self.new] if self.above else self.new
        if shares.doubt is Doubt.UNPLACED:
            return (
                f"A page break put {_named(every)} into one row. It cannot be told which {name} belongs to "
                "which, so none was taken. Give each its own."
            )
        if shares.doubt is Doubt.EITHER:
            return (
                f"This {name} stands beside the end of {self.above} and beside {self.new[0]}, because of a "
                f"page break. It was taken as {self.new[0]}'s. Is it?"
            )
        return (
            f"A page break put {_named(every)} into one row. What stands in this column was shared out in "
            "order. Is that right?"
        )

    def _where(self) -> str:
        return f"{self.counted} {self.number}"


def _named(refs: list[str]) -> str:
    plain = [ref.rstrip(".") for ref in refs]
    return plain[0] if len(plain) == 1 else f"{', '.join(plain[:-1])} and {plain[-1]}"
