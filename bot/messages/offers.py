"""What may be recorded of what somebody wrote, and what is asked before that."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from bot.messages.base import Message, Owner
from bot.messages.receipts import Change
from bot.plan.rag import Colour, Rag

# In characters: it is not shown twice in one message.
LONG_NOTE = 60


@dataclass(frozen=True)
class ReasonForm(Message):
    """The form that asks what stands in the way of an action. title "" when only its ref is known."""

    name: ClassVar[str] = "why"
    ref: str
    title: str = ""

    @classmethod
    def example(cls) -> "ReasonForm":
        return cls("5.2", "Gather the data on workforce costs")


@dataclass(frozen=True)
class NewDateForm(Message):
    """The form that asks why a date moves. choice: of the option that it belongs to. changes: what is
    recorded with the reason. rest_days: those of the new dates on which nobody works, each with what it is
    ("a Saturday").
    """

    name: ClassVar[str] = "new_date"
    choice: str
    changes: tuple[Change, ...]
    rest_days: tuple[tuple[date, str], ...] = ()

    @property
    def moving(self) -> int:
        """How many dates move."""
        return sum(each.new_due is not None for each in self.changes)

    @classmethod
    def example(cls) -> "NewDateForm":
        rag = Rag(Colour.AMBER, "due in 18 days", Colour.AMBER)
        day, status = date(2027, 5, 1), "in progress"
        change = Change(
            "5.2", "Gather the data", rag, status, status, old_due=date(2026, 12, 18), new_due=day
        )
        return cls("k3y:3", (change,), ((day, "a Saturday"),))


@dataclass(frozen=True)
class Candidate:
    """One of the actions a ref may mean. run: the command line that means just this one, "" for none.

    choice: the value of its button, where it is kept what to do; else the button has the line. changes: what
    the choice would record. asks_reason: it asks why the date moves before it records anything. asks_steps:
    it asks what is done of its open milestones.
    """

    ref: str
    title: str
    section: str
    owners: tuple[Owner, ...]
    run: str
    choice: str = ""
    changes: tuple[Change, ...] = ()
    asks_reason: bool = False
    asks_steps: bool = False


@dataclass(frozen=True)
class Candidates(Message):
    """A ref that names several actions, or "" where one was left out; each action is offered as a button.

    left_out: how many more it names, which the asker cannot choose.
    """

    name: ClassVar[str] = "candidates"
    ref: str
    candidates: tuple[Candidate, ...]
    left_out: int = 0

    @classmethod
    def example(cls) -> "Candidates":
        return cls(
            "5.2",
            (
                Candidate("1/5.2", "Gather the data", "Savings", (Owner("SS", "U1"),), "show 1/5.2"),
                Candidate("2/5.2", "Answer urgent calls", "Practice", (), "show 2/5.2"),
            ),
        )


@dataclass(frozen=True)
class OfferedOption:
    """One of several things to do. choice: the value of its button. changes: what it would record. postponed:
    the refs it asks about again later, on the day postponed_to. outcome: what it does where it records
    nothing, in a sentence. asks_which: its ref names several actions. asks_reason: it asks why the date moves
    before it records anything.
    """

    label: str
    choice: str
    changes: tuple[Change, ...] = ()
    postponed: tuple[str, ...] = ()
    postponed_to: date | None = None
    asks_which: bool = False
    asks_reason: bool = False
    outcome: str = ""


@dataclass(frozen=True)
class OfferedAnswers(Message):
    """What somebody wrote, why it was not recorded, and what may be done with it, as buttons. Without options
    the problem says what to do.
    """

    name: ClassVar[str] = "offer"
    problem: str
    words: str
    options: tuple[OfferedOption, ...] = ()

    @property
    def subject(self) -> Change | None:
        """A change of the one action that all options are of; None where there are several."""
        changes = [change for option in self.options for change in option.changes]
        is_one = len({change.ref for change in changes}) == 1
        return changes[0] if is_one and not any(each.asks_which for each in self.options) else None

    def is_quoted(self, change: Change) -> bool:
        """Whether its note is all that was written, which the message shows once."""
        return len(change.note) > LONG_NOTE and change.note.split() == self.words.split()

    @classmethod
    def example(cls) -> "OfferedAnswers":
        rag = Rag(Colour.AMBER, "declared Amber", Colour.AMBER)
        still = Change("5.2", "Gather the data", rag, "in progress", "in progress", note="waiting on finance")
        return cls(
            "That does not say how it is going.",
            "waiting on finance",
            (
                OfferedOption("At risk", "k3y:0", (replace(still, to_colour=Colour.AMBER),)),
                OfferedOption("Add as a note", "k3y:1", (still,)),
                OfferedOption("Ask me later", "k3y:2", postponed=("5.2",)),
                OfferedOption(
                    "New date (31 March 2027)",
                    "k3y:3",
                    (replace(still, note="", old_due=date(2026, 12, 18), new_due=date(2027, 3, 31)),),
                    asks_reason=True,
                ),
            ),
        )
