"""Weeks of a bot whose clock can be wrong, beside a platform whose clock is right."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.database import Database
from bot.delivery.sender import MessageRef, Post
from bot.delivery.worker import Worker
from bot.errors import DeliveryError
from bot.jobs.heartbeat import HeartbeatJob
from bot.jobs.tick import TickJob, find_next_due
from bot.rendering import Renderer
from bot.services.outbox.outbox import EARLY_SUFFIX
from models import Delivery, DeliveryState
from tests.fixtures.sandbox import FixedClock

SECOND = timedelta(seconds=1)
MAX_ROUNDS = 300


@dataclass
class Platform:
    """Keeps what was posted, with the time by its own clock. refuses: what it refuses every message for.
    calls: how many messages it was given to post.
    """

    clock: FixedClock
    posted: list[tuple[datetime, str]] = field(default_factory=list)
    refuses: DeliveryError | None = None
    calls: int = 0

    async def post(self, post: Post) -> MessageRef:
        self.calls += 1
        if self.refuses is not None:
            raise self.refuses
        self.posted.append((self.clock.moment, post.text))
        return MessageRef("D1", f"{self.clock.moment.timestamp():.6f}")

    async def find(self, post: Post, *, since: float) -> MessageRef | None:
        del post, since
        return None


class Bot:
    """A bot without a timer. clock: the bot's own, one that is right if left out; platform: with the right
    time.
    """

    def __init__(self, database: Database, now: datetime, clock: FixedClock | None = None) -> None:
        self.database, self.clock = database, clock or FixedClock(now)
        self.platform = Platform(FixedClock(now))
        worker = Worker(database, self.platform, Renderer("/cip"), self.clock)
        self.tick_job = TickJob(database, worker, self.clock)
        self.heartbeat = HeartbeatJob(database, self.clock)

    @property
    def now(self) -> datetime:
        return self.platform.clock.moment

    async def run_at(self, moment: datetime, *, wrong_by: timedelta = timedelta()) -> None:
        """One round at this time; the bot's clock is wrong by so much."""
        self.platform.clock.moment, self.clock.moment = moment, moment + wrong_by
        await self.tick_job.run()
        await self.heartbeat.run()

    async def run_until(self, end: datetime) -> None:
        """As it goes by itself: a round whenever something comes due, and one at the end."""
        for _ in range(MAX_ROUNDS):
            due = await self.database.read(find_next_due)
            if due is None or due >= end:
                break
            await self.run_at(max(due, self.now) + SECOND)
        else:
            raise AssertionError(f"at {self.now} something due at {due} does not get done")
        await self.run_at(end)


@dataclass(frozen=True)
class Ledger:
    """What the outbox says. digests: keys of those sent. questions: those sent, as (account, day, action id);
    early_questions: in messages that a wrong clock sent before their day. reasons: of what was not sent.
    """

    digests: list[str]
    questions: list[tuple[str, str, int]]
    early_questions: list[tuple[str, str, int]]
    reasons: list[tuple[str, str]]


def read_ledger(database: Database) -> Ledger:
    with database.transaction(write=False) as session:
        rows = session.scalars(select(Delivery).options(selectinload(Delivery.items))).all()
        sent = [row for row in rows if row.state is DeliveryState.SENT]
        prompts = [row for row in sent if row.kind == "prompt"]
        return Ledger(
            sorted(row.key for row in sent if row.kind == "digest"),
            _list_questions(row for row in prompts if not row.key.endswith(EARLY_SUFFIX)),
            _list_questions(row for row in prompts if row.key.endswith(EARLY_SUFFIX)),
            sorted(
                (row.key, row.reason)
                for row in rows
                if row.state is not DeliveryState.SENT and row.kind in {"prompt", "digest"}
            ),
        )


def _list_questions(prompts: Iterable[Delivery]) -> list[tuple[str, str, int]]:
    return sorted(
        (row.target, f"{row.due_at:%Y-%m-%d}", item.action_id)
        for row in prompts
        for item in row.items
        if not item.reason
    )
