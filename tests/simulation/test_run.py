"""Weeks of a council's life, with real processes that are really killed, on both databases."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.database import Database
from bot.errors import CipError
from bot.simulation.checks import find_differences
from bot.simulation.options import SimulationOptions
from bot.simulation.run import run_scenario, simulate
from tests.fixtures.databases import fresh_url
from tests.fixtures.plans import seed_plan

# The clocks go forward on 28 March 2027; Good Friday is the 26th, Easter Monday the 29th.
EASTER = date(2027, 3, 17)
GOOD_FRIDAY = date(2027, 3, 26)


def settings(url: str, folder: Path) -> Settings:
    return Settings(database_url=SecretStr(url), data_dir=folder)


async def test_weeks_in_one_process(tmp_path: Path) -> None:
    lines: list[str] = []
    options = SimulationOptions(None, EASTER, weeks=1, seed=4)
    assert await simulate(settings(fresh_url("sqlite", tmp_path), tmp_path), options, lines.append)
    report = "\n".join(lines)
    assert "with seed 4" in report
    assert "digest, sent: 1" in report
    assert "Nothing lost and nothing twice" in report


@pytest.mark.timeout(300)  # seconds of work, but many processes: a busy machine needs patience
@pytest.mark.parametrize(("kind", "replicas"), [("sqlite", 1), ("postgresql", 2)])
async def test_processes_are_killed_and_nothing_is_lost(kind: str, replicas: int, tmp_path: Path) -> None:
    options = SimulationOptions(None, GOOD_FRIDAY, weeks=4.5 / 7, seed=8, kill_rate=0.15, replicas=replicas)
    evidence = await run_scenario(settings(fresh_url(kind, tmp_path), tmp_path), options)
    assert find_differences(evidence) == []
    assert evidence.event_log.counts["processes killed"] > 0
    assert len(evidence.messages) > 5
    assert any(act.is_accepted for act in evidence.event_log.events)


async def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    url = fresh_url("sqlite", tmp_path)
    database = Database(url, threads=1)
    with database.transaction() as session:
        seed_plan(session)
    database.close()
    with pytest.raises(CipError, match="already holds data"):
        await run_scenario(settings(url, tmp_path), SimulationOptions(None, EASTER, 1, 1))


async def test_sqlite_has_no_replicas(tmp_path: Path) -> None:
    with pytest.raises(CipError, match="SQLite serves one process"):
        await run_scenario(
            settings(fresh_url("sqlite", tmp_path), tmp_path),
            SimulationOptions(None, EASTER, 1, 1, replicas=2),
        )
