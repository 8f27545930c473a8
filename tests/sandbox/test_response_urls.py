import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox.errors import RefusedError
from bot.sandbox.server import Sandbox
from bot.sandbox.tokens import TriggerIds
from tests.fixtures.sandbox import BOARD, JM, RM
from tests.sandbox.blocks import actions, button, section
from tests.sandbox.fake_bot import FakeBot


@pytest.fixture
async def answer(sandbox: Sandbox, bot: FakeBot) -> AsyncWebhookClient:
    await sandbox.slash(RM, BOARD, "help")
    return AsyncWebhookClient(bot.received[0]["response_url"])


async def test_a_late_answer_is_for_the_person_alone(sandbox: Sandbox, answer: AsyncWebhookClient) -> None:
    reply = await answer.send(text="Late, sorry")
    assert (reply.status_code, reply.body) == (200, "ok")
    assert [one.text for one in sandbox.visible_messages(RM, BOARD)] == ["Late, sorry"]
    assert sandbox.visible_messages(JM, BOARD) == []


async def test_a_late_answer_for_all(sandbox: Sandbox, answer: AsyncWebhookClient) -> None:
    await answer.send(text="For all", response_type="in_channel", blocks=[section("For all")])
    assert [one.text for one in sandbox.visible_messages(JM, BOARD)] == ["For all"]


async def test_five_answers_within_half_an_hour(sandbox: Sandbox, answer: AsyncWebhookClient) -> None:
    for _ in range(5):
        assert (await answer.send(text="more")).status_code == 200
    sixth = await answer.send(text="more")
    assert (sixth.status_code, sixth.body) == (404, "used_url")
    assert len(sandbox.visible_messages(RM, BOARD)) == 5


async def test_after_half_an_hour_it_is_too_late(sandbox: Sandbox, answer: AsyncWebhookClient) -> None:
    sandbox.workspace.response_urls.backdate(answer.url.rpartition("/")[2], 1801)
    late = await answer.send(text="more")
    assert (late.status_code, late.body) == (404, "expired_url")
    await sandbox.slash(RM, BOARD, "help")
    forgotten = await answer.send(text="more")
    assert (forgotten.status_code, forgotten.body) == (404, "expired_url")


async def test_what_cannot_be_answered(sandbox: Sandbox, answer: AsyncWebhookClient) -> None:
    refused = await answer.send(text="x", blocks=[section("y" * 3001)])
    assert refused.status_code == 400
    assert '"invalid_blocks"' in refused.body
    assert (await answer.send(text="")).status_code == 400
    async with aiohttp.ClientSession() as session:
        for body in ("words", "[1]"):
            assert (await session.post(answer.url, data=body)).status == 400
    assert sandbox.visible_messages(RM, BOARD) == []


async def test_what_was_pressed_is_replaced_or_taken_away(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = {"text": "Which?", "blocks": [actions(button("this"))]}
    await sandbox.slash(RM, BOARD, "update 5.2 done")
    ts = sandbox.visible_messages(RM, BOARD)[-1].ts
    await sandbox.press(RM, BOARD, ts, "this")
    answer = AsyncWebhookClient(bot.received[-1]["response_url"])
    await answer.send(text="Done", replace_original=True)
    message = sandbox.visible_messages(RM, BOARD)[-1]
    assert (message.ts, message.text, message.blocks, message.only_for) == (ts, "Done", [], RM)
    await answer.send(text="And another")
    assert [one.text for one in sandbox.visible_messages(RM, BOARD)] == ["Done", "And another"]
    await answer.send(delete_original=True)
    await answer.send(delete_original=True)
    assert [one.text for one in sandbox.visible_messages(RM, BOARD)] == ["And another"]


def test_triggers_are_forgotten_in_the_end() -> None:
    triggers = TriggerIds()
    first = triggers.issue(RM)
    for _ in range(1000):
        triggers.issue(RM)
    with pytest.raises(RefusedError, match="invalid_trigger_id"):
        triggers.exchange(first)
