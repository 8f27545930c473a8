"""Runs a simulation and reports its outcome."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from pydantic import SecretStr

from bot.config import Settings
from bot.sentences import sentence
from bot.simulation.checks import find_differences
from bot.simulation.driver import Driver
from bot.simulation.observations import Evidence, collect_evidence
from bot.simulation.options import SimulationOptions
from bot.simulation.replicas import ForkedReplicas, Replicas, open_in_process_replica
from bot.simulation.scenario import Scenario, open_scenario

MAX_DIFFERENCES_SHOWN = 40
PASSED_SETTINGS = (
    "timezone", "country", "digest_rule", "prompt_days", "prompt_time", "quiet_from", "quiet_until",
    "weekly_budget", "recent_days", "slack_api_url", "host", "port", "tick_seconds",
)  # fmt: skip
Echo = Callable[[str], object]


async def simulate(settings: Settings, options: SimulationOptions, echo: Echo) -> bool:
    """Run a simulation, check it and report by `echo`: the seed, the counts and each difference. True when
    there is no difference.
    """
    started = perf_counter()
    echo(sentence("simulation.started", options=options))
    evidence = await run_scenario(settings, options)
    differences = find_differences(evidence)
    echo(format_report(evidence, differences, timedelta(seconds=perf_counter() - started), options.seed))
    return not differences


def format_report(evidence: Evidence, differences: list[str], duration: timedelta, seed: int) -> str:
    """The counts, then at most 40 differences, then the verdict; of several lines."""
    events = evidence.event_log.events
    return sentence(
        "simulation.report",
        log=evidence.event_log,
        accepted=Counter(event.kind.value for event in events if event.is_accepted),
        rows=Counter((row.kind, row.state) for row in evidence.rows),
        seconds=duration.total_seconds(),
        differences=differences,
        max_shown=MAX_DIFFERENCES_SHOWN,
        seed=seed,
    )


async def run_scenario(settings: Settings, options: SimulationOptions) -> Evidence:
    """Simulate, and collect the evidence to check. What the simulation writes stays in the database.

    Raises CipError where the database already holds data or cannot be shared by so many replicas.
    """
    with TemporaryDirectory(prefix="cip-simulation-") as name:
        folder = Path(name)
        placed_settings = settings.model_copy(update={"data_dir": folder})
        async with (
            open_scenario(options, placed_settings, folder) as scenario,
            _open_replicas(scenario, folder) as replicas,
        ):
            event_log = await Driver(scenario, replicas).run()
            if isinstance(replicas, ForkedReplicas):
                event_log.count("processes killed", replicas.kill_count)
            return collect_evidence(scenario, event_log)


@asynccontextmanager
async def _open_replicas(scenario: Scenario, folder: Path) -> AsyncIterator[Replicas]:
    if scenario.options.in_one_process:
        async with open_in_process_replica(scenario.settings, scenario.clock) as replica:
            yield replica
        return
    rng = scenario.options.random_for("replicas")
    replicas = ForkedReplicas(
        _fork_config(scenario), scenario.clock, scenario.database, folder / "bots.log", rng
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(replicas.close)
        await replicas.start_fork_server()
        for _ in range(scenario.options.replicas):
            await replicas.add()
        yield replicas


def _fork_config(scenario: Scenario) -> dict[str, Any]:
    """What the fork server reads, as JSON: the clock's file and the settings. Secrets are in it in the clear:
    all are made up, but for the database's address.
    """
    settings = scenario.settings
    passed = settings.model_dump(mode="json", include=set(PASSED_SETTINGS))
    secrets = {
        name: value.get_secret_value()
        for name in ("slack_bot_token", "slack_signing_secret")
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    address = {"database_url": settings.database, "data_dir": str(settings.data_dir)}
    return {
        "time": str(scenario.clock_file),
        "is_clock_watched": "clock" in scenario.options.troubles,
        "settings": passed | secrets | address,
    }
