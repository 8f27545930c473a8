"""Questions that are over take one line each, and an Undo that was used cannot be pressed again."""

from typing import Any

import pytest
from playwright.async_api import expect

from bot.sandbox.server import Sandbox
from tests.browser import sample_views
from tests.browser.conftest import EventfulTime, PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, RM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

Json = dict[str, Any]
ASKED = "*1/4.3 Plan the routes*\nDue 7 December 2026."
ANSWERED = "*1/4.3 Plan the routes*\n*Recorded:* complete. Blue: complete."
AGAIN = "*1/4.3 Plan the routes*\nAsked again on Monday 13 April 2026. Please answer there."
UNDO = sample_views.button("run", "Undo", value="undo 41")


def question(text: str = ASKED, key: str = "41") -> list[Json]:
    pressed = [
        sample_views.button(f"prompt:{name}:{key}", name) for name in ("on-track", "at-risk", "complete")
    ]
    return [sample_views.section(text), sample_views.actions(*pressed)]


async def replace(bot: ScriptedBot, channel: str, ts: str, *blocks: Json) -> None:
    await bot.client.chat_update(channel=channel, ts=ts, text="Nothing more to answer", blocks=list(blocks))


@pytest.mark.parametrize("became", [ANSWERED, AGAIN], ids=["answered", "asked again"])
async def test_a_question_that_is_over_is_one_line_which_opens(
    opener: PageOpener, bot: ScriptedBot, became: str
) -> None:
    old = await bot.post(BOARD, "1 action", blocks=question())
    page = await opener.open_as()
    message = page.locator(f"[data-ts='{old}']")
    await expect(message.get_by_role("button", name="on-track")).to_be_visible()
    note = {"type": "context", "elements": [sample_views.mrkdwn("Improvement board")]}
    await replace(bot, BOARD, old, sample_views.section(became), note)
    line = message.locator("summary")
    outcome = became.split("\n")[1].replace("*", "")
    await expect(line).to_contain_text(f"1/4.3 {outcome} · Plan the routes")
    box = await message.bounding_box()
    assert box is not None
    assert box["height"] <= 36
    await expect(message.get_by_text("Improvement board")).to_be_hidden()
    await line.focus()
    await page.keyboard.press("Enter")
    await expect(message.get_by_text("Improvement board")).to_be_visible()
    await expect(message.locator(".who")).to_have_text("cip")


async def test_an_open_question_and_any_other_message_stay_whole(
    opener: PageOpener, bot: ScriptedBot
) -> None:
    """A message that was no question, one still to be answered in part, and a review that was answered."""
    plain = await bot.post(BOARD, "Digest", blocks=[sample_views.section("*Digest*\nOf the week")])
    await replace(bot, BOARD, plain, sample_views.section("*Digest*\nPut right"))
    part = await bot.post(BOARD, "2 actions", blocks=[*question(key="41"), *question(key="42")])
    await replace(bot, BOARD, part, sample_views.section(ANSWERED), *question(key="42"))
    review = await bot.post(
        BOARD, "Review", blocks=[sample_views.actions(sample_views.button("apply", "Apply"))]
    )
    await replace(bot, BOARD, review, sample_views.section("Taken in."))
    page = await opener.open_as()
    await expect(page.locator(".message")).to_have_count(3)
    await expect(page.locator(".message summary")).to_have_count(0)


async def test_several_answers_are_one_line_that_names_them(opener: PageOpener, bot: ScriptedBot) -> None:
    old = await bot.post(BOARD, "2 actions", blocks=[*question(key="41"), *question(key="42")])
    heading = {"type": "header", "text": sample_views.plain("Thank you. Nothing more to answer here")}
    other = ANSWERED.replace("1/4.3", "2/5.1")
    await replace(bot, BOARD, old, heading, sample_views.section(ANSWERED), sample_views.section(other))
    page = await opener.open_as()
    await expect(page.locator(".message summary")).to_contain_text(
        "Thank you. Nothing more to answer here · 1/4.3, 2/5.1"
    )


async def test_what_is_asked_about_the_answer_keeps_the_question_whole(
    opener: PageOpener, bot: ScriptedBot, time: EventfulTime
) -> None:
    """At risk, and nobody has said why: that is asked still, a day later as well."""
    old = await bot.post(BOARD, "1 action", blocks=question())
    why = sample_views.button("why:1", "Say why")
    await replace(bot, BOARD, old, sample_views.section(ANSWERED, accessory=why))
    await time.move("day")
    page = await opener.open_as()
    await expect(page.get_by_role("button", name="Say why")).to_be_visible()
    await expect(page.locator(".message summary")).to_have_count(0)


async def test_what_can_still_be_taken_back_stays_open_for_ten_minutes(
    opener: PageOpener, bot: ScriptedBot, time: EventfulTime
) -> None:
    old = await bot.post(BOARD, "1 action", blocks=question())
    await replace(bot, BOARD, old, sample_views.section(ANSWERED), sample_views.actions(UNDO))
    page = await opener.open_as()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await expect(page.locator(".message summary")).to_have_count(0)
    await page.get_by_role("button", name="Move time").click()
    await page.get_by_role("button", name="Forward a day").click()
    await expect(page.locator(".message summary")).to_have_count(1)
    await expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    await expect(page.locator("#news")).not_to_contain_text("changing a message")


async def test_an_undo_that_was_used_goes_wherever_it_stands(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox, time: EventfulTime
) -> None:
    dm = sandbox.dm_id(RM)
    for where in (BOARD, dm):
        blocks = [sample_views.section("Recorded"), sample_views.actions(UNDO)]
        await bot.post(where, "Recorded", blocks=blocks)
    other = sample_views.button("run", "Undo", value="undo 42")
    await bot.post(BOARD, "Recorded", blocks=[sample_views.actions(other)])
    page = await opener.open_as()
    await expect(page.get_by_role("button", name="Undo")).to_have_count(2)
    await page.get_by_role("button", name="Undo").first.click()
    time.used.add("undo 41")
    await bot.post(BOARD, "*Taken back.* 1/4.3 Plan the routes")
    await expect(page.get_by_role("button", name="Undo")).to_have_count(1)
    await expect(page.locator(".message .used")).to_have_text("Undone")
    await expect(page.locator("#news")).not_to_contain_text("changing a message")
    await page.reload()
    await expect(page.locator(".message .used")).to_have_text("Undone")
    await page.goto(f"{opener.address}/#user={RM}&channel={dm}")
    await expect(page.locator(".message")).to_have_count(1)
    await expect(page.locator(".message .used")).to_have_text("Undone")
    await expect(page.get_by_role("button", name="Undo")).to_have_count(0)


async def test_an_undo_in_a_thread_goes_as_well(
    opener: PageOpener, bot: ScriptedBot, time: EventfulTime
) -> None:
    parent = await bot.post(BOARD, "Asked")
    await bot.post(BOARD, "Recorded", thread_ts=parent, blocks=[sample_views.actions(UNDO)])
    page = await opener.open_as()
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread-messages").get_by_role("button", name="Undo")).to_be_visible()
    time.used.add("undo 41")
    await bot.post(BOARD, "*Taken back.*", thread_ts=parent)
    await expect(page.locator("#thread-messages .used")).to_have_text("Undone")


async def test_an_undo_that_was_refused_can_be_pressed_again(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Recorded", blocks=[sample_views.actions(UNDO)])
    page = await opener.open_as()
    await page.get_by_role("button", name="Undo").click()
    await bot.post(BOARD, "Action 1/4.3 was changed again since. Nothing was changed.")
    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.get_by_role("button", name="Undo")).to_be_enabled()


async def test_with_a_new_workspace_no_undo_is_used_yet(
    opener: PageOpener, bot: ScriptedBot, time: EventfulTime
) -> None:
    await bot.post(BOARD, "Recorded", blocks=[sample_views.actions(UNDO)])
    time.used.add("undo 41")
    page = await opener.open_as()
    await expect(page.locator(".message .used")).to_be_visible()
    await page.get_by_role("button", name="Start again").click()
    await page.get_by_role("button", name="Wipe and start again").click()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
