"""Tell what a page break left in doubt, in words an officer understands."""

from dataclasses import dataclass, field

from bot.importing.forms.sharing import Cell, Doubt, Shares
from bot.importing.table.headings import Column
from bot.importing.table.problems import ProblemLog
from bot.plan.typing_marks import one_line

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
