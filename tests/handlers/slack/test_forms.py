import asyncio

from bot.sandbox.entities import View
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, buttons, notes, press

SS = USERS["SS"]


async def _form(bot_council: Council) -> View:
    """SS says an action is blocked, is asked why, and presses the button."""
    await bot_council.send_command("SS", "update 1/5.2 blocked")
    receipt = bot_council.visible_messages("SS")[-1]
    (why,) = buttons(receipt, "why")
    await press(bot_council, "SS", receipt, why)
    await wait_until(lambda: bot_council.sandbox.current_modal(SS), "the form opened")
    view = bot_council.sandbox.current_modal(SS)
    assert view is not None
    return view


async def test_the_reason_is_recorded_and_shown(bot_council: Council) -> None:
    view = await _form(bot_council)
    ack = await bot_council.sandbox.submit(SS, view.id, {"note": "No data from finance <!channel>"})
    assert ack.status == 200
    assert notes(bot_council) == ["", "No data from finance <!channel>"]
    shown = bot_council.sandbox.current_modal(SS)
    assert shown is not None
    assert "No data from finance" in str(shown.blocks)
    assert "<!channel>" not in str(shown.blocks)
    assert not [block for block in shown.blocks if block["type"] in {"actions", "input"}]
    assert bot_council.sandbox.failures == []


async def test_an_empty_reason_keeps_the_form_open_with_the_error_on_its_field(bot_council: Council) -> None:
    view = await _form(bot_council)
    for empty in ("", "   ", "\u202e"):
        await bot_council.sandbox.submit(SS, view.id, {"note": empty}, client_validation=False)
        open_view = bot_council.sandbox.current_modal(SS)
        assert open_view is not None
        assert "Write a few words" in open_view.errors["note"]
    await bot_council.sandbox.submit(SS, view.id, {"note": "No data"})
    assert notes(bot_council) == ["", "No data"]


async def test_a_reason_that_is_too_long_is_an_error_on_its_field(sqlite_council: Council) -> None:
    view = await _form(sqlite_council)
    await sqlite_council.sandbox.submit(SS, view.id, {"note": "x" * 2001}, client_validation=False)
    open_view = sqlite_council.sandbox.current_modal(SS)
    assert open_view is not None
    assert "2,001 characters" in open_view.errors["note"]


async def test_a_form_sent_twice_is_taken_once(bot_council: Council) -> None:
    view = await _form(bot_council)
    await bot_council.sandbox.submit(SS, view.id, {"note": "No data"})
    assert (await bot_council.sandbox.replay()).status == 401
    await another_second()
    assert (await bot_council.sandbox.redeliver()).status == 200
    assert notes(bot_council) == ["", "No data"]


async def test_whoever_may_not_update_gets_an_error_on_the_field(sqlite_council: Council) -> None:
    view = await _form(sqlite_council)
    ack = await sqlite_council.sandbox.submit(SS, view.id, {"note": "No data"})
    assert ack.delivery is not None
    forged = ack.delivery
    forged.payload |= {"trigger_id": "x", "user": {**forged.payload["user"], "id": USERS["VW"]}}
    answer = await sqlite_council.sandbox.send_raw(
        forged.body, {"Content-Type": forged.content_type, **sqlite_council.sandbox.sign(forged.body)}
    )
    assert isinstance(answer.body, dict)
    assert answer.body["response_action"] == "errors"
    assert "can be updated by" in answer.body["errors"]["note"]
    assert notes(sqlite_council) == ["", "No data"]


async def test_a_form_that_cannot_open_is_reported(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", "update 1/5.2 blocked")
    receipt = sqlite_council.visible_messages("SS")[-1]
    ack = await press(sqlite_council, "SS", receipt, buttons(receipt, "why")[0])
    assert ack.delivery is not None
    await wait_until(lambda: sqlite_council.sandbox.current_modal(SS), "the form opened")
    late = ack.delivery
    late.payload |= {"trigger_id": "long.since.over"}
    await sqlite_council.sandbox.redeliver(late)
    await wait_until(
        lambda: "did not open" in sqlite_council.visible_messages("SS")[-1].text, "the person was answered"
    )
    assert "blocked" in receipt.text.lower() or receipt in sqlite_council.visible_messages("SS")


async def test_a_replayed_press_opens_nothing(sqlite_council: Council) -> None:
    view = await _form(sqlite_council)
    await sqlite_council.sandbox.close_view(SS, view.id)
    (pressed,) = (
        each for each in sqlite_council.sandbox.user_actions.deliveries if "actions" in each.payload
    )
    assert (await sqlite_council.sandbox.replay(pressed)).status == 401
    await asyncio.sleep(0.1)
    assert sqlite_council.sandbox.current_modal(SS) is None
