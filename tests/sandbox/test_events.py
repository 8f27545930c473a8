from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, JM, OTHER, RM
from tests.sandbox.fake_bot import FakeBot


async def test_the_bot_hears_its_direct_messages(sandbox: Sandbox, bot: FakeBot) -> None:
    ack = await sandbox.post_message(RM, sandbox.dm_id(RM), "what is due?")
    assert ack is not None
    assert ack.status == 200
    event = bot.received[0]["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "what is due?")
    assert bot.received[0]["authorizations"][0]["user_id"] == BOT_USER_ID


async def test_in_channels_it_hears_its_name_only(sandbox: Sandbox, bot: FakeBot) -> None:
    assert await sandbox.post_message(RM, BOARD, "morning all") is None
    assert await sandbox.post_message(RM, OTHER, f"<@{BOT_USER_ID}> hello") is None
    await sandbox.post_message(RM, BOARD, f"<@{BOT_USER_ID}> hello")
    assert [one["event"]["type"] for one in bot.received] == ["app_mention"]


async def test_an_event_delivered_again_has_the_same_id(sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.post_message(RM, sandbox.dm_id(RM), "hello")
    await sandbox.redeliver(retry=2)
    assert bot.received[0]["event_id"] == bot.received[1]["event_id"]
    assert bot.headers[1]["X-Slack-Retry-Num"] == "2"


async def test_a_reply_in_a_thread(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    prompt = await client.chat_postMessage(channel=RM, text="How is 5.2?")
    await sandbox.post_message(RM, prompt["channel"], "On track", thread_ts=prompt["ts"])
    assert bot.received[0]["event"]["thread_ts"] == prompt["ts"]


async def test_unread_messages_are_counted_for_each_person(client: AsyncWebClient, sandbox: Sandbox) -> None:
    messages = sandbox.workspace.messages
    await client.chat_postMessage(channel=BOARD, text="one")
    await sandbox.post_message(RM, BOARD, "two")
    assert (messages.count_unread(RM, BOARD), messages.count_unread(JM, BOARD)) == (1, 2)
    messages.mark_read(JM, BOARD)
    messages.mark_read(JM, BOARD)
    assert (messages.count_unread(RM, BOARD), messages.count_unread(JM, BOARD)) == (1, 0)
