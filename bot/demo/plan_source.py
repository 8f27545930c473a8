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
# For a plan of the past: from its own date to the day that the sandbox opens on, long enough for two digests.
OPENING_DELAY = timedelta(days=13)
# A plan is of the past if fewer than one in five of its open dates are ahead.
FUTURE_DATES_RATIO = 5


@dataclass(frozen=True)
class PlanFile:
    """A plan's file: its name and content."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    async def read(self, today: date) -> PlanDraft:
        """Read it in a process of its own. Raises UnreadableFileError."""
        return await IsolatedReader().read(self.name, self.content, today=today)


def load_plan_file(path: Path) -> PlanFile:
    """Raises UnreadableFileError when it is not there or cannot be opened."""
    return PlanFile(path.name, read_content(path))


@dataclass(frozen=True)
class SeedPeriod:
    """The past that the sandbox simulates. today: the day it opens on. end: the moment it opens."""

    today: date
    start: datetime
    end: datetime


def build_calendar(settings: Settings) -> BoardCalendar:
    return BoardCalendar(
        settings.timezone, settings.country, settings.prompt_time, settings.quiet_from, settings.quiet_until
    )


def period_ending_on(day: date, settings: Settings) -> SeedPeriod:
    """From the Monday of the week before to the latest working day up to `day`."""
    calendar = build_calendar(settings)
    today = calendar.working_day(day, step=-1)
    monday = today - timedelta(days=today.weekday() + 7)
    return SeedPeriod(today, calendar.at(monday, START_TIME), calendar.at(today, OPENING_TIME))


def opening_day(draft: PlanDraft, today: date) -> date:
    """Today, or for a plan of the past a day shortly after its own date."""
    dates = sorted(_open_dates(draft))
    ahead = sum(day > today for day in dates)
    if not dates or ahead * FUTURE_DATES_RATIO >= len(dates):
        return today
    as_at = draft.as_at or dates[len(dates) // 2]
    return min(today, as_at + OPENING_DELAY)


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
        # When the bot is stopped meanwhile.
        if child.returncode is None:
            child.kill()
            await child.wait()
    return decode_json(printed)
