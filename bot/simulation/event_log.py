"""The log of a simulation as the workspace saw it: who did what, the bot's answers, and when bots ran."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

ActionRef = tuple[str, str]
# After a clock that was wrong, all is put right within that time.
MAX_CORRECTION_TIME = timedelta(minutes=8)


class EventKind(StrEnum):
    """The kinds of events. The values are what the report calls them."""

    COMMAND = "say"
    REDATE = "redate"
    UNDO = "undo"
    BUTTON = "press"
    SNOOZE = "later"
    MESSAGE = "write"
    THREAD_REPLY = "answer"


# Written as a direct message. The bot answers with a message, not in the response.
DIRECT_MESSAGE_KINDS = frozenset({EventKind.MESSAGE, EventKind.THREAD_REPLY})


@dataclass(frozen=True)
class UserEvent:
    """One thing somebody did. key: the action's section and ref ("" and "" for an undo).

    marker: a unique word in its text; "" where it has no text. status: the new status, "" for none.
    prompt_posted_at: when the prompt was posted whose button was pressed. is_heard: the bot answered in
    the end. is_accepted: by the answer, the change was recorded.
    """

    at: datetime
    person: str
    kind: EventKind
    key: ActionRef = ("", "")
    marker: str = ""
    status: str = ""
    due: date | None = None
    prompt_item_id: int = 0
    prompt_posted_at: datetime | None = None
    is_heard: bool = False
    is_accepted: bool = False
    answer: str = ""


class TroubleKind(StrEnum):
    """The kinds of lasting trouble. The values are what the command line calls them."""

    TOKEN = "token"  # noqa: S105 - a kind of trouble, and no password
    CHANNEL = "channel"
    DISK = "disk"
    CLOCK = "clock"


@dataclass(frozen=True)
class Trouble:
    """What was wrong, from when to when."""

    kind: TroubleKind
    began_at: datetime
    ends_at: datetime


@dataclass
class EventLog:
    """settled_at: the moments, in order, at which a running bot had done all that was due.

    fault_times: when a fault was injected or an outage began, and while trouble lasts.
    troubles: those that came, in order. counts: of faults and other incidents, by name.
    """

    started_at: datetime
    ended_at: datetime
    events: list[UserEvent] = field(default_factory=list)
    settled_at: list[datetime] = field(default_factory=list)
    fault_times: list[datetime] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def is_clock_wrong(self, at: datetime) -> bool:
        """Whether a bot's clock was wrong at that moment, or one acted on what it had seen just before."""
        return any(
            each.kind is TroubleKind.CLOCK and each.began_at <= at <= each.ends_at + MAX_CORRECTION_TIME
            for each in self.troubles
        )

    def count(self, name: str, amount: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + amount
