"""What people type becomes Slack's markup, as in the events and commands that Slack sends."""

import pytest

from bot.sandbox.markup import to_command_markup, to_message_markup
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, RM
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.pages import Page


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("@rm and @RM, not @nobody", "<@U0RM> and <@U0RM>, not @nobody"),
        ("@cip 5.2 done", "<@U0CIPBOT> 5.2 done"),
        ("see #board, not #cellar", "see <#C0BOARD|>, not #cellar"),
        ("ask ann@council.gov.uk.", "ask <mailto:ann@council.gov.uk|ann@council.gov.uk>."),
        ("at https://council.gov.uk/a?b=1&c=2.", "at <https://council.gov.uk/a?b=1&amp;c=2>."),
        ("(http://x.example)", "(<http://x.example>)"),
        ("on council.gov.uk/plan today", "on <http://council.gov.uk/plan|council.gov.uk/plan> today"),
        ("call +44 20 7946 0958", "call <tel:+442079460958|+44 20 7946 0958>"),
        ("@here and @channel", "<!here> and <!channel>"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<https://x.example>", "&lt;<https://x.example>&gt;"),
        ("<@U0RM> typed by hand", "&lt;@U0RM&gt; typed by hand"),
        ("5.2 done: 3.5% by 1.4.2026", "5.2 done: 3.5% by 1.4.2026"),
        ("update 5.2 in-progress", "update 5.2 in-progress"),
        ("S2 5.2 +10 days", "S2 5.2 +10 days"),
        ("notes.txt and plan.docx", "notes.txt and plan.docx"),
    ],
)
def test_a_message(sandbox: Sandbox, typed: str, marked: str) -> None:
    assert to_message_markup(sandbox.workspace, typed) == marked


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("link RM @rm", "link RM <@U0RM|rm>"),
        ("in #board", "in <#C0BOARD|board>"),
        ("mail a@b.example", "mail <mailto:a@b.example|a@b.example>"),
    ],
)
def test_a_command(sandbox: Sandbox, typed: str, marked: str) -> None:
    assert to_command_markup(sandbox.workspace, typed) == marked


async def test_the_page_marks_up_messages_edits_and_commands(
    sandbox: Sandbox, bot: FakeBot, page: Page
) -> None:
    dm = sandbox.dm_id(RM)
    await page.post("say", {"user": RM, "channel": dm, "text": "5.2 done by @jm"})
    assert bot.received[-1]["event"]["text"] == "5.2 done by <@U0JM>"
    ts = sandbox.visible_messages(RM, dm)[-1].ts
    changed = {"user": RM, "channel": dm, "ts": ts, "text": "5.2 done by @jm, see #board"}
    assert (await page.post("edit", changed))["ok"]
    assert bot.received[-1]["event"]["message"]["text"] == "5.2 done by <@U0JM>, see <#C0BOARD|>"
    await page.post("say", {"user": RM, "channel": BOARD, "text": "/cip why 5.2 @jm"})
    assert bot.received[-1]["text"] == "why 5.2 <@U0JM|jm>"


async def test_the_page_edits_ones_own_messages_only(sandbox: Sandbox, bot: FakeBot, page: Page) -> None:
    await page.post("say", {"user": RM, "channel": BOARD, "text": "hello"})
    ts = sandbox.visible_messages(RM, BOARD)[-1].ts
    for wrong, status in (
        ({"user": "U0JM", "ts": ts, "text": "mine"}, 409),
        ({"user": RM, "ts": "1.0", "text": "mine"}, 409),
        ({"user": RM, "ts": ts, "text": " "}, 400),
        ({"user": RM, "ts": ts}, 400),
    ):
        assert "error" in await page.post("edit", {"channel": BOARD, **wrong})
        assert page.status == status
    assert sandbox.visible_messages(RM, BOARD)[-1].text == "hello"
