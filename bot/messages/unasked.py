"""What the bot says on its own initiative."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from bot.messages.base import ActionLine, Message, MilestoneLine, Owner, example_line
from bot.plan.rag import Colour


@dataclass(frozen=True)
class PromptLine:
    """One action in a prompt. answer: on-track, at-risk, complete, later, update, or "" when still open.

    value: the opaque value of its buttons. answered: what is now recorded, in words, "" when open.
    said_why: an answer of at-risk came with its reason, so it is not asked for.
    again: the day of a newer prompt that asks the same, so that there is nothing to press here any more.
    """

    line: ActionLine
    value: str
    answer: str = ""
    answered: str = ""
    milestones: tuple[MilestoneLine, ...] = ()
    said_why: bool = False
    again: date | None = None


@dataclass(frozen=True)
class Prompt(Message):
    """One message per person and day: everything they are asked about, with buttons on what is open.

    escalated: what they are told as the project's lead, because it is a week late; nothing to press there.
    """

    name: ClassVar[str] = "prompt"
    lines: tuple[PromptLine, ...]
    board: str
    day: date
    escalated: tuple[ActionLine, ...] = ()

    @classmethod
    def example(cls) -> "Prompt":
        return cls((PromptLine(example_line(), "1:2"),), "Improvement Board", date(2026, 3, 31))


@dataclass(frozen=True)
class ColourCount:
    """change: since the last digest; None in the first one."""

    colour: Colour
    count: int
    change: int | None = None


@dataclass(frozen=True)
class Moved:
    """Something that happened in the week, by one action."""

    ref: str
    title: str
    by: str
    old_due: date | None = None
    new_due: date | None = None
    because: str = ""


@dataclass(frozen=True)
class Digest(Message):
    """The weekly digest of one board. day: the day it is for; late: it was posted on a later day.

    reds worst first; escalated: the refs at least 14 days late. silent: owners with prompts they have not
    answered, and how many. unlinked: owners no account is linked to. missed: earlier weeks never posted.
    The totals say how many there are of a list that shows only its first.
    """

    name: ClassVar[str] = "digest"
    board: str
    plans: tuple[str, ...]
    day: date
    total: int
    counts: tuple[ColourCount, ...]
    reds: tuple[ActionLine, ...] = ()
    ambers: tuple[ActionLine, ...] = ()
    completed: tuple[Moved, ...] = ()
    started: tuple[Moved, ...] = ()
    redated: tuple[Moved, ...] = ()
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

    @classmethod
    def example(cls) -> "Digest":
        return cls(
            "Improvement Board",
            ("Improvement plan 2026-29",),
            date(2026, 3, 30),
            1,
            (ColourCount(Colour.RED, 1, 1), ColourCount(Colour.AMBER, 0, -1)),
            reds=(example_line(),),
        )


@dataclass(frozen=True)
class Notice(Message):
    """To plan managers, once: something the bot could not do, what it means and what to do about it."""

    name: ClassVar[str] = "notice"
    what: str
    todo: str
    details: tuple[str, ...] = field(default=())

    @classmethod
    def example(cls) -> "Notice":
        return cls("The digest could not be posted in #board.", "Invite the bot there: /invite @cip.")
