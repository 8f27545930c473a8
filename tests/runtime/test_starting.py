"""A bot that starts while Slack does not answer, or refuses it."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import select

from bot.database import Database
from bot.errors import DeliveryError
from bot.serve import _greeting
from models import BoardChannel, Person
from models.accounts import AccountLookup, LinkingState
from tests.delivery.test_worker import NINE
from tests.fixtures import plans
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.waiting import wait_until


async def test_it_waits_for_slack_and_then_serves(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        bot_council.sandbox.faults.fail_with_status("auth.test", 503, times=2)
        bot_council.sandbox.faults.rate_limit("auth.test", times=1, retry_after=1)
        async with asyncio.timeout(30), bot_running(bot_council):
            assert "5.3" in await bot_council.send_command("SS", "show 5.3")


async def test_it_does_not_wait_where_slack_says_no(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        empty = SecretStr(fresh_url("sqlite", tmp_path, "empty"))
        bot_council.settings = bot_council.settings.model_copy(update={"database_url": empty})
        bot_council.sandbox.faults.fail("auth.test", "invalid_auth")
        with pytest.raises(DeliveryError, match="token is not valid"):
            async with asyncio.timeout(30), bot_running(bot_council):
                pytest.fail("it serves with a token Slack refused")


async def read_state(address: str) -> tuple[int, dict[str, Any], str]:
    async with ClientSession() as session:
        async with session.get(f"{address}/readyz") as answer:
            status, body = answer.status, await answer.json()
        async with session.get(f"{address}/metrics") as answer:
            return status, body, await answer.text()


async def read_until(address: str, is_as_wanted: Callable[[dict[str, Any]], bool]) -> tuple[int, Any, str]:
    """What the addresses say once /readyz says what is wanted."""
    for _ in range(600):
        state = await read_state(address)
        if is_as_wanted(state[1]):
            return state
        await asyncio.sleep(0.05)
    pytest.fail(f"/readyz goes on saying {state[1]}")


def is_ready(body: dict[str, Any]) -> bool:
    return not body["problems"]


async def test_it_starts_with_a_refused_token_says_so_and_goes_on_once_it_is_accepted(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        bot_council.sandbox.workspace.token_revoked = True
        async with bot_running(bot_council):
            assert "5.3" in await bot_council.send_command("SS", "show 5.3")
            status, body, metrics = await read_until(bot_council.address, is_ready)
            assert (status, body["ready"], body["degraded"]) == (200, True, True)
            assert "The bot was removed from the workspace." in body["platform"][0]
            assert 'cip_platform_faults{reason="token"} 1.0' in metrics
        bot_council.sandbox.workspace.token_revoked = False
        bot_council.clock.moment = NINE
        async with bot_running(bot_council):
            _, _, metrics = await read_until(bot_council.address, lambda body: not body["degraded"])
            assert 'cip_platform_faults{reason="token"} 0.0' in metrics


async def test_a_lost_socket_is_degraded_and_not_unready(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path, socket=True) as bot_council, bot_running(bot_council):
        _, body, metrics = await read_until(bot_council.address, is_ready)
        assert body["degraded"] is False
        assert 'cip_platform_faults{reason="connection"} 0.0' in metrics
        bot_council.sandbox.faults.fail("apps.connections.open", "internal_error", times=1000)
        await bot_council.sandbox.sockets.close()
        status, body, _ = await read_until(bot_council.address, lambda body: bool(body["degraded"]))
        assert (status, body["platform"]) == (
            200,
            ["Socket Mode is not connected, so nothing that people write reaches the bot."],
        )


async def test_the_greeting_names_no_address_that_is_not_served(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path, socket=True) as over_socket:
        greeting = _greeting(over_socket.settings, "http://127.0.0.1:3000")
    assert "/slack/events" not in greeting
    assert "http://127.0.0.1:3000/readyz" in greeting
    async with council("sqlite", tmp_path) as over_http:
        assert "/slack/events" in _greeting(over_http.settings, "http://127.0.0.1:3000")


@pytest.mark.parametrize("kind", KINDS)
async def test_it_finds_the_accounts_and_the_channel_and_asks_for_none_when_it_starts_again(
    kind: str, tmp_path: Path
) -> None:
    """What the other tests start with, `linked`, is what the look-ups of a first start record."""
    (tmp_path / "linked").mkdir()
    expected = Database(fresh_url(kind, tmp_path / "linked", "linked"), threads=1)
    async with council(kind, tmp_path) as bot_council:
        database = bot_council.database()
        assert read_links(database) != read_links(expected)
        async with bot_running(bot_council):
            await wait_until(
                lambda: read_links(database) == read_links(expected), "the accounts and the channel are found"
            )
        asked = count_lookups(bot_council)
        assert asked["users.info"] == len(plans.USERS)
        async with bot_running(bot_council):
            assert "5.3" in await bot_council.send_command("SS", "show 5.3")
        assert count_lookups(bot_council) == asked
        database.close()
    expected.close()


def read_links(database: Database) -> tuple[list[tuple[object, ...]], ...]:
    """What is known of accounts, of channels and of the round of look-ups."""
    with database.transaction(write=False) as session:
        people = session.execute(
            select(Person.slack_user_id, Person.initials, *list(AccountLookup.__table__.columns)[1:])
            .join(AccountLookup)
            .order_by(Person.id)
        )
        channels = session.execute(select(BoardChannel.name, BoardChannel.channel_id))
        state = session.execute(
            select(LinkingState.lease_until, LinkingState.missing_scopes, LinkingState.reported)
        )
        return tuple(sorted((tuple(row) for row in rows), key=str) for rows in (people, channels, state))


def count_lookups(bot_council: Council) -> Counter[str]:
    methods = (each.url.partition("?")[0].rpartition("/")[2] for each in bot_council.sandbox.traffic.from_bot)
    return Counter(each for each in methods if each.startswith(("users.", "conversations.list")))
