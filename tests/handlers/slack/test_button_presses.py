from datetime import UTC, datetime

from bot.sandbox.entities import SandboxMessage
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.doings import another_second, buttons, notes, press

NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


async def _prompt(town: Council, initials: str) -> tuple[SandboxMessage, str]:
    """The prompt this person has been sent, and the conversation it stands in."""
    town.clock.moment = NINE
    await wait_until(lambda: town.dm(initials), f"{initials} was prompted")
    return town.dm(initials)[0], town.sandbox.dm_id(USERS[initials])


async def test_a_candidate_is_chosen_and_takes_the_place_of_the_question(town: Council) -> None:
    said = await town.send_command("PM", "update 5.2 complete all done")
    assert "1/5.2" in said
    assert "2/5.2" in said
    question = town.visible_messages("PM")[-1]
    await press(town, "PM", question, buttons(question, "run")[1])
    await wait_until(lambda: notes(town) == ["all done"], "it was recorded")
    await wait_until(
        lambda: "Improve the out-of-hours team" in town.visible_messages("PM")[-1].text,
        "the receipt is there",
    )
    assert [message.ts for message in town.visible_messages("PM")] == [question.ts]
    assert town.sandbox.failures == []


async def test_undo_by_its_button(town: Council) -> None:
    await town.send_command("SS", "update 1/5.2 complete")
    receipt = town.visible_messages("SS")[-1]
    (undo,) = (
        each["action_id"]
        for block in receipt.blocks
        for each in block.get("elements", [])
        if str(each.get("value", "")).startswith("undo")
    )
    await press(town, "SS", receipt, undo)
    await wait_until(lambda: len(notes(town)) == 2, "it was taken back")
    await wait_until(lambda: town.visible_messages("SS")[-1].edited_ts, "the receipt says so")
    assert "in progress" in (await town.send_command("SS", "show 1/5.2")).lower()


async def test_a_press_delivered_again_changes_nothing_more(town: Council) -> None:
    await town.send_command("PM", "update 5.2 complete")
    question = town.visible_messages("PM")[-1]
    await press(town, "PM", question, buttons(question, "run")[0])
    await another_second()
    assert (await town.sandbox.redeliver()).status == 200
    assert (await town.sandbox.replay()).status == 401
    assert len(notes(town)) == 1


async def test_a_public_answer_stays_when_someone_else_presses_its_button(town: Council) -> None:
    await town.send_command("SS", "show 1/5.2 public")
    public = town.visible_messages("VW")[-1]
    await press(town, "VW", public, buttons(public, "run")[-1])
    await wait_until(lambda: len(town.visible_messages("VW")) == 2, "the viewer was told")
    assert town.visible_messages("VW")[0].text == public.text
    assert "History" in town.visible_messages("VW")[1].text
    assert town.visible_messages("VW")[1].only_for == USERS["VW"]
    assert len(town.visible_messages("CH")) == 1
    assert notes(town) == []


async def test_a_question_asked_in_public_is_answered_in_public(village: Council) -> None:
    await village.send_command("PM", "update 5.2 complete public")
    question = village.visible_messages("PM")[-1]
    assert village.visible_messages("CH") == []
    await press(village, "PM", question, buttons(question, "run")[0])
    await wait_until(lambda: village.visible_messages("CH"), "the receipt is for all to see")
    await wait_until(
        lambda: question.ts not in [each.ts for each in village.visible_messages("PM")],
        "the question is gone",
    )


async def test_an_answer_by_button_is_recorded_and_the_prompt_rewritten(town: Council) -> None:
    prompt, channel = await _prompt(town, "SS")
    await press(town, "SS", prompt, buttons(prompt, "prompt:complete")[0], channel)
    await wait_until(lambda: town.dm("SS")[0].edited_ts, "the prompt was rewritten")
    assert buttons(town.dm("SS")[0], "prompt") == []
    assert len(town.dm("SS")) == 1
    assert len(notes(town)) == 1


async def test_an_answered_prompt_says_so_when_pressed_again(village: Council) -> None:
    prompt, channel = await _prompt(village, "SS")
    (complete,) = buttons(prompt, "prompt:complete")
    first = await press(village, "SS", prompt, complete, channel)
    assert first.delivery is not None
    stale = first.delivery
    await wait_until(lambda: village.dm("SS")[0].edited_ts, "the prompt was rewritten")
    stale.payload |= {"trigger_id": "a-later-press"}
    await village.sandbox.redeliver(stale)
    await wait_until(lambda: len(village.dm("SS")) == 2, "the person was told")
    assert "already answered" in village.dm("SS")[1].text
    assert buttons(village.dm("SS")[0], "prompt") == []
    assert len(notes(village)) == 1


async def test_a_prompt_for_someone_else_is_refused(village: Council) -> None:
    prompt, channel = await _prompt(village, "SS")
    ack = await press(village, "SS", prompt, buttons(prompt, "prompt:later")[0], channel)
    assert ack.delivery is not None
    forged = ack.delivery
    forged.payload |= {"trigger_id": "another", "user": {**forged.payload["user"], "id": USERS["VW"]}}
    assert (await village.sandbox.redeliver(forged)).status == 200
    assert notes(village) == []


async def test_an_unknown_button_is_answered(village: Council) -> None:
    await village.send_command("SS", "help")
    message = village.visible_messages("SS")[-1]
    ack = await press(village, "SS", message, buttons(message, "run")[0])
    assert ack.delivery is not None
    old = ack.delivery
    old.payload |= {"trigger_id": "another"}
    old.payload["actions"] = [{"type": "button", "action_id": "frob:1", "value": "x", "block_id": "b"}]
    await village.sandbox.redeliver(old)
    await wait_until(
        lambda: "don't know that button" in village.visible_messages("SS")[-1].text, "the person was told"
    )


async def test_the_help_shows_ones_own_actions_by_a_button(village: Council) -> None:
    await village.send_command("SS", "help")
    message = village.visible_messages("SS", BOARD)[-1]
    await press(village, "SS", message, buttons(message, "run")[0])
    await wait_until(lambda: "5.2" in village.visible_messages("SS")[-1].text, "the list is there")
