"""Fills the sandbox workspace: people, channels, the plan and about a fortnight of its past."""

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
from bot.demo.accounts import DemoAccount, handle_of, user_id_of
from bot.demo.clock import SimulatedClock
from bot.demo.plan_source import (
    SAMPLE,
    PlanFile,
    SeedPeriod,
    build_sample_draft,
    opening_day,
    period_ending_on,
)
from bot.demo.scripted_owners import ScriptedOwners
from bot.demo.time_travel import ClockRunner
from bot.errors import SettingsError
from bot.importing import apply_draft
from bot.importing.apply_draft import board_defaults
from bot.importing.drafting.draft import PlanDraft
from bot.runtime.bot import Bot
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from bot.sandbox.time_travel import TimeTravelError
from bot.sentences import sentence
from bot.services import workspaces
from models import Plan, schema
from models.queries import boards as boards_query
from models.queries import people as people_query


@dataclass(frozen=True)
class SeedRecord:
    """What the sandbox was filled with. database: a hash of its URL, which may hold a password. source:
    "sample", or the name of the plan's file. digest: of that file's content, "" for the sample. ready:
    the filling was completed. strangers: initials in the plan that stay without an account, on purpose.
    """

    database: str
    source: str
    digest: str = ""
    ready: bool = False
    strangers: tuple[str, ...] = ()

    @property
    def is_sample(self) -> bool:
        return self.digest == ""


def hash_database_url(database_url: str) -> str:
    return hashlib.sha256(database_url.encode()).hexdigest()[:16]


class SeedStore:
    """Stores the record, and a copy of the plan that was given, so that starting again needs no file."""

    def __init__(self, folder: Path) -> None:
        self._record_path, self._plans_folder = folder / "sandbox-town.json", folder / "sandbox-plan"

    def read(self) -> SeedRecord | None:
        try:
            facts = json.loads(self._record_path.read_text())
            return SeedRecord(**{**facts, "strangers": tuple(facts.get("strangers", ()))})
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: SeedRecord) -> None:
        self._record_path.parent.mkdir(parents=True, exist_ok=True)
        new_file = self._record_path.with_suffix(".new")
        new_file.write_text(json.dumps(asdict(record)))
        new_file.replace(self._record_path)

    def save_plan(self, name: str, content: bytes) -> None:
        """Replaces the plan stored before."""
        self._plans_folder.mkdir(parents=True, exist_ok=True)
        (self._plans_folder / name).write_bytes(content)
        for other in self._plans_folder.iterdir():
            if other.name != name:
                other.unlink()

    def read_plan(self, name: str) -> bytes | None:
        try:
            return (self._plans_folder / name).read_bytes()
        except OSError:
            return None


BOARD = "improvement-board"
CHANNELS = (("C0BOARD", BOARD), ("C0GENERAL", "general"), ("C0PRACTICE", "practice-leads"))
UPDATE_TIME = time(11, 20)


class DemoSeeder:
    """Fills an empty sandbox, and empties it again. plan: to use in the place of the sample."""

    def __init__(
        self, bot: Bot, sandbox: Sandbox, clock: SimulatedClock, *, plan: PlanFile | None = None
    ) -> None:
        self._bot, self._sandbox, self._clock = bot, sandbox, clock
        self._store = SeedStore(bot.settings.data_dir)
        self._given_plan = plan
        self.is_resetting = False
        self._synced_accounts: list[DemoAccount] = []
        feed, zone = sandbox.workspace.feed, bot.settings.timezone
        owners = ScriptedOwners(sandbox, bot.database, zone, command_channel=CHANNELS[0][0])
        self.clock_runner = ClockRunner(
            clock,
            bot.database,
            bot.tick_job,
            zone,
            publish=feed.publish,
            answer_prompts=owners.answer_prompts,
        )

    @property
    def record(self) -> SeedRecord | None:
        """What the sandbox filled this database with; None if nothing."""
        record = self._store.read()
        return record if record is not None and record.database == self._database_hash else None

    @property
    def _database_hash(self) -> str:
        return hash_database_url(self._bot.settings.database)

    async def open(self) -> None:
        """Fill an empty sandbox with the plan and its recent past. What an earlier run left stays, unless
        another plan is given, or that run ended before it was ready. Raises SettingsError for a given
        plan where the database holds one that is not the sandbox's own.
        """
        record, has_plan = self.record, await self._bot.database.read(_has_plan)
        if has_plan and record is None and self._given_plan is not None:
            raise SettingsError(sentence("demo.foreign_plan"))
        is_other = (
            record is not None and self._given_plan is not None and record.digest != self._given_plan.digest
        )
        is_stale = has_plan and record is not None and (is_other or not record.ready)
        if is_stale or not has_plan:
            await self._rebuild(wipe=is_stale)
            self._sandbox.workspace.feed.publish({"type": "reset"})
        await self.sync_accounts()

    async def reset(self) -> None:
        """Start again. Raises TimeTravelError while that runs already, or if the database holds a plan
        that is not the sandbox's own.
        """
        if self.is_resetting:
            raise TimeTravelError("The sandbox is starting again already.", busy=True)
        if self.record is None:
            raise TimeTravelError(sentence("demo.foreign_plan"))
        await self._rebuild(wipe=True)
        await self.sync_accounts()

    async def _rebuild(self, *, wipe: bool) -> None:
        """Fill the sandbox from the beginning, with the clock locked. is_resetting blocks everything else."""
        self.is_resetting = True
        clock_lock = await self.clock_runner.stop_and_lock()
        try:
            if wipe:
                await self._wipe()
            await self._fill()
        finally:
            clock_lock.release()
            self.is_resetting = False

    async def create_missing_accounts(self) -> None:
        """Make accounts for the people that a plan imported in chat has brought; publish an event for the
        page if anybody's account or title has changed.
        """
        record = self.record
        if record is None or not record.ready or self.is_resetting:
            return
        if await self._bot.database.read(accounts.has_missing_accounts, record.strangers):
            await self._bot.database.run(_create_missing_accounts, record.strangers)
        if await self._bot.database.read(_list_accounts) != self._synced_accounts:
            await self.sync_accounts()
            self._sandbox.workspace.feed.publish({"type": "people"})

    async def sync_accounts(self) -> None:
        """Add everyone who has an account to the workspace, with their title."""
        self._synced_accounts = await self._bot.database.read(_list_accounts)
        members_of_plan = self._synced_accounts or accounts.sample_accounts()
        for each in members_of_plan:
            self._add_user(each)
        people = [each.user_id for each in members_of_plan]
        workspace = self._sandbox.workspace
        for channel_id, name in CHANNELS:
            if channel_id in workspace.channels:
                # Its name, and whether the bot is in it, may have been changed on the page.
                workspace.directory.add_members(channel_id, people)
            else:
                workspace.add_channel(channel_id, name, [BOT_USER_ID, *people])

    def _add_user(self, account: DemoAccount) -> None:
        zone = self._bot.settings.timezone
        name = handle_of(account.initials)
        self._sandbox.workspace.directory.refresh_user(
            account.user_id, name, account.name, account.email, zone, title=account.title
        )

    async def _wipe(self) -> None:
        """The tick is paused meanwhile, so that no message of the old plan reaches the new workspace."""
        async with self._bot.tick_job.pause():
            await asyncio.to_thread(schema.recreate_schema, self._bot.database)
            self._sandbox.workspace.wipe()
            team = await self._bot.directory.fetch_team()
            await self._bot.database.run(workspaces.link_team, team.team_id, team.name)

    async def _fill(self) -> None:
        plan = self._choose_plan()
        source, digest = (plan.name, plan.digest) if plan else (SAMPLE, "")
        self._store.write(SeedRecord(self._database_hash, source, digest))
        if plan is not None:
            self._store.save_plan(plan.name, plan.content)
        draft, period = await self._read_draft(plan)
        self._clock.set(period.start)
        settings = self._bot.settings
        await self._bot.database.run(
            _import_plan, draft, settings, self._clock.now(), sample_people=plan is None
        )
        await self.sync_accounts()
        await self._replay_period(period, with_updates=plan is None)
        unlinked = await self._bot.database.read(_list_unlinked)
        self._store.write(
            SeedRecord(self._database_hash, source, digest, ready=True, strangers=tuple(unlinked))
        )

    def _choose_plan(self) -> PlanFile | None:
        """The plan given now, or to an earlier run; None for the sample."""
        record = self.record
        if self._given_plan is not None or record is None or record.is_sample:
            return self._given_plan
        content = self._store.read_plan(record.source)
        return PlanFile(record.source, content) if content is not None else None

    async def _read_draft(self, plan: PlanFile | None) -> tuple[PlanDraft, SeedPeriod]:
        today = datetime.now(ZoneInfo(self._bot.settings.timezone)).date()
        if plan is None:
            period = period_ending_on(today, self._bot.settings)
            return await build_sample_draft(period.today), period
        draft = await plan.read(today)
        return draft, period_ending_on(opening_day(draft, today), self._bot.settings)

    async def _replay_period(self, period: SeedPeriod, *, with_updates: bool) -> None:
        """Run the days since the plan's import, so that two digests, the prompts of those days and,
        with_updates, the sample's updates are really sent.
        """
        for day, initials, line in sorted(sample.scripted_updates(period.today)) if with_updates else ():
            moment = self._update_moment(day)
            if period.start < moment < period.end:
                await self.clock_runner.run_until(moment)
                await self._sandbox.slash(user_id_of(initials), CHANNELS[0][0], line)
        await self.clock_runner.run_until(period.end)

    def _update_moment(self, day: date) -> datetime:
        return datetime.combine(day, UPDATE_TIME, ZoneInfo(self._bot.settings.timezone)).astimezone(UTC)


def _has_plan(session: Session) -> bool:
    return session.scalar(select(Plan.id).limit(1)) is not None


def _create_missing_accounts(session: Session, unlinked: tuple[str, ...]) -> bool:
    return accounts.create_missing_accounts(
        session, workspaces.find_or_create_workspace(session).id, unlinked
    )


def _list_accounts(session: Session) -> list[DemoAccount]:
    return [
        one for each in people_query.workspaces(session) for one in accounts.list_accounts(session, each.id)
    ]


def _list_unlinked(session: Session) -> list[str]:
    return [
        one for each in people_query.workspaces(session) for one in accounts.list_unlinked(session, each.id)
    ]


def _import_plan(
    session: Session, draft: PlanDraft, settings: Settings, now: datetime, *, sample_people: bool
) -> None:
    workspace = workspaces.find_or_create_workspace(session)
    if sample_people:
        accounts.create_sample_accounts(session, workspace.id, now)
    apply_draft.apply(
        session, workspace, draft, defaults=board_defaults(settings), channel=f"#{BOARD}", now=now
    )
    if not sample_people:
        accounts.create_missing_accounts(session, workspace.id)
    for channel in boards_query.channels_without_id(session, workspace.id):
        channel.channel_id = {name: each for each, name in CHANNELS}.get(channel.name)
