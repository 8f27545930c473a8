"""Bots as processes of their own: started, joined by others, sent away, and killed at any moment."""

import asyncio
import json
import random
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.database import Database
from bot.errors import CipError
from bot.simulation import due_work
from bot.simulation.shared_time import SharedTime

ROOT = Path(__file__).resolve().parents[2]
POLL = 0.02
PATIENCE = 60.0
LATEST_STRIKE = 0.25


class StuckError(CipError):
    """The bots did not finish, or did not start."""


@dataclass
class Child:
    process: asyncio.subprocess.Process
    door: str

    @property
    def name(self) -> str:
        return str(self.process.pid)


class Children:
    """told: the settings and the time file, as child.py reads them. A spare is kept warm, since starting
    Python takes longer than a simulated week.
    """

    def __init__(
        self, told: dict[str, Any], time: SharedTime, database: Database, log: Path, rng: random.Random
    ) -> None:
        self._told, self._time, self._database, self._rng = told, time, database, rng
        self._log = log.open("ab")
        self._running: list[Child] = []
        self._spare: asyncio.Task[asyncio.subprocess.Process] | None = None
        self._strikes: set[asyncio.Task[None]] = set()
        self._gone: set[str] = set()
        self.kills = 0

    @property
    def doors(self) -> list[str]:
        return [child.door for child in self._running]

    async def join(self) -> None:
        """One more process; it is ready when this returns."""
        spare = self._spare or self._warm()
        self._spare = None
        process = await spare
        if process.stdin is None or process.stdout is None:
            raise StuckError("A bot could not be talked to.")
        process.stdin.write(json.dumps(self._told).encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            address = (await process.stdout.readline()).decode().strip()
        if not address:
            raise StuckError(f"A bot did not start. Its log: {self.last_words()}")
        self._running.append(Child(process, f"{address}/slack/events"))
        self._spare = self._warm()

    def _warm(self) -> asyncio.Task[asyncio.subprocess.Process]:
        return asyncio.create_task(
            asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.simulation.child",
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._log,
            )
        )

    async def leave(self) -> None:
        """Ask one process to stop as a deployment does; it may finish what it is doing."""
        if self._running:
            child = self._running.pop(self._rng.randrange(len(self._running)))
            await self._end(child, signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL for one process: it gets to do nothing more."""
        if self._running:
            child = self._running.pop(self._rng.randrange(len(self._running)))
            self.kills += 1
            await self._end(child, signal.SIGKILL)

    async def _end(self, child: Child, by: signal.Signals) -> None:
        child.process.send_signal(by)
        await child.process.wait()
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
                while await self._database.look(due_work.is_pending, self._time.now(), self._gone):
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
        await self.ready()
        for child in self._running:
            await self._end(child, signal.SIGKILL)
        if self._spare is not None:
            spare = await self._spare
            spare.kill()
            await spare.wait()
        self._log.close()
