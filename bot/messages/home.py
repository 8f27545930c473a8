"""The Home tab: what is on one person's plate, a part for each role they have."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.asking import AskingRules, example_rules
from bot.messages.base import ActionLine, Message, Owner, example_line
from bot.plan.rag import Colour


@dataclass(frozen=True)
class BoardSummary:
    """How a board's plan stands now. next_digest: None when none is to come."""

    board: str
    plans: tuple[str, ...]
    total: int
    counts: tuple[tuple[Colour, int], ...]
    next_digest: date | None = None


@dataclass(frozen=True)
class HomeOutcome:
    """What a press on the Home tab did. undo: the batch to take back, why: the ref whose reason is asked for,
    "" for neither.
    """

    text: str
    undo: str = ""
    why: str = ""


@dataclass(frozen=True)
class OwnAction:
    """One of the person's open actions. value: what its buttons carry."""

    line: ActionLine
    value: str


@dataclass(frozen=True)
class LedProject:
    """A project the person leads. counts: of its open actions."""

    title: str
    total: int
    counts: tuple[tuple[Colour, int], ...]


@dataclass(frozen=True)
class SilentOwner:
    """Somebody who was asked and has not answered. refs: of what they were asked; days: since they were first
    asked. value: what the button that asks them again carries.
    """

    owner: Owner
    refs: tuple[str, ...]
    days: int
    value: str


@dataclass(frozen=True)
class LeadPart:
    """total, total_silent: how many there are of which the first are shown."""

    projects: tuple[LedProject, ...]
    total: int
    silent: tuple[SilentOwner, ...] = ()
    total_silent: int = 0


@dataclass(frozen=True)
class BoardPart:
    """What the chair of a board has to look at: what is Red or late, worst first. waiting: versions of a plan
    that a plan manager has not decided on.
    """

    boards: tuple[str, ...]
    lines: tuple[ActionLine, ...]
    total: int
    waiting: int = 0


@dataclass(frozen=True)
class UnreachablePerson:
    """reason: why what is sent to them does not arrive, "" where no account is linked to them."""

    initials: str
    owned: int
    reason: str = ""


@dataclass(frozen=True)
class FailedDelivery:
    """A message that was given up. what: in a few words; reason: why."""

    what: str
    reason: str
    on: date


@dataclass(frozen=True)
class ManagerPart:
    """questions: open ones by plan. waiting: files that nobody has decided on. The totals say how many there
    are of a list that shows only its first.
    """

    questions: tuple[tuple[str, int], ...] = ()
    waiting: int = 0
    unreachable: tuple[UnreachablePerson, ...] = ()
    total_unreachable: int = 0
    failed: tuple[FailedDelivery, ...] = ()
    total_failed: int = 0


@dataclass(frozen=True)
class Home(Message):
    """What is on one person's plate, and how the whole stands. linked: the account is known to the plan.

    actions: their open ones, worst first, as many as are shown; total: how many there are. owns: they own
    something, open or not. due: how many of them are to be gone through. lead, chair, manager: None for
    whoever is none. rules: None where nothing is asked of the person. outcome: of the press that this
    answers.
    """

    name: ClassVar[str] = "home"
    linked: bool
    today: date
    total: int = 0
    actions: tuple[OwnAction, ...] = ()
    owns: bool = True
    due: int = 0
    lead: LeadPart | None = None
    chair: BoardPart | None = None
    manager: ManagerPart | None = None
    rules: AskingRules | None = None
    outcome: HomeOutcome | None = None
    boards: tuple[BoardSummary, ...] = ()
    legend: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> "Home":
        counts = ((Colour.RED, 1), (Colour.GREEN, 12))
        board = BoardSummary("Improvement Board", ("Improvement plan",), 13, counts, date(2026, 4, 6))
        silent = SilentOwner(Owner("RM", "U2"), ("5.3",), 9, "2 RM")
        return cls(
            True,
            date(2026, 3, 31),
            2,
            (OwnAction(example_line(), "1 5.2"),),
            due=2,
            lead=LeadPart((LedProject("5 Efficiency", 3, counts),), 1, (silent,), 1),
            chair=BoardPart(("Improvement Board",), (example_line(),), 1, 1),
            manager=ManagerPart(
                (("Improvement plan", 2),),
                1,
                (UnreachablePerson("ZZ", 1),),
                1,
                (FailedDelivery("A prompt to SS", "the account was deactivated", date(2026, 3, 30)),),
                1,
            ),
            rules=example_rules(),
            outcome=HomeOutcome("1/5.2 is recorded as at risk.", "0f3a", "1/5.2"),
            boards=(board,),
            legend=("Red: a date has passed",),
        )
