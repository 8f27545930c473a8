"""Conditions that stand until somebody puts them right; messages that change; words beside a picture."""

import re

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from tests.browser.conftest import PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, JM, RM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def open_conditions(opener: PageOpener, group: str) -> Page:
    page = await opener.open_as()
    await page.get_by_role("button", name="Make things go wrong").press("Enter")
    await page.locator("summary", has_text=group).press("Enter")
    return page


async def test_the_token_is_taken_back_by_keyboard_and_given_back(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    page = await open_conditions(opener, "The token")
    switch = page.get_by_role("switch", name="Take back the token")
    await switch.press("Enter")
    await expect(switch).to_have_attribute("aria-checked", "true")
    await expect(switch).to_be_focused()
    await expect(switch).to_contain_text("On")
    strip = page.locator("#armed-words")
    await expect(strip).to_have_text("Wrong until you put it right: the token is taken back.")
    await expect(page.locator("#news")).to_contain_text("Take back the token: on.")
    assert sandbox.workspace.conditions.record.token_error == "token_revoked"
    await page.reload()
    await expect(strip).to_have_text("Wrong until you put it right: the token is taken back.")
    await page.locator("#armed-clear").press("Enter")
    await expect(page.locator("#armed")).to_be_hidden()
    assert sandbox.workspace.conditions.record.token_error == ""
    await bot.post(BOARD, "Good morning")
    await expect(page.locator(".message")).to_contain_text("Good morning")


async def test_a_permission_is_left_out(opener: PageOpener, sandbox: Sandbox) -> None:
    page = await open_conditions(opener, "Permissions of the app")
    await expect(page.get_by_role("switch", name=re.compile("^Without "))).to_have_count(12)
    await page.get_by_role("switch", name="Without files:read").click()
    await page.get_by_role("switch", name="Without chat:write").click()
    await expect(page.locator("#armed-words")).to_contain_text("no chat:write; no files:read.")
    await expect(page.locator("summary", has_text="Permissions")).to_contain_text("2 on")
    assert not {"files:read", "chat:write"} & set(sandbox.conditions.granted_scopes)
    await page.get_by_role("switch", name="Without files:read").click()
    await expect(page.locator("#armed-words")).to_have_text("Wrong until you put it right: no chat:write.")
    assert "files:read" in sandbox.conditions.granted_scopes


async def test_the_bot_is_taken_out_of_the_chosen_channel(opener: PageOpener, sandbox: Sandbox) -> None:
    page = await open_conditions(opener, "A channel")
    await page.get_by_label("Which channel").select_option("#private")
    switch = page.get_by_role("switch", name="Take the bot out")
    await switch.click()
    await expect(page.locator("#armed-words")).to_contain_text("#private: without the bot")
    await page.get_by_label("Which channel").select_option("#board")
    await expect(switch).to_have_attribute("aria-checked", "false")
    await switch.click()
    await expect(page.locator("#talk-detail")).to_have_text("The bot is not in this channel.")
    await page.get_by_role("switch", name="Rename it").click()
    await expect(page.locator("#talk-title")).to_have_text("#board-renamed")
    await page.locator("#armed-clear").click()
    await expect(page.locator("#talk-title")).to_have_text("#board")
    await expect(page.locator("#talk-detail")).not_to_contain_text("The bot is not")
    assert all(BOT_USER_ID in sandbox.workspace.channels[each].members for each in (BOARD, "C0PRIVATE"))


async def test_a_person_moves_and_becomes_a_guest(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    page = await open_conditions(opener, "A person")
    await page.get_by_label("Which person").select_option("JM Lead")
    await page.get_by_label("Their timezone").focus()
    await page.get_by_label("Their timezone").select_option("Australia/Sydney")
    await expect(page.locator("#news")).to_contain_text("JM Lead is in Australia/Sydney.")
    await expect(page.get_by_label("Their timezone")).to_be_focused()
    assert sandbox.workspace.users[JM].tz == "Australia/Sydney"
    await page.get_by_role("switch", name="Make them a guest").click()
    await expect(page.locator("#armed-words")).to_contain_text("JM Lead: a guest")
    await expect(page.get_by_label("Which person").locator("option:checked")).to_have_text("JM Lead (1 on)")
    await page.get_by_role("button", name="Send A message from Slackbot").click()
    await expect(page.locator("#news")).to_contain_text("A message from Slackbot: sent.")
    assert sandbox.visible_messages(JM, sandbox.dm_id(JM))[-1].user == "USLACKBOT"
    kinds = [one.payload.get("event", {}).get("type") for one in sandbox.user_actions.deliveries]
    assert kinds[-3:] == ["user_change", "user_change", "message"]


async def test_a_message_of_ones_own_is_changed(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    await bot.post(BOARD, "Not mine")
    await sandbox.post_message(RM, BOARD, "5.2 dnoe by <@U0JM>, see <#C0BOARD|> &amp; more")
    page = await opener.open_as()
    mine = page.locator(".message", has_text="5.2 dnoe")
    await expect(page.get_by_role("button", name="Change")).to_have_count(1)
    await mine.get_by_role("button", name="Change").press("Enter")
    box = page.locator("#box")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("5.2 dnoe by @jm, see #board & more")
    await expect(page.locator("#changing")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#changing")).to_be_hidden()
    await expect(box).to_have_value("")
    await mine.get_by_role("button", name="Change").press("Enter")
    await box.fill("5.2 done by @jm")
    await box.press("Enter")
    await expect(page.locator("#changing")).to_be_hidden()
    await expect(page.locator(".message", has_text="5.2 done by @JM Lead")).to_contain_text("(edited)")
    await expect(page.locator(".message")).to_have_count(2)


async def test_words_go_along_with_a_picture(opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox) -> None:
    page = await opener.open_as()
    await page.locator("#box").fill("@cip 5.2 done, see the photo")
    picture = {"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    await page.locator("#file").set_input_files(picture)  # type: ignore[arg-type] # a file's three facts
    await page.get_by_role("button", name="Post it in #board").click()
    message = page.locator(".message", has_text="5.2 done, see the photo")
    await expect(message).to_contain_text("photo.png")
    await expect(page.locator("#box")).to_have_value("")
    event = sandbox.last_delivery.payload["event"]
    assert (event["type"], event["text"]) == ("app_mention", f"<@{BOT_USER_ID}> 5.2 done, see the photo")
    assert event["files"][0]["mimetype"] == "image/png"


async def test_on_a_phone_the_conditions_are_in_reach(opener: PageOpener) -> None:
    page = await opener.open_as(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    await page.locator("#side-open").click()
    await page.get_by_role("button", name="Make things go wrong").click()
    await page.locator("summary", has_text="Permissions of the app").tap()
    switch = page.get_by_role("switch", name="Without chat:write")
    await switch.tap()
    await expect(switch).to_have_attribute("aria-checked", "true")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    box = await switch.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    assert box["height"] >= 24
