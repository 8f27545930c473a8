"""Lives through one stretch of time per seed, two side by side: `python -m tests.simulation.seeds 20`.

Each seed has its own mix: SQLite with one process or PostgreSQL with two or three, how often processes are
killed, and a time of year, among them both changes of the clocks and the bank holidays.
"""

import argparse
import asyncio
import os
import sys
import time
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fixtures.databases import fresh_url

ROOT = Path(__file__).parents[2]
MAX_PARALLEL = 2
# The clocks go forward on 28 March 2027 and back on 31 October; Easter is on 28 March.
STARTS = (date(2027, 3, 17), date(2027, 10, 20), date(2027, 12, 15), date(2027, 4, 26), date(2027, 8, 18))
MIXES = (("sqlite", 1, 0.15), ("postgresql", 2, 0.1), ("sqlite", 1, 0.0), ("postgresql", 3, 0.3))


@dataclass(frozen=True)
class SeedRun:
    """One seed and what it goes through."""

    seed: int
    start: date
    weeks: int
    kind: str
    replicas: int
    kill_rate: float

    @property
    def description(self) -> str:
        processes = "1 process" if self.replicas == 1 else f"{self.replicas} processes"
        return (
            f"seed {self.seed}, {self.start:%d/%m/%Y}, {self.kind}, {processes}, kill rate {self.kill_rate}"
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        options = {
            "--from": f"{self.start:%d/%m/%Y}",
            "--weeks": self.weeks,
            "--seed": self.seed,
            "--kill-rate": self.kill_rate,
            "--replicas": self.replicas,
        }
        return tuple(str(each) for pair in options.items() for each in pair)


def seed_runs(seeds: int, weeks: int) -> list[SeedRun]:
    mixes = zip(range(1, seeds + 1), cycle(STARTS), cycle(MIXES), strict=False)
    return [SeedRun(seed, start, weeks, *mix) for seed, start, mix in islice(mixes, seeds)]


async def run_seed(stretch: SeedRun, semaphore: asyncio.Semaphore) -> bool:
    """Whether all was well; says so, and everything else when it was not."""
    async with semaphore:
        with TemporaryDirectory(prefix="cip-seed-") as folder:
            return await _run_seed(stretch, folder)


async def _run_seed(stretch: SeedRun, folder: str) -> bool:
    began = time.monotonic()
    address = await asyncio.to_thread(fresh_url, stretch.kind, Path(folder))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "app.py", "simulate", *stretch.arguments),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    is_well = process.returncode == 0
    verdict = "well" if is_well else "NOT WELL"
    sys.stdout.write(f"{verdict}: {stretch.description}, {time.monotonic() - began:.0f} seconds\n")
    if not is_well:
        sys.stdout.write(output.decode(errors="replace"))
    sys.stdout.flush()
    return is_well


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0] if __doc__ else None)
    parser.add_argument("seeds", type=int, nargs="?", default=20)
    parser.add_argument("--weeks", type=int, default=1)
    arguments = parser.parse_args()
    semaphore = asyncio.Semaphore(MAX_PARALLEL)
    runs = [run_seed(each, semaphore) for each in seed_runs(arguments.seeds, arguments.weeks)]
    return 0 if all(await asyncio.gather(*runs)) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
