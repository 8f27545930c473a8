"""Somebody else's button, a button from an old message, a button that carries what it never did."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.deliveries import BotDelivery
from models import PromptItem
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.doings import buttons, notes, press
from tests.handlers.slack.test_button_presses import _prompt as prompt_of


async def _press(town: Council, initials: str) -> BotDelivery:
    """A real press of Later, to be changed and sent again."""
    prompt, channel = await prompt_of(town, initials)
    ack = await press(town, initials, prompt, buttons(prompt, "prompt:later")[0], channel)
    assert ack.delivery is not None
    return ack.delivery


async def _send(town: Council, delivery: BotDelivery, trigger: str, user: str, **action: Any) -> None:
    delivery.payload |= {"trigger_id": trigger, "user": {**delivery.payload["user"], "id": user}}
    delivery.payload["actions"] = [{**delivery.payload["actions"][0], **action}]
    assert (await town.sandbox.redeliver(delivery)).status == 200


@pytest.mark.parametrize("who", ["JM", "VW", "CH", "PM", "U0STRANGER"])
async def test_nobody_answers_for_another(village: Council, actor: str) -> None:
    delivery = await _press(village, "SS")
    for number, choice in enumerate(("on-track", "at-risk", "complete", "later")):
        await _send(
            village, delivery, f"{actor}{number}", USERS.get(actor, actor), action_id=f"prompt:{choice}:0"
        )
    assert notes(village) == []


async def test_a_button_gives_no_more_rights_than_typing(village: Council) -> None:
    await village.send_command("SS", "update 1/5.2 in-progress mine")
    delivery = await _press(village, "SS")
    for number, value in enumerate(
        ("update 1/5.2 complete", "undo", "link VW <@U0VW>", "update 5.2 --rag red", "x" * 5000, "\x00", "")
    ):
        await _send(village, delivery, f"v{number}", USERS["VW"], action_id="run:0", value=value)
    assert notes(village) == ["mine"]


async def test_a_button_of_a_message_that_is_no_longer_known_changes_nothing(village: Council) -> None:
    """After a restore, or a fresh start, the same number may belong to another question."""
    delivery = await _press(village, "SS")
    number = str(delivery.payload["actions"][0]["value"]).partition("-")[0]
    for place, value in enumerate(
        (number, f"{number}-00000000", f"{number}-", f"-{number}", f"{number}-x-y")
    ):
        await _send(village, delivery, f"old{place}", USERS["SS"], action_id="prompt:complete:0", value=value)
    await wait_until(
        lambda: any("no longer know" in message.text for message in village.dm("SS")), "the person was told"
    )
    assert notes(village) == []
    database = village.database()
    with database.transaction(write=False) as session:
        assert "complete" not in {item.answer for item in session.scalars(select(PromptItem))}
    database.close()


async def test_nobody_takes_back_what_another_said(village: Council) -> None:
    await village.send_command("SS", "update 1/5.2 in-progress hers")
    undo = next(
        str(each["value"])
        for block in village.visible_messages("SS")[-1].blocks
        for each in block.get("elements", [])
        if str(each.get("value", "")).startswith("undo")
    )
    delivery = await _press(village, "JM")
    for actor in ("JM", "VW", "CH"):
        await _send(village, delivery, f"undo{actor}", USERS[actor], action_id="run:0", value=undo)
    assert notes(village) == ["hers"]
