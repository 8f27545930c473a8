"""What we say: frozen, platform-neutral facts. The words stand in templates/messages/<name>.xml.j2.

Every message class has `name` (its template) and `example()` (so that it can be previewed and checked).
Dates are dates; templates turn them into words. Nothing here is escaped: that is the renderer's work.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from bot.plan.rag import Colour, Rag


@dataclass(frozen=True)
class Owner:
    """user_id "" when nobody is linked to the initials yet."""

    initials: str
    user_id: str = ""


@dataclass(frozen=True)
class Sentence:
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
    before: Sentence | None = None


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


@dataclass(frozen=True)
class Problem(Message):
    """Something that could not be done: what was understood, and a line to copy that works (or "")."""

    name: ClassVar[str] = "problem"
    sentence: str
    suggestion: str = ""
    try_again: bool = False

    @classmethod
    def example(cls) -> "Problem":
        return cls("I don't know the command “udpate”.", "/cip update 5.2 in-progress")


@dataclass(frozen=True)
class HelpTopic:
    """usage: a line to copy. says: one sentence. examples: lines to copy."""

    usage: str
    says: str
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
    """One of the actions a ref may mean. run: the command line that means just this one."""

    ref: str
    title: str
    section: str
    owners: tuple[Owner, ...]
    run: str


@dataclass(frozen=True)
class Candidates(Message):
    """A ref that names several actions; each is offered as a button."""

    name: ClassVar[str] = "candidates"
    ref: str
    candidates: tuple[Candidate, ...]

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


@dataclass(frozen=True)
class UpdateReceipt(Message):
    """What changed, the resulting colour with its reason, and the way back.

    asks_why: the refs recorded as blocked without a reason. nothing_new: the update said what was known.
    finish: refs whose milestones are now all complete while the action itself is not. still: refs with the
    colour that was declared of them earlier and that this update left standing.
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


@dataclass(frozen=True)
class ActionCard(Message):
    """Everything about one action. can_update: the asker may, so that the card offers it."""

    name: ClassVar[str] = "card"
    line: ActionLine
    plan: str
    section: str
    project: str = ""
    lead: str = ""
    finance_ref: str = ""
    status_text: str = ""
    dates: tuple[DateLine, ...] = ()
    milestones: tuple[MilestoneLine, ...] = ()
    delivered_through: tuple[str, ...] = ()
    success_measures: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    can_update: bool = False
    gone: bool = False

    @classmethod
    def example(cls) -> "ActionCard":
        return cls(example_line(), "Improvement plan 2026-29", "Savings", "5 Efficiency", "RM")


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
    """One status change. what: "status", "date", "note" and so on are told from the pairs."""

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
class Linked(Message):
    """actions: how many actions the initials own. replaced: the account they were linked to before."""

    name: ClassVar[str] = "linked"
    initials: str
    user_id: str
    actions: int
    replaced: str = ""

    @classmethod
    def example(cls) -> "Linked":
        return cls("RM", "U1", 4)


@dataclass(frozen=True)
class PromptLine:
    """One action in a prompt. answer: on-track, at-risk, complete, later, update, or "" when still open.

    value: the opaque value of its buttons. answered: what is now recorded, in words, "" when open.
    said_why: an answer of at-risk came with its reason, so it is not asked for.
    """

    line: ActionLine
    value: str
    answer: str = ""
    answered: str = ""
    milestones: tuple[MilestoneLine, ...] = ()
    said_why: bool = False


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
class SayWhy(Message):
    """The form that asks what stands in the way of an action. title "" when only its ref is known."""

    name: ClassVar[str] = "why"
    ref: str
    title: str = ""

    @classmethod
    def example(cls) -> "SayWhy":
        return cls("5.2", "Gather the data on workforce costs")


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


@dataclass(frozen=True)
class ImportSection:
    """What a file holds of one section. title "" where the file gives none."""

    number: str
    title: str
    projects: int
    actions: int
    milestones: int


@dataclass(frozen=True)
class ImportDifference:
    """What a file changes. kind: new, gone, back, re-dated, re-owned, re-titled, new status, re-worded."""

    kind: str
    ref: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ImportReview(Message):
    """What a file someone sent holds and would change, before anyone has agreed to it.

    upload: the opaque value of its buttons. as_at: the file's own date. owners: how many people it names.
    counts: kinds of change with how many, in the order they are told. differences, problems: the first ones.
    others: plans that are there already, when this one is new. managers: who may apply it. shown_again: the
    plan changed since it was first shown. cancelled_by: who decided against it, "" while it waits.
    """

    name: ClassVar[str] = "review"
    upload: str
    file: str
    plan: str
    sections: tuple[ImportSection, ...]
    as_at: date | None = None
    statuses: tuple[str, ...] = ()
    owners: int = 0
    is_new: bool = False
    others: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    unchanged: int = 0
    differences: tuple[ImportDifference, ...] = ()
    problems: tuple[str, ...] = ()
    more_problems: int = 0
    may_apply: bool = False
    managers: tuple[str, ...] = ()
    shown_again: bool = False
    cancelled_by: str = ""

    @classmethod
    def example(cls) -> "ImportReview":
        return cls(
            "7",
            "plan-april.xlsx",
            "Improvement plan 2026-29",
            (ImportSection("1", "Savings", 3, 12, 4),),
            date(2026, 4, 1),
            ("8 in progress", "4 not started"),
            5,
            counts=(("re-dated", 1),),
            unchanged=11,
            differences=(ImportDifference("re-dated", "1/5.2", "31/03/26", "30/04/26"),),
            problems=("1. Savings, row 12, column D: this date could not be read.",),
            may_apply=True,
        )


@dataclass(frozen=True)
class ImportApplied(Message):
    """A file that was taken in. kept: refs whose status stays as chat has it. unlinked: initials no account
    stands behind, with how many actions they own. problems: how many cells need a look.
    """

    name: ClassVar[str] = "applied"
    file: str
    plan: str
    by: str
    is_new: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    unlinked: tuple[tuple[str, int], ...] = ()
    problems: int = 0

    @classmethod
    def example(cls) -> "ImportApplied":
        return cls("plan-april.xlsx", "Improvement plan 2026-29", "RM", counts=(("new", 2),), unchanged=40)
