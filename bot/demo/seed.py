"""The sandbox workspace and what it holds: people, channels, the plan and a fortnight of its past."""

import asyncio
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import sample
from bot.config import Settings
from bot.demo import accounts
from bot.demo.accounts import Resident, handle_of, user_id_of
from bot.demo.clock import SimulatedClock
from bot.demo.plan_source import SAMPLE, PlanFile, Stay, opening_day, sample_draft, stay_on
from bot.demo.scripted_owners import Owners
from bot.demo.time_travel import Journey
from bot.errors import SettingsError
from bot.importing import apply_draft
from bot.importing.apply_draft import board_defaults
from bot.importing.drafting.draft import PlanDraft
from bot.runtime.bot import Bot
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from bot.sandbox.time_travel import TimeTravelError
from bot.services import workspaces
from models import Plan, schema
from models.queries import boards as boards_query
from models.queries import people as people_query


@dataclass(frozen=True)
class TownRecord:
    """database: which one, not where it is (an address may hold a password). source: "sample", or the name
    of the plan's file. digest: of that file's content, "" for the sample. ready: it was opened to the end.
    strangers: initials in the plan that nobody stands behind, on purpose.
    """

    database: str
    source: str
    digest: str = ""
    ready: bool = False
    strangers: tuple[str, ...] = ()

    @property
    def is_sample(self) -> bool:
        return self.digest == ""


def name_of(database_url: str) -> str:
    return hashlib.sha256(database_url.encode()).hexdigest()[:16]


class TownBook:
    """Keeps the record, and a copy of the plan that was given, so that starting again needs no file."""

    def __init__(self, folder: Path) -> None:
        self._record, self._plans = folder / "sandbox-town.json", folder / "sandbox-plan"

    def read(self) -> TownRecord | None:
        try:
            facts = json.loads(self._record.read_text())
            return TownRecord(**{**facts, "strangers": tuple(facts.get("strangers", ()))})
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: TownRecord) -> None:
        self._record.parent.mkdir(parents=True, exist_ok=True)
        beside = self._record.with_suffix(".new")
        beside.write_text(json.dumps(asdict(record)))
        beside.replace(self._record)

    def keep_plan(self, name: str, content: bytes) -> None:
        """In the place of any plan kept before."""
        self._plans.mkdir(parents=True, exist_ok=True)
        (self._plans / name).write_bytes(content)
        for other in self._plans.iterdir():
            if other.name != name:
                other.unlink()

    def plan(self, name: str) -> bytes | None:
        try:
            return (self._plans / name).read_bytes()
        except OSError:
            return None


BOARD = "improvement-board"
CHANNELS = (("C0BOARD", BOARD), ("C0GENERAL", "general"), ("C0PRACTICE", "practice-leads"))
SAYING = time(11, 20)
NOT_OURS = (
    "The database holds a plan that the sandbox did not put there, so the sandbox leaves it as it is."
    " Set CIP_DATA_DIR to an empty folder, or unset DATABASE_URL, to try another plan."
)


class Town:
    """Fills an empty sandbox, and empties it again. given: the plan to use in the place of the sample."""

    def __init__(
        self, bot: Bot, sandbox: Sandbox, clock: SimulatedClock, *, given: PlanFile | None = None
    ) -> None:
        self._bot, self._sandbox, self._clock = bot, sandbox, clock
        self._book = TownBook(bot.settings.data_dir)
        self._given = given
        self.starting_again = False
        self._shown: list[Resident] = []
        feed, zone = sandbox.workspace.feed, bot.settings.timezone
        owners = Owners(sandbox, bot.database, zone, place=CHANNELS[0][0])
        self.journey = Journey(
            clock, bot.database, bot.rounds, zone, tell=feed.publish, answering=owners.answer
        )

    @property
    def record(self) -> TownRecord | None:
        """What the sandbox put in this database; None when it put nothing there."""
        found = self._book.read()
        return found if found is not None and found.database == self._name else None

    @property
    def _name(self) -> str:
        return name_of(self._bot.settings.database)

    async def open(self) -> None:
        """Make sure there is something to see: a fresh sandbox gets the plan and its recent past. What an
        earlier run left stays, unless another plan is given, or it ended before it was ready.
        """
        record, planned = self.record, await self._bot.database.look(_has_plan)
        if planned and record is None and self._given is not None:
            raise SettingsError(NOT_OURS)
        other = record is not None and self._given is not None and record.digest != self._given.digest
        stale = planned and record is not None and (other or not record.ready)
        if stale or not planned:
            await self._begin(wiping=stale)
            self._sandbox.workspace.feed.publish({"type": "reset"})
        await self.show_people()

    async def start_again(self) -> None:
        """Raises TravelError when that is under way, or when the database is not the sandbox's own."""
        if self.starting_again:
            raise TimeTravelError("The sandbox is starting again already.", busy=True)
        if self.record is None:
            raise TimeTravelError(NOT_OURS)
        await self._begin(wiping=True)
        await self.show_people()

    async def _begin(self, *, wiping: bool) -> None:
        """From the beginning. Meanwhile nobody can do anything, or move the clock."""
        self.starting_again = True
        moving = await self.journey.held()
        try:
            if wiping:
                await self._wipe()
            await self._fill()
        finally:
            moving.release()
            self.starting_again = False

    async def welcome(self) -> None:
        """Let those whom a plan brought in chat names move in: in a sandbox, anyone can be anyone. Where it
        changed what people are to the plan, the page hears of it.
        """
        record = self.record
        if record is None or not record.ready or self.starting_again:
            return
        if await self._bot.database.look(accounts.newcomers, record.strangers):
            await self._bot.database.run(_welcome, record.strangers)
        if await self._bot.database.look(_residents) != self._shown:
            await self.show_people()
            self._sandbox.workspace.feed.publish({"type": "people"})

    async def show_people(self) -> None:
        """Put everyone who has an account in the workspace, with what they are to the plan."""
        self._shown = await self._bot.database.look(_residents)
        found = self._shown or accounts.of_sample()
        for one in found:
            self._show(one)
        members = [BOT_USER_ID, *(one.user_id for one in found)]
        for channel_id, name in CHANNELS:
            self._sandbox.workspace.add_channel(channel_id, name, members)

    def _show(self, one: Resident) -> None:
        zone = self._bot.settings.timezone
        name = handle_of(one.initials)
        self._sandbox.workspace.add_user(one.user_id, name, one.initials, one.email, zone, title=one.title)

    async def _wipe(self) -> None:
        """Nothing is planned or sent meanwhile, so that nothing of the old plan reaches the new workspace."""
        async with self._bot.rounds.held():
            await asyncio.to_thread(schema.recreate_schema, self._bot.database)
            self._sandbox.workspace.wipe()
            team = await self._bot.directory.team()
            await self._bot.database.run(workspaces.claim, team.team_id, team.name)

    async def _fill(self) -> None:
        plan = self._plan()
        source, digest = (plan.name, plan.digest) if plan else (SAMPLE, "")
        self._book.write(TownRecord(self._name, source, digest))
        if plan is not None:
            self._book.keep_plan(plan.name, plan.content)
        draft, stay = await self._read(plan)
        self._clock.set(stay.start)
        settings = self._bot.settings
        await self._bot.database.run(_take_in, draft, settings, self._clock.now(), sample_people=plan is None)
        await self.show_people()
        await self._live_through(stay, said=plan is None)
        strangers = await self._bot.database.look(_strangers)
        self._book.write(TownRecord(self._name, source, digest, ready=True, strangers=tuple(strangers)))

    def _plan(self) -> PlanFile | None:
        """The plan given now, or the one that was given before; None for the sample."""
        record = self.record
        if self._given is not None or record is None or record.is_sample:
            return self._given
        content = self._book.plan(record.source)
        return PlanFile(record.source, content) if content is not None else None

    async def _read(self, plan: PlanFile | None) -> tuple[PlanDraft, Stay]:
        today = datetime.now(ZoneInfo(self._bot.settings.timezone)).date()
        if plan is None:
            stay = stay_on(today, self._bot.settings)
            return await sample_draft(stay.today), stay
        draft = await plan.read(today)
        return draft, stay_on(opening_day(draft, today), self._bot.settings)

    async def _live_through(self, stay: Stay, *, said: bool) -> None:
        """Live through the days since the plan came in: so two digests, the prompts of those days and, in the
        sample, some answers are there, all of them really sent.
        """
        for moment, initials, line in sorted(sample.answers(stay.today)) if said else ():
            when = self._moment(moment)
            if stay.start < when < stay.end:
                await self.journey.travel(when)
                await self._sandbox.slash(user_id_of(initials), CHANNELS[0][0], line)
        await self.journey.travel(stay.end)

    def _moment(self, day: date) -> datetime:
        return datetime.combine(day, SAYING, ZoneInfo(self._bot.settings.timezone)).astimezone(UTC)


def _has_plan(session: Session) -> bool:
    return session.scalar(select(Plan.id).limit(1)) is not None


def _welcome(session: Session, strangers: tuple[str, ...]) -> bool:
    return accounts.welcome(session, workspaces.the_one(session).id, strangers)


def _residents(session: Session) -> list[Resident]:
    return [one for each in people_query.workspaces(session) for one in accounts.residents(session, each.id)]


def _strangers(session: Session) -> list[str]:
    return [one for each in people_query.workspaces(session) for one in accounts.strangers(session, each.id)]


def _take_in(
    session: Session, draft: PlanDraft, settings: Settings, now: datetime, *, sample_people: bool
) -> None:
    workspace = workspaces.the_one(session)
    if sample_people:
        accounts.settle_sample(session, workspace.id)
    apply_draft.apply(
        session, workspace, draft, defaults=board_defaults(settings), channel=f"#{BOARD}", now=now
    )
    if not sample_people:
        accounts.welcome(session, workspace.id)
    for channel in boards_query.channels_without_id(session, workspace.id):
        channel.channel_id = {name: each for each, name in CHANNELS}.get(channel.name)
