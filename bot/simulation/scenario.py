"""The scenario of a simulation: a workspace with people, and a plan imported into an empty database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

import sample
from bot.config import Settings
from bot.database import Database
from bot.errors import CipError
from bot.importing import apply_draft
from bot.importing.drafting.draft import PlanDraft
from bot.importing.pipeline import read_plan
from bot.plan.owners import PersonRole
from bot.runtime.bot import board_defaults
from bot.sandbox.config import BOT_USER_ID, SandboxSettings
from bot.sandbox.server import Sandbox
from bot.services import workspaces
from bot.simulation.expected_plan import lead_initials
from bot.simulation.fault_injection import ConnectionCutter
from bot.simulation.options import SimulationOptions
from bot.simulation.replicas import serve_app
from bot.simulation.shared_clock import SharedClock
from models import Person, Workspace, schema
from models.queries import boards as boards_query

BOARD_CHANNEL_ID = "C0BOARD"
BOARD_CHANNEL_NAME = "improvement-board"
BOT_TOKEN, SIGNING_SECRET = "xoxb-simulated", "simulated-signing-secret"
MANAGERS = ("QM", "QN")
VIEWER = "QV"
START_TIME = time(8, 30)
UNLINKED_SHARE = 0.1
LINKABLE_PEOPLE = 120
MAX_REQUEST_BYTES = 1 << 24


@dataclass
class Scenario:
    """user_ids: by initials, of those with a chat account. settings: the bots' own. Moments are in UTC."""

    options: SimulationOptions
    draft: PlanDraft
    settings: Settings
    sandbox: Sandbox
    connection_cutter: ConnectionCutter
    clock: SharedClock
    clock_file: Path
    database: Database
    user_ids: dict[str, str]
    starts_at: datetime
    ends_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)


@asynccontextmanager
async def open_scenario(
    options: SimulationOptions, settings: Settings, folder: Path
) -> AsyncIterator[Scenario]:
    """Build the scenario; yields it while its workspace serves. settings: for DATABASE_URL and the board's
    defaults. folder: for the clock's file and the sample plan. Raises CipError when the database is not
    empty, or cannot be shared by the replicas.
    """
    zone = ZoneInfo(settings.timezone)
    starts_at = datetime.combine(options.start, START_TIME, zone).astimezone(UTC)
    clock = SharedClock(folder / "time")
    clock.set(starts_at)
    draft = _read_draft(options, folder)
    database = _open_empty_database(options, settings)
    sandbox, connection_cutter = (
        Sandbox(SandboxSettings(BOT_TOKEN, SIGNING_SECRET), clock),
        ConnectionCutter(),
    )
    app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[connection_cutter.middleware])
    sandbox.add_routes(app)
    try:
        async with serve_app(app) as address:
            sandbox.set_addresses(address)
            user_ids = _add_accounts(draft, sandbox, settings.timezone, options.random_for("accounts"))
            await database.run(_import_plan, draft, settings, user_ids, starts_at)
            if "linking" in options.troubles:
                await database.run(_add_unlinked_people, _add_linkable_accounts(sandbox, settings.timezone))
            ends_at = starts_at + timedelta(weeks=options.weeks)
            bot_settings = _settings_for_bots(settings, address)
            yield Scenario(
                options,
                draft,
                bot_settings,
                sandbox,
                connection_cutter,
                clock,
                folder / "time",
                database,
                user_ids,
                starts_at,
                ends_at,
            )
            await sandbox.close()
    finally:
        database.close()


def _read_draft(options: SimulationOptions, folder: Path) -> PlanDraft:
    path = options.plan or folder / "sample-plan.xlsx"
    if options.plan is None:
        sample.write_sample(path, today=options.start)
    return read_plan(path, today=options.start)


def _settings_for_bots(settings: Settings, address: str) -> Settings:
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(BOT_TOKEN),
            "slack_signing_secret": SecretStr(SIGNING_SECRET),
            "slack_app_token": None,
            "slack_api_url": f"{address}/sandbox/api/",
            "host": "127.0.0.1",
            "port": 0,
            "tick_seconds": 0.15,
        }
    )


def _open_empty_database(options: SimulationOptions, settings: Settings) -> Database:
    database = Database(settings.database, threads=2)
    if database.is_sqlite and options.replicas > 1:
        database.close()
        raise CipError(
            "SQLite serves one process. For several replicas set DATABASE_URL to an empty PostgreSQL"
            " database."
        )
    schema.upgrade(database)
    with database.transaction(write=False) as session:
        is_used = session.scalar(select(Workspace.id).limit(1)) is not None
    if is_used:
        database.close()
        raise CipError(
            "The database in DATABASE_URL already holds data, which a simulation would mix with made-up"
            " people. Point it at an empty database, or unset it to use a temporary one. Nothing was changed."
        )
    return database


def _add_accounts(draft: PlanDraft, sandbox: Sandbox, timezone: str, rng: Random) -> dict[str, str]:
    """Add everyone the plan names, two plan managers and a viewer. One in ten of the plan's people is not
    linked: theirs are not in the user ids (by initials) that are returned.
    """
    initials_in_plan = sorted(
        {owner for action in draft.actions for owner in action.owners} | _lead_initials(draft)
    )
    unlinked = {name for name in initials_in_plan if rng.random() < UNLINKED_SHARE}
    members = [BOT_USER_ID]
    user_ids = {}
    for number, initials in enumerate((*initials_in_plan, *MANAGERS, VIEWER)):
        user = f"U0P{number:03d}"
        name = f"person{number}"
        sandbox.workspace.add_user(user, name, initials, f"{name}@council.example", timezone)
        members.append(user)
        if initials not in unlinked:
            user_ids[initials] = user
    sandbox.workspace.add_channel(BOARD_CHANNEL_ID, BOARD_CHANNEL_NAME, members)
    return user_ids


def _add_linkable_accounts(sandbox: Sandbox, timezone: str) -> dict[str, str]:
    """Add accounts that nobody is linked to yet, under Slack's limits on calls. Returns addresses by
    initials.
    """
    addresses = {f"LK{number:03d}": f"link{number}@council.example" for number in range(LINKABLE_PEOPLE)}
    for initials, address in addresses.items():
        name = address.partition("@")[0]
        sandbox.workspace.add_user(f"U0{initials}", name, initials, address, timezone)
    sandbox.conditions.limit_calls(True)
    return addresses


def _add_unlinked_people(session: Session, addresses: dict[str, str]) -> None:
    """addresses: by initials."""
    workspace = workspaces.link_team(session, SandboxSettings("", "").team_id, "Simulated council")
    session.add_all(
        Person(workspace_id=workspace.id, initials=initials, email=address, role=PersonRole.OWNER)
        for initials, address in addresses.items()
    )


def _lead_initials(draft: PlanDraft) -> set[str]:
    return {lead_initials(project.manager) for project in draft.projects} - {""}


def _import_plan(
    session: Session, draft: PlanDraft, settings: Settings, user_ids: dict[str, str], now: datetime
) -> None:
    workspace = workspaces.link_team(session, SandboxSettings("", "").team_id, "Simulated council")
    roles = dict.fromkeys(MANAGERS, PersonRole.PLAN_MANAGER) | {VIEWER: PersonRole.VIEWER}
    for initials, user in user_ids.items():
        session.add(
            Person(
                workspace_id=workspace.id,
                initials=initials,
                slack_user_id=user,
                role=roles.get(initials, PersonRole.OWNER),
            )
        )
    session.flush()
    apply_draft.apply(
        session,
        workspace,
        draft,
        defaults=board_defaults(settings),
        channel=f"#{BOARD_CHANNEL_NAME}",
        now=now,
    )
    for channel in boards_query.channels_without_id(session, workspace.id):
        channel.channel_id = BOARD_CHANNEL_ID
