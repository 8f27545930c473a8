import asyncio

from bot.sandbox.config import BOT_USER_ID
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, notes

SS = USERS["SS"]


def _bot_texts(bot_council: Council) -> list[str]:
    return [message.text for message in bot_council.dm("SS") if message.user == BOT_USER_ID]


async def test_a_direct_message_is_a_command_line(bot_council: Council) -> None:
    channel = bot_council.sandbox.dm_id(SS)
    await bot_council.sandbox.post_message(SS, channel, "update 1/5.2 complete: R&D is done")
    await wait_until(lambda: _bot_texts(bot_council), "the bot answered")
    assert notes(bot_council) == ["R&D is done"]
    assert "complete" in _bot_texts(bot_council)[0].lower()
    await bot_council.sandbox.post_message(SS, channel, "/cip mine")
    await wait_until(lambda: len(_bot_texts(bot_council)) == 2, "the bot answered again")


async def test_an_event_that_comes_again_is_answered_once(bot_council: Council) -> None:
    await bot_council.sandbox.post_message(SS, bot_council.sandbox.dm_id(SS), "update 1/5.2 complete")
    for retry in (1, 2):
        await another_second()
        assert (await bot_council.sandbox.redeliver(retry=retry)).status == 200
    assert (await bot_council.sandbox.replay()).status == 401
    await wait_until(lambda: _bot_texts(bot_council), "the bot answered")
    await asyncio.sleep(0.3)
    assert len(_bot_texts(bot_council)) == 1
    assert len(notes(bot_council)) == 1


async def test_chatter_gets_a_way_on(sqlite_council: Council) -> None:
    await sqlite_council.sandbox.post_message(SS, sqlite_council.sandbox.dm_id(SS), "it rains here")
    await wait_until(lambda: _bot_texts(sqlite_council), "the bot answered")
    assert "/cip help" in _bot_texts(sqlite_council)[0]


async def test_thanks_get_a_kind_word(sqlite_council: Council) -> None:
    await sqlite_council.sandbox.post_message(SS, sqlite_council.sandbox.dm_id(SS), "thanks a lot!")
    await wait_until(lambda: _bot_texts(sqlite_council), "the bot answered")
    assert _bot_texts(sqlite_council) == ["You're welcome."]


async def test_the_bot_does_not_answer_itself_nor_edits(sqlite_council: Council) -> None:
    ack = await sqlite_council.sandbox.post_message(SS, sqlite_council.sandbox.dm_id(SS), "mine")
    assert ack is not None
    assert ack.delivery is not None
    await wait_until(lambda: _bot_texts(sqlite_council), "the bot answered")
    for n, more in enumerate(
        ({"bot_id": "B0CIPBOT"}, {"subtype": "message_changed"}, {"channel_type": "channel"})
    ):
        again = ack.delivery
        again.payload |= {"event_id": f"Ev{n}", "event": {**again.payload["event"], **more}}
        assert (await sqlite_council.sandbox.redeliver(again)).status == 200
    await asyncio.sleep(0.3)
    assert len(_bot_texts(sqlite_council)) == 1


async def test_a_mention_shows_its_writer_alone_how_to_ask(sqlite_council: Council) -> None:
    await sqlite_council.sandbox.post_message(SS, BOARD, f"<@{BOT_USER_ID}> what is the weather?")
    await wait_until(lambda: len(sqlite_council.visible_messages("SS")) == 2, "the writer was shown the help")
    assert "/cip" in sqlite_council.visible_messages("SS")[-1].text
    assert sqlite_council.visible_messages("SS")[-1].only_for == SS
    assert len(sqlite_council.visible_messages("CH")) == 1
    assert sqlite_council.sandbox.failures == []
