"""What is shown of actions, in answer to a question; and what could not be done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bot.messages.base import ActionLine, DateLine, Message, MilestoneLine, example_line
from bot.messages.receipts import Change
from bot.plan.rag import Colour


@dataclass(frozen=True)
class ErrorMessage(Message):
    """Something that could not be done: what was understood, and a line to copy that works (or "")."""

    name: ClassVar[str] = "problem"
    sentence: str
    suggestion: str = ""
    try_again: bool = False

    @classmethod
    def example(cls) -> "ErrorMessage":
        return cls("I don't know the command “udpate”.", "/cip update 5.2 in-progress")


@dataclass(frozen=True)
class Remark(Message):
    """An answer to words that ask for nothing of the plan. suggestion: a line to copy, or ""."""

    name: ClassVar[str] = "remark"
    text: str
    suggestion: str = ""

    @classmethod
    def example(cls) -> "Remark":
        return cls("You're welcome.")


@dataclass(frozen=True)
class HelpTopic:
    """usage: a line to copy. summary: one sentence. examples: lines to copy."""

    usage: str
    summary: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class HelpText(Message):
    """topic "" lists every command with one line each. mine: how many open actions the asker has."""

    name: ClassVar[str] = "help"
    topics: tuple[HelpTopic, ...]
    topic: str = ""
    mine: int = 0
    linked: bool = True

    @classmethod
    def example(cls) -> "HelpText":
        return cls((HelpTopic("/cip mine", "Lists your open actions.", ("/cip mine",)),), mine=4)


@dataclass(frozen=True)
class YearAmount:
    """What a project plans for a financial year, in thousands of pounds. None: left blank, which is not 0."""

    year: str
    amount: float | None


@dataclass(frozen=True)
class ActionCard(Message):
    """Everything about one action. can_update: the asker may, so that the card offers it.

    savings, growth: those its whole project plans. route_to_green, help_needed: as last said while it was
    declared Red or Amber, as it still is. extra: what other columns of the document say, with their headings.
    """

    name: ClassVar[str] = "card"
    line: ActionLine
    plan: str
    section: str
    project: str = ""
    lead: str = ""
    finance_ref: str = ""
    savings: tuple[YearAmount, ...] = ()
    growth: tuple[YearAmount, ...] = ()
    status_text: str = ""
    dates: tuple[DateLine, ...] = ()
    milestones: tuple[MilestoneLine, ...] = ()
    delivered_through: tuple[str, ...] = ()
    success_measures: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    priority: str = ""
    category: str = ""
    raised_on: date | None = None
    closed_on: date | None = None
    percent: int | None = None
    extra: tuple[tuple[str, str], ...] = ()
    can_update: bool = False
    gone: bool = False
    route_to_green: str = ""
    help_needed: str = ""

    @classmethod
    def example(cls) -> "ActionCard":
        return cls(
            example_line(),
            "Improvement plan 2026-29",
            "Savings",
            "5 Efficiency",
            "RM",
            savings=(YearAmount("2026/27", 1065.0), YearAmount("2027/28", None)),
            priority="High",
            percent=40,
            extra=(("Cost code", "4471"),),
        )


@dataclass(frozen=True)
class ActionList(Message):
    """A list of actions, worst first, one page of it.

    kind: mine, at-risk, overdue, due or search. scope: what it is narrowed to, in words, or "".
    total counts all pages. counts: how many of each colour in all pages. run: the line that gives the
    list again, to which " page 2" is added. whose: the initials "mine" stands for where others read it too.
    colour: the only one that at-risk is about, None for both.
    """

    name: ClassVar[str] = "list"
    kind: str
    lines: tuple[ActionLine, ...]
    total: int
    page: int
    pages: int
    run: str
    today: date
    scope: str = ""
    until: date | None = None
    words: str = ""
    counts: tuple[tuple[Colour, int], ...] = ()
    nearest: str = ""
    next_due: ActionLine | None = None
    whose: str = ""
    colour: Colour | None = None

    @classmethod
    def example(cls) -> "ActionList":
        return cls(
            "at-risk", (example_line(),), 1, 1, 1, "at-risk", date(2026, 3, 31), counts=((Colour.RED, 1),)
        )


@dataclass(frozen=True)
class HistoryLine:
    """One status change. source: "command", "button", "undo" or "late". undone: it was taken back."""

    at: datetime
    by: str
    source: str
    place: str
    change: Change
    undone: bool = False


@dataclass(frozen=True)
class HistoryText(Message):
    """The status changes of one action, newest first, one page of them. timezone: an IANA name."""

    name: ClassVar[str] = "history"
    line: ActionLine
    entries: tuple[HistoryLine, ...]
    total: int
    page: int
    pages: int
    run: str
    timezone: str
    imported_on: date | None = None

    @classmethod
    def example(cls) -> "HistoryText":
        return cls(example_line(), (), 0, 1, 1, "history 5.2", "Europe/London", date(2026, 3, 1))


@dataclass(frozen=True)
class ColourReason:
    """What makes an action worse than Green by the facts: late, soon, silent, unreachable, unconfirmed or
    slipped, as in bot.plan.rag. days: how many of it.
    """

    name: str
    days: int


@dataclass(frozen=True)
class ColourExplained(Message):
    """Why an action has its colour. reasons: by the facts alone, () for a closed action and one that is well.
    due: its earliest open date. The other numbers are the thresholds of its plan, in days, answer_days in
    working days.
    """

    name: ClassVar[str] = "colour_explained"
    line: ActionLine
    is_open: bool
    reasons: tuple[ColourReason, ...]
    due: date | None
    silence_days: int
    answer_days: int
    due_soon_days: int
    tolerance_days: int

    @classmethod
    def example(cls) -> "ColourExplained":
        return cls(example_line(), True, (ColourReason("late", 3),), date(2026, 3, 28), 30, 5, 14, 30)


@dataclass(frozen=True)
class ColourLegend(Message):
    """What the colours mean. rules: the titles of plans, and the lines that hold for them."""

    name: ClassVar[str] = "colour_legend"
    rules: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @classmethod
    def example(cls) -> "ColourLegend":
        return cls(((("Improvement plan 2026-29",), ("Red: a date has passed and it is not complete.",)),))
