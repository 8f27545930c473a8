"""Answers to what people ask."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import ClassVar

from bot.messages.base import ActionLine, DateLine, Message, MilestoneLine, Owner, example_line
from bot.plan.rag import Colour, Rag

# In characters: it is not shown twice in one message.
LONG_NOTE = 60


@dataclass(frozen=True)
class Change:
    """What one update changed. milestone: its label or title, "" for the action itself.

    Each pair (from, to) is equal, or None, when that part did not change. from_colour, to_colour: what the
    owner declared before and declares now; rag is the reported colour as things stand. other_dates: dates
    left alone. withdrawn: the note that was taken back, in an undo. route_to_green, help_needed: how it gets
    back to Green, and what help that takes.
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
    route_to_green: str = ""
    help_needed: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it changed or added anything."""
        recoloured = self.to_colour is not None and self.to_colour is not self.from_colour
        return (
            self.from_status != self.to_status
            or self.new_due != self.old_due
            or bool(self.note or self.evidence or self.because or self.route_to_green or self.help_needed)
            or recoloured
        )


@dataclass(frozen=True)
class UpdateReceipt(Message):
    """What changed, the resulting colour with its reason, and the way back.

    asks_why: the refs recorded as blocked without a reason. finish: refs whose milestones are now all
    complete while the action itself is not. unchanged_colours: refs with the colour that was declared of
    them earlier and that this update left standing.
    """

    name: ClassVar[str] = "receipt"
    changes: tuple[Change, ...]
    batch: str
    asks_why: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    by: str = ""
    public: bool = False
    unchanged_colours: tuple[tuple[str, Colour], ...] = ()

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
class UndoReceipt(Message):
    """What was taken back: each change with its pair turned round."""

    name: ClassVar[str] = "undone"
    changes: tuple[Change, ...]

    @classmethod
    def example(cls) -> "UndoReceipt":
        rag = Rag(Colour.AMBER, "due in 3 days and not started", Colour.AMBER)
        return cls((Change("5.2", "Gather the data", rag, "in progress", "not started"),))


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
class Candidate:
    """One of the actions a ref may mean. run: the command line that means just this one, "" for none.

    choice: the value of its button, where it is kept what to do; else the button has the line. changes: what
    the choice would record. asks_reason: it asks why the date moves before it records anything.
    """

    ref: str
    title: str
    section: str
    owners: tuple[Owner, ...]
    run: str
    choice: str = ""
    changes: tuple[Change, ...] = ()
    asks_reason: bool = False


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
    the refs it asks about again later. outcome: what it does where it records nothing, in a sentence.
    asks_which: its ref names several actions. asks_reason: it asks why
    the date moves before it records anything.
    """

    label: str
    choice: str
    changes: tuple[Change, ...] = ()
    postponed: tuple[str, ...] = ()
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
    legend: tuple[str, ...] = ()
    nearest: str = ""
    next_due: ActionLine | None = None
    whose: str = ""

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
class SnoozeReceipt(Message):
    """refs: the actions that somebody wants to be asked about later."""

    name: ClassVar[str] = "asked_later"
    refs: tuple[str, ...]

    @classmethod
    def example(cls) -> "SnoozeReceipt":
        return cls(("1/5.2", "6.1"))


@dataclass(frozen=True)
class CatchUpNote(Message):
    """Comes before the answer to something that was written while the bot was away."""

    name: ClassVar[str] = "read_late"
    text: str
    written_at: datetime
    timezone: str

    @classmethod
    def example(cls) -> "CatchUpNote":
        return cls("5.2 done", datetime(2026, 3, 31, 9, 2, tzinfo=UTC), "Europe/London")


@dataclass(frozen=True)
class EditNote(Message):
    """Comes before the answer to a message that was changed after something was recorded from it. refs: what
    that was about. is_replaced: it was taken back, and what follows is recorded in its place.
    """

    name: ClassVar[str] = "edited"
    refs: str
    is_replaced: bool

    @classmethod
    def example(cls) -> "EditNote":
        return cls("5.2", is_replaced=True)


@dataclass(frozen=True)
class FileNote(Message):
    """Comes after the answer to a message with files. plans: those that may be plans, which were recorded as
    evidence. left: those that were not recorded.
    """

    name: ClassVar[str] = "files"
    plans: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> "FileNote":
        return cls(("report.docx",), ("photo.png",))


@dataclass(frozen=True)
class LinkReceipt(Message):
    """actions: how many actions the initials own. replaced: the account they were linked to before."""

    name: ClassVar[str] = "linked"
    initials: str
    user_id: str
    actions: int
    replaced: str = ""

    @classmethod
    def example(cls) -> "LinkReceipt":
        return cls("RM", "U1", 4)


@dataclass(frozen=True)
class AccountMoved(Message):
    """To an account that initials were linked to, or are linked to now. other: the other of the two accounts,
    "" where it is not known yet. by: initials of who linked it in chat, "" where the list of people did.
    """

    name: ClassVar[str] = "account_moved"
    initials: str
    is_linked: bool
    other: str = ""
    by: str = ""

    @classmethod
    def example(cls) -> "AccountMoved":
        return cls("RM", is_linked=True, other="U1", by="PM")


@dataclass(frozen=True)
class TimezoneReceipt(Message):
    """timezone: the one that counts for the asker. source: own, people (the list of people), slack, or "" for
    the board's. now: the moment, shown as their time. is_changed: it was another before.
    """

    name: ClassVar[str] = "timezone"
    timezone: str
    source: str
    now: datetime
    is_changed: bool = False

    @classmethod
    def example(cls) -> "TimezoneReceipt":
        return cls("Europe/Paris", "own", datetime(2026, 3, 31, 9, 2, tzinfo=UTC), is_changed=True)
