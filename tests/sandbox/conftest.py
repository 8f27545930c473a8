from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import FakeTimeTravel, FixedClock, client_of, running_sandbox
from tests.sandbox.fake_bot import FakeBot, over_http
from tests.sandbox.pages import Page


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def time(clock: FixedClock) -> FakeTimeTravel:
    return FakeTimeTravel(clock)


@pytest.fixture
async def sandbox(clock: FixedClock, time: FakeTimeTravel) -> AsyncIterator[Sandbox]:
    async with running_sandbox(clock=clock, time=time) as one:
        yield one


@pytest.fixture
def client(sandbox: Sandbox) -> AsyncWebClient:
    return client_of(sandbox)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[FakeBot]:
    """A small Bolt app that the sandbox talks to over signed HTTP."""
    async with over_http(sandbox) as one:
        yield one


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as session:
        yield Page(session, sandbox.settings.base_url)
