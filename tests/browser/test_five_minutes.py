"""The first five minutes as a new improvement manager has them: the real bot and the sample plan."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

import sample
from bot.plan.wording import format_day
from tests.browser.conftest import PageOpener
from tests.browser.dropping import drop_file

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


READY = "A line is ready in the box. Press Enter to send it."


async def now_reads(page: Page, words: str) -> None:
    await expect(page.locator("#guide-count")).to_have_text(words)


async def go(page: Page, name: str) -> None:
    await page.locator("#guide-go", has_text=name).click()


async def send_the_line_that_is_written(page: Page) -> None:
    await expect(page.locator("#guide")).not_to_contain_text("ready in the box")
    await go(page, "Write a line for me")
    await expect(page.locator("#box")).to_be_focused()
    await expect(page.locator("#guide-words")).to_have_text(READY)
    await page.locator("#box").press("ControlOrMeta+a")
    await page.keyboard.press("Backspace")
    await expect(page.locator("#guide-words")).not_to_have_text(READY)
    await go(page, "Write a line for me")
    await expect(page.locator("#guide-words")).to_have_text(READY)
    await page.locator("#box").press("Enter")
    await now_reads(page, "2 of 6 done")


async def the_guide_folds_away(page: Page) -> None:
    await expect(page.locator("#guide")).to_be_hidden()
    await expect(page.locator("#news")).to_contain_text("That is all of it.")
    await page.get_by_role("button", name="First five minutes").click()
    await expect(page.locator("#guide-words")).to_contain_text("That is all of it.")
    await expect(page.get_by_role("button", name="Do it again")).to_be_visible()
    await page.get_by_role("button", name="Hide the first five minutes").click()


async def test_the_first_five_minutes(product_opener: PageOpener, tmp_path: Path) -> None:
    page = await product_opener.open()
    await now_reads(page, "0 of 6 done")
    await expect(page.locator("#who-name")).to_have_text("Ruth Marlowe (RM)")

    await go(page, "Show me a prompt")
    prompt = page.locator(".message.pointed")
    await expect(prompt.get_by_role("button", name="On track").first).to_be_focused()
    await expect(page.locator("#who-title")).to_contain_text("wner of")
    await page.keyboard.press("Enter")
    await now_reads(page, "1 of 6 done")
    await expect(page.locator("#messages")).to_contain_text("✓")

    await send_the_line_that_is_written(page)
    receipt = page.locator(".message.ephemeral").last
    await expect(receipt).to_contain_text("Recorded.")
    await expect(receipt.get_by_role("button", name="Undo")).to_be_visible()

    await go(page, "Ask for me")
    await now_reads(page, "3 of 6 done")
    await expect(page.locator(".message.ephemeral").last).to_contain_text("Red")

    await go(page, "Jump to Monday")
    await now_reads(page, "4 of 6 done")
    await expect(page.locator("#clock-now")).to_contain_text("Monday")

    await go(page, "Show me the digest")
    await now_reads(page, "5 of 6 done")
    await expect(page.locator(".message.pointed")).to_be_in_viewport()

    plan = tmp_path / "our-plan.xlsx"
    now = await page.locator("#clock-now").get_attribute("datetime") or ""
    sample.write_sample(plan, today=date.fromisoformat(now[:10]))
    async with page.expect_file_chooser() as chosen:
        await go(page, "Choose a file")
    await expect(page.locator("#who-title")).to_contain_text("Plan manager")
    await (await chosen.value).set_files(plan)
    await expect(page.locator(".files").last).to_contain_text("our-plan.xlsx")
    await now_reads(page, "6 of 6 done")
    await the_guide_folds_away(page)

    review = page.locator(".message.by-bot", has_text="our-plan.xlsx").last
    apply = review.get_by_role("button", name="Apply")
    await apply.click()
    await expect(page.locator("#messages")).to_contain_text("Taken in.")
    await expect(apply).to_have_count(0)
    await page.locator("#box").fill("/cip digest")
    await page.locator("#box").press("Enter")
    answer = page.locator(".message.ephemeral").last
    await expect(answer).to_contain_text("digest")


async def test_a_file_dropped_anywhere_is_reviewed_in_chat(product_opener: PageOpener) -> None:
    page = await product_opener.open("#user=U0RM&channel=C0GENERAL")
    await drop_file(page, "plan.csv")
    await page.get_by_role("button", name="Send it privately to the bot").click()
    await expect(page.locator("#talk-detail")).to_contain_text("Between you and the bot.")
    await expect(page.locator(".files").last).to_contain_text("plan.csv")
    await expect(page.locator("#drop")).to_be_hidden()
    answer = page.locator(".message.by-bot").last
    await expect(answer).to_contain_text("plan.csv")


async def test_two_windows_are_two_people_of_the_same_council(product_opener: PageOpener) -> None:
    one, two = (
        await product_opener.open("#user=U0RM&channel=C0PRACTICE"),
        await product_opener.open("#user=U0AB&channel=C0PRACTICE"),
    )
    await expect(one.locator("#who-title")).to_contain_text("Plan manager")
    await expect(two.locator("#who-title")).to_contain_text("Board chair")
    await one.locator("#box").fill("Good morning @ab")
    await one.locator("#box").press("Enter")
    await expect(two.locator(".message .mention-me")).to_have_text("@Asha Birch")
    await one.locator("#box").fill("/cip mine")
    await one.locator("#box").press("Enter")
    await expect(one.locator(".message.ephemeral")).to_be_visible()
    await expect(two.locator(".message.ephemeral")).to_have_count(0)


async def test_a_prompt_is_answered_in_words_as_well(product_opener: PageOpener) -> None:
    page = await product_opener.open()
    await go(page, "Show me a prompt")
    await expect(page.locator(".message.pointed")).to_contain_text("reply with")
    await page.locator("#box").fill("thanks")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.by-bot").last).to_have_text(re.compile("You're welcome"))
    await now_reads(page, "0 of 6 done")
    await page.locator(".message.pointed").get_by_role("button", name="Reply in thread").click()
    await page.locator("#thread-box").fill("in progress, the draft is out")
    await page.keyboard.press("Enter")
    await now_reads(page, "1 of 6 done")
    await expect(page.locator("#thread")).to_contain_text("Recorded.")


async def test_a_line_that_was_typed_uses_up_the_undo_above_it(product_opener: PageOpener) -> None:
    page = await product_opener.open()
    await page.get_by_role("button", name="All six steps").click()
    await page.locator("[data-step='update'] button").click()
    await go(page, "Write a line for me")
    await expect(page.locator("#guide-words")).to_have_text(READY)
    await page.locator("#box").press("Enter")
    receipt = page.locator(".message.ephemeral", has_text="Recorded.").last
    await expect(receipt.get_by_role("button", name="Undo")).to_be_visible()
    await page.locator("#box").fill("/cip undo")
    await page.locator("#box").press("Enter")
    await expect(receipt.locator(".used")).to_have_text("Undone")
    await expect(receipt.get_by_role("button", name="Undo")).to_have_count(0)


async def test_a_new_date_asks_for_its_reason_in_a_form_that_the_keyboard_fills_in(
    product_opener: PageOpener,
) -> None:
    page = await product_opener.open()
    await go(page, "Show me a prompt")
    prompt = page.locator(".message.pointed")
    await expect(prompt.get_by_role("button", name="On track").first).to_be_focused()
    await page.keyboard.press("Enter")
    await now_reads(page, "1 of 6 done")
    await go(page, "Write a line for me")
    await expect(page.locator("#box")).to_be_focused()
    ref = (await page.locator("#box").input_value()).split()[2]
    now = await page.locator("#clock-now").get_attribute("datetime") or ""
    day = format_day(date.fromisoformat(now[:10]) + timedelta(days=100))
    await page.locator("#box").fill(f"/cip update {ref} moved to {day}")
    await page.locator("#box").press("Enter")
    offered = page.locator(".message.ephemeral").last
    await expect(offered).to_contain_text("I ask for the reason next.")
    await offered.get_by_role("button", name=f"New date ({day})").click()
    form = page.get_by_role("dialog", name="New date")
    await expect(form).to_contain_text(day)
    reason = form.get_by_label("Why does it move?")
    await expect(reason).to_be_focused()
    await form.get_by_role("button", name="Record").click()
    await expect(reason).to_have_attribute("aria-invalid", "true")
    await reason.fill("The panel meets later")
    await page.keyboard.press("Tab")
    await form.get_by_role("button", name="Record").press("Enter")
    await expect(page.locator("#modal")).to_be_hidden()
    receipt = page.locator(".message.ephemeral").last
    await expect(receipt).to_contain_text("because: “The panel meets later”")
    await expect(receipt).to_contain_text(f"to {day}")
    await expect(receipt.get_by_role("button", name="Undo")).to_be_visible()
    await expect(page.get_by_role("button", name=f"New date ({day})")).to_have_count(0)
