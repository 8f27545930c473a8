"""A year of 300 boards with 60 actions each, without faults: every digest and prompt decided, rendered and
recorded. No message is sent: what is measured is the bot's own work.
"""

import asyncio
import logging
import os
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.filling import NOW, create_database
from bot.delivery.sender import MessageRef, Post
from bot.delivery.worker import Worker
from bot.jobs.tick import TickJob
from bot.rendering import Renderer
from bot.services.outbox.rate_limits import NO_LIMITS
from models.base import DeliveryState
from models.outbox import Delivery, PromptItem

BOARDS, ACTIONS_PER_BOARD = 300, 60
WEEKS = 52
CLOCK_STEP = timedelta(seconds=1)


class ManualClock:
    """A clock that moves only when it is set."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


class NullSender:
    """A sender whose messages always arrive."""

    def __init__(self) -> None:
        self.posted = 0

    async def post(self, post: Post) -> MessageRef:
        assert post.text
        self.posted += 1
        return MessageRef(post.target, f"{self.posted}.0")

    async def find(self, post: Post, *, since: float) -> MessageRef | None:  # noqa: ARG002 - nothing is ever lost
        return None


def run() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    weeks = int(os.environ.get("WEEKS", str(WEEKS)))
    print(f"{weeks} weeks of {BOARDS} boards with {ACTIONS_PER_BOARD} actions each (SQLite)")
    with TemporaryDirectory() as folder:
        database = create_database(
            f"sqlite:///{Path(folder) / 'year.sqlite3'}",
            actions=BOARDS * ACTIONS_PER_BOARD,
            boards=BOARDS,
            due=0,
        )
        clock, sender = ManualClock(), NullSender()
        worker = Worker(database, sender, Renderer(), clock, limits=NO_LIMITS)
        started = time.perf_counter()
        asyncio.run(_run_ticks(TickJob(database, worker, clock), clock, NOW + timedelta(weeks=weeks)))
        took = time.perf_counter() - started
        with database.transaction(write=False) as session:
            kinds, left, rows = _count_rows(session)
        database.close()
    assert left == 0, f"{left} rows were left unsent"
    assert sender.posted == kinds.total()
    print(f"  {took / 60:.1f} minutes; {rows / took:.0f} rows a second ({rows:,} deliveries and items)")
    for kind, number in sorted(kinds.items()):
        print(f"  {kind:<14}{number:>9,} sent")


async def _run_ticks(tick_job: TickJob, clock: ManualClock, until: datetime) -> None:
    while clock.moment < until:
        await tick_job.run()
        ahead = await tick_job.next_due_at()
        if ahead is None:
            return
        clock.moment = max(ahead, clock.moment) + CLOCK_STEP


def _count_rows(session: Session) -> tuple[Counter[str], int, int]:
    """What was sent, by kind; how many rows are neither sent nor skipped; how many rows there are."""
    counted = session.execute(
        select(Delivery.kind, Delivery.state, func.count()).group_by(Delivery.kind, Delivery.state)
    )
    sent: Counter[str] = Counter()
    left = rows = 0
    for kind, state, number in counted:
        rows += number
        sent[kind] += number if state is DeliveryState.SENT else 0
        left += 0 if state in {DeliveryState.SENT, DeliveryState.SKIPPED} else number
    return sent, left, rows + (session.scalar(select(func.count()).select_from(PromptItem)) or 0)
