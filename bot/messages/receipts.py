"""What was done with what somebody wrote or pressed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

from bot.messages.base import Message
from bot.plan.rag import Colour, Rag


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
class SnoozeReceipt(Message):
    """refs: the actions that somebody wants to be asked about later. day: on which; None for the next working
    day.
    """

    name: ClassVar[str] = "asked_later"
    refs: tuple[str, ...]
    day: date | None = None

    @classmethod
    def example(cls) -> "SnoozeReceipt":
        return cls(("1/5.2", "6.1"), date(2026, 4, 9))


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
