"""The replicas of the bot: one in this process, or several processes that start, stop and are killed."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

from aiohttp import web

from bot.clock import Clock
from bot.config import Settings
from bot.database import Database
from bot.errors import CipError
from bot.jobs.account_linking import AccountLinkingJob
from bot.jobs.tick import TickJob
from bot.runtime.bot import (
    build_account_linking,
    build_bot,
    build_slack_context,
    identify_workspace,
    open_database,
)
from bot.simulation import pending_work
from bot.simulation.shared_clock import SharedClock
from handlers.slack import add_slack_routes, build_slack_app

ROOT = Path(__file__).resolve().parents[2]
POLL_SECONDS = 0.02
TIMEOUT_SECONDS = 60.0
# The simulated time stands still until all is done; for bots that watch their clock it goes on after so many
# seconds of this machine's time. One that was held up may see a step, and wait for two minutes.
PATIENCE_SECONDS, PATIENCE_STEP = 5.0, timedelta(minutes=1)
MAX_KILL_DELAY_SECONDS = 0.25


class StuckError(CipError):
    """The bots did not finish, or did not start."""


class Replicas(Protocol):
    """The replicas that share one database."""

    @property
    def events_urls(self) -> list[str]:
        """Where each replica takes requests; [] while none runs."""
        ...

    async def settle(self) -> bool:
        """Wait until all that is due now is done; False when no replica runs."""
        ...


@dataclass(frozen=True)
class ReplicaProcess:
    pid: int
    events_url: str

    @property
    def name(self) -> str:
        return str(self.pid)

    @property
    def has_exited(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        return False


class ForkedReplicas:
    """Replicas in processes of their own. Call `start_fork_server` first and `close` last.

    config: what fork_server reads. log_path: where the replicas' output goes. kill_count: kills so far.
    """

    def __init__(
        self, config: dict[str, Any], clock: SharedClock, database: Database, log_path: Path, rng: Random
    ) -> None:
        self._config, self._clock, self._database, self._rng = config, clock, database, rng
        self._log = log_path.open("ab")
        self._running: list[ReplicaProcess] = []
        self._fork_server: asyncio.subprocess.Process | None = None
        self._log_task: asyncio.Task[None] | None = None
        self._pending_kills: set[asyncio.Task[None]] = set()
        self._fork_lock = asyncio.Lock()
        self._killed_names: set[str] = set()
        self.kill_count = 0

    @property
    def events_urls(self) -> list[str]:
        return [child.events_url for child in self._running]

    @property
    def process_ids(self) -> list[int]:
        return [child.pid for child in self._running]

    async def start_fork_server(self) -> None:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "bot.simulation.fork_server")
        self._fork_server = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
        )
        self._log_task = asyncio.create_task(self._copy_log())

    async def _copy_log(self) -> None:
        """Write down what the processes say: they can say it also where they may write no file."""
        if self._fork_server is not None and self._fork_server.stderr is not None:
            while chunk := await self._fork_server.stderr.read(65536):
                self._log.write(chunk)

    async def add(self) -> None:
        """Start one more process, and wait until it serves. Raises StuckError when it does not."""
        async with self._fork_lock:
            pid, _, address = (await self._fork()).partition(" ")
        self._running.append(ReplicaProcess(int(pid), f"{address}/slack/events"))

    async def _fork(self) -> str:
        server = self._fork_server
        if server is None or server.stdin is None or server.stdout is None:
            raise StuckError("The fork server is not running.")
        server.stdin.write(json.dumps(self._config).encode() + b"\n")
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                line = await server.stdout.readline()
        except TimeoutError:
            line = b""
        if not line:
            raise StuckError(f"A bot did not start. Its log: {self.log_tail()}")
        return line.decode().strip()

    async def remove(self) -> None:
        """Send SIGTERM to one process, as a deployment does; it may finish what it is doing."""
        await self._stop_one(signal.SIGTERM)

    async def kill_one(self) -> None:
        """Send SIGKILL to one process."""
        self.kill_count += bool(self._running)
        await self._stop_one(signal.SIGKILL)

    async def _stop_one(self, signal_number: signal.Signals) -> None:
        if not self._running:
            return
        replica = self._running.pop(self._rng.randrange(len(self._running)))
        os.kill(replica.pid, signal_number)
        for _ in range(int(TIMEOUT_SECONDS / POLL_SECONDS)):
            if replica.has_exited:
                break
            await asyncio.sleep(POLL_SECONDS / 4)
        self._killed_names.add(replica.name)

    def schedule_kill(self) -> None:
        """Within the next quarter of a second, kill one process, whatever it is doing, and start another."""
        task = asyncio.create_task(self._kill_and_replace(self._rng.uniform(0, MAX_KILL_DELAY_SECONDS)))
        self._pending_kills.add(task)
        task.add_done_callback(self._pending_kills.discard)

    async def _kill_and_replace(self, delay: float) -> None:
        await asyncio.sleep(delay)
        await self.replace_one()

    async def replace_one(self) -> None:
        """Kill one process, and start another."""
        await self.kill_one()
        await self.add()

    async def wait_until_ready(self) -> None:
        """Wait until every process that is to be killed has been replaced."""
        await asyncio.gather(*self._pending_kills)

    async def settle(self) -> bool:
        await self.wait_until_ready()
        if not self._running:
            return False
        patience_ends_at = time.monotonic() + PATIENCE_SECONDS
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                while await self._database.read(
                    pending_work.is_pending, self._clock.now(), self._killed_names
                ):
                    await asyncio.sleep(POLL_SECONDS)
                    await self.wait_until_ready()
                    if self._config["is_clock_watched"] and time.monotonic() > patience_ends_at:
                        self._clock.set(self._clock.now() + PATIENCE_STEP)
                        patience_ends_at += PATIENCE_SECONDS
        except TimeoutError:
            raise StuckError(
                f"The bots did not finish what was due at {self._clock.now():%Y-%m-%d %H:%M:%S} UTC."
                f" Their log: {self.log_tail()}"
            ) from None
        return True

    async def _poll(self, clock: Clock) -> None:
        while await self._database.read(pending_work.is_pending, clock.now(), self._killed_names):  # noqa: ASYNC110 - other processes work
            await asyncio.sleep(POLL_SECONDS)

    async def work_by(self, clock: Clock) -> None:
        """Wait until all that is due by this clock is done, or as long as bots may take for that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._poll(clock)

    def log_tail(self) -> str:
        self._log.flush()
        return Path(self._log.name).read_text(errors="replace")[-2000:] or "(empty)"

    async def close(self) -> None:
        """Stop the processes and the fork server."""
        await self.wait_until_ready()
        while self._running:
            await self._stop_one(signal.SIGKILL)
        if self._fork_server is not None:
            self._fork_server.kill()
            await self._fork_server.wait()
        if self._log_task is not None:
            await self._log_task
        self._log.close()


class InProcessReplica:
    """One replica in this process. Its jobs have no timer: `settle` runs them."""

    def __init__(self, events_url: str, tick_job: TickJob, linking: AccountLinkingJob) -> None:
        self.events_urls = [events_url]
        self._tick_job, self._linking = tick_job, linking

    async def settle(self) -> bool:
        await self._linking.run()
        await self._tick_job.run()
        return True


@asynccontextmanager
async def open_in_process_replica(settings: Settings, clock: SharedClock) -> AsyncIterator[InProcessReplica]:
    with open_database(settings) as database:
        bot = build_bot(settings, clock, database)
        team = await identify_workspace(bot)
        linking = build_account_linking(bot, team)
        await linking.run()
        app = web.Application()
        add_slack_routes(app, build_slack_app(build_slack_context(bot, lambda: None), bot.client, team))
        async with serve_app(app) as address:
            yield InProcessReplica(f"{address}/slack/events", bot.tick_job, linking)


@asynccontextmanager
async def serve_app(app: web.Application) -> AsyncIterator[str]:
    """Serve on a free local port; yields the address, without a slash at its end."""
    runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
