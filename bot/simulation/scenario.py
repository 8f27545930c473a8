"""The council of a simulation: its workspace, its people and its plan, in an empty database."""

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
from bot.simulation.expected_plan import lead_named
from bot.simulation.fault_injection import Cutter
from bot.simulation.options import Asked
from bot.simulation.replicas import listening
from bot.simulation.shared_clock import SharedTime
from models import Person, Workspace, schema
from models.queries import boards as boards_query

BOARD = "C0BOARD"
CHANNEL = "improvement-board"
TOKEN, SECRET = "xoxb-simulated", "simulated-signing-secret"
MANAGERS = ("QM", "QN")
VIEWER = "QV"
BEGINNING = time(8, 30)
UNLINKED_SHARE = 0.1
LARGEST_CALL = 1 << 24


@dataclass
class Town:
    """linked: user ids by initials, of those who have a chat account. settings: for the bots."""

    asked: Asked
    draft: PlanDraft
    settings: Settings
    sandbox: Sandbox
    cutter: Cutter
    time: SharedTime
    time_file: Path
    database: Database
    linked: dict[str, str]
    began: datetime
    ends: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)


@asynccontextmanager
async def settled_town(asked: Asked, settings: Settings, folder: Path) -> AsyncIterator[Town]:
    """settings: whose DATABASE_URL and board defaults count. Raises CipError when the database is in use."""
    zone = ZoneInfo(settings.timezone)
    began = datetime.combine(asked.start, BEGINNING, zone).astimezone(UTC)
    shared = SharedTime(folder / "time")
    shared.set(began)
    draft = _draft(asked, folder)
    database = _empty_database(asked, settings)
    sandbox, cutter = Sandbox(SandboxSettings(TOKEN, SECRET), shared), Cutter()
    app = web.Application(client_max_size=LARGEST_CALL, middlewares=[cutter.middleware])
    sandbox.add_routes(app)
    try:
        async with listening(app) as address:
            sandbox.set_addresses(address)
            linked = _people(draft, sandbox, settings.timezone, asked.dice("accounts"))
            await database.run(_take_in, draft, settings, linked, began)
            ends = began + timedelta(weeks=asked.weeks)
            pointed = _pointed(settings, address)
            yield Town(
                asked, draft, pointed, sandbox, cutter, shared, folder / "time", database, linked, began, ends
            )
            await sandbox.close()
    finally:
        database.close()


def _draft(asked: Asked, folder: Path) -> PlanDraft:
    path = asked.plan or folder / "sample-plan.xlsx"
    if asked.plan is None:
        sample.write_sample(path, today=asked.start)
    return read_plan(path, today=asked.start)


def _pointed(settings: Settings, address: str) -> Settings:
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(TOKEN),
            "slack_signing_secret": SecretStr(SECRET),
            "slack_app_token": None,
            "slack_api_url": f"{address}/sandbox/api/",
            "host": "127.0.0.1",
            "port": 0,
            "tick_seconds": 0.15,
        }
    )


def _empty_database(asked: Asked, settings: Settings) -> Database:
    database = Database(settings.database, threads=2)
    if database.is_sqlite and asked.replicas > 1:
        database.close()
        raise CipError(
            "SQLite serves one process. For several replicas set DATABASE_URL to an empty PostgreSQL"
            " database."
        )
    schema.upgrade(database)
    with database.transaction(write=False) as session:
        used = session.scalar(select(Workspace.id).limit(1)) is not None
    if used:
        database.close()
        raise CipError(
            "The database in DATABASE_URL already holds data, which a simulation would mix with made-up"
            " people. Point it at an empty database, or unset it to use a temporary one. Nothing was changed."
        )
    return database


def _people(draft: PlanDraft, sandbox: Sandbox, timezone: str, rng: Random) -> dict[str, str]:
    """Everyone the plan names gets an account, but for a few; and two plan managers and a viewer join."""
    named = sorted({owner for action in draft.actions for owner in action.owners} | _leads(draft))
    without = {name for name in named if rng.random() < UNLINKED_SHARE}
    members = [BOT_USER_ID]
    linked = {}
    for number, initials in enumerate((*named, *MANAGERS, VIEWER)):
        user = f"U0P{number:03d}"
        name = f"person{number}"
        sandbox.workspace.add_user(user, name, initials, f"{name}@council.example", timezone)
        members.append(user)
        if initials not in without:
            linked[initials] = user
    sandbox.workspace.add_channel(BOARD, CHANNEL, members)
    return linked


def _leads(draft: PlanDraft) -> set[str]:
    return {lead_named(project.manager) for project in draft.projects} - {""}


def _take_in(
    session: Session, draft: PlanDraft, settings: Settings, linked: dict[str, str], now: datetime
) -> None:
    workspace = workspaces.claim(session, SandboxSettings("", "").team_id, "Simulated council")
    roles = dict.fromkeys(MANAGERS, PersonRole.PLAN_MANAGER) | {VIEWER: PersonRole.VIEWER}
    for initials, user in linked.items():
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
        session, workspace, draft, defaults=board_defaults(settings), channel=f"#{CHANNEL}", now=now
    )
    for channel in boards_query.channels_without_id(session, workspace.id):
        channel.channel_id = BOARD
