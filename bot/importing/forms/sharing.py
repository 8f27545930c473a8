"""Share the values of a cell among the actions that its row holds, when their numbers fit."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.importing.table.blocks import Para

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
