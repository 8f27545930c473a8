"""For IT and the curious: what went over the wire, and faults on a switch."""

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.server import Sandbox
from tests.browser.conftest import PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, TOKEN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def opened_wire(opener: PageOpener) -> Page:
    page = await opener.open_as()
    await page.get_by_role("button", name="What went over the wire").press("Enter")
    await expect(page.get_by_role("heading", name="What went over the wire")).to_be_focused()
    return page


async def test_each_request_is_shown_as_it_happens_with_its_secrets_masked(
    opener: PageOpener, bot: ScriptedBot
) -> None:
    page = await opened_wire(opener)
    await expect(page.locator("#wire-none")).to_be_visible()
    await page.locator("#box").fill("/cip mine")
    await page.locator("#box").press("Enter")
    await bot.post(BOARD, "Good morning")
    post = page.locator(".wire-row", has_text="chat.postMessage")
    command = page.locator(".wire-row", has_text="/cip mine")
    await expect(post).to_contain_text("To the workspace")
    await expect(command).to_contain_text("To the bot")
    await post.press("Enter")
    details = page.locator(".wire-details:visible")
    await expect(details).to_contain_text("chat.postMessage")
    await expect(details).to_contain_text('"text": "Good morning"')
    await expect(details).to_contain_text("Authorization: …")
    await command.press("Enter")
    await expect(page.locator("#wire")).to_contain_text("command: /cip")
    assert TOKEN not in await page.locator("#wire").inner_text()
    await page.keyboard.press("Escape")
    await expect(page.locator("#wire")).to_be_hidden()
    await expect(page.locator("#wire-open")).to_be_focused()


async def test_requests_can_be_looked_through_and_cleared(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "One")
    await bot.post(BOARD, "Two")
    page = await opened_wire(opener)
    count = page.locator("#wire-count")
    await expect(count).to_have_text("2 requests")
    await page.get_by_label("Find in requests").fill("Two")
    await expect(count).to_have_text("1 of 2 requests")
    await page.get_by_label("Find in requests").fill("")
    await page.get_by_label("Which requests").select_option("To the bot")
    await expect(page.locator("#wire-none")).to_have_text("No request fits what you are looking for.")
    await page.get_by_label("Which requests").select_option("Both ways")
    await page.locator("#wire-clear").click()
    await expect(page.locator(".wire-row")).to_have_count(0)


async def test_a_fault_is_switched_on_used_up_and_cleared(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    page = await opener.open_as()
    await page.get_by_role("button", name="Make things go wrong").press("Enter")
    switch = page.get_by_role("switch", name="Deliver twice")
    await expect(page.get_by_role("switch")).to_have_count(7)
    await switch.press("Enter")
    await expect(switch).to_have_attribute("aria-checked", "true")
    await expect(switch).to_be_focused()
    await expect(page.locator("#armed-words")).to_have_text("Going to go wrong: Deliver twice (1 left).")
    await page.locator("#box").fill("/cip mine")
    await page.locator("#box").press("Enter")
    await expect(switch).to_have_attribute("aria-checked", "false")
    await expect(page.locator("#armed")).to_be_hidden()
    assert [one["text"] for one in bot.heard] == ["mine", "mine"]
    await page.get_by_label("How often: Rate limit").select_option("3 times")
    await page.get_by_role("switch", name="Rate limit").click()
    await expect(page.locator("#armed-words")).to_contain_text("Rate limit (3 left)")
    await page.locator("#armed-clear").click()
    await expect(page.locator("#armed")).to_be_hidden()
    await expect(page.get_by_role("switch", name="Rate limit")).to_have_attribute("aria-checked", "false")
