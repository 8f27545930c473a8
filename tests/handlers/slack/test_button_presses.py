from datetime import UTC, datetime

from bot.sandbox.entities import SandboxMessage
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, buttons, notes, press

NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


async def _prompt(bot_council: Council, initials: str) -> tuple[SandboxMessage, str]:
    """The prompt this person has been sent, and the conversation it stands in."""
    bot_council.clock.moment = NINE
    await wait_until(lambda: bot_council.dm(initials), f"{initials} was prompted")
    return bot_council.dm(initials)[0], bot_council.sandbox.dm_id(USERS[initials])


async def test_a_candidate_is_chosen_and_takes_the_place_of_the_question(bot_council: Council) -> None:
    said = await bot_council.send_command("PM", "update 5.2 complete: all six in")
    assert "1/5.2" in said
    assert "2/5.2" in said
    question = bot_council.visible_messages("PM")[-1]
    await press(bot_council, "PM", question, buttons(question, "choose")[1])
    await wait_until(lambda: notes(bot_council) == ["all six in"], "it was recorded")
    await wait_until(
        lambda: "Improve the out-of-hours team" in bot_council.visible_messages("PM")[-1].text,
        "the receipt is there",
    )
    assert [message.ts for message in bot_council.visible_messages("PM")] == [question.ts]
    assert bot_council.sandbox.failures == []


async def test_undo_by_its_button(bot_council: Council) -> None:
    await bot_council.send_command("SS", "update 1/5.2 complete")
    receipt = bot_council.visible_messages("SS")[-1]
    (undo,) = (
        each["action_id"]
        for block in receipt.blocks
        for each in block.get("elements", [])
        if str(each.get("value", "")).startswith("undo")
    )
    await press(bot_council, "SS", receipt, undo)
    await wait_until(lambda: len(notes(bot_council)) == 2, "it was taken back")
    await wait_until(lambda: bot_council.visible_messages("SS")[-1].edited_ts, "the receipt says so")
    assert "in progress" in (await bot_council.send_command("SS", "show 1/5.2")).lower()


async def test_a_press_delivered_again_changes_nothing_more(bot_council: Council) -> None:
    await bot_council.send_command("PM", "update 5.2 complete")
    question = bot_council.visible_messages("PM")[-1]
    await press(bot_council, "PM", question, buttons(question, "choose")[0])
    await another_second()
    assert (await bot_council.sandbox.redeliver()).status == 200
    assert (await bot_council.sandbox.replay()).status == 401
    assert len(notes(bot_council)) == 1


async def test_a_public_answer_stays_when_someone_else_presses_its_button(bot_council: Council) -> None:
    await bot_council.send_command("SS", "show 1/5.2 public")
    public = bot_council.visible_messages("VW")[-1]
    await press(bot_council, "VW", public, buttons(public, "run")[-1])
    await wait_until(lambda: len(bot_council.visible_messages("VW")) == 2, "the viewer was answered")
    assert bot_council.visible_messages("VW")[0].text == public.text
    assert "History" in bot_council.visible_messages("VW")[1].text
    assert bot_council.visible_messages("VW")[1].only_for == USERS["VW"]
    assert len(bot_council.visible_messages("CH")) == 1
    assert notes(bot_council) == []


async def test_a_question_asked_in_public_is_answered_in_public(sqlite_council: Council) -> None:
    await sqlite_council.send_command("PM", "update 5.2 complete public")
    question = sqlite_council.visible_messages("PM")[-1]
    assert sqlite_council.visible_messages("CH") == []
    await press(sqlite_council, "PM", question, buttons(question, "choose")[0])
    await wait_until(lambda: sqlite_council.visible_messages("CH"), "the receipt is for all to see")
    await wait_until(
        lambda: question.ts not in [each.ts for each in sqlite_council.visible_messages("PM")],
        "the question is gone",
    )


async def test_an_answer_by_button_is_recorded_and_the_prompt_rewritten(bot_council: Council) -> None:
    prompt, channel = await _prompt(bot_council, "SS")
    await press(bot_council, "SS", prompt, buttons(prompt, "prompt:complete")[0], channel)
    await wait_until(lambda: bot_council.dm("SS")[0].edited_ts, "the prompt was rewritten")
    assert buttons(bot_council.dm("SS")[0], "prompt") == []
    assert len(bot_council.dm("SS")) == 1
    assert len(notes(bot_council)) == 1


async def test_an_answered_prompt_says_so_when_pressed_again(sqlite_council: Council) -> None:
    prompt, channel = await _prompt(sqlite_council, "SS")
    (complete,) = buttons(prompt, "prompt:complete")
    first = await press(sqlite_council, "SS", prompt, complete, channel)
    assert first.delivery is not None
    stale = first.delivery
    await wait_until(lambda: sqlite_council.dm("SS")[0].edited_ts, "the prompt was rewritten")
    stale.payload |= {"trigger_id": "a-later-press"}
    await sqlite_council.sandbox.redeliver(stale)
    await wait_until(lambda: len(sqlite_council.dm("SS")) == 2, "the person was answered")
    assert "already answered" in sqlite_council.dm("SS")[1].text
    assert buttons(sqlite_council.dm("SS")[0], "prompt") == []
    assert len(notes(sqlite_council)) == 1


async def test_a_prompt_for_someone_else_is_refused(sqlite_council: Council) -> None:
    prompt, channel = await _prompt(sqlite_council, "SS")
    ack = await press(sqlite_council, "SS", prompt, buttons(prompt, "form:more")[0], channel)
    assert ack.delivery is not None
    forged = ack.delivery
    forged.payload["actions"][0]["action_id"] = "prompt:complete:2"
    forged.payload |= {"trigger_id": "another", "user": {**forged.payload["user"], "id": USERS["VW"]}}
    assert (await sqlite_council.sandbox.redeliver(forged)).status == 200
    assert notes(sqlite_council) == []


async def test_an_unknown_button_is_answered(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", "help")
    message = sqlite_council.visible_messages("SS")[-1]
    ack = await press(sqlite_council, "SS", message, buttons(message, "run")[0])
    assert ack.delivery is not None
    old = ack.delivery
    old.payload |= {"trigger_id": "another"}
    old.payload["actions"] = [{"type": "button", "action_id": "frob:1", "value": "x", "block_id": "b"}]
    await sqlite_council.sandbox.redeliver(old)
    await wait_until(
        lambda: "don't know that button" in sqlite_council.visible_messages("SS")[-1].text,
        "the person was answered",
    )


async def test_the_help_shows_ones_own_actions_by_a_button(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", "help")
    message = sqlite_council.visible_messages("SS", BOARD)[-1]
    await press(sqlite_council, "SS", message, buttons(message, "run")[0])
    await wait_until(lambda: "5.2" in sqlite_council.visible_messages("SS")[-1].text, "the list is there")
