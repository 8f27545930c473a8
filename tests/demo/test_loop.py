"""The main job, end to end: prompts go out, buttons and commands come in, the digest shows it all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.config import BOT_USER_ID
from tests.fixtures.council import BOARD, Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until

NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


@pytest.fixture(params=[f"{kind}-{way}" for kind in KINDS for way in ("http", "socket")])
async def bot_council(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    kind, way = request.param.split("-")
    async with council(kind, tmp_path, socket=way == "socket") as found, bot_running(found):
        yield found


async def test_the_whole_loop(bot_council: Council) -> None:
    bot_council.clock.moment = NINE
    await wait_until(lambda: bot_council.dm("RM"), "RM was prompted")
    await wait_until(lambda: bot_council.visible_messages("CH"), "the digest was posted")
    (prompt,) = bot_council.dm("RM")
    assert "5.3" in prompt.text
    button = next(
        element["action_id"]
        for block in prompt.blocks
        for element in block.get("elements", [])
        if element.get("action_id", "").startswith("prompt:on-track:")
    )
    direct = bot_council.sandbox.dm_id(USERS["RM"])
    assert direct is not None
    ack = await bot_council.sandbox.press(USERS["RM"], direct, prompt.ts, button)
    assert ack.status == 200
    await wait_until(
        lambda: "✓ 5.3 On track." in bot_council.dm("RM")[0].text, "the prompt says what was recorded"
    )
    assert not any(
        element.get("action_id", "").startswith("prompt:")
        for block in bot_council.dm("RM")[0].blocks
        for element in block.get("elements", [])
    )

    said = await bot_council.send_command("SS", "update 5.2 complete - all teams done")
    assert "complete" in said.lower()
    listed = await bot_council.send_command("CH", "at-risk")
    assert "1.3" in listed
    assert "1/5.2" not in listed

    bot_council.clock.moment = datetime(2026, 3, 9, 9, 0, 5, tzinfo=UTC)
    await wait_until(lambda: len(bot_council.visible_messages("VW")) > 1, "the next digest was posted")
    digest = bot_council.visible_messages("VW")[-1]
    assert digest.user == BOT_USER_ID
    assert "9 March 2026" in digest.text
    assert "all teams done" in digest.text or "5.2" in digest.text
    assert bot_council.sandbox.failures == []


async def test_public_answers_go_to_the_channel(bot_council: Council) -> None:
    await bot_council.send_command("CH", "overdue public")
    assert "1/5.2" in bot_council.visible_messages("VW")[-1].text
    await bot_council.send_command("CH", "overdue")
    assert len(bot_council.visible_messages("VW")) == 1


async def test_a_restart_repeats_nothing(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        bot_council.clock.moment = NINE
        async with bot_running(bot_council):
            await wait_until(
                lambda: bot_council.visible_messages("CH", BOARD) and bot_council.dm("SS"),
                "everything was sent",
            )
            await wait_until(lambda: bot_council.dm("RM") and bot_council.dm("JM"), "everyone was prompted")
        async with bot_running(bot_council):
            await asyncio.sleep(0.5)
        assert [len(bot_council.dm(initials)) for initials in ("SS", "RM", "JM")] == [1, 1, 1]
        assert len(bot_council.posts("CH", BOARD)) == 1
