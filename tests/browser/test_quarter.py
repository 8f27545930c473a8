"""A quarter in fast motion to its end, on a plan small enough to take seconds; and the clock afterwards."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DEFAULTS, PageOpener
from tests.browser.running_product import running_product
from tests.demo.sandboxes import write_plan_file

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TIMEOUT_MS = 60_000
WEEKS = 13


async def now_of(page: Page) -> datetime:
    return datetime.fromisoformat(await page.locator("#clock-now").get_attribute("datetime") or "")


async def now_after(page: Page, moment: datetime) -> datetime:
    """What the clock shows once it has come so far: the page hears of it a moment after the words."""
    for _ in range(200):
        if (now := await now_of(page)) >= moment:
            return now
        await page.wait_for_timeout(50)
    pytest.fail(f"the clock did not come to {moment}")


async def test_a_quarter_is_played_to_its_end(browser: Browser, tmp_path: Path) -> None:
    async with running_product(tmp_path / "product", write_plan_file(tmp_path)) as address:
        opener = PageOpener(browser, await browser.new_context(**DEFAULTS), address)
        page = await opener.open("#user=U0PM&channel=C0BOARD")
        began, digests = await now_of(page), await page.locator(".message", has_text="digest for").count()
        await page.get_by_role("button", name="Move time").click()
        await page.get_by_role("button", name="Play a quarter").click()
        await expect(page.get_by_role("progressbar")).to_be_visible()
        happened = page.locator("#happened-words")
        await expect(happened).to_contain_text(f"{WEEKS} digests", timeout=TIMEOUT_MS)
        await expect(happened).not_to_contain_text("It is now")
        await expect(page.locator("#news")).to_contain_text("It is now")
        await expect(happened).to_contain_text("Owners gave")
        await expect(page.locator("#playing")).to_be_hidden()
        ended = await now_after(page, began + timedelta(weeks=WEEKS))
        assert ended - began < timedelta(weeks=WEEKS, hours=2)
        await expect(page.locator(".message", has_text="digest for")).to_have_count(digests + WEEKS)
        assert await moments_ahead(page) > [ended]
        await page.get_by_role("button", name="To next Monday").click()
        await expect(happened).to_contain_text("1 digest", timeout=TIMEOUT_MS)
        nine = (ended + timedelta(days=7 - ended.weekday())).replace(hour=9, minute=0, second=0)
        monday = await now_after(page, nine)
        assert (monday.weekday(), monday.hour, monday.minute) == (0, 9, 0)
        await page.get_by_role("button", name="To next Monday").click()
        next_monday = await now_after(page, nine + timedelta(days=7))
        assert next_monday.date() - monday.date() == timedelta(days=7)
        await opener.close_pages()
        await opener.shared.close()
        assert opener.page_errors == []


async def moments_ahead(page: Page) -> list[datetime]:
    """What the clock says will happen, soonest first."""
    times = await page.locator("#upcoming time").all()
    found = [datetime.fromisoformat(await one.get_attribute("datetime") or "") for one in times]
    assert found == sorted(found)
    return found
