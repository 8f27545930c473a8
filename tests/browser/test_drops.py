"""A file that is dropped, or chosen, in a channel: nobody sees it before one has said who is to."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from tests.browser.conftest import PageOpener
from tests.browser.dropping import PLAN, drop_file
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, RM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def files_in(sandbox: Sandbox, channel: str) -> list[str]:
    return [file["name"] for one in sandbox.visible_messages(RM, channel) for file in one.files]


def heard_files(bot: ScriptedBot) -> list[dict[str, Any]]:
    return [one for one in bot.heard if one.get("event", {}).get("type") == "file_shared"]


async def asked(page: Page) -> Any:
    dialog = page.get_by_role("dialog", name="Who is to see “plan.csv”?")
    await expect(dialog).to_contain_text("In #board everyone there sees it.")
    return dialog


async def test_nothing_is_posted_before_one_has_answered(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    page = await opener.open_as()
    await drop_file(page, "plan.csv")
    await asked(page)
    assert files_in(sandbox, BOARD) == files_in(sandbox, sandbox.dm_id(RM)) == []
    assert heard_files(bot) == []


@pytest.mark.parametrize("way", ["button", "Escape"])
async def test_one_may_think_better_of_it(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox, way: str
) -> None:
    page = await opener.open_as()
    await page.locator("#box").fill("The plan as agreed")
    await drop_file(page, "plan.csv")
    dialog = await asked(page)
    if way == "Escape":
        await page.keyboard.press("Escape")
    else:
        await dialog.get_by_role("button", name="Do not send it").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator("#box")).to_be_focused()
    await expect(page.locator("#box")).to_have_value("The plan as agreed")
    await expect(page.locator("#talk-title")).to_have_text("#board")
    assert files_in(sandbox, BOARD) == files_in(sandbox, sandbox.dm_id(RM)) == []
    assert heard_files(bot) == []


async def test_privately_it_goes_to_the_bot_with_what_was_typed(
    opener: PageOpener, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    page = await opener.open_as()
    await page.locator("#box").fill("The plan as agreed")
    await drop_file(page, "plan.csv")
    await (await asked(page)).get_by_role("button", name="Send it privately to the bot").click()
    await expect(page.locator("#talk-detail")).to_contain_text("Between you and the bot.")
    await expect(page.locator(".files")).to_contain_text("plan.csv")
    await expect(page.locator(".message")).to_contain_text("The plan as agreed")
    await expect(page.locator("#box")).to_have_value("")
    assert files_in(sandbox, BOARD) == []
    assert len(heard_files(bot)) == 1


async def test_in_the_channel_it_is_posted_when_one_says_so(opener: PageOpener, sandbox: Sandbox) -> None:
    page = await opener.open_as()
    plan = {"name": "plan.csv", "mimeType": "text/csv", "buffer": PLAN}
    await page.locator("#file").set_input_files(plan)  # type: ignore[arg-type] # a file's three facts
    await (await asked(page)).get_by_role("button", name="Post it in #board").click()
    await expect(page.locator(".files")).to_contain_text("plan.csv")
    await expect(page.locator("#talk-title")).to_have_text("#board")
    assert files_in(sandbox, BOARD) == ["plan.csv"]
    assert files_in(sandbox, sandbox.dm_id(RM)) == []


async def test_with_the_bot_there_is_nothing_to_ask(opener: PageOpener, sandbox: Sandbox) -> None:
    page = await opener.open_as(channel=sandbox.dm_id(RM))
    await drop_file(page, "plan.csv")
    await expect(page.locator(".files")).to_contain_text("plan.csv")
    await expect(page.locator("#ask")).to_be_hidden()


async def test_where_the_bot_is_not_the_question_says_so(opener: PageOpener, sandbox: Sandbox) -> None:
    sandbox.workspace.channels[BOARD].members.remove(BOT_USER_ID)
    page = await opener.open_as()
    await drop_file(page, "plan.csv")
    await expect(await asked(page)).to_contain_text("The bot is not in this channel.")
