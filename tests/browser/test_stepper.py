"""Going through all that is due by the keyboard alone, in the real product with the sample plan."""

import statistics

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PageOpener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
# In milliseconds, from the press to the next form. A step is to take 300; a busy machine may take longer.
MAX_STEP = 900
# Counts the time in the page, since a test that looks from outside looks only now and then.
TIME_STEPS = """() => {
  window.steps = [];
  let pressed = 0;
  const titleOf = () => document.querySelector("#modal h2")?.textContent;
  let shown = titleOf();
  addEventListener("keydown", (event) => event.key === "Enter" && (pressed = performance.now()), true);
  new MutationObserver(() => {
    if (titleOf() === shown) return;
    shown = titleOf();
    window.steps.push(performance.now() - pressed);
  }).observe(document.querySelector("#modal"), { childList: true, subtree: true, characterData: true });
}"""
MAX_KEYS = 4


async def open_home(page: Page) -> None:
    """The Home tab of whoever has several actions that are due."""
    await page.locator("#dms a").first.click()
    await page.get_by_role("tab", name="Home").click()
    await page.locator("#home .block").first.wait_for()


async def be_somebody_with_several(page: Page) -> None:
    """The first person who has several actions to go through; their Home tab."""
    await page.locator("#who").click()
    count = await page.get_by_role("menuitemradio").count()
    await page.keyboard.press("Escape")
    for number in range(count):
        await page.locator("#who").click()
        person = page.get_by_role("menuitemradio").nth(number)
        title = (await person.inner_text()).splitlines()[-1]
        await person.click()
        await page.locator("#who-title", has_text=title).wait_for()
        await open_home(page)
        if await page.get_by_role("button", name="Go through").count():
            return
    pytest.fail("nobody has several actions to go through")


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Go through").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#modal").get_by_role("heading", name="actions")).to_be_visible()


async def test_a_step_takes_at_most_four_keys_beside_the_words(product_opener: PageOpener) -> None:
    page = await product_opener.open()
    await be_somebody_with_several(page)
    await begin(page)
    dialog = page.locator("#modal")
    await page.evaluate(TIME_STEPS)
    count = 0
    for number in range(1, 40):
        title = dialog.get_by_role("heading", level=2)
        if not (await title.inner_text()).startswith(f"{number} of "):
            break
        await expect(dialog.get_by_role("radio").first).to_be_focused()
        keys = ["ArrowDown", "Tab"]
        for key in keys:
            await page.keyboard.press(key)
        await page.keyboard.type("Two people are away")
        before = await title.inner_text()
        await page.keyboard.press("Enter")
        await expect(title).not_to_have_text(before)
        count = number
        assert len(keys) + 1 <= MAX_KEYS
    await expect(dialog).to_contain_text(f"Recorded: {count}")
    took = await page.evaluate("window.steps")
    assert len(took) == count > 1
    assert statistics.median(took) < MAX_STEP, took
