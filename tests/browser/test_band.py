"""The band at the top: clock, notice and first steps leave the page to the conversation."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.server import Sandbox
from tests.browser.conftest import EventfulTime, PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
STEPS = ("prompt", "update", "at-risk", "monday", "digest", "import")
SENT = "It is now Tuesday 7 April 2026, 9:00am. On the way the bot sent 12 prompts and 1 digest."
CUT = "node => node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1"


async def top_of_the_desk(page: Page) -> float:
    return float(await page.locator(".desk").evaluate("node => node.getBoundingClientRect().top"))


async def middles(page: Page, *selectors: str) -> list[float]:
    boxes = [await page.locator(one).bounding_box() for one in selectors]
    return [one["y"] + one["height"] / 2 for one in boxes if one]


async def step_through_time(page: Page, time: EventfulTime, words: str = SENT) -> None:
    """By the button of the band, or where it is folded away, of the panel; then the panel is closed."""
    time.words = words
    await page.get_by_role("button", name="Move time").click()
    await page.locator("#clock-moves").get_by_role("button", name="Forward a day").click()
    await page.locator("#happened").wait_for()
    await page.get_by_role("button", name="Move time").click()


@pytest.mark.parametrize("size", [WIDE, LAPTOP], ids=["wide", "laptop"])
async def test_on_a_wide_screen_clock_notice_and_guide_stand_in_one_row(
    opener: PageOpener, time: EventfulTime, size: dict[str, Any]
) -> None:
    page = await opener.open_as(**size)
    before = await top_of_the_desk(page)
    assert before <= 72
    await step_through_time(page, time)
    await expect(page.locator("#happened-words")).to_have_text(
        "On the way the bot sent 12 prompts and 1 digest."
    )
    assert await top_of_the_desk(page) == before
    for middle in await middles(page, "#clock", "#happened", "#guide-go", "#guide-unfold"):
        assert 0 < middle < before
    assert not await page.locator("#happened-words").evaluate(CUT)
    for part in (".clock-time", "#guide-words", "#guide-name"):
        assert not await page.locator(part).evaluate(CUT)


async def test_on_a_phone_they_take_a_tenth_of_its_height(opener: PageOpener, time: EventfulTime) -> None:
    page = await opener.open_as(**PHONE)
    assert await top_of_the_desk(page) <= 84.4
    await step_through_time(page, time)
    assert await top_of_the_desk(page) <= 84.4
    await expect(page.locator("#happened-words")).to_be_in_viewport()
    assert not await page.locator("#happened-words").evaluate(CUT)
    for name in (
        "#clock-toggle",
        "#side-open",
        "#guide-go",
        "#guide-unfold",
        "#guide-close",
        "#happened-close",
    ):
        box = await page.locator(name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
    await page.locator("#happened-close").tap()
    await expect(page.locator("#upcoming")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("name", STEPS)
async def test_on_a_phone_every_step_keeps_its_name_and_its_row(opener: PageOpener, name: str) -> None:
    page = await opener.open_as(**PHONE)
    await page.get_by_role("button", name="All six steps").tap()
    step = page.locator(f"[data-step='{name}']")
    title = await step.locator(".guide-step-name").inner_text()
    await step.locator("button").tap()
    await expect(page.locator("#guide-more")).to_be_hidden()
    await expect(page.locator("#guide-name")).to_have_text(title)
    await expect(page.locator("#guide-go")).to_be_focused()
    assert not await page.locator("#guide-now, .guide-head").first.evaluate(CUT)
    assert await top_of_the_desk(page) <= 84.4


async def test_a_quarter_in_motion_moves_nothing_else_on_the_page(
    opener: PageOpener, sandbox: Sandbox
) -> None:
    page = await opener.open_as(**PHONE)
    before = await top_of_the_desk(page)
    news = {"kind": "quarter", "now_words": "Monday 13 April 2026, 9:00am", "words": "4 prompts so far"}
    sandbox.workspace.feed.publish({"type": "playing", "percent": 40, **news})
    await expect(page.locator("#playing-words")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_in_viewport()
    assert await top_of_the_desk(page) == before <= 84.4
    sandbox.workspace.feed.publish({"type": "played", "reason": "done", **news})
    await expect(page.locator("#playing")).to_be_hidden()


async def test_the_steps_unfold_and_fold_by_keyboard(opener: PageOpener) -> None:
    page = await opener.open_as()
    unfold = page.get_by_role("button", name="All six steps")
    await expect(unfold).to_have_attribute("aria-expanded", "false")
    await unfold.press("Enter")
    await expect(page.locator(".guide-pick")).to_have_count(6)
    await expect(page.locator(".guide-pick").last).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(page.locator("#guide-more")).to_be_hidden()
    await expect(unfold).to_be_focused()
    await unfold.press("Enter")
    await page.locator("#scroll").click()
    await expect(page.locator("#guide-more")).to_be_hidden()


async def test_the_guide_speaks_of_a_line_in_the_box_only_while_one_is_there(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.get_by_role("button", name="All six steps").click()
    await page.locator("[data-step='update'] button").click()
    words, box = page.locator("#guide-words"), page.locator("#box")
    ready = "A line is ready in the box. Press Enter to send it."
    for line in ("", "/cip update", "/cip update 5.2 ", "/cip show 5.2", "in progress"):
        await box.fill(line)
        await expect(words).to_have_text(
            "Anyone can say how an action is going, in one line from any channel."
        )
    await box.fill("/cip update 5.2 in-progress Draft sent")
    await expect(words).to_have_text(ready)
    await box.fill("")
    await expect(words).not_to_have_text(ready)
    await box.fill("/cip update 5.2 in-progress Draft sent")
    await box.press("Enter")
    await expect(page.get_by_text("You asked: update 5.2")).to_be_visible()
    await expect(words).not_to_have_text(ready)


async def test_once_all_is_done_the_guide_folds_away_and_can_be_had_again(opener: PageOpener) -> None:
    page = await opener.open_as()
    done = [name for name in STEPS if name != "at-risk"]
    await page.evaluate(
        "done => localStorage.setItem('sandbox-guide', JSON.stringify({ done, hidden: false }))", done
    )
    await page.reload()
    await expect(page.locator("#guide-name")).to_have_text("See what is at risk")
    await page.locator("#guide-go").click()
    await expect(page.locator("#guide")).to_be_hidden()
    await expect(page.locator("#news")).to_contain_text("That is all of it.")
    await page.get_by_role("button", name="First five minutes").click()
    await page.get_by_role("button", name="Do it again").click()
    await expect(page.locator("#guide-name")).to_have_text("Answer a prompt")
    await expect(page.locator("#guide-count")).to_have_text("0 of 6 done")


BEGINS_IN_SIGHT = """node => {
  const [box, own] = [document.getElementById("scroll"), node].map((one) => one.getBoundingClientRect());
  return own.top >= box.top && own.top < box.bottom;
}"""
LONG = "\n".join(f"Line {number}" for number in range(60))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_stepping_through_time_stays_with_the_newest_message(
    opener: PageOpener, bot: ScriptedBot, time: EventfulTime, size: dict[str, Any]
) -> None:
    """One may have been reading above, and what comes may be many messages, or one taller than the page."""
    for number in range(30):
        await bot.post(BOARD, f"Before {number}")
    page = await opener.open_as(**size)
    await page.locator("#scroll").evaluate("box => { box.scrollTop = 0 }")
    await expect(page.get_by_text("Before 0", exact=True)).to_be_in_viewport()
    count = 0

    async def post() -> None:
        nonlocal count
        count += 1
        await bot.post(BOARD, f"Prompt {count}\n{LONG}")
        await bot.post(BOARD, f"Digest {count}\n{LONG if count > 1 else ''}")

    time.on_move = post
    await page.get_by_role("button", name="Move time").click()
    for number in (1, 2, 3):
        async with page.expect_response("**/sandbox/clock"):
            await page.locator("#clock-moves").get_by_role("button", name="Forward a day").click()
        newest = page.locator("#messages .message").last
        await expect(newest).to_contain_text(f"Digest {number}")
        await page.wait_for_timeout(300)
        assert await newest.evaluate(BEGINS_IN_SIGHT)
    await expect(page.locator("#new-messages")).to_be_hidden()


async def test_after_the_step_one_may_read_above_in_peace(
    opener: PageOpener, bot: ScriptedBot, time: EventfulTime
) -> None:
    for number in range(60):
        await bot.post(BOARD, f"Before {number}")
    page = await opener.open_as()
    time.on_move = lambda: bot.post(BOARD, "The digest")
    await page.locator("#clock").get_by_role("button", name="To what comes next").click()
    await expect(page.locator("#messages").get_by_text("The digest")).to_be_in_viewport()
    await page.locator("#scroll").hover()
    await page.mouse.wheel(0, -5000)
    await expect(page.get_by_text("Before 0", exact=True)).to_be_in_viewport()
    await bot.post(BOARD, "Later")
    await page.get_by_role("button", name="New messages").wait_for()
    await expect(page.get_by_text("Before 0", exact=True)).to_be_in_viewport()
