import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.traffic import ANSWER_LOST_TEXT
from tests.fixtures.sandbox import BOARD, RM
from tests.sandbox.errors import code_of


async def test_a_rate_limit(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.faults.rate_limit("chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=BOARD, text="x")
    answer = caught.value.response
    assert (answer.status_code, answer.headers["Retry-After"], answer["error"]) == (429, "7", "ratelimited")
    assert sandbox.visible_messages(RM, BOARD) == []
    assert (await client.chat_postMessage(channel=BOARD, text="x"))["ok"]


async def test_a_refusal_on_request(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.faults.fail("chat.postMessage", "account_inactive", times=2)
    assert (await client.auth_test())["ok"]
    for _ in range(2):
        assert await code_of(client.chat_postMessage(channel=BOARD, text="x")) == "account_inactive"
    assert (await client.chat_postMessage(channel=BOARD, text="x"))["ok"]


async def test_a_server_error_of_any_method(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.faults.fail_with_status("*", 503)
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 503
    assert (await client.auth_test())["ok"]


async def test_an_answer_that_is_lost(client: AsyncWebClient, sandbox: Sandbox) -> None:
    client.retry_handlers.clear()
    sandbox.faults.drop_after("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=BOARD, text="posted all the same")
    assert [one.text for one in sandbox.visible_messages(RM, BOARD)] == ["posted all the same"]


async def test_an_answer_that_never_comes(client: AsyncWebClient, sandbox: Sandbox) -> None:
    client.retry_handlers.clear()
    client.timeout = 1
    sandbox.faults.stall("chat.postMessage")
    started = time.perf_counter()
    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel=BOARD, text="posted all the same")
    assert time.perf_counter() - started > 0.9
    assert [one.text for one in sandbox.visible_messages(RM, BOARD)] == ["posted all the same"]
    for _ in range(100):
        if not sandbox.traffic.from_bot:
            await asyncio.sleep(0.05)
    assert (sandbox.traffic.from_bot[-1].status, sandbox.traffic.from_bot[-1].answer) == (0, ANSWER_LOST_TEXT)
    sandbox.faults.stall("chat.postMessage", max_seconds=0.1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.chat_postMessage(channel=BOARD, text="whoever waits is let go")


async def test_slacks_client_repeats_itself_when_an_answer_is_lost(
    client: AsyncWebClient, sandbox: Sandbox
) -> None:
    sandbox.faults.drop_after("chat.postMessage")
    await client.chat_postMessage(channel=BOARD, text="twice, unless its retry handlers are taken away")
    assert len(sandbox.visible_messages(RM, BOARD)) == 2


async def test_a_slow_call_and_an_end_to_trouble(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.faults.slow("auth.test", 0.1)
    started = time.perf_counter()
    assert (await client.auth_test())["ok"]
    assert time.perf_counter() - started >= 0.1
    sandbox.faults.fail("auth.test", "fatal_error", times=99)
    sandbox.faults.deliver_twice(9)
    sandbox.faults.clear()
    assert (await client.auth_test())["ok"]
    assert not sandbox.faults.pop_repeat()
