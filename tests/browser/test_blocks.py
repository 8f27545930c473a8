import pytest
from playwright.async_api import expect

from tests.browser import sample_views
from tests.browser.conftest import PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD, JM

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_blocks_that_show_something(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Digest", blocks=sample_views.show_blocks())
    page = await opener.open_as()
    message = page.locator(".message")
    await expect(message.get_by_role("heading", name="Weekly digest")).to_be_visible()
    await expect(message.locator(".fields li")).to_have_text(["Red3", "Amber2"])
    await expect(message.locator(".block-context")).to_have_text("🔴 Red: past its date")
    await expect(message.get_by_role("img", name="red circle")).to_be_visible()
    await expect(message.get_by_role("link", name="a link")).to_have_attribute("rel", "noopener noreferrer")
    await expect(message.locator(".broadcast")).to_have_text("@channel")
    await expect(message.locator(".block-section .mention")).to_have_text(["@JM Lead", "#board"])
    await expect(message.locator(".block-image")).to_have_text("Picture kept elsewhere: A chart of the plan")
    await expect(message.locator(".block-image img")).to_have_count(0)
    rich = page.locator(".block-rich_text")
    await expect(rich.locator("strong").first).to_have_text("bold")
    await expect(rich.locator("s em, em s")).to_have_text("struck")
    await expect(rich.locator("ul > li > ol > li")).to_have_text("inner")
    await expect(rich.locator("blockquote")).to_have_text("quoted words")
    await expect(rich.locator("pre")).to_have_text("as  typed")
    await expect(rich.locator(".mention-me")).to_have_text("@RM Manager")
    await expect(page.get_by_role("columnheader")).to_have_text(["Owner", "Late"])
    await expect(page.get_by_role("cell").last).to_have_css("text-align", "right")


async def test_a_button_shows_that_it_waits_and_the_message_is_redrawn(
    opener: PageOpener, bot: ScriptedBot
) -> None:
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as()
    await page.get_by_role("button", name="Complete").click()
    await expect(page.locator(".message-body")).to_have_text("Recorded as done")
    assert bot.last()["actions"][0]["value"] == "done"


@pytest.mark.usefixtures("impatient")
async def test_a_bot_that_does_not_answer_is_shown_beside_the_button(
    opener: PageOpener, bot: ScriptedBot
) -> None:
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as()
    button = page.get_by_role("button", name="Slow")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(page.locator(".block-actions .problem")).to_have_text(
        "The bot did not answer in 3 seconds. Nothing was changed on screen; try again."
    )
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_a_confirm_asks_first(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as()
    await page.get_by_role("button", name="Close it").click()
    asking = page.get_by_role("dialog", name="Mark it complete?")
    await expect(asking).to_contain_text("The board will see it.")
    await asking.get_by_role("button", name="Not yet").click()
    assert bot.heard == []
    await page.get_by_role("button", name="Close it").click()
    async with page.expect_response("**/sandbox/press"):
        await asking.get_by_role("button", name="Yes, complete").click()
    assert bot.last()["actions"][0]["action_id"] == "sure"


async def test_an_overflow_menu_by_keyboard(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as()
    menu_button = page.get_by_role("button", name="More choices")
    await menu_button.press("Enter")
    await expect(page.get_by_role("menuitem", name="History")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Owner")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu_button).to_be_focused()
    await menu_button.press("ArrowDown")
    await page.keyboard.press("o")
    async with page.expect_response("**/sandbox/press"):
        await page.keyboard.press("Enter")
    assert bot.last()["actions"][0]["selected_option"]["value"] == "owner"


async def test_menus_pickers_and_boxes_send_what_was_chosen(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as()
    chosen = []
    for act in (
        lambda: page.get_by_label("Choose a status").select_option("Complete"),
        lambda: page.get_by_label("Choose a section").select_option("s1"),
        lambda: page.get_by_label("Choose a person").select_option(JM),
        lambda: page.get_by_label("New date").fill("2026-05-01"),
        lambda: page.get_by_label("Red").check(),
        lambda: page.get_by_label("Evidence is attached").check(),
    ):
        async with page.expect_response("**/sandbox/press"):
            await act()
        chosen.append(bot.last()["actions"][0])
    assert [one.get("selected_option", {}).get("value") for one in chosen[:2]] == ["complete", "s1"]
    assert chosen[2]["selected_user"] == JM
    assert chosen[3]["selected_date"] == "2026-05-01"
    assert chosen[4]["selected_option"]["value"] == "red"
    assert [one["value"] for one in chosen[5]["selected_options"]] == ["evidence"]


async def test_the_home_tab(opener: PageOpener, bot: ScriptedBot) -> None:
    page = await opener.open_as()
    await page.locator("#dms").get_by_role("link", name="cip").click()
    await page.get_by_role("tab", name="Messages").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#home").get_by_role("heading", name="Your actions")).to_be_visible()
    await page.get_by_role("button", name="Look again").click()
    await expect(page.locator("#home")).to_contain_text("the page of the bot is new")
