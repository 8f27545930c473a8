import pytest
from playwright.async_api import expect

from tests.browser import sample_views
from tests.browser.conftest import EventfulTime, PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

COMMANDS = ["help", "update", "show", "mine", "at-risk", "overdue", "due"]
COMMANDS += ["history", "why", "undo", "search", "digest", "export", "calendar", "questions", "versions"]
COMMANDS += ["link"]


async def test_a_slash_opens_the_list_of_commands(opener: PageOpener) -> None:
    page = await opener.open_as()
    box = page.locator("#box")
    await box.press_sequentially("/")
    await expect(page.locator(".command-name")).to_have_text([f"/cip {name}" for name in COMMANDS])
    await expect(page.locator("#news")).to_contain_text(f"{len(COMMANDS)} commands. Use the arrow keys")
    await box.press_sequentially("cip d")
    await expect(page.locator(".command:visible")).to_have_count(2)
    await expect(page.locator(".command[aria-selected='true']")).to_have_count(0)
    await box.press("ArrowDown")
    await box.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", "command-digest")
    await box.press("Enter")
    await expect(box).to_have_value("/cip digest ")
    await expect(page.locator("#commands")).to_be_hidden()


async def test_the_pattern_of_a_command_stays_in_sight(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.locator("#box").fill("/cip update 5.2")
    await expect(page.locator("#usage")).to_contain_text("For example: /cip update 5.2 in-progress")
    await page.locator("#box").fill("")
    await expect(page.locator("#usage")).to_contain_text("Enter sends what you typed.")


async def test_escape_puts_the_list_away_and_a_click_chooses(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.locator("#box").press_sequentially("/")
    await page.keyboard.press("Escape")
    await expect(page.locator("#commands")).to_be_hidden()
    await page.locator("#box").press_sequentially("c")
    await page.get_by_role("option", name="/cip overdue").click()
    await expect(page.locator("#box")).to_have_value("/cip overdue ")
    await expect(page.locator("#box")).to_be_focused()


async def test_enter_sends_and_shift_enter_does_not(opener: PageOpener, bot: ScriptedBot) -> None:
    page = await opener.open_as()
    box = page.locator("#box")
    await box.press_sequentially("one")
    await box.press("Shift+Enter")
    await box.press_sequentially("two")
    await box.press("Enter")
    await expect(page.locator(".message .text")).to_have_text("onetwo")
    await expect(page.locator(".message .text br")).to_have_count(1)
    await expect(box).to_have_value("")
    await expect(box).to_be_focused()


async def test_the_up_arrow_brings_back_what_was_said(opener: PageOpener) -> None:
    page = await opener.open_as()
    box = page.locator("#box")
    for line in ("/cip show 5.2", "/cip mine"):
        await box.fill(line)
        await box.press("Enter")
        await expect(page.get_by_text(f"You asked: {line[5:]}", exact=True)).to_be_visible()
    await box.fill("a draft")
    await box.press("ArrowUp")
    await expect(box).to_have_value("/cip mine")
    await box.press("ArrowUp")
    await expect(box).to_have_value("/cip show 5.2")
    await box.press("ArrowDown")
    await box.press("ArrowDown")
    await expect(box).to_have_value("a draft")


@pytest.mark.usefixtures("impatient")
async def test_a_command_that_fails_is_shown_and_comes_back_into_the_box(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.locator("#box").fill("/cip slow")
    await page.locator("#box").press("Enter")
    await expect(page.locator("#send")).to_have_attribute("aria-busy", "true")
    await expect(page.locator("#composer-problem")).to_contain_text("The bot did not answer in 3 seconds.")
    await expect(page.locator("#box")).to_have_value("/cip slow")


async def test_a_line_is_completed_to_its_end(opener: PageOpener) -> None:
    page = await opener.open_as()
    box, offers = page.locator("#box"), page.get_by_role("option")
    await box.press_sequentially("/cip upd")
    await box.press("Tab")
    await expect(offers).to_have_count(3)
    await expect(offers.first).to_contain_text("Publish the housing plan")
    await expect(offers.first).to_contain_text("RM, in progress, due 31 March 2026")
    await box.press_sequentially("depot")
    await expect(offers).to_have_count(1)
    await box.press("Tab")
    await expect(box).to_have_value("/cip update 6.1 ")
    await expect(page.locator("#commands")).to_have_attribute("aria-label", "Statuses")
    await box.press_sequentially("comp")
    await box.press("Tab")
    await expect(box).to_have_value("/cip update 6.1 complete ")
    await box.press_sequentially("Sold by @j")
    await expect(offers).to_have_text(["@jm JM Lead"])
    await box.press("ArrowDown")
    await box.press("Enter")
    await expect(box).to_have_value("/cip update 6.1 complete Sold by @jm ")
    await box.press("Enter")
    await expect(page.locator(".message.ephemeral")).to_contain_text("You asked: update 6.1 complete Sold by")


@pytest.mark.parametrize(
    "line", ["/cip o", "/cip update 6.1 comp", "/cip show 5", "/cip mine @j", "/cip due t"]
)
async def test_enter_sends_what_was_typed_and_never_what_was_only_offered(
    opener: PageOpener, line: str
) -> None:
    page = await opener.open_as()
    box = page.locator("#box")
    await box.fill("/cip show ")
    await expect(page.get_by_role("option")).to_have_count(3)
    await box.fill("")
    await box.press_sequentially(line)
    await expect(page.get_by_role("option").first).to_be_visible()
    await box.press("Enter")
    sent = line.removeprefix("/cip ")
    await expect(page.get_by_text(f"You asked: {sent}", exact=True)).to_be_visible()
    await expect(box).to_have_value("")


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        ("4.3", ["1/4.3", "2/4.3"]),
        ("2/4", ["2/4.3"]),
        ("4", ["4.1", "1/4.3", "2/4.3"]),
        ("5.2(", ["S1 5.2(ii)"]),
        ("s1", ["S1 5.2(ii)"]),
        ("night", ["2/4.3"]),
        (".3", []),
    ],
)
async def test_a_ref_is_found_by_what_people_call_it(
    opener: PageOpener, time: EventfulTime, typed: str, refs: list[str]
) -> None:
    time.actions = [
        ("1/4.3", "Plan the routes"),
        ("2/4.3", "Open the night line"),
        ("S1 5.2(ii)", "Train everyone"),
        ("4.1", "Publish"),
    ]
    page = await opener.open_as()
    box = page.locator("#box")
    await box.fill("/cip update ")
    await expect(page.get_by_role("option")).to_have_count(4)
    await box.press_sequentially(typed)
    await expect(page.locator(".command-ref:visible .command-name")).to_have_text(refs)
    if refs:
        await box.press("Tab")
        await expect(box).to_have_value(f"/cip update {refs[0]} ")


async def test_enter_sends_what_is_whole_and_completes_only_what_was_chosen(opener: PageOpener) -> None:
    page = await opener.open_as()
    box = page.locator("#box")
    # The refs come a moment after the page: on a busy machine, type again until they are there.
    for _ in range(10):
        await box.fill("")
        await box.press_sequentially("/cip show 5.2")
        if await page.locator("#commands").is_visible():
            break
        await page.wait_for_timeout(500)
    await expect(page.locator("#commands")).to_be_visible()
    await box.press("Enter")
    await expect(page.get_by_text("You asked: show 5.2", exact=True)).to_be_visible()
    await box.press_sequentially("/cip show ")
    await expect(page.get_by_role("option")).to_have_count(3)
    await box.press("ArrowDown")
    await box.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", "offer-1")
    await box.press("Escape")
    await expect(page.locator("#commands")).to_be_hidden()
    await expect(box).not_to_have_attribute("aria-activedescendant", "offer-1")
    await box.press("Enter")
    await expect(page.get_by_text("You asked: show", exact=True)).to_be_visible()


async def test_what_only_you_can_see_can_be_put_away(opener: PageOpener) -> None:
    page = await opener.open_as()
    await page.locator("#box").fill("/cip mine")
    await page.locator("#box").press("Enter")
    await page.get_by_role("button", name="Dismiss this message").click()
    await expect(page.locator(".message")).to_have_count(0)
    await expect(page.locator("#box")).to_be_focused()
    await page.reload()
    await page.locator("#empty:not([hidden])").wait_for()


@pytest.mark.usefixtures("impatient")
async def test_a_failed_press_is_shown_once_and_without_a_code(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "Prompt", blocks=sample_views.press_blocks())
    page = await opener.open_as()
    await page.get_by_role("button", name="Slow", exact=True).click()
    await expect(page.locator(".message .problem")).to_contain_text("The bot did not answer in 3 seconds.")
    await expect(page.locator("#messages")).not_to_contain_text("operation_timeout")
    await expect(page.locator(".message")).to_have_count(1)
