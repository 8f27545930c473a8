"""What the simulator saw from the workspace's side: who did what, what they were answered, when bots ran."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Key = tuple[str, str]


class Kind(StrEnum):
    """What somebody does."""

    SAY = "say"
    REDATE = "redate"
    UNDO = "undo"
    PRESS = "press"
    LATER = "later"
    WRITE = "write"
    ANSWER = "answer"


# Said in a direct message: it stands in the conversation, and the answer comes as a message of its own.
WRITTEN = frozenset({Kind.WRITE, Kind.ANSWER})


@dataclass(frozen=True)
class Act:
    """One thing somebody did. key: the action's section and ref ("" and "" for an undo).

    mark: a word found nowhere else, for what carries words. status: what it says the action is, if anything.
    posted: when the message that was pressed was posted. heard: the bot answered in the end.
    accepted: the answer said that it was recorded.
    """

    at: datetime
    who: str
    kind: Kind
    key: Key = ("", "")
    mark: str = ""
    status: str = ""
    due: date | None = None
    item: int = 0
    posted: datetime | None = None
    heard: bool = False
    accepted: bool = False
    answer: str = ""


@dataclass
class Diary:
    """settled: the moments at which a running bot did everything that was due.

    trouble: when a fault was put in the way of a message, or no bot ran.
    """

    began: datetime
    ended: datetime
    acts: list[Act] = field(default_factory=list)
    settled: list[datetime] = field(default_factory=list)
    trouble: list[datetime] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, by: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + by
