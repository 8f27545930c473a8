"""Trouble that lasts until it is put right: what the bot meets meanwhile, and what becomes of messages."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select

from bot.config import Settings
from bot.simulation.checks import find_differences
from bot.simulation.event_log import EventLog, Trouble, TroubleKind
from bot.simulation.observations import collect_evidence
from bot.simulation.options import SimulationOptions
from bot.simulation.run import run_scenario
from bot.simulation.scenario import BOARD_CHANNEL_ID, BOT_TOKEN, LINKABLE_PEOPLE, Scenario, open_scenario
from bot.simulation.trouble import LENGTHS, Troubles
from models import Person
from tests.fixtures.databases import fresh_url
from tests.sandbox.errors import code_of

START = date(2027, 3, 17)


def settings(folder: Path) -> Settings:
    return Settings(database_url=SecretStr(fresh_url("sqlite", folder)), data_dir=folder)


class NoReplicas:
    """A workspace without a bot."""

    events_urls: list[str] = []  # noqa: RUF012 - never changed

    async def settle(self) -> bool:
        return False


def client_of(scenario: Scenario) -> AsyncWebClient:
    return AsyncWebClient(BOT_TOKEN, base_url=f"{scenario.sandbox.settings.base_url}/sandbox/api/")


async def begin(scenario: Scenario, kind: TroubleKind) -> tuple[Troubles, Trouble]:
    rng = scenario.options.random_for("troubles")
    troubles = Troubles(scenario, NoReplicas(), [kind.value], rng)
    return troubles, await troubles.begin(scenario.starts_at)


async def test_a_refused_token_is_good_again_once_the_trouble_ends(tmp_path: Path) -> None:
    options = SimulationOptions(None, START, 2, 3)
    async with open_scenario(options, settings(tmp_path), tmp_path) as scenario:
        troubles, trouble = await begin(scenario, TroubleKind.TOKEN)
        assert await code_of(client_of(scenario).auth_test()) in {
            "token_revoked",
            "invalid_auth",
            "account_inactive",
        }
        assert trouble.ends_at - trouble.began_at in LENGTHS[TroubleKind.TOKEN]
        assert not troubles.may_restart
        await troubles.end()
        assert (await client_of(scenario).auth_test())["ok"]
        assert troubles.may_restart


async def test_the_bot_is_out_of_its_channel_while_that_trouble_lasts(tmp_path: Path) -> None:
    options = SimulationOptions(None, START, 2, 3)
    async with open_scenario(options, settings(tmp_path), tmp_path) as scenario:
        troubles, _ = await begin(scenario, TroubleKind.CHANNEL)
        client = client_of(scenario)
        assert await code_of(client.chat_postMessage(channel=BOARD_CHANNEL_ID, text="x")) == "not_in_channel"
        await troubles.end()
        assert (await client.chat_postMessage(channel=BOARD_CHANNEL_ID, text="x"))["ok"]


@pytest.mark.timeout(300)  # seconds of work; a busy machine needs patience
@pytest.mark.parametrize(("kind", "seed"), [("token", 3), ("channel", 3)])
async def test_weeks_with_trouble_lose_nothing_and_double_nothing(
    kind: str, seed: int, tmp_path: Path
) -> None:
    options = SimulationOptions(None, date(2027, 9, 8), 2, seed, troubles=(kind,))
    evidence = await run_scenario(settings(tmp_path), options)
    assert evidence.event_log.troubles
    assert find_differences(evidence) == []


@pytest.mark.timeout(300)  # seconds of work, but processes of their own: a busy machine needs patience
@pytest.mark.parametrize(("database", "replicas"), [("sqlite", 1), ("postgresql", 1)])
async def test_an_hour_in_which_nothing_can_be_written(database: str, replicas: int, tmp_path: Path) -> None:
    options = SimulationOptions(None, date(2027, 9, 1), 0.3, 7, replicas=replicas, troubles=("disk",))
    evidence = await run_scenario(
        Settings(database_url=SecretStr(fresh_url(database, tmp_path)), data_dir=tmp_path), options
    )
    assert [each.kind for each in evidence.event_log.troubles] == [TroubleKind.DISK]
    assert find_differences(evidence) == []


@pytest.mark.timeout(300)  # seconds of work, but processes of their own: a busy machine needs patience
@pytest.mark.parametrize(
    ("database", "replicas", "seed", "is_ahead"),
    [("sqlite", 1, 18, False), ("sqlite", 1, 197, True), ("postgresql", 2, 197, True)],
)
async def test_a_minute_in_which_the_clock_is_wrong(
    database: str, replicas: int, seed: int, is_ahead: bool, tmp_path: Path
) -> None:
    """A bot begins in it, on a morning. Where the clock is ahead, that bot sends what is for another day."""
    options = SimulationOptions(None, date(2027, 9, 6), 0.2, seed, replicas=replicas, troubles=("clock",))
    evidence = await run_scenario(
        Settings(database_url=SecretStr(fresh_url(database, tmp_path)), data_dir=tmp_path), options
    )
    assert [each.kind for each in evidence.event_log.troubles] == [TroubleKind.CLOCK]
    assert any(row.is_early for row in evidence.rows) is is_ahead
    assert find_differences(evidence) == []


async def test_many_people_are_to_be_linked_under_limits(tmp_path: Path) -> None:
    options = SimulationOptions(None, START, 1, 3, troubles=("linking",))
    async with open_scenario(options, settings(tmp_path), tmp_path) as scenario:
        client = AsyncWebClient(BOT_TOKEN, base_url=f"{scenario.sandbox.settings.base_url}/sandbox/api/")
        for number in range(50):
            await client.users_lookupByEmail(email=f"link{number}@council.example")
        assert await code_of(client.users_lookupByEmail(email="link50@council.example")) == "ratelimited"
        with scenario.database.transaction(write=False) as session:
            missing = select(func.count()).where(Person.email.is_not(None), Person.slack_user_id.is_(None))
            assert session.scalar(missing) == LINKABLE_PEOPLE
        evidence = collect_evidence(scenario, EventLog(scenario.starts_at, scenario.ends_at))
        assert len(evidence.unlinked) == LINKABLE_PEOPLE
