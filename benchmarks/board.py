"""A board of 10,000 actions: its digest decided, rendered and written; and `/cip at-risk` on it."""

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.filling import NOW, TEAM, create_database
from bot.commands import Asker, AtRisk
from bot.database import Database
from bot.rendering import Renderer
from bot.services.digests import digests
from models.outbox import Delivery
from tests.fixtures.commands import dispatch

ACTIONS = 10_000
REPEATS = 7
MEGABYTE = 1024 * 1024


def _digest(database: Database, renderer: Renderer) -> None:
    """What the tick job does when a digest is due, and the worker with its row."""
    with database.transaction() as session:
        assert digests.plan_digests(session, NOW) == 1
    with database.transaction(write=False) as session:
        row = session.query(Delivery).filter_by(kind="digest").one()
        assert renderer.slack(digests.read_digest(row.facts))


def _at_risk(database: Database, renderer: Renderer) -> None:
    with database.transaction(write=False) as session:
        reply = dispatch(session, Asker(TEAM, "U1", "C1", "board-1"), AtRisk(), NOW)
        assert renderer.slack(reply)


def _measure_seconds(
    work: Callable[[Database, Renderer], None], database: Database, renderer: Renderer
) -> float:
    started = time.perf_counter()
    work(database, renderer)
    return time.perf_counter() - started


def _measure_peak(
    work: Callable[[Database, Renderer], None], database: Database, renderer: Renderer
) -> float:
    """The peak of the memory that Python allocated for the work, in megabytes."""
    tracemalloc.start()
    work(database, renderer)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / MEGABYTE


def run() -> None:
    print(f"A board of {ACTIONS:,} actions (SQLite)")
    # As the bot does once it runs.
    gc.freeze()
    renderer = Renderer()
    with TemporaryDirectory() as folder:
        for name, measure in (("seconds", _measure_seconds), ("megabytes", _measure_peak)):
            database = create_database(f"sqlite:///{Path(folder) / f'{name}.sqlite3'}", actions=ACTIONS)
            lists = statistics.median(_measure_seconds(_at_risk, database, renderer) for _ in range(REPEATS))
            if measure is _measure_seconds:
                print(f"  /cip at-risk, decided and rendered {lists * 1000:>10.0f} ms (to reach: under 100)")
                took = measure(_digest, database, renderer)
                print(f"  digest, decided, rendered, written {took * 1000:>10.0f} ms (to reach: under 1,000)")
            else:
                peak = measure(_digest, database, renderer)
                print(f"  digest, peak memory                {peak:>10.0f} MB (to reach: under 200)")
            database.close()
