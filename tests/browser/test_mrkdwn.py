from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PageOpener
from tests.browser.scripted_bot import ScriptedBot
from tests.fixtures.sandbox import BOARD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Markup, and the markup of the page it becomes.
CASES = [
    ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <s>gone</s>"),
    ("*bold _and italic_*", "<strong>bold <em>and italic</em></strong>"),
    ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
    ("* not bold * and _ not italic _", "* not bold * and _ not italic _"),
    ("\u2060*\u2060kept\u2060*\u2060", "\u2060*\u2060kept\u2060*\u2060"),
    ("\u2060> kept", "\u2060&gt; kept"),
    ("`*code*`", "<code>*code*</code>"),
    ("a &amp; b &lt;i&gt; &amp;lt;", "a &amp; b &lt;i&gt; &amp;lt;"),
    ("one\ntwo", "one<br>two"),
    ("```let a = *b*;\nend```", '<pre tabindex="0"><code>let a = *b*;\nend</code></pre>'),
    ("an open ``` fence", "an open ``` fence"),
    ("&gt; quoted\n> again\nplain", "<blockquote>quoted<br>again</blockquote>plain"),
    ("• one\n• *two*", '<ul class="list"><li>one</li><li><strong>two</strong></li></ul>'),
    ("2. two\n3. three", '<ol class="list" start="2"><li>two</li><li>three</li></ol>'),
    ("<javascript:alert(1)|click>", "<span>click (javascript:alert(1))</span>"),
    ("<data:text/html,x>", "<span>&lt;data:text/html,x&gt;</span>"),
    (
        "<!date^1775462400^{date} at {time}|soon>",
        '<time datetime="2026-04-06T08:00:00.000Z">6 April 2026 at 9:00am</time>',
    ),
    (
        "<!date^1775548800^{date_long_pretty}|soon>",
        '<time datetime="2026-04-07T08:00:00.000Z">Tomorrow</time>',
    ),
    ("<!date^not^{date}|soon>", "<span>soon</span>"),
    ("<@U0NOBODY|old name>", '<span class="mention">@old name</span>'),
    (":no_such_emoji: at 10:30:45", ":no_such_emoji: at 10:30:45"),
    (":white_check_mark:", '<span role="img" class="emoji" aria-label="white check mark">✅</span>'),
]

DRAW = """async ([text]) => {
  const { mrkdwn } = await import("/sandbox/static/now/mrkdwn.js");
  const box = document.createElement("div");
  const nobody = () => null;
  const ctx = { me: "U0RM", zone: "Europe/London", now: 1775462400, userName: nobody, channelName: nobody };
  box.append(...mrkdwn(text, ctx));
  return box.innerHTML;
}"""


async def render(page: Page, text: str) -> Any:
    return await page.evaluate(DRAW, [text])


async def test_markup_becomes_exactly_this_and_links_open_apart(opener: PageOpener) -> None:
    page = await opener.open_as()
    wrong = {text: found for text, wanted in CASES if (found := await render(page, text)) != wanted}
    assert wrong == {}
    for text, address in (
        ("<https://council.example/a?b=1&amp;c=2|the plan>", "https://council.example/a?b=1&c=2"),
        ("<mailto:rm@council.example>", "mailto:rm@council.example"),
        ("see https://council.example/plan.", "https://council.example/plan"),
    ):
        assert (
            f'href="{address.replace("&", "&amp;")}" target="_blank" rel="noopener noreferrer"'
            in await render(page, text)
        )


async def test_a_channel_in_a_message_leads_there(opener: PageOpener, bot: ScriptedBot) -> None:
    await bot.post(BOARD, "More in <#C0OTHER>")
    page = await opener.open_as()
    await page.locator(".message").get_by_role("link", name="#other").click()
    await expect(page.locator("#talk-title")).to_have_text("#other")
    await page.go_back()
    await expect(page.locator("#talk-title")).to_have_text("#board")
