"""The page a person finds when they open the bot's Home tab."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.base import ActionLine, Message, example_line
from bot.plan.rag import Colour


@dataclass(frozen=True)
class BoardStanding:
    """How a board's plan stands now. next_digest: None when none is to come."""

    board: str
    plans: tuple[str, ...]
    total: int
    counts: tuple[tuple[Colour, int], ...]
    next_digest: date | None = None


@dataclass(frozen=True)
class Home(Message):
    """What is on one person's plate, and how the whole stands. linked: the account is known to the plan.

    lines: their open actions, worst first, as many as are shown; total: how many there are.
    """

    name: ClassVar[str] = "home"
    linked: bool
    today: date
    total: int = 0
    lines: tuple[ActionLine, ...] = ()
    boards: tuple[BoardStanding, ...] = ()
    legend: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> "Home":
        counts = ((Colour.RED, 1), (Colour.GREEN, 12))
        board = BoardStanding("Improvement Board", ("Improvement plan",), 13, counts, date(2026, 4, 6))
        return cls(True, date(2026, 3, 31), 1, (example_line(),), (board,), ("Red: a date has passed",))
