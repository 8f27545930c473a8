"""What many messages share: an action as a line, who owns it, what was last said of it."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.plan.rag import Colour, Rag


@dataclass(frozen=True)
class Owner:
    """user_id "" when nobody is linked to the initials yet."""

    initials: str
    user_id: str = ""


@dataclass(frozen=True)
class Note:
    """What someone wrote of an action, and how many days ago."""

    text: str
    by: str
    age_days: int


@dataclass(frozen=True)
class LastWord:
    """What was last said of an action, by whom and how many days ago.

    text: their sentence, "" when they gave a status or a colour without one; then `before` is the latest
    sentence anyone gave.
    """

    text: str
    by: str
    age_days: int
    before: Note | None = None


@dataclass(frozen=True)
class ActionLine:
    """One action in a list. ref is enough to name it ("1/5.2" where both sections have a 5.2).

    due: the earliest open date, or the last one of a finished action; None when there is none.
    due_text: the plan's own words when there is no date ("Ongoing"). days_late: 0 when not late.
    """

    ref: str
    title: str
    owners: tuple[Owner, ...]
    status: str
    rag: Rag
    due: date | None
    due_text: str = ""
    confirmed: bool = True
    days_late: int = 0
    last_word: LastWord | None = None


@dataclass(frozen=True)
class Message:
    """The root of the family."""

    name: ClassVar[str] = ""

    @classmethod
    def example(cls) -> "Message":
        """One that can be previewed and checked; every message has its own."""
        raise NotImplementedError


class Confidential:
    """Beside Message: something of it is shown once, to nobody but the asker, and must not be kept."""

    @property
    def secrets(self) -> tuple[str, ...]:
        raise NotImplementedError


@dataclass(frozen=True)
class MilestoneLine:
    label: str
    title: str
    status: str
    due: date | None = None
    due_text: str = ""
    owners: tuple[str, ...] = ()
    days_late: int = 0


@dataclass(frozen=True)
class DateLine:
    """One date of an action: the plan's words, what they were read as, and whether it moved."""

    text: str
    day: date | None
    role: str
    confirmed: bool = True
    first_day: date | None = None


def example_line() -> ActionLine:
    """An action that is late, as the examples show it."""
    return ActionLine(
        "5.2",
        "Gather the data on workforce costs",
        (Owner("SS", "U1"),),
        "in progress",
        Rag(Colour.RED, "3 days late", Colour.RED),
        date(2026, 3, 28),
        days_late=3,
        last_word=LastWord("Two of five teams done", "SS", 9),
    )
