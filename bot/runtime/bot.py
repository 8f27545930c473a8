"""Builds the bot from its settings: its database, its parts, and the context of its handlers."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError

from bot.clock import Clock
from bot.config import Settings
from bot.database import Database
from bot.delivery.slack import SlackSender
from bot.delivery.slack_lookup import SlackDirectory, Team
from bot.delivery.slack_standing import SlackStandings
from bot.delivery.worker import Worker
from bot.errors import SettingsError
from bot.importing import commands
from bot.importing.apply_draft import board_defaults
from bot.jobs.account_linking import AccountLinkingJob
from bot.jobs.scheduler import Scheduler
from bot.jobs.tick import TickJob
from bot.plan.reading import ReadPolicy
from bot.rendering import Renderer
from bot.runtime.instance_lock import BOT, exclusive_lock, with_application_name
from bot.sentences import sentence
from bot.services import dispatcher, workspaces
from bot.services.dispatcher import Dispatcher
from bot.services.outbox.rate_limits import SLACK_LIMITS, WorkspaceLimits
from handlers.context import AppContext
from handlers.slack.pipeline import build_parts_renderer
from models import schema

T = TypeVar("T")
__all__ = [
    "LINK_INTERVAL",
    "Bot",
    "board_defaults",
    "build_account_linking",
    "build_bot",
    "build_dispatcher",
    "build_slack_context",
    "identify_workspace",
    "open_database",
]
# In seconds.
LINK_INTERVAL = 600.0
API_TIMEOUT = 20


@contextmanager
def open_database(settings: Settings, *, serving: bool = False) -> Iterator[Database]:
    """The database, ready for use. SQLite is migrated to the current schema; a PostgreSQL that is not
    migrated raises SettingsError with what to run. So does a database that cannot be reached.

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
        with lock:
            if serving or not database.is_sqlite or require_reachable(database, schema.is_current):
                require_reachable(database, schema.ensure_current)
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
        url = with_application_name(url) if serving else url
        return Database(url.render_as_string(hide_password=False))
    except OSError as error:
        raise SettingsError(f"{settings.data_dir} cannot be written to: {error.strerror}.") from None
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL cannot be read. Compare it with .env.example.") from None


def require_reachable(database: Database, step: Callable[[Database], T]) -> T:
    """Call the step, the first to connect to the database. Raises SettingsError if that cannot be reached."""
    try:
        return step(database)
    except OperationalError:
        problem = sentence("runtime.database_unreachable", is_sqlite=database.is_sqlite)
        raise SettingsError(problem, try_again=True) from None


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


def build_bot(
    settings: Settings,
    clock: Clock,
    database: Database,
    *,
    timeout_seconds: int = API_TIMEOUT,
    limits: WorkspaceLimits = SLACK_LIMITS,
) -> Bot:
    """timeout_seconds: for a call to Slack. limits: how many calls of each kind Slack allows."""
    client = build_client(settings, timeout_seconds)
    renderer = Renderer(settings.command, settings.public_address)
    worker = Worker(database, SlackSender(client), renderer, clock, limits=limits)
    tick_job = TickJob(database, worker, clock)
    scheduler = Scheduler(tick_job, worker, tick_seconds=settings.tick_seconds)
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


def build_account_linking(bot: Bot, team: Team) -> AccountLinkingJob:
    return AccountLinkingJob(bot.database, bot.directory, team.team_id)
