import asyncio

from bot.sandbox.config import BOT_USER_ID
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.doings import another_second, notes

SS = USERS["SS"]


def _bot_texts(town: Council) -> list[str]:
    return [message.text for message in town.dm("SS") if message.user == BOT_USER_ID]


async def test_a_direct_message_is_a_command_line(town: Council) -> None:
    channel = town.sandbox.dm_id(SS)
    await town.sandbox.post_message(SS, channel, "update 1/5.2 complete R&D is done")
    await wait_until(lambda: _bot_texts(town), "the bot answered")
    assert notes(town) == ["R&D is done"]
    assert "complete" in _bot_texts(town)[0].lower()
    await town.sandbox.post_message(SS, channel, "/cip mine")
    await wait_until(lambda: len(_bot_texts(town)) == 2, "the bot answered again")


async def test_an_event_that_comes_again_is_answered_once(town: Council) -> None:
    await town.sandbox.post_message(SS, town.sandbox.dm_id(SS), "update 1/5.2 complete")
    for retry in (1, 2):
        await another_second()
        assert (await town.sandbox.redeliver(retry=retry)).status == 200
    assert (await town.sandbox.replay()).status == 401
    await wait_until(lambda: _bot_texts(town), "the bot answered")
    await asyncio.sleep(0.3)
    assert len(_bot_texts(town)) == 1
    assert len(notes(town)) == 1


async def test_chatter_gets_a_way_on(village: Council) -> None:
    await village.sandbox.post_message(SS, village.sandbox.dm_id(SS), "thanks a lot!")
    await wait_until(lambda: _bot_texts(village), "the bot answered")
    assert "/cip help" in _bot_texts(village)[0]


async def test_the_bot_does_not_answer_itself_nor_edits(village: Council) -> None:
    ack = await village.sandbox.post_message(SS, village.sandbox.dm_id(SS), "mine")
    assert ack is not None
    assert ack.delivery is not None
    await wait_until(lambda: _bot_texts(village), "the bot answered")
    for n, more in enumerate(
        ({"bot_id": "B0CIPBOT"}, {"subtype": "message_changed"}, {"channel_type": "channel"})
    ):
        again = ack.delivery
        again.payload |= {"event_id": f"Ev{n}", "event": {**again.payload["event"], **more}}
        assert (await village.sandbox.redeliver(again)).status == 200
    await asyncio.sleep(0.3)
    assert len(_bot_texts(village)) == 1


async def test_a_mention_shows_its_writer_alone_how_to_ask(village: Council) -> None:
    await village.sandbox.post_message(SS, BOARD, f"<@{BOT_USER_ID}> what is late?")
    await wait_until(lambda: len(village.visible_messages("SS")) == 2, "the writer was shown the help")
    assert "/cip" in village.visible_messages("SS")[-1].text
    assert village.visible_messages("SS")[-1].only_for == SS
    assert len(village.visible_messages("CH")) == 1
    assert village.sandbox.failures == []
