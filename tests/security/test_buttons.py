"""Somebody else's button, a button from an old message, a button that carries what it never did."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.deliveries import BotDelivery
from models import PromptItem
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons, notes, press
from tests.handlers.slack.test_button_presses import _prompt as prompt_of


async def _press(bot_council: Council, initials: str) -> BotDelivery:
    """A real press of More, which records nothing, to be changed and sent again."""
    prompt, channel = await prompt_of(bot_council, initials)
    ack = await press(bot_council, initials, prompt, buttons(prompt, "form:more")[0], channel)
    assert ack.delivery is not None
    return ack.delivery


async def _send(bot_council: Council, delivery: BotDelivery, trigger: str, user: str, **action: Any) -> None:
    delivery.payload |= {"trigger_id": trigger, "user": {**delivery.payload["user"], "id": user}}
    delivery.payload["actions"] = [{**delivery.payload["actions"][0], **action}]
    assert (await bot_council.sandbox.redeliver(delivery)).status == 200


@pytest.mark.parametrize("actor", ["JM", "VW", "CH", "PM", "U0STRANGER"])
async def test_nobody_answers_for_another(sqlite_council: Council, actor: str) -> None:
    delivery = await _press(sqlite_council, "SS")
    for number, kind in enumerate(
        (
            "prompt:on-track", "prompt:at-risk", "prompt:complete", "prompt:later", "undo", "form:more",
            "form:sentence", "form:evidence",
        )
    ):  # fmt: skip
        user = USERS.get(actor, actor)
        await _send(sqlite_council, delivery, f"{actor}{number}", user, action_id=f"{kind}:0")
    await asyncio.sleep(0.3)
    assert sqlite_council.sandbox.current_modal(USERS.get(actor, actor)) is None
    assert notes(sqlite_council) == []


async def test_a_button_gives_no_more_rights_than_typing(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", "update 1/5.2 in-progress - mine")
    delivery = await _press(sqlite_council, "SS")
    for number, value in enumerate(
        ("update 1/5.2 complete", "undo", "link VW <@U0VW>", "update 5.2 --rag red", "x" * 5000, "\x00", "")
    ):
        await _send(sqlite_council, delivery, f"v{number}", USERS["VW"], action_id="run:0", value=value)
    assert notes(sqlite_council) == ["mine"]


async def test_a_button_of_a_message_that_is_no_longer_known_changes_nothing(sqlite_council: Council) -> None:
    """After a restore, or a fresh start, the same number may belong to another question."""
    delivery = await _press(sqlite_council, "SS")
    number = str(delivery.payload["actions"][0]["value"]).partition("-")[0]
    for place, value in enumerate(
        (number, f"{number}-00000000", f"{number}-", f"-{number}", f"{number}-x-y")
    ):
        await _send(
            sqlite_council, delivery, f"old{place}", USERS["SS"], action_id="prompt:complete:0", value=value
        )
    await wait_until(
        lambda: any("no longer know" in message.text for message in sqlite_council.dm("SS")),
        "the person was answered",
    )
    assert notes(sqlite_council) == []
    database = sqlite_council.database()
    with database.transaction(write=False) as session:
        assert "complete" not in {item.answer for item in session.scalars(select(PromptItem))}
    database.close()


async def test_nobody_takes_back_what_another_said(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", "update 1/5.2 in-progress - hers")
    undo = next(
        str(each["value"])
        for block in sqlite_council.visible_messages("SS")[-1].blocks
        for each in block.get("elements", [])
        if str(each.get("value", "")).startswith("undo")
    )
    delivery = await _press(sqlite_council, "JM")
    for actor in ("JM", "VW", "CH"):
        await _send(sqlite_council, delivery, f"undo{actor}", USERS[actor], action_id="run:0", value=undo)
    assert notes(sqlite_council) == ["hers"]
