"""Everyone can use it: by keyboard, on a phone, in the dark, and whatever is written in a plan."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.entities import SandboxMessage
from bot.sandbox.server import Sandbox
from tests.browser import sample_views
from tests.browser.conftest import PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, JM, RM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'&lt;b&gt;"


async def focus_by_tab(page: Page, css: str) -> None:
    """Tab until the focus is on what `css` names: nothing on the way may hold it."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("css => document.activeElement.matches(css)", css):
            return
    pytest.fail(f"{css} is out of the keyboard's reach")


async def test_the_keyboard_alone_presses_fills_in_and_sends(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as()
    await focus_by_tab(page, "#clock-toggle")
    await page.keyboard.press("Enter")
    await focus_by_tab(page, "[data-move='day']")
    await page.keyboard.press("Escape")
    await expect(page.locator("#clock-toggle")).to_be_focused()
    await focus_by_tab(page, "#guide-go")
    await focus_by_tab(page, "#who")
    await focus_by_tab(page, "#start-again")
    await focus_by_tab(page, ".block-actions .button.primary")
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    await page.keyboard.press("Enter")
    await expect(page.locator(".message-body")).to_have_text("Recorded as done")
    await expect(page.locator(".message")).to_be_focused()
    await focus_by_tab(page, "#box")
    await page.keyboard.type("/cip form")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Note")).to_be_focused()
    await page.keyboard.type("All by keyboard")
    await focus_by_tab(page, "[type='date']")
    await page.keyboard.type("05012026")
    await focus_by_tab(page, "#modal [type='submit']")
    await page.keyboard.press("Enter")
    await expect(page.locator("#modal")).to_be_hidden()
    assert bot.last()["view"]["state"]["values"]["when"]["when"]["selected_date"].startswith("2026-0")


async def test_the_way_past_everything_else(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#box")).to_be_focused()


async def test_on_a_phone_everything_is_within_the_screen(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Digest", blocks=sample_views.show_blocks())
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as(**PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await page.locator("#scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
    await expect(page.locator("#box")).to_be_in_viewport()
    await expect(page.locator("#clock-now")).to_be_in_viewport()
    await page.get_by_role("button", name="Move time").tap()
    await expect(page.get_by_role("button", name="To next Monday")).to_be_in_viewport()


async def test_on_a_phone_the_list_slides_in_and_goes_once_a_place_is_chosen(opener: PageOpener) -> None:
    page = await opener.open_as(**PHONE)
    side_button = page.get_by_role("button", name="Channels and people")
    await expect(page.locator("#side")).not_to_be_in_viewport()
    await expect(page.locator("#side")).to_have_attribute("inert", "")
    await side_button.tap()
    await expect(page.locator("#who")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(side_button).to_be_focused()
    await side_button.tap()
    await page.get_by_role("link", name="other").tap()
    await expect(page.locator("#talk-title")).to_have_text("#other")
    await expect(page.locator("#side")).not_to_be_in_viewport()


async def test_on_a_phone_a_thread_covers_what_is_under_it(opener: PageOpener, bot: ScriptedBot) -> None:
    parent = await bot.post(BOARD, "Digest")
    await bot.post(BOARD, "More", thread_ts=parent)
    page = await opener.open_as(**PHONE)
    await page.get_by_role("button", name="1 reply").tap()
    await expect(page.locator("#talk")).to_have_attribute("inert", "")
    await page.get_by_role("button", name="Close the thread").tap()
    await expect(page.locator("#talk")).not_to_have_attribute("inert", "")


async def test_light_or_dark_as_the_machine_or_as_chosen(opener: PageOpener) -> None:
    page = await opener.open_as(color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = await page.evaluate(background)
    await page.get_by_role("button", name="Light or dark").press("Enter")
    await page.get_by_role("menuitemradio", name="Light").click()
    assert await page.evaluate(background) == "rgb(255, 255, 255)" != dark
    await page.reload()
    await page.locator("#who-name:not(:empty)").wait_for()
    assert await page.evaluate(background) == "rgb(255, 255, 255)"


async def test_nothing_moves_for_those_who_asked_for_that(opener: PageOpener) -> None:
    page = await opener.open_as(**PHONE)
    still = "node => { const s = getComputedStyle(node); return [s.transitionProperty, s.animationName] }"
    assert await page.locator("#side").evaluate(still) == ["none", "none"]


async def test_hostile_words_are_shown_as_words(
    opener: PageOpener, sandbox: Sandbox, bot: ScriptedBot
) -> None:
    sandbox.workspace.add_user(JM, "jm", HOSTILE, "jm@council.example", "Europe/London", title=HOSTILE)
    sandbox.workspace.add_channel("C0EVIL", HOSTILE[:40], [RM])
    sandbox.workspace.post(SandboxMessage("", BOARD, JM, HOSTILE))
    option = sample_views.option("x", HOSTILE[:60])
    blocks = [
        {"type": "header", "text": sample_views.plain(HOSTILE)},
        sample_views.section(f"{HOSTILE} <@{JM}> <https://council.example|{HOSTILE[:8]}>"),
        {
            "type": "section",
            "text": sample_views.mrkdwn("Pick"),
            "accessory": {
                "type": "static_select",
                "action_id": "s",
                "placeholder": sample_views.plain(HOSTILE),
                "options": [option],
            },
        },
        sample_views.actions(sample_views.button("b", HOSTILE[:60])),
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
    ]
    await bot.post(BOARD, HOSTILE, blocks=blocks)
    page = await opener.open_as()
    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.locator(".message .who").first).to_have_text(HOSTILE)
    await expect(page.get_by_role("columnheader")).to_contain_text("<script>alert(2)</script>")
    assert await page.locator("main img, main script, nav img, nav script").count() == 0
    await page.locator("#who").click()
    await expect(page.get_by_role("menuitemradio").last).to_contain_text("<img src=x")


async def test_a_cut_connection_is_shown_and_what_was_missed_is_fetched(
    opener: PageOpener, bot: ScriptedBot
) -> None:
    page = await opener.open_as()
    await page.context.set_offline(True)
    await page.locator("#box").fill("/cip mine")
    await page.locator("#box").press("Enter")
    await expect(page.locator("#composer-problem")).to_contain_text("The sandbox is not answering.")
    await expect(page.locator("#box")).to_have_value("/cip mine")
    await page.context.set_offline(False)
    await page.locator("#box").press("Enter")
    await expect(page.locator(".message.ephemeral")).to_be_visible()
    await expect(page.locator("#trouble")).to_be_hidden()
    opener.page_errors.clear()  # the browser itself notes what it could not fetch


async def test_what_cannot_be_looked_at_hides_nothing_else(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.locator("#box").fill("/cip form")
    await page.locator("#box").press("Enter")
    await page.get_by_role("dialog", name="Update 5.2").wait_for()
    await page.route("**/sandbox/conversations/*", lambda route: route.abort())
    await page.reload()
    await page.get_by_role("dialog", name="Update 5.2").wait_for()
    await expect(page.locator("#trouble")).to_contain_text("The sandbox is not answering.")
    opener.page_errors.clear()  # the browser itself notes what it could not fetch
