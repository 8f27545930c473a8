"""What the simulator saw from the workspace's side: who did what, what they were answered, when bots ran."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

ActionRef = tuple[str, str]


class EventKind(StrEnum):
    """What somebody does."""

    COMMAND = "say"
    REDATE = "redate"
    UNDO = "undo"
    BUTTON = "press"
    SNOOZE = "later"
    MESSAGE = "write"
    THREAD_REPLY = "answer"


# Said in a direct message: it stands in the conversation, and the answer comes as a message of its own.
DIRECT_MESSAGE_KINDS = frozenset({EventKind.MESSAGE, EventKind.THREAD_REPLY})


@dataclass(frozen=True)
class UserEvent:
    """One thing somebody did. key: the action's section and ref ("" and "" for an undo).

    marker: a word found nowhere else, for what carries words. status: what it says the action is, if
    anything. prompt_posted_at: when the message that was pressed was posted. is_heard: the bot answered
    in the end. is_accepted: the answer said that it was recorded.
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


@dataclass
class EventLog:
    """settled_at: the moments at which a running bot did everything that was due.

    fault_times: when a fault was put in the way of a message, or no bot ran.
    """

    started_at: datetime
    ended_at: datetime
    events: list[UserEvent] = field(default_factory=list)
    settled_at: list[datetime] = field(default_factory=list)
    fault_times: list[datetime] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, amount: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + amount
