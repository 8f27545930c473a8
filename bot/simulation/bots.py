"""The bots of a simulation, however they run, and the one that runs in the simulator's own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web

from bot.config import Settings
from bot.jobs.tick import Rounds
from bot.runtime.bot import build_bot, linking_of, meet_workspace, opened_database, slack_context
from bot.simulation.shared_time import SharedTime
from handlers.slack import add_slack_routes, build_slack


class Bots(Protocol):
    """However many processes answer for one database."""

    @property
    def doors(self) -> list[str]:
        """Where requests are taken; empty while no bot runs."""
        ...

    async def settle(self) -> bool:
        """Have everything done that is due at this moment; False when no bot was there to do it."""
        ...


class OneBot:
    """Everything but the timetable: the rounds are gone when the simulator says so."""

    def __init__(self, door: str, rounds: Rounds) -> None:
        self.doors = [door]
        self._rounds = rounds

    async def settle(self) -> bool:
        await self._rounds.go()
        return True


@asynccontextmanager
async def one_bot(settings: Settings, time: SharedTime) -> AsyncIterator[OneBot]:
    with opened_database(settings) as database:
        bot = build_bot(settings, time, database)
        team = await meet_workspace(bot)
        await linking_of(bot, team).go()
        app = web.Application()
        add_slack_routes(app, build_slack(slack_context(bot, lambda: None), bot.client, team))
        async with listening(app) as address:
            yield OneBot(f"{address}/slack/events", bot.rounds)


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """Serve on a free port of this machine; yields the address, without a slash at its end."""
    runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
