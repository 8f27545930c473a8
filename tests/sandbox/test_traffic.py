from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.traffic import MAX_EXCHANGES
from tests.fixtures.sandbox import BOARD, RM, SECRET, TOKEN
from tests.sandbox.fake_bot import FakeBot


async def test_both_ways_are_recorded_without_secrets(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    bot.answers["/cip"] = "Done"
    await client.chat_postMessage(channel=BOARD, text=f"leaking {TOKEN}")
    await sandbox.slash(RM, BOARD, "update 5.2 done")
    posted, who_am_i, command = sandbox.traffic.exchanges()
    assert who_am_i.url.startswith("/sandbox/api/auth.test")
    assert (posted.direction, posted.method, posted.status) == ("from the bot", "POST", 200)
    assert posted.url == "/sandbox/api/chat.postMessage"
    assert (command.direction, command.answer, command.status) == ("to the bot", "Done", 200)
    assert "update+5.2+done" in command.body
    everything = repr(sandbox.traffic.exchanges())
    assert TOKEN not in everything
    assert SECRET not in everything
    assert bot.headers[0]["X-Slack-Signature"] not in everything
    assert bot.received[0]["response_url"].rpartition("/")[2] not in everything
    assert bot.received[0]["trigger_id"] not in everything
    assert "trigger_id=…&" in f"{command.body}&"
    assert posted.headers["Authorization"] == "…"


async def test_the_last_five_hundred_are_kept(sandbox: Sandbox) -> None:
    for n in range(MAX_EXCHANGES + 3):
        sandbox.traffic.record("to the bot", ("POST", f"/{n}", {}, ""), (200, {}, ""), 0.001)
    assert len(sandbox.traffic.to_bot) == MAX_EXCHANGES
    assert sandbox.traffic.exchanges()[0].url == "/3"
    sandbox.traffic.clear()
    assert sandbox.traffic.exchanges() == []


async def test_a_bot_that_does_not_answer_is_recorded(sandbox: Sandbox) -> None:
    sandbox.settings.events_url = "http://127.0.0.1:9/slack/events"
    await sandbox.slash(RM, BOARD, "help")
    assert sandbox.traffic.exchanges()[0].status == 0
