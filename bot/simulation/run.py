"""Runs a simulation and tells how it went."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from pydantic import SecretStr

from bot.config import Settings
from bot.simulation.checks import find_differences
from bot.simulation.driver import Driver
from bot.simulation.observations import Evidence, collect_evidence
from bot.simulation.options import SimulationOptions
from bot.simulation.replicas import ForkedReplicas, Replicas, open_in_process_replica
from bot.simulation.scenario import Scenario, open_scenario

MAX_DIFFERENCES_SHOWN = 40


def report_lines(
    evidence: Evidence, differences_found: list[str], duration: timedelta, seed: int
) -> Iterator[str]:
    """The counts, then each difference, then the verdict."""
    yield from _count_lines(evidence)
    yield f"That took {duration.total_seconds():.1f} seconds."
    if not differences_found:
        yield f"Nothing lost and nothing twice. Seed {seed}."
        return
    yield f"{len(differences_found)} differences between what should have happened and what did:"
    yield from (f"  {each}" for each in differences_found[:MAX_DIFFERENCES_SHOWN])
    if len(differences_found) > MAX_DIFFERENCES_SHOWN:
        yield f"  and {len(differences_found) - MAX_DIFFERENCES_SHOWN} more."
    yield f"To see this again, use --seed {seed}."


def _count_lines(evidence: Evidence) -> Iterator[str]:
    event_log = evidence.event_log
    accepted = Counter(act.kind.value for act in event_log.events if act.is_accepted)
    heard = sum(act.is_heard for act in event_log.events)
    yield (
        f"People did {len(event_log.events)} things. {heard} reached the bot, {accepted.total()} were "
        f"accepted:"
    )
    yield "  " + ", ".join(f"{name} {count}" for name, count in sorted(accepted.items())) + "."
    states = Counter((row.kind, row.state) for row in evidence.rows)
    yield "The ledger holds:"
    for (kind, state), count in sorted(states.items()):
        yield f"  {kind}, {state}: {count}"
    yield f"The bot looked for work at {len(event_log.settled_at)} moments."
    if event_log.counts:
        yield "Trouble on the way:"
        yield from (f"  {what}: {count}" for what, count in sorted(event_log.counts.items()))


Echo = Callable[[str], object]
PASSED_SETTINGS = (
    "timezone", "country", "digest_rule", "prompt_days", "prompt_time", "quiet_from", "quiet_until",
    "weekly_budget", "recent_days", "slack_api_url", "host", "port", "tick_seconds",
)  # fmt: skip


async def simulate(settings: Settings, options: SimulationOptions, echo: Echo) -> bool:
    """Live through it and check it. Says the seed, the counts and each difference; True when all is well."""
    started = perf_counter()
    echo(f"Simulating {options.weeks:g} weeks from {options.start:%d/%m/%Y}, with seed {options.seed}.")
    evidence = await run_scenario(settings, options)
    differences_found = find_differences(evidence)
    for line in report_lines(
        evidence, differences_found, timedelta(seconds=perf_counter() - started), options.seed
    ):
        echo(line)
    return not differences_found


async def run_scenario(settings: Settings, options: SimulationOptions) -> Evidence:
    """What a simulation leaves behind to judge by. The database is left as it is when it was given."""
    with TemporaryDirectory(prefix="cip-simulation-") as name:
        folder = Path(name)
        placed_settings = settings.model_copy(update={"data_dir": folder})
        async with (
            open_scenario(options, placed_settings, folder) as scenario,
            _open_replicas(scenario, folder) as replicas,
        ):
            driver = Driver(scenario, replicas)
            event_log = await driver.run()
            if isinstance(replicas, ForkedReplicas):
                event_log.count("processes killed", replicas.kill_count)
            return collect_evidence(scenario, event_log)


@asynccontextmanager
async def _open_replicas(scenario: Scenario, folder: Path) -> AsyncIterator[Replicas]:
    if scenario.options.in_one_process:
        async with open_in_process_replica(scenario.settings, scenario.clock) as replica:
            yield replica
        return
    rng = scenario.options.random_for("children")
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
    """The settings as JSON. Secrets are written out: they are made up, but for the database's address."""
    settings = scenario.settings
    passed = settings.model_dump(mode="json", include=set(PASSED_SETTINGS))
    secrets = {
        name: value.get_secret_value()
        for name in ("slack_bot_token", "slack_signing_secret")
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    address = {"database_url": settings.database, "data_dir": str(settings.data_dir)}
    return {"time": str(scenario.clock_file), "settings": passed | secrets | address}
