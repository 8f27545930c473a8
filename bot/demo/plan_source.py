"""Which plan the sandbox is filled with, and on which day it opens."""

import asyncio
import hashlib
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.config import Settings
from bot.importing.drafting.codec import decode_json
from bot.importing.drafting.draft import PlanDraft
from bot.importing.isolated_reader import IsolatedReader
from bot.importing.readers.registry import read_content
from bot.plan.calendar import BoardCalendar
from bot.plan.due_dates import DueDate, Role

SAMPLE = "sample"
_ROOT = Path(__file__).resolve().parents[2]
OPENING_TIME = time(10, 5)
START_TIME = time(8, 30)
# How long after its own date a plan of the past is opened: its first week and a half has been lived by then.
OPENING_DELAY = timedelta(days=13)
# A plan is of the past when less than one in so many of its open dates is still ahead.
FUTURE_DATES_RATIO = 5


@dataclass(frozen=True)
class PlanFile:
    """A plan someone brought: its file's name and content."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    async def read(self, today: date) -> PlanDraft:
        """Read it apart. Raises UnreadableFileError with a sentence."""
        return await IsolatedReader().read(self.name, self.content, today=today)


def load_plan_file(path: Path) -> PlanFile:
    """Raises UnreadableFileError when it is not there or cannot be opened."""
    return PlanFile(path.name, read_content(path))


@dataclass(frozen=True)
class SeedPeriod:
    """today: the day the sandbox opens on. start: when its past begins. end: the moment it opens."""

    today: date
    start: datetime
    end: datetime


def build_calendar(settings: Settings) -> BoardCalendar:
    return BoardCalendar(
        settings.timezone, settings.country, settings.prompt_time, settings.quiet_from, settings.quiet_until
    )


def period_ending_on(day: date, settings: Settings) -> SeedPeriod:
    """A stay that ends on the latest working day up to `day`, and begins on the Monday of the week before."""
    calendar = build_calendar(settings)
    today = calendar.working_day(day, step=-1)
    monday = today - timedelta(days=today.weekday() + 7)
    return SeedPeriod(today, calendar.at(monday, START_TIME), calendar.at(today, OPENING_TIME))


def opening_day(draft: PlanDraft, today: date) -> date:
    """Today, or for a plan whose dates lie in the past a day shortly after its own."""
    dates = sorted(_open_dates(draft))
    ahead = sum(day > today for day in dates)
    if not dates or ahead * FUTURE_DATES_RATIO >= len(dates):
        return today
    own = draft.as_at or dates[len(dates) // 2]
    return min(today, own + OPENING_DELAY)


def _open_dates(draft: PlanDraft) -> Sequence[date]:
    entries: list[DueDate] = []
    for action in draft.actions:
        if action.status.is_open:
            entries += [*action.due, *(due for step in action.milestones for due in step.due)]
    return [each.date for each in entries if each.date and each.role in {Role.DUE, Role.MILESTONE}]


async def build_sample_draft(today: date) -> PlanDraft:
    """The sample plan with its dates around today, written and read in a process of its own."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "utf8", "-m", "bot.demo.sample_process", today.isoformat(),
        stdout=PIPE, cwd=_ROOT, env={"PYTHONPATH": ":".join(sys.path)}, start_new_session=True,
    )  # fmt: skip
    try:
        printed, _ = await child.communicate()
    finally:
        # Whoever stops the bot meanwhile stops this too, without a word of its own.
        if child.returncode is None:
            child.kill()
            await child.wait()
    return decode_json(printed)
