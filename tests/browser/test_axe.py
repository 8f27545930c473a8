"""axe-core finds nothing to complain of: no page, form or drawer, light or dark, wide or on a phone."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.server import Sandbox
from tests.browser import sample_views
from tests.browser.axe import OPTIONS, VISUAL_OPTIONS, axe_or_skip, find_violations
from tests.browser.conftest import EventfulTime, PageOpener
from tests.browser.dropping import drop_file
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, RM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
NEWS = {"kind": "quarter", "now_words": "Monday 13 April 2026, 9:00am", "words": "4 prompts so far"}
Look = Callable[[str], Awaitable[None]]
Theme = Literal["light", "dark"]


@pytest.mark.parametrize(
    ("size", "theme", "other"), [(WIDE, "light", "dark"), (PHONE, "dark", "light")], ids=["wide", "phone"]
)
async def test_axe_finds_nothing(
    opener: PageOpener,
    bot: ScriptedBot,
    sandbox: Sandbox,
    time: EventfulTime,
    size: dict[str, Any],
    theme: Theme,
    other: Theme,
) -> None:
    """What depends on the theme is looked at in the other one too, there and then."""
    script = axe_or_skip()
    await _fill(bot)
    time.used.add("undo 1")
    page = await opener.open_as(**size)
    found: dict[tuple[str, Theme], list[str]] = {}

    async def look(name: str) -> None:
        for now, rules in ((other, VISUAL_OPTIONS), (theme, OPTIONS)):
            await page.emulate_media(color_scheme=now)
            if wrong := await find_violations(page, script, rules):
                found[name, now] = wrong

    await _around_the_channel(page, look)
    await _behind_the_scenes(page, look, sandbox)
    await _forms(page, look)
    await page.goto(f"{opener.address}/#user={RM}&channel={sandbox.dm_id(RM)}")
    await page.get_by_role("tab", name="Home").click()
    await page.locator("#home .block").first.wait_for()
    await look("home")
    assert found == {}


async def _fill(bot: ScriptedBot) -> None:
    parent = await bot.post(BOARD, "Digest", blocks=sample_views.show_blocks())
    await bot.post(BOARD, "A reply", thread_ts=parent)
    asked = [sample_views.actions(sample_views.button("prompt:on-track:1", "On track"))]
    old = await bot.post(BOARD, "Asked", blocks=asked)
    answered = [sample_views.section("*5.2 The plan*\n*Recorded:* complete.")]
    await bot.client.chat_update(channel=BOARD, ts=old, text="Answered", blocks=answered)
    undo = sample_views.button("run", "Undo", value="undo 1")
    await bot.post(BOARD, "Recorded", blocks=[sample_views.actions(undo)])
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())


async def _around_the_channel(page: Page, look: Look) -> None:
    await page.locator(".message .used").wait_for()
    await page.get_by_role("button", name="All six steps").click()
    await page.locator(".message summary").click()
    await look("steps unfolded, an old question opened, a used Undo")
    await drop_file(page, "plan.csv")
    await page.get_by_role("dialog").wait_for()
    await look("who is to see the file")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Move time").click()
    await page.locator("#clock-moves").get_by_role("button", name="Forward a day").click()
    await page.locator("#happened").wait_for()
    await page.locator("#box").press_sequentially("/cip show ")
    await expect(page.locator("#commands [role=option]")).to_have_count(3)
    await look("channel, guide, clock and list of actions")
    await page.locator("#box").fill("/cip mine")
    await page.locator("#box").press("Enter")
    await page.locator(".message.ephemeral").wait_for()
    await page.get_by_role("button", name="Move time").click()
    await page.get_by_role("button", name="1 reply").click()
    await page.locator("#thread-messages .message").last.wait_for()
    await look("thread and an answer only you see")
    await page.get_by_role("button", name="Close the thread").click()


async def _open(page: Page, name: str) -> None:
    """Press a button of the list at the left, which on a phone slides in first."""
    side_button = page.locator("#side-open")
    if await side_button.is_visible():
        await side_button.click()
    await page.locator("#side").get_by_role("button", name=name).click()


async def _behind_the_scenes(page: Page, look: Look, sandbox: Sandbox) -> None:
    await _open(page, "What went over the wire")
    await page.locator(".wire-row").first.click()
    await look("wire")
    await page.locator("#wire-close").click()
    await _open(page, "Make things go wrong")
    await page.get_by_role("switch", name="Rate limit").click()
    await page.locator("#armed").wait_for()
    sandbox.workspace.feed.publish({"type": "playing", "percent": 40, **NEWS})
    await page.locator("#playing").wait_for()
    await look("faults, and a quarter playing")
    for group in ("The token", "Permissions", "A channel", "A person"):
        await page.locator("summary", has_text=group).click()
    await page.get_by_role("switch", name="Take back the token").click()
    await page.locator("#armed-words", has_text="the token is taken back").wait_for()
    await look("conditions that stand")
    await page.locator("#armed-clear").click()
    sandbox.workspace.feed.publish({"type": "played", "reason": "done", **NEWS})
    await page.locator("#faults-close").click()
    await _open(page, "You are")
    await look("list of people")
    await page.keyboard.press("Escape")


async def _forms(page: Page, look: Look) -> None:
    if await page.locator("#side.open").count():
        await page.locator("#side-close").click()
    await _open(page, "Start again")
    await look("are you sure")
    await page.get_by_role("button", name="Keep everything").click()
    if await page.locator("#side.open").count():
        await page.locator("#side-close").click()
    await page.locator("#box").fill("/cip form")
    await page.locator("#box").press("Enter")
    await page.get_by_role("button", name="Save").click()
    await page.locator(".field-error").first.wait_for()
    await look("form with errors")
    await page.keyboard.press("Escape")
    await expect(page.locator("#modal")).to_be_hidden()
