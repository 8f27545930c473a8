"""Runs the bot: its doors, its jobs and, without Slack settings, the sandbox beside it."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import structlog
from aiohttp import web

from bot.clock import SystemClock
from bot.composition import sandbox_town
from bot.composition.bot import (
    LINK_EVERY,
    Bot,
    build_bot,
    build_database,
    linking_of,
    meet_workspace,
    prepare_schema,
)
from bot.composition.sandbox_town import Town
from bot.composition.simulated_time import SimulatedClock
from bot.config import Settings
from bot.errors import SettingsError
from bot.sandbox.server import Sandbox
from handlers.door import Door
from handlers.slack import add_slack_routes, build_slack, start_socket_mode
from handlers.web import add_web_routes

log = structlog.get_logger()
BODY_LIMIT = 1024 * 1024
LOCAL = ("127.0.0.1", "localhost", "::1")


@asynccontextmanager
async def running(settings: Settings, *, plan: Path | None = None) -> AsyncIterator[str]:
    """The bot, ready to answer; yields the address of its HTTP server."""
    if settings.uses_sandbox:
        async with _with_sandbox(settings, plan) as address:
            yield address
    else:
        async with _with_slack(settings) as address:
            yield address


@asynccontextmanager
async def _with_slack(settings: Settings) -> AsyncIterator[str]:
    database = build_database(settings)
    prepare_schema(database)
    bot = build_bot(settings, SystemClock(), database)
    team = await meet_workspace(bot)
    app = web.Application(client_max_size=BODY_LIMIT)
    slack = build_slack(_door(bot), team.bot_user_id, team.bot_id)
    if settings.slack_signing_secret is not None:
        add_slack_routes(app, slack)
    add_web_routes(app, _door(bot), lambda: bot.rounds.last_at)
    async with _listening(app, settings) as address, _working(bot, linking_of(bot, team).run):
        if settings.slack_app_token is None:
            yield address
            return
        async with start_socket_mode(slack, settings):
            yield address
