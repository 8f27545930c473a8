"""How long it takes to find and plan 100 due prompts, among 1,000 to 1,000,000 actions."""

import gc
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.filling import NOW, create_database
from bot.services.prompts import planner

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DUE = 100


def measure_seconds(size: int) -> float:
    """Of one whole round on SQLite, committed."""
    with TemporaryDirectory() as folder:
        database = create_database(f"sqlite:///{Path(folder) / 'sweep.sqlite3'}", actions=size, due=DUE)
        # As the bot does once it runs: what was loaded by now is not searched for garbage.
        gc.collect()
        gc.freeze()
        started = time.perf_counter()
        people = 0
        while True:
            with database.transaction() as session:
                planned = planner.plan_prompts(session, NOW)
            people += planned
            if not planned:
                break
        took = time.perf_counter() - started
        database.close()
        assert people == DUE // 10, people
        return took


def run() -> None:
    print(f"Planning {DUE} due prompts (SQLite, committed)")
    measure_seconds(SIZES[0])  # what is loaded once is not counted
    seconds = {size: measure_seconds(size) for size in SIZES}
    for size, took in seconds.items():
        ratio = took / seconds[SIZES[0]]
        print(f"  among {size:>9,} actions {took * 1000:>8.0f} ms {ratio:>6.2f} x the smallest")
