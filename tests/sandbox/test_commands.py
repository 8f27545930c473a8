import hashlib
import hmac
import time

import pytest

from bot.sandbox.config import SLACKBOT
from bot.sandbox.deliveries import sign
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, JM, PRIVATE, RM, SECRET, running_sandbox
from tests.sandbox.blocks import section
from tests.sandbox.fake_bot import FakeBot, over_http


def last(sandbox: Sandbox, user: str = RM) -> str:
    return sandbox.visible_messages(user, BOARD)[-1].text


async def test_the_command_arrives_as_slack_sends_it(sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.slash(RM, BOARD, "update 5.2 done & <dusted>")
    heard = bot.received[0]
    assert heard["command"] == "/cip"
    assert heard["text"] == "update 5.2 done & <dusted>"
    assert (heard["user_id"], heard["channel_id"], heard["channel_name"]) == (RM, BOARD, "board")
    assert heard["response_url"].startswith(sandbox.settings.base_url)
    await sandbox.slash(JM, PRIVATE, "mine")
    await sandbox.slash(JM, sandbox.dm_id(JM), "mine")
    assert [one["channel_name"] for one in bot.received[1:]] == ["privategroup", "directmessage"]


async def test_a_plain_answer_is_for_the_person_alone(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = "Only for you"
    ack = await sandbox.slash(RM, BOARD, "help")
    assert (ack.status, ack.body, ack.delivered, ack.failure) == (200, "Only for you", True, "")
    assert last(sandbox) == "Only for you"
    assert sandbox.visible_messages(JM, BOARD) == []
    assert sandbox.failures == []


async def test_an_answer_for_the_channel(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = {"text": "For all", "response_type": "in_channel", "blocks": [section("For all")]}
    ack = await sandbox.slash(RM, BOARD, "at-risk public")
    assert isinstance(ack.body, dict)
    message = sandbox.visible_messages(JM, BOARD)[-1]
    assert (message.text, message.blocks[0]["text"]["text"], message.only_for) == ("For all", "For all", None)


async def test_no_answer_shows_nothing(sandbox: Sandbox, bot: FakeBot) -> None:
    ack = await sandbox.slash(RM, BOARD, "help")
    assert (ack.status, ack.body) == (200, "")
    assert bot.received
    assert sandbox.visible_messages(RM, BOARD) == []


async def test_an_answer_slack_would_refuse(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = {"text": "x", "blocks": [section("y" * 3001)]}
    ack = await sandbox.slash(RM, BOARD, "help")
    assert (ack.delivered, ack.failure) == (True, "invalid_blocks")
    assert last(sandbox) == "/cip failed with the error “invalid_blocks”"
    assert sandbox.failures[0].messages == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_a_bot_that_is_too_slow() -> None:
    async with running_sandbox() as sandbox:
        sandbox.settings.ack_seconds = 0.05
        async with over_http(sandbox) as bot:
            bot.wait_seconds = 0.3
            ack = await sandbox.slash(RM, BOARD, "help")
    assert (ack.status, ack.delivered, ack.failure) == (0, False, "operation_timeout")


async def test_a_bot_that_is_not_there(sandbox: Sandbox) -> None:
    sandbox.settings.events_url = "http://127.0.0.1:9/slack/events"
    ack = await sandbox.slash(RM, BOARD, "help")
    assert (ack.delivered, ack.failure) == (False, "dispatch_failed")
    message = sandbox.visible_messages(RM, BOARD)[-1]
    assert (message.text, message.user) == ("/cip failed with the error “dispatch_failed”", SLACKBOT)


async def test_a_command_the_bot_does_not_know(sandbox: Sandbox, bot: FakeBot) -> None:
    ack = await sandbox.slash(RM, BOARD, "help", command="/other")
    assert (ack.status, ack.failure) == (404, "dispatch_failed")
    assert bot.received == []


async def test_the_same_command_again_has_the_same_trigger(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = "Done"
    await sandbox.slash(RM, BOARD, "update 5.2 done")
    ack = await sandbox.redeliver()
    assert ack.body == "Done"
    assert bot.received[0] == bot.received[1]
    assert [one.get("X-Slack-Retry-Num") for one in bot.headers] == [None, "1"]
    assert bot.headers[1]["X-Slack-Retry-Reason"] == "http_timeout"


async def test_an_exact_replay(sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.slash(RM, BOARD, "update 5.2 done")
    assert (await sandbox.replay()).status == 200
    keys = ("X-Slack-Signature", "X-Slack-Request-Timestamp")
    assert [bot.headers[0][key] for key in keys] == [bot.headers[1][key] for key in keys]


@pytest.mark.parametrize("wrong", ["v0=0", ""])
async def test_a_wrong_signature_is_the_bots_to_refuse(sandbox: Sandbox, bot: FakeBot, wrong: str) -> None:
    await sandbox.slash(RM, BOARD, "help")
    delivery = sandbox.last_delivery
    headers = delivery.headers | {"X-Slack-Signature": wrong}
    assert (await sandbox.send_raw(delivery.body, headers)).status == 401
    stale = sandbox.sign(delivery.body, int(time.time()) - 400)
    assert (await sandbox.send_raw(delivery.body, delivery.headers | stale)).status == 401
    assert len(bot.received) == 1


def test_the_signature_is_slacks_own_recipe() -> None:
    headers = sign(SECRET, "a=é", 1_700_000_000)
    digest = hmac.new(SECRET.encode(), "v0:1700000000:a=é".encode(), hashlib.sha256).hexdigest()
    assert headers == {"X-Slack-Request-Timestamp": "1700000000", "X-Slack-Signature": f"v0={digest}"}


async def test_delivering_twice(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = "Done"
    sandbox.faults.deliver_twice()
    await sandbox.slash(RM, BOARD, "update 5.2 done")
    await sandbox.slash(RM, BOARD, "help")
    assert [one["text"] for one in bot.received] == ["update 5.2 done", "update 5.2 done", "help"]
    assert len(sandbox.visible_messages(RM, BOARD)) == 2
