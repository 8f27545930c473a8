"""The weekly digest of a board."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.actions import YearAmount
from bot.messages.base import ActionLine, Message, Owner, example_line
from bot.plan.rag import Colour


@dataclass(frozen=True)
class ColourCount:
    """change: since the last digest; None in the first one."""

    colour: Colour
    count: int
    change: int | None = None


@dataclass(frozen=True)
class DigestChange:
    """Something that happened in the week, by one action."""

    ref: str
    title: str
    by: str
    old_due: date | None = None
    new_due: date | None = None
    because: str = ""


@dataclass(frozen=True)
class BoardItem:
    """An action that the board is asked to look at. asked: how many prompts asked about it since the last
    word. route_to_green, help_needed: as last said while it was declared Red or Amber.
    """

    line: ActionLine
    asked: int = 0
    route_to_green: str = ""
    help_needed: str = ""


@dataclass(frozen=True)
class UnansweredOwner:
    """An owner who has not answered: about how many actions, and since which day."""

    owner: Owner
    count: int
    since: date


@dataclass(frozen=True)
class DigestSection:
    """A section of a plan, and the refs of its actions that the digest lists."""

    title: str
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Digest(Message):
    """The weekly digest of one board. day: the day it is for; posted: a later day on which it was, None for
    the same.

    The first message is for_board, at most MAX_BOARD_ITEMS, what changed since the last digest that was seen
    (turned_red, recovered, completed, redated, dropped), unanswered, and what falls due; the rest stands in
    its thread, by section. complete: how many are, checked: how many of those somebody else checked, None
    where nobody has to. money: thousands of pounds by financial year that Red and Amber projects are to save.

    reds worst first; escalated: the refs at least 14 days late. unlinked: owners no account is linked to.
    unowned: refs of open actions without an owner. missed: earlier weeks never posted. The totals say how
    many there are of a list that shows only its first. refused: why it could not be posted on its day, in
    words; "" where it was. silent: what a digest made by an earlier version has in place of unanswered.
    """

    name: ClassVar[str] = "digest"
    board: str
    plans: tuple[str, ...]
    day: date
    total: int
    counts: tuple[ColourCount, ...]
    reds: tuple[ActionLine, ...] = ()
    ambers: tuple[ActionLine, ...] = ()
    completed: tuple[DigestChange, ...] = ()
    started: tuple[DigestChange, ...] = ()
    redated: tuple[DigestChange, ...] = ()
    due_soon: tuple[ActionLine, ...] = ()
    silent: tuple[tuple[Owner, int], ...] = ()
    unlinked: tuple[tuple[str, int], ...] = ()
    escalated: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()
    since: date | None = None
    posted: date | None = None
    missed: tuple[date, ...] = ()
    preview: bool = False
    total_red: int = 0
    total_amber: int = 0
    total_due_soon: int = 0
    total_escalated: int = 0
    refused: str = ""
    for_board: tuple[BoardItem, ...] = ()
    turned_red: tuple[DigestChange, ...] = ()
    recovered: tuple[DigestChange, ...] = ()
    dropped: tuple[DigestChange, ...] = ()
    unanswered: tuple[UnansweredOwner, ...] = ()
    unowned: tuple[str, ...] = ()
    sections: tuple[DigestSection, ...] = ()
    complete: int = 0
    checked: int | None = None
    money: tuple[YearAmount, ...] = ()

    @classmethod
    def example(cls) -> "Digest":
        line = example_line()
        return cls(
            "Improvement Board",
            ("Improvement plan 2026-29",),
            date(2026, 3, 30),
            1,
            (ColourCount(Colour.RED, 1, 1), ColourCount(Colour.AMBER, 0, -1)),
            reds=(line,),
            for_board=(BoardItem(line, 2, help_needed="A decision on the second analyst"),),
            sections=(DigestSection("1 Savings", (line.ref,)),),
        )
