"""Bots as processes of their own: started, joined by others, sent away, and killed at any moment."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

from aiohttp import web

from bot.config import Settings
from bot.database import Database
from bot.errors import CipError
from bot.jobs.tick import Rounds
from bot.runtime.bot import build_bot, linking_of, meet_workspace, opened_database, slack_context
from bot.simulation import pending_work
from bot.simulation.shared_clock import SharedTime
from handlers.slack import add_slack_routes, build_slack

ROOT = Path(__file__).resolve().parents[2]
POLL = 0.02
PATIENCE = 60.0
LATEST_STRIKE = 0.25


class StuckError(CipError):
    """The bots did not finish, or did not start."""


@dataclass(frozen=True)
class Child:
    pid: int
    door: str

    @property
    def name(self) -> str:
        return str(self.pid)

    @property
    def is_gone(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        return False


class Children:
    """told: the settings and the time file, as nursery.py reads them. Use `open` first, and `close` last."""

    def __init__(
        self, told: dict[str, Any], time: SharedTime, database: Database, log: Path, rng: Random
    ) -> None:
        self._told, self._time, self._database, self._rng = told, time, database, rng
        self._log = log.open("ab")
        self._running: list[Child] = []
        self._nursery: asyncio.subprocess.Process | None = None
        self._strikes: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()
        self._gone: set[str] = set()
        self.kills = 0

    @property
    def doors(self) -> list[str]:
        return [child.door for child in self._running]

    async def open(self) -> None:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "bot.simulation.fork_server")
        self._nursery = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=self._log
        )

    async def join(self) -> None:
        """One more process; it is ready when this returns."""
        async with self._one_at_a_time:
            pid, _, address = (await self._born()).partition(" ")
        self._running.append(Child(int(pid), f"{address}/slack/events"))

    async def _born(self) -> str:
        nursery = self._nursery
        if nursery is None or nursery.stdin is None or nursery.stdout is None:
            raise StuckError("There is nowhere for a bot to come from.")
        nursery.stdin.write(json.dumps(self._told).encode() + b"\n")
        try:
            async with asyncio.timeout(PATIENCE):
                line = await nursery.stdout.readline()
        except TimeoutError:
            line = b""
        if not line:
            raise StuckError(f"A bot did not start. Its log: {self.last_words()}")
        return line.decode().strip()

    async def leave(self) -> None:
        """Ask one process to stop as a deployment does; it may finish what it is doing."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL for one process: it gets to do nothing more."""
        self.kills += bool(self._running)
        await self._end(signal.SIGKILL)

    async def _end(self, by: signal.Signals) -> None:
        if not self._running:
            return
        child = self._running.pop(self._rng.randrange(len(self._running)))
        os.kill(child.pid, by)
        for _ in range(int(PATIENCE / POLL)):
            if child.is_gone:
                break
            await asyncio.sleep(POLL / 4)
        self._gone.add(child.name)

    def strike(self) -> None:
        """Kill one process within the next quarter of a second, whatever it is doing, and start another."""
        task = asyncio.create_task(self._strike(self._rng.uniform(0, LATEST_STRIKE)))
        self._strikes.add(task)
        task.add_done_callback(self._strikes.discard)

    async def _strike(self, after: float) -> None:
        await asyncio.sleep(after)
        await self.kill()
        await self.join()

    async def ready(self) -> None:
        """Wait until whoever was struck is back."""
        await asyncio.gather(*self._strikes)

    async def settle(self) -> bool:
        await self.ready()
        if not self._running:
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                while await self._database.look(pending_work.is_pending, self._time.now(), self._gone):
                    await asyncio.sleep(POLL)
                    await self.ready()
        except TimeoutError:
            raise StuckError(
                f"The bots did not finish what was due at {self._time.now():%Y-%m-%d %H:%M:%S} UTC."
                f" Their log: {self.last_words()}"
            ) from None
        return True

    def last_words(self) -> str:
        self._log.flush()
        return Path(self._log.name).read_text(errors="replace")[-2000:] or "(empty)"

    async def close(self) -> None:
        """The bots end with the nursery."""
        await self.ready()
        while self._running:
            await self._end(signal.SIGKILL)
        if self._nursery is not None:
            self._nursery.kill()
            await self._nursery.wait()
        self._log.close()


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
