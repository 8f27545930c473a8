from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from bot.sandbox.page_api.page import STATIC_URL, static_version
from bot.sandbox.server import Sandbox
from bot.sandbox.time_travel import ClockStep
from tests.browser.chromium import ARGUMENTS, chromium_or_skip
from tests.browser.running_product import running_product
from tests.browser.scripted_bot import OVER_ACK_SECONDS, ScriptedBot, scripted_bot
from tests.fixtures.sandbox import (
    BOARD,
    RM,
    SETTINGS,
    FakeTimeTravel,
    FixedClock,
    running_sandbox,
    seed,
)

# What a busy machine may take, not what anybody should wait for.
TIMEOUT_MS = 20_000
expect.set_options(timeout=TIMEOUT_MS)
ACTIONS = (("5.2", "Publish the housing plan"), ("5.3", "Train every manager"), ("6.1", "Sell the depot"))
DEFAULTS: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}


@dataclass
class EventfulTime(FakeTimeTravel):
    """Moving a day posts what the test put in `on_move`. actions: the ref and title of each in the hints.
    words: what a move says it did; "" for the usual.
    """

    on_move: Callable[[], Awaitable[object]] | None = None
    words: str = ""
    actions: list[tuple[str, str]] = field(default_factory=lambda: list(ACTIONS))

    async def move(self, step: ClockStep) -> str:
        words = await super().move(step)
        if self.on_move:
            await self.on_move()
        return self.words or words

    async def hints(self, user: str) -> dict[str, Any]:
        refs = [
            {
                "ref": ref,
                "title": title,
                "owners": "RM",
                "due_words": "31 March 2026",
                "status_words": "in progress",
                "mine": user == RM,
            }
            for ref, title in self.actions
        ]
        statuses = [("not-started", "Not started"), ("in-progress", "Under way"), ("complete", "Done")]
        return {"refs": refs, "statuses": [{"name": name, "words": words} for name, words in statuses]}

    async def upcoming(self) -> list[tuple[datetime, str]]:
        return [
            (self.clock.now() + timedelta(days=1), "three prompts"),
            (self.clock.now() + timedelta(days=7), "weekly digest"),
        ]


@dataclass
class PageOpener:
    """Opens pages, and remembers what no page may ever do. Pages with the same settings share a context."""

    browser: Browser
    shared: BrowserContext
    address: str
    opened: list[Page] = field(default_factory=list)
    own_contexts: list[BrowserContext] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)

    async def open_as(self, user: str = RM, channel: str = BOARD, **context: Any) -> Page:
        """The page as `user` in `channel`, once its messages are there. context: for new_context."""
        return await self.open(f"#user={user}&channel={channel}", **context)

    async def open(self, where: str = "", **context: Any) -> Page:
        """The page at that place of its address; as a newcomer finds it when none is given."""
        page = await (await self._context(context)).new_page()
        self.opened.append(page)
        page.set_default_timeout(TIMEOUT_MS)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        await page.goto(f"{self.address}/{where}")
        await page.locator("#messages li, #empty:not([hidden])").first.wait_for()
        return page

    async def _context(self, options: dict[str, Any]) -> BrowserContext:
        if not options:
            return self.shared
        self.own_contexts.append(await self.browser.new_context(**(DEFAULTS | options)))
        return self.own_contexts[-1]

    def _listen(self, message: ConsoleMessage) -> None:
        """What the page was refused by its own policy (another host, an inline script) is an error too."""
        if message.type in {"error", "warning"}:
            self.page_errors.append(message.text)

    async def close_pages(self) -> None:
        """Close every page, and forget what the shared browser keeps for this address."""
        if self.opened:
            await self.opened[0].evaluate("localStorage.clear()")
        for one in (*self.opened, *self.own_contexts):
            await one.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium_or_skip(), args=list(ARGUMENTS))
        yield launched
        await launched.close()


@dataclass
class SandboxServer:
    """One server for all tests, so that the browser keeps the page's files."""

    sandbox: Sandbox
    time: EventfulTime

    def reset(self) -> None:
        """As new: two people, no messages, Monday morning, nothing going wrong."""
        self.sandbox.settings.ack_seconds = SETTINGS.ack_seconds
        fresh = EventfulTime(FixedClock())
        self.time.clock.moment = fresh.clock.moment
        self.time.moves, self.time.fresh_starts, self.time.progress = [], 0, None
        self.time.on_move, self.time.actions, self.time.words = None, list(ACTIONS), ""
        self.time.used.clear()
        self.sandbox.workspace.wipe()
        seed(self.sandbox)
        self.sandbox.traffic.clear()
        self.sandbox.faults.clear()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def grounds() -> AsyncIterator[SandboxServer]:
    time = EventfulTime(FixedClock())
    async with running_sandbox(settings=replace(SETTINGS), clock=time.clock, time=time, seeded=False) as one:
        yield SandboxServer(one, time)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_context(browser: Browser, grounds: SandboxServer) -> BrowserContext:
    """One of its pages stays, so that the process which draws this address does too, and is started once."""
    context = await browser.new_context(**DEFAULTS)
    lasting = await context.new_page()
    await lasting.goto(f"{grounds.sandbox.settings.base_url}{STATIC_URL}{static_version()}/blocks.css")
    return context


@pytest.fixture
def sandbox(grounds: SandboxServer) -> Sandbox:
    grounds.reset()
    return grounds.sandbox


@pytest.fixture
def impatient(sandbox: Sandbox) -> None:
    """The workspace waits for less than the scripted bot's slow answers take."""
    sandbox.settings.ack_seconds = OVER_ACK_SECONDS - 0.5


@pytest.fixture
def time(grounds: SandboxServer) -> EventfulTime:
    return grounds.time


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox) -> AsyncIterator[ScriptedBot]:
    async with scripted_bot(sandbox) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def product_address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Of the real product with the sample plan."""
    async with running_product(tmp_path_factory.mktemp("product")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def product_opener(browser: Browser, product_address: str) -> AsyncIterator[PageOpener]:
    """Opens pages of the real product in a new browser context."""
    one = PageOpener(browser, await browser.new_context(**DEFAULTS), product_address)
    yield one
    await one.close_pages()
    await one.shared.close()
    assert one.page_errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def opener(
    browser: Browser, shared_context: BrowserContext, sandbox: Sandbox, bot: ScriptedBot
) -> AsyncIterator[PageOpener]:
    """Opens pages; afterwards checks that none of them logged an error."""
    one = PageOpener(browser, shared_context, sandbox.settings.base_url)
    yield one
    await one.close_pages()
    assert one.page_errors == []
