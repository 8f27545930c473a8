"""Trouble that stands for days: when it begins and ends, and what the bot meets meanwhile."""

from datetime import date, timedelta
from pathlib import Path

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select

from bot.config import Settings
from bot.simulation.event_log import EventLog
from bot.simulation.observations import collect_evidence
from bot.simulation.options import SimulationOptions
from bot.simulation.scenario import BOARD_CHANNEL_ID, BOT_TOKEN, LINKABLE_PEOPLE, Scenario, open_scenario
from bot.simulation.troubles import STEPS, StandingTroubles
from models import Person
from tests.fixtures.databases import fresh_url
from tests.sandbox.errors import code_of

START = date(2027, 3, 17)


def settings(folder: Path) -> Settings:
    return Settings(database_url=SecretStr(fresh_url("sqlite", folder)), data_dir=folder)


def troubles_of(scenario: Scenario) -> StandingTroubles:
    log = EventLog(scenario.starts_at, scenario.ends_at)
    return StandingTroubles(scenario, log, scenario.options.random_for("troubles"))


async def test_each_trouble_ends_before_it_begins_again(tmp_path: Path) -> None:
    options = SimulationOptions(None, START, 52, 3, troubles=("token", "channel"))
    async with open_scenario(options, settings(tmp_path), tmp_path) as scenario:
        steps = list(troubles_of(scenario).plan_steps())
        assert steps == list(troubles_of(scenario).plan_steps()), "drawn from the seed"
    for begin, end in STEPS.values():
        mine = sorted((at, step) for at, step in steps if step in (begin, end))
        assert [step for _, step in mine] == [begin, end] * 26
        lengths = [mine[index + 1][0] - mine[index][0] for index in range(0, len(mine), 2)]
        assert all(timedelta(hours=6) <= each <= timedelta(days=3) for each in lengths)


async def test_what_the_bot_meets_while_it_stands(tmp_path: Path) -> None:
    options = SimulationOptions(None, START, 2, 3, troubles=("token", "channel"))
    async with open_scenario(options, settings(tmp_path), tmp_path) as scenario:
        troubles, now = troubles_of(scenario), scenario.starts_at
        client = AsyncWebClient(BOT_TOKEN, base_url=f"{scenario.sandbox.settings.base_url}/sandbox/api/")
        assert troubles.apply("revoke token", now) is None
        assert await code_of(client.auth_test()) == "token_revoked"
        troubles.apply("renew token", now)
        troubles.apply("remove bot", now)
        assert await code_of(client.chat_postMessage(channel=BOARD_CHANNEL_ID, text="x")) == "not_in_channel"
        troubles.apply("revoke token", now)
        [invitation] = troubles.end_all(now)
        assert invitation.payload["event"]["type"] == "member_joined_channel"
        assert (await client.chat_postMessage(channel=BOARD_CHANNEL_ID, text="x"))["ok"]
        assert troubles.end_all(now) == []


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
