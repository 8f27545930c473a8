"""Forms that record updates: a message used as one, and all that is due, one after the other."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from bot.messages.base import ActionLine, Message, MilestoneLine, example_line
from bot.messages.offers import OfferedOption
from bot.messages.receipts import Change
from bot.plan.rag import Colour, Rag


@dataclass(frozen=True)
class UseMessageForm(Message):
    """A message read back as an update: what may be recorded of it, one of which is chosen. author: of the
    message. problem: what is asked, or why nothing can be recorded. asks_ref: which action it is about is
    asked first.
    """

    name: ClassVar[str] = "use_message"
    words: str
    author: str
    problem: str
    options: tuple[OfferedOption, ...] = ()
    asks_ref: bool = False

    @classmethod
    def example(cls) -> "UseMessageForm":
        rag = Rag(Colour.AMBER, "declared Amber", Colour.AMBER)
        change = Change(
            "5.2",
            "Gather the data",
            rag,
            "in progress",
            "in progress",
            to_colour=Colour.AMBER,
            note="waiting on finance",
            evidence="Message from RM: https://council.slack.com/archives/C1/p1772440000000100",
        )
        options = (
            OfferedOption("At risk", "k3y:0", (change,)),
            OfferedOption("Add as a note", "k3y:1", (replace(change, to_colour=None),)),
        )
        return cls("5.2 waiting on finance", "RM", "What shall I record?", options)


@dataclass(frozen=True)
class StepForm(Message):
    """One action of several that somebody goes through: number 3 of 7. milestones: those that are open, each
    with its id. previous: what the step before recorded, "" for nothing.
    """

    name: ClassVar[str] = "step"
    line: ActionLine
    number: int
    of: int
    milestones: tuple[tuple[int, MilestoneLine], ...] = ()
    previous: str = ""

    @classmethod
    def example(cls) -> "StepForm":
        stone = MilestoneLine("a)", "Agree the form", "in progress", date(2026, 3, 20))
        return cls(example_line(), 3, 7, ((7, stone),), "1/4.3 has a new date: 31 March 2026.")


@dataclass(frozen=True)
class StepOutcome:
    """How an action stands on which something was recorded, or which was said to be another's. new_due: the
    date to which it was moved.
    """

    line: ActionLine
    new_due: date | None = None
    is_not_mine: bool = False


@dataclass(frozen=True)
class StepsDone(Message):
    """The end: what came of each action on which something was said, and which were skipped."""

    name: ClassVar[str] = "steps_done"
    recorded: tuple[StepOutcome, ...]
    skipped: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> "StepsDone":
        moved = StepOutcome(example_line(), date(2026, 4, 30))
        return cls((StepOutcome(example_line()), moved), ("6.1",))
