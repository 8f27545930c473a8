"""A new date, and an action that is not one's own, by the keyboard alone, in the real product."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PageOpener
from tests.browser.test_stepper import MAX_KEYS, be_somebody_with_several, begin

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
KEYS = {"ArrowUp", "Enter", "Tab"}


async def answer(page: Page, title: str, keys: list[str]) -> None:
    """keys: besides these, words; they are typed into the form with this title."""
    dialog = page.locator("#modal")
    await expect(dialog.get_by_role("radio").first).to_be_focused()
    for key in keys:
        if key in KEYS:
            await page.keyboard.press(key)
        else:
            await expect(dialog.get_by_role("heading", level=2)).to_have_text(title)
            await page.keyboard.type(key)
    assert sum(key in KEYS for key in keys) <= MAX_KEYS


async def test_a_new_date_and_not_mine_take_at_most_four_keys_beside_the_words(
    product_opener: PageOpener,
) -> None:
    """A field for a day takes digits, in the order of its language."""
    page = await product_opener.open()
    await be_somebody_with_several(page)
    await begin(page)
    dialog = page.locator("#modal")
    await answer(page, "New date", ["ArrowUp", "Enter", "Supplier late", "Tab", "03262027", "Enter"])
    await expect(dialog).to_contain_text("has a new date: 26 March 2027.")
    await answer(page, "Not mine", ["ArrowUp", "ArrowUp", "Enter", "HT", "Enter"])
    for words in ("Recorded: 2", "New date: 26 March 2027.", "Not mine. The project's lead"):
        await expect(dialog).to_contain_text(words)
