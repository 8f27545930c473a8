import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import JM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def opened_form(opener: PageOpener) -> Page:
    page = await opener.open_as()
    await page.locator("#box").fill("/cip form")
    await page.locator("#box").press("Enter")
    await page.get_by_role("dialog", name="Update 5.2").wait_for()
    return page


async def test_a_form_starts_at_its_first_field_and_names_all_of_them(opener: PageOpener) -> None:
    page = await opened_form(opener)
    note = page.get_by_label("Note")
    await expect(note).to_be_focused()
    await expect(note).to_have_accessible_description("One or two sentences.")
    await expect(note).to_have_attribute("aria-required", "true")
    for label in (
        "New date",
        "Status",
        "Who helps",
        "At (optional)",
        "Evidence",
        "Copy to",
        "Saving",
        "File",
    ):
        await expect(page.get_by_role("dialog").get_by_label(label)).to_be_visible()
    for group in ("Tags (optional)", "Colour (optional)", "Checks (optional)"):
        await expect(page.get_by_role("group", name=group)).to_be_visible()
    await expect(page.get_by_label("Red")).to_have_accessible_description("Needs help")


async def test_every_kind_of_field_is_sent(opener: PageOpener, bot: ScriptedBot) -> None:
    page = await opened_form(opener)
    await page.get_by_label("Note").fill("Two lines\nof words")
    await page.get_by_label("New date").fill("2026-05-01")
    await expect(page.locator(".in-words")).to_have_text("Friday 1 May 2026")
    await page.get_by_label("Status").select_option("in-progress")
    await page.get_by_role("checkbox", name="People").check()
    await page.get_by_label("Who helps").select_option(JM)
    await page.get_by_label("At (optional)").fill("09:30")
    await page.get_by_label("Green").check()
    await page.get_by_label("Seen by the board").check()
    await page.get_by_label("Evidence").fill("https://council.example/minutes")
    await page.get_by_label("Copy to").fill("jm@council.example")
    await page.get_by_label("Saving").fill("424")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#modal")).to_be_hidden()
    values = bot.last()["view"]["state"]["values"]
    assert values["note"]["note"]["value"] == "Two lines\nof words"
    assert values["when"]["when"]["selected_date"] == "2026-05-01"
    assert values["status"]["status"]["selected_option"]["value"] == "in-progress"
    assert [one["value"] for one in values["tags"]["tags"]["selected_options"]] == ["hr"]
    assert values["who"]["who"]["selected_user"] == JM
    assert values["clock"]["clock"]["selected_time"] == "09:30"
    assert values["rag"]["rag"]["selected_option"]["value"] == "green"
    assert [one["value"] for one in values["ticks"]["ticks"]["selected_options"]] == ["seen"]
    assert values["url"]["url"]["value"] == "https://council.example/minutes"
    assert values["email"]["email"]["value"] == "jm@council.example"
    assert values["saving"]["saving"]["value"] == "424"


async def test_errors_stand_beside_their_fields_and_take_the_focus(
    opener: PageOpener, bot: ScriptedBot
) -> None:
    page = await opened_form(opener)
    await page.get_by_label("Saving").fill("lots")
    await page.get_by_role("button", name="Save").click()
    note = page.get_by_label("Note")
    await expect(note).to_be_focused()
    await expect(note).to_have_attribute("aria-invalid", "true")
    await expect(note).to_have_accessible_description("One or two sentences. Error: This needs an answer.")
    await expect(page.get_by_label("Saving")).to_have_accessible_description("Error: Enter a whole number.")
    await expect(page.locator("#news")).to_contain_text("3 answers need another look.")
    assert [one.get("type") for one in bot.heard] == [None]


async def test_what_the_bot_refuses_is_shown_at_the_field_and_nothing_typed_is_lost(
    opener: PageOpener,
) -> None:
    page = await opened_form(opener)
    await page.get_by_label("Note").fill("Late, sorry")
    await page.get_by_label("New date").fill("2020-05-01")
    await page.get_by_role("button", name="Save").click()
    date = page.get_by_label("New date")
    await expect(date).to_be_focused()
    await expect(date).to_have_accessible_description("Error: That date has passed. Give one still to come.")
    await expect(page.get_by_label("Note")).to_have_value("Late, sorry")
    await date.fill("2026-05-01")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#modal")).to_be_hidden()


async def test_a_form_redrawn_by_the_bot_keeps_what_was_typed(opener: PageOpener, bot: ScriptedBot) -> None:
    page = await opened_form(opener)
    await page.get_by_label("Note").fill("Half a sentence")
    await page.get_by_role("button", name="Ask for a reason").click()
    await expect(page.get_by_label("Reason for the new date")).to_be_visible()
    await expect(page.get_by_label("Note")).to_have_value("Half a sentence")
    await expect(page.get_by_role("button", name="Ask for a reason")).to_be_focused()
    assert bot.last()["view"]["state"]["values"]["note"]["note"]["value"] == "Half a sentence"


async def test_a_form_can_be_left_in_three_ways(opener: PageOpener) -> None:
    page = await opened_form(opener)
    for way in ("Escape", "Cancel", "Close the form"):
        await page.get_by_role("dialog", name="Update 5.2").wait_for()
        if way == "Escape":
            await page.keyboard.press("Escape")
        else:
            await page.get_by_role("button", name=way).click()
        await expect(page.locator("#modal")).to_be_hidden()
        await expect(page.locator("#box")).to_be_focused()
        await page.locator("#box").press("ArrowUp")
        await page.locator("#box").press("Enter")


async def test_a_form_stays_open_through_a_reload(opener: PageOpener) -> None:
    page = await opened_form(opener)
    await page.reload()
    await expect(page.get_by_role("dialog", name=re.compile("Update"))).to_be_visible()
