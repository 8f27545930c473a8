import asyncio

from bot.sandbox.entities import View
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.doings import another_second, buttons, notes, press

SS = USERS["SS"]


async def _form(town: Council) -> View:
    """SS says an action is blocked, is asked why, and presses the button."""
    await town.send_command("SS", "update 1/5.2 blocked")
    receipt = town.visible_messages("SS")[-1]
    (why,) = buttons(receipt, "why")
    await press(town, "SS", receipt, why)
    await wait_until(lambda: town.sandbox.current_modal(SS), "the form opened")
    view = town.sandbox.current_modal(SS)
    assert view is not None
    return view


async def test_the_reason_is_recorded_and_shown(town: Council) -> None:
    view = await _form(town)
    ack = await town.sandbox.submit(SS, view.id, {"note": "No data from finance <!channel>"})
    assert ack.status == 200
    assert notes(town) == ["", "No data from finance <!channel>"]
    shown = town.sandbox.current_modal(SS)
    assert shown is not None
    assert "No data from finance" in str(shown.blocks)
    assert "<!channel>" not in str(shown.blocks)
    assert not [block for block in shown.blocks if block["type"] in {"actions", "input"}]
    assert town.sandbox.failures == []


async def test_an_empty_reason_keeps_the_form_open_with_the_error_on_its_field(town: Council) -> None:
    view = await _form(town)
    for empty in ("", "   ", "\u202e"):
        await town.sandbox.submit(SS, view.id, {"note": empty}, client_validation=False)
        open_view = town.sandbox.current_modal(SS)
        assert open_view is not None
        assert "Write a few words" in open_view.errors["note"]
    await town.sandbox.submit(SS, view.id, {"note": "No data"})
    assert notes(town) == ["", "No data"]


async def test_a_reason_that_is_too_long_is_told_on_its_field(village: Council) -> None:
    view = await _form(village)
    await village.sandbox.submit(SS, view.id, {"note": "x" * 2001}, client_validation=False)
    open_view = village.sandbox.current_modal(SS)
    assert open_view is not None
    assert "2,001 characters" in open_view.errors["note"]


async def test_a_form_sent_twice_is_taken_once(town: Council) -> None:
    view = await _form(town)
    await town.sandbox.submit(SS, view.id, {"note": "No data"})
    assert (await town.sandbox.replay()).status == 401
    await another_second()
    assert (await town.sandbox.redeliver()).status == 200
    assert notes(town) == ["", "No data"]


async def test_whoever_may_not_update_is_told_on_the_field(village: Council) -> None:
    view = await _form(village)
    ack = await village.sandbox.submit(SS, view.id, {"note": "No data"})
    assert ack.delivery is not None
    forged = ack.delivery
    forged.payload |= {"trigger_id": "x", "user": {**forged.payload["user"], "id": USERS["VW"]}}
    answer = await village.sandbox.send_raw(
        forged.body, {"Content-Type": forged.content_type, **village.sandbox.sign(forged.body)}
    )
    assert isinstance(answer.body, dict)
    assert answer.body["response_action"] == "errors"
    assert "can be updated by" in answer.body["errors"]["note"]
    assert notes(village) == ["", "No data"]


async def test_a_form_that_cannot_open_is_told(village: Council) -> None:
    await village.send_command("SS", "update 1/5.2 blocked")
    receipt = village.visible_messages("SS")[-1]
    ack = await press(village, "SS", receipt, buttons(receipt, "why")[0])
    assert ack.delivery is not None
    await wait_until(lambda: village.sandbox.current_modal(SS), "the form opened")
    late = ack.delivery
    late.payload |= {"trigger_id": "long.since.over"}
    await village.sandbox.redeliver(late)
    await wait_until(lambda: "did not open" in village.visible_messages("SS")[-1].text, "the person was told")
    assert "blocked" in receipt.text.lower() or receipt in village.visible_messages("SS")


async def test_a_replayed_press_opens_nothing(village: Council) -> None:
    view = await _form(village)
    await village.sandbox.close_view(SS, view.id)
    (pressed,) = (each for each in village.sandbox.user_actions.deliveries if "actions" in each.payload)
    assert (await village.sandbox.replay(pressed)).status == 401
    await asyncio.sleep(0.1)
    assert village.sandbox.current_modal(SS) is None
