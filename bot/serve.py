"""Runs the bot: its HTTP server, its jobs and, without Slack settings, the sandbox beside it."""

import asyncio
import contextlib
import gc
import itertools
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.delivery.slack_lookup import Team
from bot.demo.clock import SimulatedClock
from bot.demo.credentials import (
    SandboxKeys,
    bot_identity,
    build_sandbox,
    generate_keys,
    settings_for_sandbox,
)
from bot.demo.page_backend import DemoTimeTravel
from bot.demo.plan_source import PlanFile, load_plan_file
from bot.demo.seed import DemoSeeder
from bot.errors import DeliveryError, SettingsError
from bot.jobs.audit import AUDIT_INTERVAL, AuditJob
from bot.jobs.clock_watch import ClockWatch
from bot.private_files import sweep_partial_files
from bot.runtime.bot import (
    LINK_INTERVAL,
    Bot,
    assume_workspace,
    build_account_linking,
    build_bot,
    build_slack_context,
    identify_workspace,
    open_database,
)
from bot.runtime.http_server import address_of, bind_socket, build_application, listen
from bot.sandbox.server import Sandbox
from bot.sentences import sentence
from bot.services.outbox import refusals
from bot.services.outbox.rate_limits import NO_LIMITS
from handlers.slack import (
    CATCH_UP_INTERVAL,
    EXPIRY_INTERVAL,
    EXPORT_INTERVAL,
    IMPORT_INTERVAL,
    SlackApp,
    add_slack_routes,
    build_slack_app,
    socket_mode,
)
from handlers.web import add_calendar_routes, add_web_routes

log = structlog.get_logger()
T = TypeVar("T")
Echo = Callable[[str], object]
# In seconds: how often the sandbox makes accounts for people that a plan in chat has brought.
ACCOUNT_INTERVAL = 3.0
# In seconds: how long to wait before Slack is called again at the start.
FIRST_RETRY_DELAYS, LAST_RETRY_DELAY = (0.5, 1.0, 2.0, 5.0, 10.0), 30.0
# In seconds. The sandbox is on this machine: a call takes longer only where a person injected that fault.
SANDBOX_API_TIMEOUT = 5
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


async def serve(settings: Settings, *, plan: Path | None = None, echo: Echo) -> None:
    """Run until SIGTERM or Ctrl-C, then finish the open requests and deliveries. plan: as in run_bot.
    echo: prints a line.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        address = await _run_unless(stopped, stack.enter_async_context(run_bot(settings, plan=plan)))
        if address is None:
            echo(sentence("runtime.stopped_early"))
            return
        echo(_greeting(settings, address))
        # What was loaded up to here stays; a collection that scans it takes as long as a long list's
        # response.
        gc.freeze()
        await stopped.wait()
        echo(sentence("runtime.stopping"))


async def _run_unless(stopped: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of the work; None if the event was set first: the work is then cancelled, and has ended."""
    task, stopping = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if task.done():
        return task.result()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        return await task
    return None


def _greeting(settings: Settings, address: str) -> str:
    if settings.uses_sandbox:
        return sentence("runtime.sandbox_ready", address=address)
    return sentence(
        "runtime.bot_running", address=address, over_http=settings.slack_signing_secret is not None
    )


@asynccontextmanager
async def run_bot(
    settings: Settings,
    *,
    plan: Path | None = None,
    clock: Clock | None = None,
    watch: ClockWatch | None = None,
) -> AsyncIterator[str]:
    """The bot, ready for requests; yields the address of its HTTP server.

    plan: a file to start the sandbox with, in place of the sample plan. clock: the system clock when left
    out; the sandbox always has its own, simulated one. watch: as in build_bot.
    """
    sweep_partial_files(settings.data_dir, SystemClock().now().timestamp())
    if settings.uses_sandbox:
        running = _run_with_sandbox(settings, plan)
    elif plan is not None:
        raise SettingsError(sentence("runtime.sandbox_only"))
    else:
        running = _run_with_slack(settings, clock or SystemClock(), watch)
    async with running as address:
        yield address


@asynccontextmanager
async def _run_with_slack(settings: Settings, clock: Clock, watch: ClockWatch | None) -> AsyncIterator[str]:
    with open_database(settings, serving=True) as database:
        bot = build_bot(settings, clock, database, watch=watch)
        team = await _wait_for_workspace(bot)
        app = build_application()
        context = build_slack_context(bot, bot.scheduler.nudge)
        slack = build_slack_app(context, bot.client, team)
        if settings.slack_signing_secret is not None:
            add_slack_routes(app, slack)
        add_web_routes(
            app,
            context,
            bot.scheduler.seconds_since_tick,
            bot.heartbeat.seconds_since_write,
            slack.is_connected,
        )
        add_calendar_routes(app, context)
        async with contextlib.AsyncExitStack() as servers:
            listener = servers.enter_context(bind_socket(settings))
            address = await servers.enter_async_context(listen(app, listener))
            if settings.slack_app_token is not None:
                await servers.enter_async_context(socket_mode(slack, settings))
            bot.scheduler.add_job(CATCH_UP_INTERVAL, slack.catch_up.run)
            async with _run_jobs(bot, team, slack, servers.aclose):
                yield address


@asynccontextmanager
async def _run_with_sandbox(settings: Settings, plan: Path | None) -> AsyncIterator[str]:
    """The bot and the sandbox workspace, in one process on one port; they talk over HTTP as the bot and
    Slack do.
    """
    if settings.host not in LOCAL_HOSTS:
        raise SettingsError(
            f"The sandbox is for this machine only, so it cannot listen on {settings.host}."
            " Use --host 127.0.0.1, set CIP_HOST to 127.0.0.1, or give the bot its Slack settings."
        )
    plan_file = await _read_start_plan(plan) if plan is not None else None
    app = build_application()
    with bind_socket(settings) as listener, open_database(settings, serving=True) as database:
        keys, base = generate_keys(), address_of(listener)
        clock = SimulatedClock(settings.data_dir / "sandbox-clock.json")
        sandbox = _open_sandbox(settings, keys, base, clock)
        bot_settings = settings_for_sandbox(settings, keys, base)
        bot = build_bot(bot_settings, clock, database, timeout_seconds=SANDBOX_API_TIMEOUT, limits=NO_LIMITS)
        seeder = DemoSeeder(bot, sandbox, clock, plan=plan_file)
        sandbox.time = DemoTimeTravel(seeder, database)
        sandbox.add_routes(app)
        context = build_slack_context(bot, bot.scheduler.nudge)
        slack = build_slack_app(context, bot.client, bot_identity(), limits=NO_LIMITS)
        add_slack_routes(app, slack)
        add_web_routes(
            app,
            context,
            bot.scheduler.seconds_since_tick,
            bot.heartbeat.seconds_since_write,
            slack.is_connected,
        )
        add_calendar_routes(app, context)
        async with listen(app, listener) as address:
            try:
                team = await _wait_for_workspace(bot)
                await seeder.open()
                bot.scheduler.add_job(ACCOUNT_INTERVAL, seeder.create_missing_accounts)
                async with _run_jobs(bot, team, slack):
                    yield address
            finally:
                await seeder.clock_runner.close()
                await sandbox.close()


def _open_sandbox(settings: Settings, keys: SandboxKeys, base: str, clock: Clock) -> Sandbox:
    """As build_sandbox; SettingsError where its file is damaged or may not be written."""
    try:
        return build_sandbox(settings, keys, base, clock)
    except sqlite3.Error:
        path = settings.data_dir / "sandbox.sqlite3"
        raise SettingsError(sentence("runtime.sandbox_file", path=path)) from None


async def _wait_for_workspace(bot: Bot) -> Team:
    """As identify_workspace, with retries while Slack cannot be reached: a bot may start before its
    network does. What was refused before is tried again. Where Slack refuses, the bot starts all the same if
    it knows the workspace; else DeliveryError is raised.
    """
    for pause in itertools.chain(FIRST_RETRY_DELAYS, itertools.repeat(LAST_RETRY_DELAY)):
        try:
            team = await identify_workspace(bot)
            await bot.database.run(refusals.end_token_refusal, team.team_id, bot.clock.now())
            await bot.database.run(refusals.try_now, bot.clock.now(), team_id=team.team_id)
        except DeliveryError as error:
            if not error.try_again:
                return await assume_workspace(bot, error)
            wait = error.retry_after or pause
            log.warning("waiting to start: the workspace does not answer", code=error.code, seconds=wait)
            await asyncio.sleep(wait)
        else:
            return team
    raise AssertionError("there is always one more pause")


async def _read_start_plan(path: Path) -> PlanFile:
    """The plan to start with, read once to check it. Raises UnreadableFileError."""
    plan_file = load_plan_file(path)
    await plan_file.read(datetime.now(UTC).date())
    return plan_file


@asynccontextmanager
async def _run_jobs(
    bot: Bot, team: Team, slack: SlackApp, close: Callable[[], Awaitable[None]] | None = None
) -> AsyncIterator[None]:
    """Run the jobs while the context lasts. close: stops the servers, while the jobs end."""
    bot.scheduler.add_job(LINK_INTERVAL, build_account_linking(bot, team).run)
    bot.scheduler.add_job(IMPORT_INTERVAL, slack.imports.run)
    bot.scheduler.add_job(EXPIRY_INTERVAL, slack.imports.expire)
    bot.scheduler.add_job(EXPORT_INTERVAL, slack.exports.run)
    audit = AuditJob(bot.database, bot.clock, bot.tick_job, bot.scheduler.nudge)
    bot.scheduler.add_job(AUDIT_INTERVAL, audit.run)
    bot.scheduler.start()
    try:
        yield
    finally:
        await asyncio.gather(bot.scheduler.stop(), *([close()] if close else []))
