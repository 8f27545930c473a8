"""Builds the bot from its settings: its database, its parts, and the context of its handlers."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.database import Database
from bot.delivery.slack import SlackSender
from bot.delivery.slack_lookup import SlackDirectory, Team
from bot.delivery.slack_standing import SlackStandings
from bot.delivery.worker import Worker
from bot.errors import DeliveryError, ErrorKind, SettingsError
from bot.importing import commands
from bot.importing.apply_draft import board_defaults
from bot.jobs.account_linking import AccountLinkingJob
from bot.jobs.clock_watch import ClockWatch
from bot.jobs.heartbeat import HEARTBEAT_INTERVAL, HeartbeatJob
from bot.jobs.scheduler import Scheduler
from bot.jobs.tick import TickJob
from bot.plan.reading import ReadPolicy
from bot.private_files import protect_folder
from bot.rendering import Renderer
from bot.runtime.database_faults import explain_faults
from bot.runtime.instance_lock import BOT, exclusive_lock, with_application_name
from bot.sentences import sentence
from bot.services import dispatcher, workspaces
from bot.services.dispatcher import Dispatcher
from bot.services.outbox import refusals
from bot.services.outbox.rate_limits import SLACK_LIMITS, WorkspaceLimits
from handlers.context import AppContext
from handlers.slack.pipeline import build_parts_renderer
from models import schema
from models.queries import people as query

log = structlog.get_logger()
T = TypeVar("T")
__all__ = [
    "LINK_INTERVAL",
    "Bot",
    "assume_workspace",
    "board_defaults",
    "build_account_linking",
    "build_bot",
    "build_dispatcher",
    "build_slack_context",
    "identify_workspace",
    "open_database",
]
# In seconds.
LINK_INTERVAL = 60.0
API_TIMEOUT = 20


@contextmanager
def open_database(settings: Settings, *, serving: bool = False) -> Iterator[Database]:
    """The database, ready for use. SQLite is migrated to the current schema; a PostgreSQL that is not
    migrated raises SettingsError with what to run. So does a database that cannot be reached or used.

    serving: this process serves the bot. On SQLite only one may; a short command may run beside it, unless
    it would have to migrate.
    """
    database = new_database(settings, serving=serving)
    lock = (
        exclusive_lock(database, sentence("runtime.one_bot_per_sqlite"), kind=BOT)
        if serving
        else contextlib.nullcontext()
    )
    try:
        with lock, explain_faults(database):
            if serving or not database.is_sqlite or schema.is_current(database):
                schema.ensure_current(database)
            else:
                migrate_database(database)
            yield database
    finally:
        database.close()


def migrate_database(database: Database) -> str:
    """Returns the revision. Raises SettingsError while a bot runs on this SQLite file."""
    with exclusive_lock(database, sentence("runtime.stop_before_migrating")):
        return require_reachable(database, schema.upgrade)


def new_database(settings: Settings, *, serving: bool = False) -> Database:
    """The database that the settings name, not connected yet. Raises SettingsError for an address that cannot
    be used.
    """
    if not settings.database.startswith(("sqlite:", "postgresql+psycopg:")):
        raise SettingsError(
            "DATABASE_URL names no database the bot can use."
            " Write it as postgresql://user:password@host/name, or leave it out for SQLite."
        )
    try:
        url = make_url(settings.database)
        if url.get_backend_name() == "sqlite" and not url.database:
            raise SettingsError(sentence("runtime.no_file_named"))
        url = with_application_name(url) if serving else url
        address = url.render_as_string(hide_password=False)
        database = Database(address, on_failed_write=metrics.FAILED_WRITES.inc)
    except OSError as error:
        path, problem = error.filename or settings.data_dir, error.strerror
        raise SettingsError(sentence("runtime.folder_not_writable", path=path, problem=problem)) from None
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL cannot be read. Compare it with .env.example.") from None
    if settings.database_url is None:
        protect_folder(settings.data_dir)
    return database


def require_reachable(database: Database, step: Callable[[Database], T]) -> T:
    """Call the step, the first to connect to the database. Raises SettingsError if that cannot be used."""
    with explain_faults(database):
        return step(database)


def build_client(settings: Settings, timeout_seconds: int) -> AsyncWebClient:
    """A Web API client that never retries by itself: the outbox does."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return AsyncWebClient(
        token=token, base_url=settings.slack_api_url, timeout=timeout_seconds, retry_handlers=[]
    )


@dataclass(frozen=True)
class Bot:
    """The parts of the bot, without its HTTP server."""

    settings: Settings
    clock: Clock
    database: Database
    client: AsyncWebClient
    renderer: Renderer
    dispatcher: Dispatcher
    directory: SlackDirectory
    worker: Worker
    tick_job: TickJob
    scheduler: Scheduler
    heartbeat: HeartbeatJob


def build_bot(
    settings: Settings,
    clock: Clock,
    database: Database,
    *,
    timeout_seconds: int = API_TIMEOUT,
    limits: WorkspaceLimits = SLACK_LIMITS,
    watch: ClockWatch | None = None,
) -> Bot:
    """timeout_seconds: for a call to Slack. limits: how many calls of each kind Slack allows. watch: of the
    clock, where it is not the system's own, which is always watched; None where it is moved on purpose.
    """
    client = build_client(settings, timeout_seconds)
    renderer = Renderer(settings.command, settings.public_address)
    worker = Worker(database, SlackSender(client), renderer, clock, limits=limits)
    watch = ClockWatch(clock) if isinstance(clock, SystemClock) else watch
    tick_job = TickJob(database, worker, clock, watch)
    scheduler = Scheduler(tick_job, worker, tick_seconds=settings.tick_seconds, watch=watch)
    heartbeat = HeartbeatJob(database, clock)
    scheduler.add_job(HEARTBEAT_INTERVAL, heartbeat.run, whatever_the_clock=True)
    directory = SlackDirectory(client)
    return Bot(
        settings,
        clock,
        database,
        client,
        renderer,
        build_dispatcher(settings.read),
        directory,
        worker,
        tick_job,
        scheduler,
        heartbeat,
    )


def build_dispatcher(read: str = "plan") -> Dispatcher:
    """The handlers of every type of command. A package with handlers of its own is added here.

    read: CIP_READ.
    """
    return Dispatcher(dispatcher.HANDLERS, commands.HANDLERS, policy=ReadPolicy(read))


def build_slack_context(bot: Bot, nudge: Callable[[], None]) -> AppContext:
    """The context of the handlers, with messages rendered in Block Kit."""
    return AppContext(
        bot.database,
        bot.clock,
        bot.settings,
        bot.renderer,
        bot.dispatcher,
        build_parts_renderer(bot.renderer),
        nudge,
        SlackStandings(bot.client, bot.clock),
    )


async def identify_workspace(bot: Bot) -> Team:
    """Ask Slack which team the token is for, and link the workspace's rows to it. From then on the worker
    sends to this team only. Raises DeliveryError when Slack refuses.
    """
    team = await bot.directory.fetch_team()
    try:
        await bot.database.run(workspaces.link_team, team.team_id, team.name)
    except IntegrityError:
        # Another replica linked it at the same moment.
        await bot.database.run(workspaces.link_team, team.team_id, team.name)
    bot.worker.team_id = team.team_id
    return team


async def assume_workspace(bot: Bot, error: DeliveryError) -> Team:
    """The workspace that the bot served before, where Slack refuses its token: it starts all the same, so
    that it says so and goes on once the token is accepted. The ids of the bot are not known then.

    Raises the error for a bot that knows no workspace, or several.
    """
    team_id = await bot.database.run(_record_refused_token, error, bot.clock.now())
    if team_id is None:
        raise error
    log.error("started, though Slack refuses the token", code=error.code)
    bot.worker.team_id = team_id
    return Team(team_id, "", "", "")


def _record_refused_token(session: Session, error: DeliveryError, now: datetime) -> str | None:
    """Returns the id of the only team there is; None where there is no one such, or the token is not at
    fault.
    """
    known = [each for each in query.workspaces(session) if each.team_id is not None]
    if error.kind is not ErrorKind.TOKEN or len(known) != 1:
        return None
    refusals.record_token_error(session, known[0].id, error, now)
    return known[0].team_id


def build_account_linking(bot: Bot, team: Team) -> AccountLinkingJob:
    return AccountLinkingJob(bot.database, bot.directory, team.team_id, bot.clock)
