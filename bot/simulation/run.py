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
from bot.simulation.checks import differences
from bot.simulation.driver import Life
from bot.simulation.observations import Evidence, gather
from bot.simulation.options import Asked
from bot.simulation.replicas import Bots, Children, one_bot
from bot.simulation.scenario import Town, settled_town

MOST_SHOWN = 40


def told(evidence: Evidence, found: list[str], took: timedelta, seed: int) -> Iterator[str]:
    """The counts, then each difference, then the verdict."""
    yield from _counts(evidence)
    yield f"That took {took.total_seconds():.1f} seconds."
    if not found:
        yield f"Nothing lost and nothing twice. Seed {seed}."
        return
    yield f"{len(found)} differences between what should have happened and what did:"
    yield from (f"  {each}" for each in found[:MOST_SHOWN])
    if len(found) > MOST_SHOWN:
        yield f"  and {len(found) - MOST_SHOWN} more."
    yield f"To see this again, use --seed {seed}."


def _counts(evidence: Evidence) -> Iterator[str]:
    diary = evidence.diary
    accepted = Counter(act.kind.value for act in diary.acts if act.accepted)
    heard = sum(act.heard for act in diary.acts)
    yield f"People did {len(diary.acts)} things. {heard} reached the bot, {accepted.total()} were accepted:"
    yield "  " + ", ".join(f"{name} {count}" for name, count in sorted(accepted.items())) + "."
    states = Counter((row.kind, row.state) for row in evidence.rows)
    yield "The ledger holds:"
    for (kind, state), count in sorted(states.items()):
        yield f"  {kind}, {state}: {count}"
    yield f"The bot looked for work at {len(diary.settled)} moments."
    if diary.counts:
        yield "Trouble on the way:"
        yield from (f"  {what}: {count}" for what, count in sorted(diary.counts.items()))


Say = Callable[[str], object]
TOLD = (
    "timezone", "country", "digest_rule", "prompt_days", "prompt_time", "quiet_from", "quiet_until",
    "weekly_budget", "recent_days", "slack_api_url", "host", "port", "tick_seconds",
)  # fmt: skip


async def simulate(settings: Settings, asked: Asked, say: Say) -> bool:
    """Live through it and check it. Says the seed, the counts and each difference; True when all is well."""
    started = perf_counter()
    say(f"Simulating {asked.weeks:g} weeks from {asked.start:%d/%m/%Y}, with seed {asked.seed}.")
    evidence = await lived(settings, asked)
    found = differences(evidence)
    for line in told(evidence, found, timedelta(seconds=perf_counter() - started), asked.seed):
        say(line)
    return not found


async def lived(settings: Settings, asked: Asked) -> Evidence:
    """What a simulation leaves behind to judge by. The database is left as it is when it was given."""
    with TemporaryDirectory(prefix="cip-simulation-") as name:
        folder = Path(name)
        placed = settings.model_copy(update={"data_dir": folder})
        async with settled_town(asked, placed, folder) as town, _bots(town, folder) as bots:
            life = Life(town, bots)
            diary = await life.live()
            if isinstance(bots, Children):
                diary.count("processes killed", bots.kills)
            return gather(town, diary)


@asynccontextmanager
async def _bots(town: Town, folder: Path) -> AsyncIterator[Bots]:
    if town.asked.in_one_process:
        async with one_bot(town.settings, town.time) as bot:
            yield bot
        return
    rng = town.asked.dice("children")
    children = Children(_told_children(town), town.time, town.database, folder / "bots.log", rng)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(children.close)
        await children.open()
        for _ in range(town.asked.replicas):
            await children.join()
        yield children


def _told_children(town: Town) -> dict[str, Any]:
    """The settings as JSON. Secrets are written out: they are made up, but for the database's address."""
    settings = town.settings
    kept = settings.model_dump(mode="json", include=set(TOLD))
    secrets = {
        name: value.get_secret_value()
        for name in ("slack_bot_token", "slack_signing_secret")
        if isinstance(value := getattr(settings, name), SecretStr)
    }
    address = {"database_url": settings.database, "data_dir": str(settings.data_dir)}
    return {"time": str(town.time_file), "settings": kept | secrets | address}
