"""The town's clock and what stands behind it, as the sandbox's page asks for them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.database import Database
from bot.demo.credentials import identity
from bot.demo.plan_source import SAMPLE
from bot.demo.seed import Town
from bot.demo.upcoming import MAX_UPCOMING, what_comes
from bot.messages import ActionLine
from bot.plan.statuses import Status
from bot.sandbox.time_travel import ClockStep
from bot.services.actions import presenters
from models.queries import actions
from models.queries import boards as plans_query
from models.queries import people as people_query
from models.queries.actions import ActionFilter

Json = dict[str, Any]
MAX_HINTS = 300


def hints(session: Session, team_id: str, user: str, now: datetime) -> Json:
    """{refs: [{ref, title, owners, due_words, status_words, mine}], statuses: [{name, words}]}."""
    statuses = [{"name": each.value, "words": each.words} for each in Status]
    workspace = people_query.workspace_of_team(session, team_id)
    if workspace is None:
        return {"refs": [], "statuses": statuses}
    facts = actions.load_facts(session, workspace.id, ActionFilter())
    ids = [each.id for each in facts if each.status.is_open][:MAX_HINTS]
    shown = presenters.lines(session, workspace.id, ids, now)
    refs = [_hint(shown[each], user) for each in ids]
    return {"refs": sorted(refs, key=lambda hint: not hint["mine"]), "statuses": statuses}


def _hint(line: ActionLine, user: str) -> Json:
    due = f"{line.due.day} {line.due:%B %Y}" if line.due else line.due_text
    return {
        "ref": line.ref,
        "title": line.title,
        "owners": ", ".join(owner.initials for owner in line.owners),
        "due_words": due,
        "status_words": line.status,
        "mine": any(owner.user_id == user for owner in line.owners),
    }


class TownTime:
    """A TimeTravel over the town."""

    def __init__(self, town: Town, database: Database) -> None:
        self._town, self._journey, self._database = town, town.journey, database

    @property
    def playing(self) -> Json | None:
        return self._journey.playing

    @property
    def starting_again(self) -> bool:
        return self._town.starting_again

    def now(self) -> datetime:
        return self._journey.now()

    async def move(self, to: ClockStep) -> str:
        return await self._journey.move(to)

    async def move_to(self, day: date) -> str:
        return await self._journey.move_to(day)

    async def play(self, weeks: int) -> str:
        return await self._journey.play(weeks)

    async def stop(self) -> str:
        return await self._journey.stop()

    async def upcoming(self) -> list[tuple[datetime, str]]:
        coming = await self._database.look(what_comes)
        return [(each.at, each.words) for each in coming[:MAX_UPCOMING]]

    async def about(self) -> Json:
        record = self._town.record
        plan = await self._database.look(_newest_plan)
        return {
            **plan,
            "is_sample": record is not None and record.is_sample,
            "source": record.source if record else SAMPLE,
            "loading": self.starting_again,
        }

    async def hints(self, user: str) -> Json:
        return await self._database.look(hints, identity().team_id, user, self.now())

    async def start_again(self) -> None:
        await self._town.start_again()


def _newest_plan(session: Session) -> Json:
    """The plan that came in last: {title, as_at_words}."""
    workspace = people_query.workspace_of_team(session, identity().team_id)
    plans = plans_query.plans(session, workspace.id).values() if workspace else ()
    newest = max(plans, key=lambda plan: (plan.imported_at, plan.id), default=None)
    if newest is None:
        return {"title": "", "as_at_words": ""}
    day = newest.as_at
    return {"title": newest.title, "as_at_words": f"{day.day} {day:%B %Y}" if day else ""}
