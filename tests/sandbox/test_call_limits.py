"""Slack's limits on calls a minute, and waits that make no sense."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.rate_limits import CALLS_PER_MINUTE
from bot.sandbox.scopes import CONVERSATION_METHODS, LISTING_METHODS, METHOD_SCOPES, SCOPELESS_METHODS
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, PRIVATE, RM, FixedClock
from tests.sandbox.errors import code_of
from tests.sandbox.pages import Page

Call = Callable[[AsyncWebClient], Awaitable[Any]]
LIMITED: dict[str, tuple[int, Call]] = {
    "users.lookupByEmail": (50, lambda client: client.users_lookupByEmail(email="rm@council.example")),
    "users.list": (20, lambda client: client.users_list(limit=2)),
    "users.info": (100, lambda client: client.users_info(user=RM)),
    "conversations.list": (20, lambda client: client.conversations_list()),
    "conversations.open": (50, lambda client: client.conversations_open(users=[RM])),
    "conversations.members": (100, lambda client: client.conversations_members(channel=BOARD)),
    "chat.postMessage": (60, lambda client: client.chat_postMessage(channel=BOARD, text="x")),
}


async def wait_of(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response
    assert (answer.status_code, answer["ok"], answer["error"]) == (429, False, "ratelimited")
    return str(answer.headers["Retry-After"])


@pytest.mark.parametrize("method", sorted(LIMITED))
async def test_one_call_too_many_in_a_minute(
    client: AsyncWebClient, sandbox: Sandbox, clock: FixedClock, method: str
) -> None:
    limit, call = LIMITED[method]
    sandbox.conditions.limit_calls(True)
    for _ in range(limit):
        await call(client)
    assert await wait_of(call(client)) == "60"
    clock.moment += timedelta(seconds=40)
    assert await wait_of(call(client)) == "20"
    assert (await client.auth_test())["ok"]
    clock.moment += timedelta(seconds=20)
    assert (await call(client))["ok"]


async def test_a_clock_that_leaps_does_not_count_what_was_before(
    client: AsyncWebClient, sandbox: Sandbox, clock: FixedClock
) -> None:
    sandbox.conditions.limit_calls(True)
    for step in (timedelta(days=7), timedelta(days=-7)):
        for _ in range(20):
            await client.users_list()
        clock.moment += step
    assert (await client.users_list())["ok"]


async def test_posts_are_counted_by_channel(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.conditions.limit_calls(True)
    for _ in range(60):
        await client.chat_postMessage(channel=BOARD, text="x")
    assert await wait_of(client.chat_postMessage(channel=BOARD, text="x")) == "60"
    assert (await client.chat_postMessage(channel=PRIVATE, text="x"))["ok"]


async def test_without_the_condition_nothing_is_limited(client: AsyncWebClient, sandbox: Sandbox) -> None:
    for _ in range(60):
        await client.users_lookupByEmail(email="rm@council.example")
    sandbox.conditions.limit_calls(True)
    sandbox.conditions.limit_calls(False)
    assert (await client.users_lookupByEmail(email="rm@council.example"))["ok"]


async def test_a_revoked_token_is_refused_before_it_is_limited(
    client: AsyncWebClient, sandbox: Sandbox
) -> None:
    sandbox.conditions.limit_calls(True)
    sandbox.conditions.revoke_token()
    for _ in range(25):
        assert await code_of(client.users_list()) == "token_revoked"
    sandbox.conditions.renew_token()
    assert (await client.users_list())["ok"]


@pytest.mark.parametrize("text", ["99999999999", "inf", "nan", "soon", "-5", "0", "1.5"])
async def test_a_wait_that_makes_no_sense(client: AsyncWebClient, sandbox: Sandbox, text: str) -> None:
    sandbox.faults.rate_limit("chat.postMessage", retry_after=text)
    assert await wait_of(client.chat_postMessage(channel=BOARD, text="x")) == text
    assert (await client.chat_postMessage(channel=BOARD, text="x"))["ok"]


@pytest.mark.parametrize(("kind", "wait"), [("endless-wait", "99999999999"), ("odd-wait", "nan")])
async def test_such_waits_are_on_switches_of_the_page(
    client: AsyncWebClient, page: Page, kind: str, wait: str
) -> None:
    await page.post("faults", {"kind": kind, "times": 2})
    for _ in range(2):
        assert await wait_of(client.chat_postMessage(channel=BOARD, text="x")) == wait
    assert (await client.chat_postMessage(channel=BOARD, text="x"))["ok"]


def test_the_limits_are_of_methods_that_exist() -> None:
    methods = {*METHOD_SCOPES, *SCOPELESS_METHODS, *CONVERSATION_METHODS, *LISTING_METHODS}
    assert set(CALLS_PER_MINUTE) <= methods
