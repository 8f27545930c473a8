import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, RM, SETTINGS, running_sandbox
from tests.sandbox.blocks import actions, button, field, modal
from tests.sandbox.fake_bot import FakeBot, over_socket


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(settings=replace(SETTINGS, socket_mode=True)) as one:
        yield one


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[FakeBot]:
    async with over_socket(sandbox) as one:
        yield one


async def test_a_command_and_its_answer(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = "Only for you"
    ack = await sandbox.slash(RM, BOARD, "help")
    assert (ack.status, ack.body, ack.delivered) == (200, {"text": "Only for you"}, True)
    assert sandbox.visible_messages(RM, BOARD)[-1].text == "Only for you"
    assert bot.received[0]["text"] == "help"


async def test_a_press_a_form_and_an_event(sandbox: Sandbox, bot: FakeBot) -> None:
    message = await bot.client.chat_postMessage(channel=BOARD, text="x", blocks=[actions(button("update"))])
    bot.views["update"] = modal(field("note"))
    await sandbox.press(RM, BOARD, message["ts"], "update")
    await bot.opened.wait()
    view = sandbox.current_modal(RM)
    assert view is not None
    bot.answers["form"] = {"response_action": "errors", "errors": {"note": "Say more."}}
    await sandbox.submit(RM, view.id, {"note": "x"})
    assert view.errors == {"note": "Say more."}
    await sandbox.post_message(RM, sandbox.dm_id(RM), "hello")
    assert [one["type"] for one in bot.received] == ["block_actions", "view_submission", "event_callback"]


async def test_a_slow_bot_and_no_bot(sandbox: Sandbox) -> None:
    assert (await sandbox.slash(RM, BOARD, "help")).failure == "dispatch_failed"
    async with over_socket(sandbox) as bot:
        sandbox.settings.ack_seconds = 0.05
        bot.wait_seconds = 0.3
        assert (await sandbox.slash(RM, BOARD, "help")).failure == "operation_timeout"
        await asyncio.sleep(0.4)


async def test_the_bot_comes_back_when_asked_to_reconnect(sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.sockets.disconnect()
    assert not sandbox.sockets.connected.is_set()
    async with asyncio.timeout(60):
        await sandbox.sockets.connected.wait()
    bot.answers["/cip"] = "Back"
    assert (await sandbox.slash(RM, BOARD, "help")).body == {"text": "Back"}


async def test_an_address_is_good_for_one_connection(sandbox: Sandbox, bot: FakeBot) -> None:
    address = sandbox.sockets.issue_address()
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(address) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(address)


async def test_a_retry_says_so_in_its_envelope(sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.post_message(RM, sandbox.dm_id(RM), "hello")
    await sandbox.redeliver()
    assert bot.received[0]["event_id"] == bot.received[1]["event_id"]
    assert [one.url for one in sandbox.traffic.to_bot] == ["events_api", "events_api"]
