import pytest
from playwright.async_api import expect

from bot.sandbox.entities import SandboxMessage
from bot.sandbox.server import Sandbox
from tests.browser import sample_views
from tests.browser.conftest import EventfulTime, PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, JM, OTHER, RM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_conversation_with_nothing_in_it_says_what_to_do(opener: PageOpener) -> None:
    page = await opener.open_as()
    await expect(page.locator("#empty")).to_contain_text(
        "No messages here yet. Type /cip help", use_inner_text=True
    )


async def test_days_and_times_are_those_of_the_simulated_clock(
    opener: PageOpener, sandbox: Sandbox, bot: ScriptedBot, time: EventfulTime
) -> None:
    sandbox.workspace.post(SandboxMessage("", BOARD, JM, "When is the digest?"))
    await time.move("day")
    await bot.post(BOARD, "Here it is")
    page = await opener.open_as()
    await expect(page.locator(".day")).to_have_text(
        ["Yesterday, Monday 6 April 2026", "Today, Tuesday 7 April 2026"]
    )
    await expect(page.locator(".message .who")).to_have_text(["JM Lead", "cip"])
    await expect(page.locator(".message time").first).to_have_text("9:00am")


async def test_news_arrives_without_reload_and_is_read_out(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "First")
    page = await opener.open_as()
    await page.locator("#box").focus()
    await bot.post(BOARD, "Second, just now")
    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.locator("#news")).to_contain_text("cip: Second, just now")
    await expect(page.locator("#box")).to_be_focused()


async def test_someone_reading_further_up_is_not_moved(opener: PageOpener, bot: ScriptedBot) -> None:
    for number in range(30):
        await bot.post(BOARD, f"Line {number}")
    page = await opener.open_as()
    await expect(page.get_by_text("Line 29")).to_be_in_viewport()
    await page.locator("#scroll").evaluate("box => { box.scrollTop = 0 }")
    await expect(page.get_by_text("Line 0", exact=True)).to_be_in_viewport()
    await bot.post(BOARD, "The newest")
    await page.get_by_role("button", name="New messages").wait_for()
    assert await page.locator("#scroll").evaluate("box => box.scrollTop") == 0
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("The newest", exact=True).last).to_be_in_viewport()


async def test_unread_marks_say_how_many_and_go_when_read(opener: PageOpener, sandbox: Sandbox) -> None:
    page = await opener.open_as()
    sandbox.workspace.post(SandboxMessage("", OTHER, JM, "One"))
    sandbox.workspace.post(SandboxMessage("", OTHER, JM, "Two"))
    place = page.locator("#channels").get_by_role("link", name="other")
    await expect(place).to_have_accessible_name("other 2 unread")
    await place.click()
    await expect(page.locator(".message")).to_have_count(2)
    await expect(place).to_have_accessible_name("other")
    await expect(place).to_have_attribute("aria-current", "page")


async def test_an_ephemeral_answer_is_marked_and_seen_by_one_person_only(opener: PageOpener) -> None:
    mine, theirs = await opener.open_as(RM), await opener.open_as(JM)
    await mine.locator("#box").fill("/cip mine")
    await mine.locator("#box").press("Enter")
    await expect(mine.locator(".message.ephemeral")).to_contain_text("Only you can see this")
    await mine.locator("#box").fill("/cip public")
    await mine.locator("#box").press("Enter")
    await expect(theirs.locator(".message")).to_have_text(
        [r"cip" + "App9:00amTold to everyoneReply in thread"]
    )


async def test_a_thread_opens_at_the_side_takes_replies_and_gives_the_focus_back(
    opener: PageOpener, sandbox: Sandbox, bot: ScriptedBot
) -> None:
    parent = await bot.post(BOARD, "Weekly digest")
    for word in ("one", "two"):
        sandbox.workspace.post(SandboxMessage("", BOARD, JM, f"Reply {word}", thread_ts=parent))
    page = await opener.open_as()
    await page.get_by_role("button", name="2 replies").press("Enter")
    await expect(page.locator("#thread-title")).to_be_focused()
    await expect(page.locator("#thread-messages .message")).to_have_count(3)
    await page.locator("#thread-box").fill("Reply three")
    await page.locator("#thread-box").press("Enter")
    await expect(page.locator("#thread-detail")).to_have_text("#board, 3 replies")
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()
    await expect(page.get_by_role("button", name="3 replies")).to_be_focused()


async def test_an_updated_message_keeps_the_focus_in_its_place(opener: PageOpener, bot: ScriptedBot) -> None:
    blocks = [
        sample_views.section("Working on it"),
        {**sample_views.actions(sample_views.button("go", "Go")), "block_id": "keys"},
    ]
    ts = await bot.post(BOARD, "Before", blocks=blocks)
    page = await opener.open_as()
    await page.get_by_role("button", name="Go", exact=True).focus()
    blocks[0] = sample_views.section("Nearly there")
    await bot.client.chat_update(channel=BOARD, ts=ts, text="After", blocks=blocks)
    await expect(page.locator(".message")).to_contain_text("Nearly there")
    await expect(page.locator(".message")).to_contain_text("(edited)")
    await expect(page.get_by_role("button", name="Go", exact=True)).to_be_focused()


async def test_what_is_read_out_begins_with_who_speaks(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    parent = await bot.post(BOARD, "First")
    page = await opener.open_as()
    sandbox.workspace.post(SandboxMessage("", BOARD, JM, f"Over to <@{RM}> &amp; *others*"))
    await expect(page.locator("#news")).to_contain_text("JM Lead: Over to @rm & others")
    await page.locator("#box").fill("/cip mine")
    await page.locator("#box").press("Enter")
    await expect(page.locator("#news")).to_contain_text("cip, only to you: You asked: mine")
    await bot.client.chat_update(channel=BOARD, ts=parent, text="First, put right")
    await expect(page.locator("#news")).to_contain_text("cip, changing a message: First, put right")
    await page.locator(f"[data-ts='{parent}']").get_by_role("button", name="Reply in thread").click()
    await expect(page.locator("#thread-messages .message")).to_have_count(1)
    reply = await bot.post(BOARD, "A reply", thread_ts=parent)
    await expect(page.locator("#news")).to_contain_text("cip, in the thread: A reply")
    await bot.client.chat_update(channel=BOARD, ts=reply, text="A better reply")
    await expect(page.locator("#news")).to_contain_text("cip, changing a message: A better reply")
    lines = [
        line
        for line in await page.locator("#news p").all_inner_texts()
        if "essage:" in line or "eply" in line
    ]
    assert lines
    assert all(line.startswith(("cip", "JM Lead")) for line in lines)
