"""What was recorded, and the form that asks why."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.base import Message
from bot.plan.rag import Colour, Rag


@dataclass(frozen=True)
class Change:
    """What one update changed. milestone: its label or title, "" for the action itself.

    Each pair (from, to) is equal, or None, when that part did not change. from_colour, to_colour: what the
    owner declared before and declares now; rag is the reported colour as things stand. other_dates: dates
    left alone. withdrawn: the note that was taken back, in an undo.
    """

    ref: str
    title: str
    rag: Rag
    from_status: str
    to_status: str
    milestone: str = ""
    from_colour: Colour | None = None
    old_due: date | None = None
    new_due: date | None = None
    because: str = ""
    note: str = ""
    evidence: str = ""
    other_dates: tuple[date, ...] = ()
    to_colour: Colour | None = None
    withdrawn: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it said anything that was not known."""
        recoloured = self.to_colour is not None and self.to_colour is not self.from_colour
        return (
            self.from_status != self.to_status
            or self.new_due != self.old_due
            or bool(self.note or self.evidence or self.because)
            or recoloured
        )


@dataclass(frozen=True)
class UpdateReceipt(Message):
    """What changed, the resulting colour with its reason, and the way back.

    asks_why: the refs recorded as blocked without a reason. finish: refs whose milestones are now all
    complete while the action itself is not. still: refs with the colour that was declared of them earlier and
    that this update left standing.
    """

    name: ClassVar[str] = "receipt"
    changes: tuple[Change, ...]
    batch: str
    asks_why: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    by: str = ""
    public: bool = False
    still: tuple[tuple[str, Colour], ...] = ()

    @classmethod
    def example(cls) -> "UpdateReceipt":
        rag = Rag(Colour.RED, "3 days late", Colour.RED)
        return cls(
            (
                Change(
                    "5.2", "Gather the data", rag, "not started", "in progress", note="Two of five teams done"
                ),
            ),
            "b7",
        )


@dataclass(frozen=True)
class Undone(Message):
    """What was taken back: each change with its pair turned round."""

    name: ClassVar[str] = "undone"
    changes: tuple[Change, ...]

    @classmethod
    def example(cls) -> "Undone":
        rag = Rag(Colour.AMBER, "due in 3 days and not started", Colour.AMBER)
        return cls((Change("5.2", "Gather the data", rag, "in progress", "not started"),))


@dataclass(frozen=True)
class SayWhy(Message):
    """The form that asks what stands in the way of an action. title "" when only its ref is known."""

    name: ClassVar[str] = "why"
    ref: str
    title: str = ""

    @classmethod
    def example(cls) -> "SayWhy":
        return cls("5.2", "Gather the data on workforce costs")
