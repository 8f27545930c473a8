"""Makes the pictures of the README: `python -m tests.browser.screenshots docs/images`.

The real product with the sample plan, in a folder of its own, seen in Chromium.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from bot.logs import set_up_logs
from tests.browser.chromium import ARGUMENTS, MISSING, find_chromium
from tests.browser.running_product import running_product

WIDE: dict[str, Any] = {"viewport": {"width": 1360, "height": 850}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PLAIN: dict[str, Any] = {"reduced_motion": "reduce", "locale": "en-GB", "timezone_id": "Europe/London"}
HIDE_GUIDE = "localStorage.setItem('sandbox-guide', JSON.stringify({done: [], hidden: true}))"
MAX_IMAGE_BYTES = 300_000


@dataclass
class ScreenshotTaker:
    browser: Browser
    address: str
    folder: Path

    async def page(self, *, guide: bool = False, **context: Any) -> Page:
        """The page as a newcomer finds it; the guide is hidden unless asked for."""
        page = await (await self.browser.new_context(**PLAIN, **context)).new_page()
        if not guide:
            await page.add_init_script(HIDE_GUIDE)
        await page.goto(self.address)
        await page.locator("#messages .message").first.wait_for()
        return page

    async def switch_to(self, page: Page, title: str) -> None:
        """Be the first person whose title holds these words."""
        if await page.locator("#side-open").is_visible():
            await page.locator("#side-open").click()
        await page.locator("#who").click()
        await page.get_by_role("menuitemradio", name=title).first.click()
        await page.locator("#who-title", has_text=title).wait_for()

    async def capture(self, page: Page, name: str, *, close: bool = True) -> None:
        await page.mouse.move(0, 0)
        await page.wait_for_timeout(300)
        path = self.folder / f"{name}.png"
        await page.screenshot(path=path)
        assert path.stat().st_size < MAX_IMAGE_BYTES, f"{path} is larger than {MAX_IMAGE_BYTES:,} bytes"
        if close:
            await page.context.close()


async def digest(studio: ScreenshotTaker) -> None:
    page = await studio.page(**WIDE)
    await studio.switch_to(page, "Board chair")
    await scroll_to_last(page, "digest for")
    await studio.capture(page, "digest")


async def first_five_minutes(studio: ScreenshotTaker) -> None:
    page = await studio.page(guide=True, **WIDE)
    await studio.switch_to(page, "Plan manager")
    await scroll_to_last(page, "digest for")
    await studio.capture(page, "first-five-minutes")


async def prompt(studio: ScreenshotTaker) -> None:
    """Before and after a press."""
    page = await at_a_prompt(studio, **WIDE)
    await studio.capture(page, "prompt", close=False)
    asked = page.locator(".pointed").get_by_role("button", name="At risk").first
    await asked.click()
    await page.locator("#messages .button", has_text="Say why").last.wait_for()
    await page.locator("#scroll").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    await studio.capture(page, "prompt-answered")


async def at_a_prompt(studio: ScreenshotTaker, **context: Any) -> Page:
    """In a direct message, where the bot has asked and waits; the guide that led there is put away."""
    page = await studio.page(guide=True, **context)
    await page.get_by_role("button", name="Show me a prompt").click()
    await page.locator(".pointed").wait_for()
    await page.get_by_role("button", name="Hide the first five minutes").click()
    return page


async def receipt(studio: ScreenshotTaker) -> None:
    page = await studio.page(guide=True, **WIDE)
    await studio.switch_to(page, "Owner of")
    await page.get_by_role("button", name="All six steps").click()
    await page.locator("[data-step='update'] button").click()
    await page.get_by_role("button", name="Write a line for me").click()
    await page.locator("#box:focus").wait_for()
    await page.keyboard.press("Enter")
    await page.locator(".message.ephemeral", has_text="Recorded").wait_for()
    await page.get_by_role("button", name="Hide the first five minutes").click()
    await page.locator("#scroll").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    await studio.capture(page, "update")


async def at_risk(studio: ScreenshotTaker) -> None:
    page = await studio.page(**WIDE)
    await studio.switch_to(page, "Board chair")
    await type_command(page, "/cip at-risk")
    await page.locator(".message.ephemeral").last.evaluate("node => node.scrollIntoView({ block: 'start' })")
    await studio.capture(page, "at-risk")


async def typing(studio: ScreenshotTaker) -> None:
    page = await studio.page(**WIDE)
    await studio.switch_to(page, "Owner of")
    await page.locator("#box").press_sequentially("/cip update ")
    await page.locator(".command-ref").first.wait_for()
    await studio.capture(page, "typing")


async def wire(studio: ScreenshotTaker) -> None:
    page = await studio.page(**WIDE)
    await studio.switch_to(page, "Owner of")
    await page.get_by_role("button", name="What went over the wire").click()
    await page.locator(".wire-row").first.wait_for()
    await type_command(page, "/cip mine")
    await page.locator(".wire-row", has_text="/cip mine").first.click()
    await studio.capture(page, "wire")


async def home(studio: ScreenshotTaker) -> None:
    page = await studio.page(**WIDE)
    await studio.switch_to(page, "Owner of")
    await page.locator("#dms a").first.click()
    await page.get_by_role("tab", name="Home").click()
    await page.locator("#home .block").first.wait_for()
    await studio.capture(page, "home")


async def dark(studio: ScreenshotTaker) -> None:
    page = await studio.page(**WIDE, color_scheme="dark")
    await studio.switch_to(page, "Board chair")
    await scroll_to_last(page, "digest for")
    await studio.capture(page, "dark")


async def phone(studio: ScreenshotTaker) -> None:
    page = await at_a_prompt(studio, **PHONE, device_scale_factor=2)
    await page.locator(".pointed").evaluate("node => node.scrollIntoView({ block: 'start' })")
    await studio.capture(page, "phone")


async def scroll_to_last(page: Page, words: str) -> None:
    """Scroll the last message with these words to the top."""
    message = page.locator("#messages .message", has_text=words).last
    await message.evaluate("node => node.scrollIntoView({ block: 'start' })")


async def type_command(page: Page, line: str) -> None:
    await page.locator("#box").fill(line)
    await page.locator("#box").press("Enter")
    await page.locator(".message.ephemeral").last.wait_for()


PICTURES: tuple[Callable[[ScreenshotTaker], Awaitable[None]], ...] = (
    digest, first_five_minutes, prompt, receipt, at_risk, typing, home, wire, dark, phone,
)  # fmt: skip


async def make_screenshots(folder: Path) -> None:
    """Write every picture into the folder."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(MISSING)
    with TemporaryDirectory() as data:
        async with running_product(Path(data)) as address, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
            for picture in PICTURES:
                await picture(ScreenshotTaker(browser, address, folder))
            await browser.close()


if __name__ == "__main__":
    images = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")
    images.mkdir(parents=True, exist_ok=True)
    set_up_logs("warning", secrets=[])
    asyncio.run(make_screenshots(images))
