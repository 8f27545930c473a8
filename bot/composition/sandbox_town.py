"""The sandbox workspace and who lives in it: people, channels, the plan and a fortnight of its past."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

import sample
from bot.composition.bot import Bot, board_defaults
from bot.composition.simulated_time import Journey, SimulatedClock
from bot.config import Settings
from bot.delivery.directory import Team
from bot.importing import applying, people_rows
from bot.importing.drafts import PlanDraft
from bot.importing.people_csv import PersonRow, read_people
from bot.importing.reading import read_plan
from bot.plan.calendar import Calendar
from bot.sandbox.server import Sandbox
from bot.sandbox.settings import BOT_ID, BOT_USER_ID, SandboxSettings
from bot.services import people, workspaces
from models import Plan, schema
from models.queries import people as people_query

BOARD = "improvement-board"
CHANNELS = (("C0BOARD", BOARD), ("C0GENERAL", "general"), ("C0PRACTICE", "practice-leads"))
OPENING = time(10, 5)
BEGINNING = time(8, 30)


@dataclass(frozen=True)
class Keys:
    """Secrets made up for one run: the sandbox needs none that last."""

    bot_token: str
    signing_secret: str


def made_up_keys() -> Keys:
    return Keys(f"xoxb-sandbox-{secrets.token_hex(8)}", secrets.token_hex(16))


def settings_with(settings: Settings, keys: Keys, base_url: str) -> Settings:
    """The settings as they would be for a Slack at this address."""
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(keys.bot_token),
            "slack_signing_secret": SecretStr(keys.signing_secret),
            "slack_api_url": f"{base_url}/sandbox/api/",
        }
    )


def build_sandbox(settings: Settings, keys: Keys, base_url: str, clock: SimulatedClock) -> Sandbox:
    return Sandbox(
        SandboxSettings(
            bot_token=keys.bot_token,
            signing_secret=keys.signing_secret,
            events_url=f"{base_url}/slack/events",
            state_file=settings.data_dir / "sandbox.sqlite3",
            base_url=base_url,
            command=settings.command,
        ),
        clock,
    )


def identity() -> Team:
    """Who the bot is in the sandbox, before anyone can be asked."""
    return Team(SandboxSettings("", "").team_id, "Sandbox council", BOT_USER_ID, BOT_ID)


def people_of_sample() -> Sequence[PersonRow]:
    return read_people(sample.PEOPLE).rows


def settle(sandbox: Sandbox, timezone: str) -> None:
    """Put the people and channels of the sample in the workspace; who is there already stays."""
    members = [BOT_USER_ID]
    for row in people_of_sample():
        user_id = user_id_of(row.initials)
        sandbox.workspace.add_user(
            user_id, row.initials.lower(), row.initials, row.email, timezone, title=row.role.words
        )
        members.append(user_id)
    for channel_id, name in CHANNELS:
        sandbox.workspace.add_channel(channel_id, name, members)


def user_id_of(initials: str) -> str:
    return "U0" + "".join(letter for letter in initials.upper() if letter.isalnum())


class Town:
    """Fills an empty sandbox, and empties it again."""

    def __init__(
        self, bot: Bot, sandbox: Sandbox, clock: SimulatedClock, *, plan: Path | None = None
    ) -> None:
        self._bot, self._sandbox, self._clock, self._plan = bot, sandbox, clock, plan
        self._lock = asyncio.Lock()
        self.journey = Journey(clock, bot.database, bot.rounds, bot.settings.timezone, self.start_again)

    async def open(self) -> None:
        """Make sure there is something to see: a fresh sandbox gets the plan and its recent past."""
        settle(self._sandbox, self._bot.settings.timezone)
        if not await self._bot.database.look(_has_plan):
            await self._live_through()

    async def start_again(self) -> None:
        async with self._lock:
            await asyncio.to_thread(schema.start_over, self._bot.database)
            self._sandbox.workspace.wipe()
            team = await self._bot.directory.team()
            await self._bot.database.run(workspaces.claim, team.team_id, team.name)
            await self.open()

    async def _live_through(self) -> None:
        """Bring the plan in on a Monday, a week before the last one, and live through the days since: so
        two digests, the prompts of those days and some answers are there, all of them really sent.
        """
        today, start, end = stay(datetime.now(UTC), self._bot.settings)
        self._clock.set(start)
        await self._bring_in(today)
        for moment, initials, line in sorted(sample.answers(today)):
            when = datetime.combine(moment, time(11, 20), ZoneInfo(self._bot.settings.timezone)).astimezone(
                UTC
            )
            if start < when < end:
                await self.journey.travel(when)
                await self._sandbox.slash(user_id_of(initials), CHANNELS[0][0], line)
        await self.journey.travel(end)

    async def _bring_in(self, today: date) -> None:
        with TemporaryDirectory() as folder:
            path = self._plan or Path(folder) / "sample-plan.xlsx"
            if self._plan is None:
                sample.write_sample(path, today=today)
            draft = await asyncio.to_thread(read_plan, path, today=today)
        await self._bot.database.run(_take_in, draft, self._bot.settings, self._clock.now())


def stay(now: datetime, settings: Settings) -> tuple[date, datetime, datetime]:
    """The day the sandbox opens on (the latest working day), the moment its past begins, and when it ends."""
    calendar = Calendar(
        settings.timezone, settings.country, settings.prompt_time, settings.quiet_from, settings.quiet_until
    )
    today = calendar.working_day(calendar.today(now), step=-1)
    monday = today - timedelta(days=today.weekday() + 7)
    return today, calendar.at(monday, BEGINNING), calendar.at(today, OPENING)


def _has_plan(session: Session) -> bool:
    return session.scalar(select(Plan.id).limit(1)) is not None


def _take_in(session: Session, draft: PlanDraft, settings: Settings, now: datetime) -> None:
    workspace = workspaces.the_one(session)
    people_rows.apply(session, workspace, people_of_sample())
    accounts = {row.email.lower(): user_id_of(row.initials) for row in people_of_sample() if row.email}
    people.link_accounts(session, workspace.id, accounts)
    applying.apply(session, workspace, draft, defaults=board_defaults(settings), channel=f"#{BOARD}", now=now)
    for channel in people_query.channels_without_id(session, workspace.id):
        channel.channel_id = {name: each for each, name in CHANNELS}.get(channel.name)
