from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import SettingsError
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons, notes, press

SS = USERS["SS"]


@pytest.fixture
async def bot_council(tmp_path: Path) -> AsyncIterator[Council]:
    async with council("sqlite", tmp_path, socket=True) as found, bot_running(found):
        yield found


async def test_the_same_rooms_stand_behind_the_websocket(bot_council: Council) -> None:
    said = await bot_council.send_command("SS", "update 1/5.2 blocked")
    assert "5.2" in said
    receipt = bot_council.visible_messages("SS")[-1]
    await press(bot_council, "SS", receipt, buttons(receipt, "why")[0])
    await wait_until(lambda: bot_council.sandbox.current_modal(SS), "the form opened")
    view = bot_council.sandbox.current_modal(SS)
    assert view is not None
    await bot_council.sandbox.submit(SS, view.id, {"note": "No data"})
    await bot_council.sandbox.post_message(
        SS, bot_council.sandbox.dm_id(SS), "update 1/5.2 in-progress more came"
    )
    await wait_until(lambda: bot_council.dm("SS"), "the bot answered")
    assert notes(bot_council) == ["", "No data", "more came"]
    assert bot_council.sandbox.failures == []


async def test_what_comes_again_changes_nothing(bot_council: Council) -> None:
    said = await bot_council.send_command("SS", "update 1/5.2 complete")
    again = await bot_council.sandbox.redeliver()
    assert isinstance(again.body, dict)
    assert again.body["text"] == said
    assert notes(bot_council) == [""]


async def test_the_connection_is_opened_again_when_slack_asks(bot_council: Council) -> None:
    await bot_council.sandbox.sockets.disconnect()
    await wait_until(bot_council.sandbox.sockets.connected.is_set, "it is connected")
    assert "5.2" in await bot_council.send_command("SS", "mine")


async def test_a_token_slack_does_not_take_stops_the_start(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path, socket=True) as found:
        found.sandbox.faults.fail("apps.connections.open", "invalid_auth")
        with pytest.raises(SettingsError, match="SLACK_APP_TOKEN"):
            async with bot_running(found):
                pass
