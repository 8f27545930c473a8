"""What there is to judge by: the workspace's messages, the diary, and what the bot's database holds."""

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.importing.drafting.draft import PlanDraft
from bot.plan.calendar import Calendar
from bot.simulation.diary import Diary, Key
from bot.simulation.shared_time import moment_of


@dataclass(frozen=True)
class Seen:
    """A message of the bot as it stands in the workspace. token: the opaque key in its metadata.

    buttons: the items of a prompt that can still be answered there.
    """

    channel: str
    ts: str
    token: str
    text: str
    thread_ts: str = ""
    buttons: frozenset[int] = frozenset()

    @property
    def at(self) -> datetime:
        return moment_of(self.ts)


@dataclass(frozen=True)
class Item:
    """One action in one prompt, as the ledger has it. id: the value of its buttons."""

    id: int
    key: Key
    person: str
    as_lead: bool
    reason: str
    answer: str


@dataclass(frozen=True)
class Row:
    """One row of the delivery ledger. person: initials, "" for a channel's. tried_at: its last try."""

    id: int
    kind: str
    key: str
    token: str
    person: str
    state: str
    reason: str
    due_at: datetime
    tried_at: datetime
    channel: str
    ts: str
    part: int = 0
    parent: int | None = None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class ChangeRow:
    """One recorded status change, people's only."""

    id: int
    key: Key
    at: datetime
    who: str
    source: str
    words: str
    from_status: str
    to_status: str
    undoes: int | None


@dataclass(frozen=True)
class Standing:
    """How an action stands in the database. next_due: the earliest date that can still be missed."""

    status: str
    next_due: date | None


@dataclass(frozen=True)
class Rules:
    """The board's settings that were in force."""

    calendar: Calendar
    ladder: tuple[int, ...]
    budget: int
    recent_days: int
    digest_rule: str


@dataclass(frozen=True)
class Evidence:
    """linked: user ids by initials. direct: initials by the id of their direct messages."""

    draft: PlanDraft
    rules: Rules
    linked: dict[str, str]
    direct: dict[str, str]
    diary: Diary
    messages: list[Seen]
    rows: list[Row]
    changes: list[ChangeRow]
    actions: dict[Key, Standing]
    failures: list[str] = field(default_factory=list)

    @property
    def by_token(self) -> dict[str, Row]:
        return {row.token: row for row in self.rows}
