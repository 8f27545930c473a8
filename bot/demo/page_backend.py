"""What the sandbox's page shows besides the workspace: clock, plan, hints for typing, used buttons."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.database import Database
from bot.demo.credentials import bot_identity
from bot.demo.plan_source import SAMPLE
from bot.demo.seed import DemoSeeder
from bot.demo.upcoming import MAX_UPCOMING, list_upcoming
from bot.messages import ActionLine
from bot.plan.statuses import Status
from bot.plan.wording import format_day
from bot.sandbox.time_travel import ClockStep
from bot.services.actions import presenters
from models.queries import actions, changes
from models.queries import boards as plans_query
from models.queries import people as people_query
from models.queries.actions import ActionFilter

Json = dict[str, Any]
MAX_HINTS = 300
# Of a button's value: the command line that takes back the batch named after it.
UNDO_PREFIX = "undo "


def hints(session: Session, team_id: str, user: str, now: datetime) -> Json:
    """{refs: [{ref, title, owners, due_words, status_words, mine}], statuses: [{name, words}]}."""
    statuses = [{"name": each.value, "words": each.words} for each in Status]
    workspace = people_query.workspace_of_team(session, team_id)
    if workspace is None:
        return {"refs": [], "statuses": statuses}
    facts = actions.load_facts(session, workspace.id, ActionFilter())
    ids = [each.id for each in facts if each.status.is_open][:MAX_HINTS]
    lines = presenters.load_lines(session, workspace.id, ids, now)
    refs = [_hint(lines[each], user) for each in ids]
    return {"refs": sorted(refs, key=lambda hint: not hint["mine"]), "statuses": statuses}


def _hint(line: ActionLine, user: str) -> Json:
    due = format_day(line.due) if line.due else line.due_text
    return {
        "ref": line.ref,
        "title": line.title,
        "owners": ", ".join(owner.initials for owner in line.owners),
        "due_words": due,
        "status_words": line.status,
        "mine": any(owner.user_id == user for owner in line.owners),
    }


def used_buttons(session: Session, team_id: str, values: Sequence[str]) -> list[str]:
    """The values of those buttons that would undo what was undone already."""
    workspace = people_query.workspace_of_team(session, team_id)
    batches = {value: value.removeprefix(UNDO_PREFIX) for value in values if value.startswith(UNDO_PREFIX)}
    if workspace is None or not batches:
        return []
    undone = changes.undone_batches(session, workspace.id, set(batches.values()))
    return [value for value, batch in batches.items() if batch in undone]


class DemoTimeTravel:
    """A TimeTravel (bot/sandbox/time_travel.py) over the seeder and its clock."""

    def __init__(self, seeder: DemoSeeder, database: Database) -> None:
        self._seeder, self._clock_runner, self._database = seeder, seeder.clock_runner, database

    @property
    def progress(self) -> Json | None:
        return self._clock_runner.progress_event

    @property
    def is_resetting(self) -> bool:
        return self._seeder.is_resetting

    def now(self) -> datetime:
        return self._clock_runner.now()

    async def move(self, step: ClockStep) -> str:
        return await self._clock_runner.move(step)

    async def move_to(self, day: date) -> str:
        return await self._clock_runner.move_to(day)

    async def play(self, weeks: int) -> str:
        return await self._clock_runner.play(weeks)

    async def stop(self) -> str:
        return await self._clock_runner.stop()

    async def retry_refused(self) -> None:
        await self._clock_runner.retry_refused()

    async def upcoming(self) -> list[tuple[datetime, str]]:
        coming = await self._database.read(list_upcoming)
        return [(each.at, each.text) for each in coming[:MAX_UPCOMING]]

    async def describe_plan(self) -> Json:
        record = self._seeder.record
        plan = await self._database.read(_newest_plan)
        return {
            **plan,
            "is_sample": record is not None and record.is_sample,
            "source": record.source if record else SAMPLE,
            "loading": self.is_resetting,
        }

    async def hints(self, user: str) -> Json:
        return await self._database.read(hints, bot_identity().team_id, user, self.now())

    async def used_buttons(self, values: Sequence[str]) -> list[str]:
        return await self._database.read(used_buttons, bot_identity().team_id, values)

    async def reset(self) -> None:
        await self._seeder.reset()


def _newest_plan(session: Session) -> Json:
    """The plan imported last: {title, as_at_words}."""
    workspace = people_query.workspace_of_team(session, bot_identity().team_id)
    plans = plans_query.plans(session, workspace.id).values() if workspace else ()
    newest = max(plans, key=lambda plan: (plan.imported_at, plan.id), default=None)
    if newest is None:
        return {"title": "", "as_at_words": ""}
    day = newest.as_at
    return {"title": newest.title, "as_at_words": format_day(day) if day else ""}
