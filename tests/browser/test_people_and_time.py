import asyncio

import pytest
from playwright.async_api import expect

from bot.sandbox.server import Sandbox
from tests.browser.conftest import EventfulTime, PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, JM, RM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_one_can_be_someone_else_by_keyboard(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.locator("#who").press("Enter")
    await expect(page.get_by_role("menuitemradio", name="RM Manager")).to_be_focused()
    await expect(page.get_by_role("menuitemradio")).to_have_text(["RMRM ManagerOwner", "JLJM Lead"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#who-name")).to_have_text("JM Lead")
    await expect(page.locator("#channels .place-name")).to_have_text(["board", "private"])
    assert f"user={JM}" in page.url


async def test_two_windows_are_two_people(opener: PageOpener) -> None:
    one, two = await opener.open_as(RM), await opener.open_as(JM)
    await one.locator("#box").fill("Hello from @jm")
    await one.locator("#box").press("Enter")
    await expect(two.locator(".message .who")).to_have_text("RM Manager")
    await expect(two.locator(".message .mention-me")).to_have_text("@JM Lead")
    await expect(one.locator("#who-name")).to_have_text("RM Manager")


async def test_the_clock_says_what_is_and_what_comes(opener: PageOpener) -> None:
    page = await opener.open_as()
    await expect(page.locator("#clock-now")).to_have_text("Monday 6 April 2026, 9:00am")
    await expect(page.locator("#upcoming li")).to_have_text(
        ["Tue 9:00am three prompts", "Mon 13 Apr 9:00am weekly digest"]
    )


async def test_the_clock_moves_and_tells_what_happened(
    opener: PageOpener, bot: ScriptedBot, time: EventfulTime
) -> None:
    gate = asyncio.Event()

    async def prompt() -> None:
        await bot.post(BOARD, "Good morning")
        await gate.wait()

    time.on_move = prompt
    page = await opener.open_as()
    await page.get_by_role("button", name="Move time").click()
    button = page.get_by_role("button", name="To the next prompt")
    await button.press("Enter")
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(page.get_by_role("button", name="Forward a day")).to_have_attribute("aria-disabled", "true")
    gate.set()
    await expect(page.locator("#happened")).to_have_text("A day went by.")
    await expect(page.locator("#clock-now")).to_have_text("Tuesday 7 April 2026, 9:00am")
    await expect(page.locator(".message")).to_contain_text("Good morning")
    await expect(button).to_be_focused()
    for name in ("Forward a day", "To next Monday"):
        async with page.expect_response("**/sandbox/clock"):
            await page.get_by_role("button", name=name).click()
        await expect(page.get_by_role("button", name=name)).not_to_have_attribute("aria-busy", "true")
    assert time.moves == ["next-prompt", "day", "next-monday"]


async def test_start_again_asks_first(opener: PageOpener, time: EventfulTime) -> None:
    page = await opener.open_as()
    await page.get_by_role("button", name="Start again").click()
    await page.get_by_role("button", name="Keep everything").click()
    assert time.fresh_starts == 0
    await page.get_by_role("button", name="Start again").click()
    await page.get_by_role("button", name="Wipe and start again").click()
    await expect(page.locator("#happened")).to_have_text("Started again from the beginning.")
    await expect(page.locator("#who-name")).to_have_text("RM Manager")
    assert time.fresh_starts == 1


async def test_a_person_who_is_not_there_becomes_the_first(opener: PageOpener) -> None:
    page = await opener.open_as()
    async with page.expect_response(lambda answer: "U0NOBODY" in answer.url and answer.status == 404):
        await page.goto(f"{opener.address}/#user=U0NOBODY&channel=C0NOWHERE")
    await expect(page.locator("#who-name")).to_have_text("RM Manager")
    await expect(page.locator("#talk-title")).to_have_text("#board")
    opener.page_errors.clear()  # the browser itself notes the 404


async def test_the_clock_goes_to_a_day_that_is_picked(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.get_by_role("button", name="Move time").press("Enter")
    day = page.get_by_label("To a day")
    await expect(day).to_have_attribute("min", "2026-04-07")
    await day.fill("2026-05-01")
    await page.get_by_role("button", name="Go to that day").press("Enter")
    await expect(page.locator("#clock-now")).to_have_text("Friday 1 May 2026, 9:00am")


async def test_a_quarter_plays_with_its_progress_until_it_is_stopped(
    opener: PageOpener, sandbox: Sandbox, time: EventfulTime
) -> None:
    page = await opener.open_as()
    await page.get_by_role("button", name="Move time").press("Enter")
    await page.get_by_role("button", name="Play a quarter").press("Enter")
    stop = page.get_by_role("button", name="Stop", exact=True)
    await expect(stop).to_be_focused()
    news = {
        "kind": "quarter",
        "now_words": "Monday 13 April 2026, 9:00am",
        "words": "13 April: 4 prompts so far",
    }
    sandbox.workspace.feed.publish({"type": "playing", "percent": 40, **news})
    await expect(page.locator("#playing-words")).to_have_text("13 April: 4 prompts so far")
    assert await page.get_by_role("progressbar").evaluate("bar => bar.value") == 40
    await expect(page.locator("#clock-now")).to_have_text("Monday 13 April 2026, 9:00am")
    await expect(page.get_by_role("button", name="Forward a day")).to_have_attribute("aria-disabled", "true")
    async with page.expect_response("**/sandbox/play/stop"):
        await stop.press("Enter")
    assert time.progress is None
    sandbox.workspace.feed.publish(
        {"type": "played", "reason": "stopped", **news, "words": "Stopped on the way."}
    )
    await expect(page.locator("#playing")).to_be_hidden()
    await expect(page.locator("#happened-words")).to_have_text("Stopped on the way.")
    await expect(page.locator("#play")).to_be_focused()
    await expect(page.locator("#play")).not_to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("drawer", ["What went over the wire", "Make things go wrong"])
async def test_being_someone_else_leaves_the_drawer_open(opener: PageOpener, drawer: str) -> None:
    page = await opener.open_as()
    await page.get_by_role("button", name=drawer).click()
    await page.get_by_role("heading", name=drawer).wait_for()
    await page.locator("#who").click()
    await page.get_by_role("menuitemradio", name="JM Lead").click()
    await expect(page.locator("#who-name")).to_have_text("JM Lead")
    await expect(page.get_by_role("heading", name=drawer)).to_be_visible()


async def test_being_someone_else_stays_in_the_channel_with_its_thread(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    sandbox.workspace.add_channel("C0AAA", "aaa", [RM, JM])
    parent = await bot.post(BOARD, "Digest")
    await bot.post(BOARD, "More of it", thread_ts=parent)
    page = await opener.open_as()
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread-messages")).to_contain_text("More of it")
    await page.locator("#who").click()
    await page.get_by_role("menuitemradio", name="JM Lead").click()
    await expect(page.locator("#who-name")).to_have_text("JM Lead")
    await expect(page.locator("#talk-title")).to_have_text("#board")
    await expect(page.locator("#thread-messages")).to_contain_text("More of it")
    await page.locator("#thread-box").fill("From JM")
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread-messages .who").last).to_have_text("JM Lead")


async def test_being_someone_else_closes_a_thread_that_they_cannot_see(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    parent = await bot.post(sandbox.dm_id(RM), "For RM")
    await bot.post(sandbox.dm_id(RM), "In private", thread_ts=parent)
    page = await opener.open_as(channel=sandbox.dm_id(RM))
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread-messages")).to_contain_text("In private")
    await page.locator("#who").click()
    await page.get_by_role("menuitemradio", name="JM Lead").click()
    await expect(page.locator("#who-name")).to_have_text("JM Lead")
    await expect(page.locator("#thread")).to_be_hidden()
    await expect(page.locator("body")).not_to_contain_text("In private")


async def test_on_a_phone_the_list_stays_while_one_becomes_someone_else(opener: PageOpener) -> None:
    page = await opener.open_as(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await page.get_by_role("button", name="Channels and people").tap()
    await page.locator("#who").tap()
    await page.get_by_role("menuitemradio", name="JM Lead").tap()
    await expect(page.locator("#who-name")).to_have_text("JM Lead")
    await expect(page.locator("#side")).to_be_in_viewport()
    await expect(page.locator("#who")).to_be_focused()
    await page.get_by_role("link", name="private").tap()
    await expect(page.locator("#side")).not_to_be_in_viewport()


async def test_a_full_name_has_the_initials_beside_it(opener: PageOpener, sandbox: Sandbox) -> None:
    sandbox.workspace.add_user("U0MB", "mb", "Marcus Bellamy", "mb@council.example", "Europe/London")
    page = await opener.open_as()
    await page.locator("#who").click()
    await expect(page.get_by_role("menuitemradio")).to_contain_text(
        ["RM Manager", "JM Lead", "Marcus Bellamy (MB)"]
    )
    await page.get_by_role("menuitemradio", name="Marcus Bellamy (MB)").click()
    await expect(page.locator("#who-name")).to_have_text("Marcus Bellamy (MB)")
