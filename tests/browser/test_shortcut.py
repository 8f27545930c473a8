"""A message is used as an update from the page, by the mouse, the keyboard and on a phone."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PageOpener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PHONE = {"width": 390, "height": 844}


async def write_in_channel(page: Page, words: str) -> None:
    await page.locator("#channels a", has_text="general").click()
    await page.locator("#box").fill(words)
    await page.locator("#box").press("Enter")
    await expect(page.locator("#messages .message").last).to_contain_text(words)


@pytest.mark.parametrize("is_phone", [False, True])
async def test_a_message_of_somebody_is_used_as_an_update_by_the_keyboard(
    product_opener: PageOpener, *, is_phone: bool
) -> None:
    page = await product_opener.open()
    words = f"the minutes are filed {'again' if is_phone else 'now'}"
    await write_in_channel(page, words)
    if is_phone:
        await page.set_viewport_size(PHONE)  # type: ignore[arg-type] # it has both
    button = page.locator("#messages .message").last.get_by_role("button", name="Use as update")
    await button.focus()
    await expect(button).to_have_css("opacity", "1")
    await page.keyboard.press("Enter")
    dialog = page.locator("#modal")
    await expect(dialog.get_by_role("heading", name="Use as update")).to_be_visible()
    await expect(dialog).to_contain_text(words)
    await expect(dialog.locator("input:visible").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_what_the_bot_writes_has_no_such_button(product_opener: PageOpener) -> None:
    page = await product_opener.open()
    await page.locator("#dms a").first.click()
    await page.locator("#box").fill("help")
    await page.locator("#box").press("Enter")
    await expect(page.locator("#messages .by-bot").last).to_be_visible()
    assert await page.locator("#messages .by-bot").get_by_role("button", name="Use as update").count() == 0
