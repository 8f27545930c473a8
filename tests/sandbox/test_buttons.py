from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.user_actions import TargetNotFoundError
from bot.sandbox.views import UnknownFieldError
from tests.fixtures.sandbox import BOARD, JM, RM
from tests.sandbox.blocks import Json, actions, button, field, modal, option, section, select
from tests.sandbox.fake_bot import FakeBot


async def post(client: AsyncWebClient, *blocks: Json) -> str:
    return str((await client.chat_postMessage(channel=BOARD, text="Choose", blocks=list(blocks)))["ts"])


async def test_a_button_in_a_message(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    done = button("done", value="5.2", style="primary")
    ts = await post(client, section(), actions(done, block_id="answers"))
    ack = await sandbox.press(RM, BOARD, ts, "done")
    assert (ack.status, ack.failure) == (200, "")
    heard = bot.received[0]
    done = heard["actions"][0]
    assert (done["type"], done["block_id"], done["value"]) == ("button", "answers", "5.2")
    assert heard["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": BOARD,
        "is_ephemeral": False,
    }
    assert heard["message"]["blocks"][1]["block_id"] == "answers"
    assert (heard["user"]["id"], heard["channel"]["name"], heard["team"]["id"]) == (RM, "board", "T0SANDBOX")


async def test_an_accessory_and_one_of_two_equal_names(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    ts = await post(
        client,
        section(accessory=button("go", value="first"), block_id="one"),
        section(accessory=button("go", value="second"), block_id="two"),
    )
    await sandbox.press(RM, BOARD, ts, "go")
    await sandbox.press(RM, BOARD, ts, "go", block_id="two")
    assert [one["actions"][0]["value"] for one in bot.received] == ["first", "second"]


CHOICES: list[tuple[Json, Any, str, Any]] = [
    (select("pick", "red", "amber"), "amber", "selected_option", option("amber")),
    (
        {"type": "overflow", "action_id": "pick", "options": [option("x"), option("y")]},
        "y",
        "selected_option",
        option("y"),
    ),
    (
        {"type": "checkboxes", "action_id": "pick", "options": [option("x"), option("y")]},
        ["x"],
        "selected_options",
        [option("x")],
    ),
    ({"type": "datepicker", "action_id": "pick"}, "2026-04-30", "selected_date", "2026-04-30"),
    ({"type": "users_select", "action_id": "pick"}, JM, "selected_user", JM),
]


@pytest.mark.parametrize(("element", "given", "key", "sent"), CHOICES)
async def test_a_choice(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot, element: Json, given: Any, key: str, sent: Any
) -> None:
    ts = await post(client, actions(element, block_id="b"))
    await sandbox.press(RM, BOARD, ts, "pick", given)
    heard = bot.received[0]
    assert heard["actions"][0][key] == sent
    assert heard["state"]["values"]["b"]["pick"] == {"type": element["type"], key: sent}


async def test_a_button_sends_what_was_chosen_before(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    ts = await post(client, actions(select("pick", "red", "amber"), button("save"), block_id="b"))
    await sandbox.press(RM, BOARD, ts, "pick", option="amber")
    await sandbox.press(RM, BOARD, ts, "save")
    await sandbox.press(JM, BOARD, ts, "save")
    assert bot.received[1]["state"]["values"]["b"]["pick"]["selected_option"]["value"] == "amber"
    assert bot.received[2]["state"]["values"] == {}


async def test_only_what_is_there_can_be_pressed(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    ts = await post(client, actions(select("pick")))
    with pytest.raises(TargetNotFoundError):
        await sandbox.press(RM, BOARD, ts, "other")
    with pytest.raises(TargetNotFoundError):
        await sandbox.press(RM, BOARD, "1.0", "pick")
    with pytest.raises(UnknownFieldError):
        await sandbox.press(RM, BOARD, ts, "pick", "purple")
    with pytest.raises(TargetNotFoundError):
        await sandbox.press_in_view(RM, "V0NONE", "pick")
    assert bot.received == []


async def test_a_button_in_an_ephemeral_message(sandbox: Sandbox, bot: FakeBot) -> None:
    bot.answers["/cip"] = {"text": "Which one?", "blocks": [actions(button("5.2"), button("S2 5.2"))]}
    await sandbox.slash(RM, BOARD, "update 5.2 done")
    message = sandbox.visible_messages(RM, BOARD)[-1]
    await sandbox.press(RM, BOARD, message.ts, "S2 5.2")
    heard = bot.received[-1]
    assert heard["container"]["is_ephemeral"] is True
    assert "message" not in heard
    with pytest.raises(TargetNotFoundError):
        await sandbox.press(JM, BOARD, message.ts, "S2 5.2")


async def test_a_button_that_fails_says_so(client: AsyncWebClient, sandbox: Sandbox) -> None:
    ts = await post(client, actions(button("done")))
    sandbox.settings.events_url = "http://127.0.0.1:9/slack/events"
    assert (await sandbox.press(RM, BOARD, ts, "done")).failure == "dispatch_failed"
    assert sandbox.visible_messages(RM, BOARD)[-1].text == (
        "That did not work: the app failed with the error “dispatch_failed”"
    )
    assert sandbox.failures[0].code == "dispatch_failed"


async def test_a_button_in_a_form(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    ts = await post(client, actions(button("more")))
    bot.views["more"] = modal(field("note"), actions(button("add"), select("pick", "x", "y"), block_id="b"))
    await sandbox.press(RM, BOARD, ts, "more")
    view = sandbox.current_modal(RM)
    assert view is not None
    await sandbox.press_in_view(RM, view.id, "pick", "y", form_values={"note": "half a sen"})
    await sandbox.press_in_view(RM, view.id, "add")
    heard = bot.received[-1]
    assert heard["container"] == {"type": "view", "view_id": view.id}
    values = heard["view"]["state"]["values"]
    assert values["note"]["note"]["value"] == "half a sen"
    assert values["b"]["pick"]["selected_option"]["value"] == "y"


async def test_the_same_press_again(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    ts = await post(client, actions(button("done")))
    await sandbox.press(RM, BOARD, ts, "done")
    assert (await sandbox.redeliver()).status == 200
    assert bot.received[0] == bot.received[1]
