"""A new date that was offered needs its reason: the press asks for it in a form, and records both."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.sandbox.deliveries import BotDelivery
from bot.sandbox.entities import SandboxMessage, View
from models.outbox import StatusChange
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plans import USERS, on
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, buttons, press
from tests.handlers.slack.slack_events import answers, ask, changes

SS = USERS["SS"]
MOVED = "1/5.2 moved to 30 April"
DAY = date(2026, 4, 30)
REASON = "The data comes later"


async def opened(bot_council: Council, offered: SandboxMessage, action_id: str = "choose:0") -> View:
    await press(bot_council, "SS", offered, action_id, offered.channel)
    await wait_until(lambda: bot_council.sandbox.current_modal(SS), "the form opened")
    view = bot_council.sandbox.current_modal(SS)
    assert view is not None
    return view


async def submit(bot_council: Council, view: View, reason: str = REASON) -> Any:
    return await bot_council.sandbox.submit(SS, view.id, {"reason": reason}, client_validation=False)


async def submitted(bot_council: Council, view: View, reason: str = REASON) -> BotDelivery:
    ack = await submit(bot_council, view, reason)
    assert ack.status == 200
    assert ack.delivery is not None
    delivery: BotDelivery = ack.delivery
    return delivery


def error_of(bot_council: Council) -> str:
    view = bot_council.sandbox.current_modal(SS)
    assert view is not None
    return str(view.errors.get("reason", ""))


def moves(bot_council: Council) -> list[tuple[Any, str]]:
    return [(each.new_due, each.reason) for each in changes(bot_council)]


def shown(view: View) -> str:
    return "\n".join(block["text"]["text"] for block in view.blocks if block["type"] == "section")


async def test_the_day_is_offered_and_its_reason_asked_for_in_a_form(bot_council: Council) -> None:
    offered = await ask(bot_council, MOVED)
    assert "New date (30 April 2026)\nNew date: Thursday 30 April 2026, was 27 February 2026." in offered.text
    assert "I ask for the reason next." in offered.text
    assert "Press the day below and say why" in offered.text
    view = await opened(bot_council, offered)
    assert view.content["title"]["text"] == "New date"
    assert view.content["submit"]["text"] == "Record"
    assert "*1/5.2 Gather the data on workforce costs*" in shown(view)
    assert "New date: *Thursday 30 April 2026*, was 27 February 2026." in shown(view)
    (field,) = (block for block in view.blocks if block["type"] == "input")
    assert field["label"]["text"] == "Why does it move?"
    assert field["element"]["max_length"] == 2000
    [value] = [block["accessory"]["value"] for block in offered.blocks if "accessory" in block][:1]
    assert view.content["private_metadata"] == value
    assert changes(bot_council) == []
    await submitted(bot_council, view)
    assert bot_council.sandbox.current_modal(SS) is None
    [change] = changes(bot_council)
    assert (change.old_due, change.new_due, change.reason) == (on(-3), DAY, REASON)
    assert (change.to_status, change.note, change.user_id) == (Status.IN_PROGRESS, "", SS)
    await wait_until(lambda: answers(bot_council)[-1].text.startswith("Recorded. 1/5.2"), "it is receipted")
    assert [each.ts for each in answers(bot_council)] == [offered.ts]
    assert f"to 30 April 2026, because: “{REASON}”" in answers(bot_council)[-1].text
    receipt = answers(bot_council)[-1]
    await press(bot_council, "SS", receipt, buttons(receipt, "run")[-1], receipt.channel)
    await wait_until(lambda: len(changes(bot_council)) == 2, "it was taken back")
    assert changes(bot_council)[-1].new_due == on(-3)
    assert bot_council.sandbox.failures == []


async def test_in_a_channel_the_receipt_takes_the_place_of_the_offer(bot_council: Council) -> None:
    await bot_council.send_command("SS", "update 1/5.2 at risk, moved to 30 April")
    offered = bot_council.visible_messages("SS")[-1]
    assert offered.only_for == SS
    view = await opened(bot_council, offered)
    await submitted(bot_council, view)
    await wait_until(
        lambda: "Recorded." in bot_council.visible_messages("SS")[-1].text, "the person was answered"
    )
    assert [each.ts for each in bot_council.visible_messages("SS")] == [offered.ts]
    assert bot_council.visible_messages("CH") == []
    [change] = changes(bot_council)
    assert (change.new_due, change.to_declared, change.reason) == (DAY, Colour.AMBER, REASON)
    assert change.place == "#board"


async def test_in_the_thread_of_a_question_it_stays_there_and_closes_it(bot_council: Council) -> None:
    bot_council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: answers(bot_council), "the owner was asked")
    asked = answers(bot_council)[0]
    await asyncio.sleep(0.5)
    offered = await ask(bot_council, "30 April", thread_ts=asked.ts)
    view = await opened(bot_council, offered)
    assert buttons(answers(bot_council)[0], "prompt:complete")
    await submitted(bot_council, view)
    await wait_until(lambda: not buttons(answers(bot_council)[0], "prompt"), "the question is closed")
    await wait_until(lambda: "Recorded. 1/5.2" in answers(bot_council)[-1].text, "it is receipted")
    assert answers(bot_council)[-1].thread_ts == asked.ts
    assert moves(bot_council) == [(DAY, REASON)]


@pytest.mark.parametrize("empty", ["", "   ", "\n\n", "\u202e"])
async def test_an_empty_reason_is_an_error_on_its_field(sqlite_council: Council, empty: str) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, MOVED))
    await submit(sqlite_council, view, empty)
    assert "Say in a few words why the date moves" in error_of(sqlite_council)
    assert changes(sqlite_council) == []
    await submitted(sqlite_council, view)
    assert moves(sqlite_council) == [(DAY, REASON)]


async def test_a_reason_that_is_too_long_stays_in_its_field_with_the_error(bot_council: Council) -> None:
    view = await opened(bot_council, await ask(bot_council, MOVED))
    await submit(bot_council, view, "x" * 2001)
    assert error_of(bot_council) == "That is 2,001 characters long. A reason can have up to 2,000."
    kept = bot_council.sandbox.current_modal(SS)
    assert kept is not None
    assert kept.values["reason"]["reason"]["value"] == "x" * 2001
    assert changes(bot_council) == []
    await submitted(bot_council, view, "x" * 2000)
    assert moves(bot_council) == [(DAY, "x" * 2000)]


async def test_a_submission_that_comes_again_or_twice_records_once(bot_council: Council) -> None:
    offered = await ask(bot_council, MOVED)
    view = await opened(bot_council, offered)
    delivery = await submitted(bot_council, view)
    assert (await bot_council.sandbox.replay(delivery)).status == 401
    await another_second()
    assert (await bot_council.sandbox.redeliver(delivery)).status == 200
    delivery.payload |= {"trigger_id": "again"}
    again = await bot_council.sandbox.redeliver(delivery)
    assert isinstance(again.body, dict)
    assert "You chose “New date (30 April 2026)” there already" in again.body["errors"]["reason"]
    assert moves(bot_council) == [(DAY, REASON)]


async def test_two_forms_of_one_offer_record_once(bot_council: Council) -> None:
    """The same person in two windows."""
    offered = await ask(bot_council, "1/5.2 moved to 30 April or 7 May")
    first = await submitted(bot_council, await opened(bot_council, offered))
    await wait_until(lambda: "Recorded." in answers(bot_council)[-1].text, "it is receipted")
    choice = first.payload["view"]["private_metadata"]
    first.payload |= {"trigger_id": "other"}
    first.payload["view"] = {**first.payload["view"], "private_metadata": f"{choice[:-1]}1"}
    again = await bot_council.sandbox.redeliver(first)
    assert isinstance(again.body, dict)
    assert "there already" in again.body["errors"]["reason"]
    assert len(changes(bot_council)) == 1


async def test_nobody_else_can_submit_it(bot_council: Council) -> None:
    view = await opened(bot_council, await ask(bot_council, MOVED))
    await submit(bot_council, view, "")
    forged = (await submit(bot_council, view, " ")).delivery
    assert forged is not None
    forged.payload["view"]["state"]["values"]["reason"]["reason"]["value"] = "Forged"
    for number, initials in enumerate(("PM", "RM", "VW")):
        forged.payload |= {
            "trigger_id": f"forged-{number}",
            "user": {**forged.payload["user"], "id": USERS[initials]},
        }
        answer = await bot_council.sandbox.redeliver(forged)
        assert isinstance(answer.body, dict)
        assert answer.body["response_action"] == "errors"
        assert "Nothing was" in answer.body["errors"]["reason"]
    assert changes(bot_council) == []
    await submitted(bot_council, view)
    assert moves(bot_council) == [(DAY, REASON)]


@pytest.mark.parametrize("metadata", ["", "x", "\x00:0", "k:0", "undo", "k" * 3000, "k:" + "9" * 30])
async def test_a_form_that_was_made_up_does_nothing(sqlite_council: Council, metadata: str) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, MOVED))
    forged = (await submit(sqlite_council, view, " ")).delivery
    assert forged is not None
    forged.payload["view"]["state"]["values"]["reason"]["reason"]["value"] = "Forged"
    forged.payload |= {"trigger_id": "forged"}
    forged.payload["view"]["private_metadata"] = metadata
    answer = await sqlite_council.sandbox.redeliver(forged)
    assert isinstance(answer.body, dict)
    assert "Nothing was recorded" in answer.body["errors"]["reason"]
    assert changes(sqlite_council) == []


async def test_a_reason_for_an_option_that_asks_for_none_is_refused(sqlite_council: Council) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, MOVED))
    forged = (await submit(sqlite_council, view, " ")).delivery
    assert forged is not None
    forged.payload["view"]["state"]["values"]["reason"]["reason"]["value"] = "Forged"
    choice = forged.payload["view"]["private_metadata"]
    forged.payload |= {"trigger_id": "forged"}
    forged.payload["view"]["private_metadata"] = f"{choice[:-1]}1"
    answer = await sqlite_council.sandbox.redeliver(forged)
    assert isinstance(answer.body, dict)
    assert "out of date" in answer.body["errors"]["reason"]
    assert changes(sqlite_council) == []


async def test_after_seven_days_the_form_says_so_on_its_field(bot_council: Council) -> None:
    view = await opened(bot_council, await ask(bot_council, MOVED))
    bot_council.clock.moment += timedelta(days=7, hours=1)
    await submit(bot_council, view)
    assert error_of(bot_council).startswith("That choice is more than 7 days old.")
    assert changes(bot_council) == []


async def test_an_offer_of_which_something_else_was_taken_opens_no_form(bot_council: Council) -> None:
    offered = await ask(bot_council, MOVED)
    view = await opened(bot_council, offered)
    note = await press(bot_council, "SS", offered, "choose:1", offered.channel)
    await wait_until(lambda: len(changes(bot_council)) == 1, "the note is recorded")
    await submit(bot_council, view)
    assert "You chose “Add as a note” there already" in error_of(bot_council)
    await bot_council.sandbox.close_view(SS, view.id)
    assert note.delivery is not None
    late = note.delivery
    [pressed] = late.payload["actions"]
    late.payload |= {"trigger_id": "later"}
    late.payload["actions"] = [{**pressed, "value": f"{pressed['value'][:-1]}0"}]
    assert (await bot_council.sandbox.redeliver(late)).status == 200
    await wait_until(lambda: "there already" in answers(bot_council)[-1].text, "the person was answered")
    assert bot_council.sandbox.current_modal(SS) is None
    assert len(changes(bot_council)) == 1


async def test_a_form_that_cannot_open_is_reported(sqlite_council: Council) -> None:
    offered = await ask(sqlite_council, MOVED)
    ack = await press(sqlite_council, "SS", offered, "choose:0", offered.channel)
    await wait_until(lambda: sqlite_council.sandbox.current_modal(SS), "the form opened")
    assert ack.delivery is not None
    late = ack.delivery
    late.payload |= {"trigger_id": "long.since.over"}
    await sqlite_council.sandbox.redeliver(late)
    await wait_until(lambda: "did not open" in answers(sqlite_council)[-1].text, "the person was answered")
    assert answers(sqlite_council)[0].text == offered.text


async def test_a_replayed_press_opens_nothing(sqlite_council: Council) -> None:
    offered = await ask(sqlite_council, MOVED)
    ack = await press(sqlite_council, "SS", offered, "choose:0", offered.channel)
    await wait_until(lambda: sqlite_council.sandbox.current_modal(SS), "the form opened")
    view = sqlite_council.sandbox.current_modal(SS)
    assert view is not None
    await sqlite_council.sandbox.close_view(SS, view.id)
    assert ack.delivery is not None
    assert (await sqlite_council.sandbox.replay(ack.delivery)).status == 401
    await asyncio.sleep(0.1)
    assert sqlite_council.sandbox.current_modal(SS) is None
    # It was left, so nothing is recorded, and it can be opened again.
    await submitted(sqlite_council, await opened(sqlite_council, offered))
    assert moves(sqlite_council) == [(DAY, REASON)]


@pytest.mark.parametrize(
    "reason",
    [
        "<!channel> *done* & <https://evil.example|click> `x`",
        '=HYPERLINK("https://evil.example","x")',
        "{{ 7*7 }} {% raw %} </message>",
        "Two lines:\nno data, no people",
    ],
)
async def test_a_reason_is_recorded_as_it_was_written_and_shown_as_words(
    sqlite_council: Council, reason: str
) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, MOVED))
    await submitted(sqlite_council, view, reason)
    assert moves(sqlite_council) == [(DAY, reason)]
    await wait_until(lambda: "Recorded." in answers(sqlite_council)[-1].text, "it is receipted")
    said = str(answers(sqlite_council)[-1].blocks)
    assert "<!channel>" not in said
    assert "|click>" not in said
    assert sqlite_council.sandbox.failures == []


async def test_the_reason_is_in_no_log(sqlite_council: Council, logged: io.StringIO) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, MOVED))
    await submitted(sqlite_council, view, "Frobisher")
    assert moves(sqlite_council) == [(DAY, "Frobisher")]
    assert "Frobisher" not in logged.getvalue()
    assert "sandbox/response" not in logged.getvalue()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("1/5.2 moved to 2 May", "2 May 2026 is a Saturday."),
        ("1/5.2 moved to 25 May", "25 May 2026 is a bank holiday."),
    ],
)
async def test_a_day_on_which_nobody_works_is_said(sqlite_council: Council, words: str, says: str) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, words))
    assert says in shown(view)


async def test_a_day_that_is_its_date_by_then_is_an_error_on_the_field(sqlite_council: Council) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, MOVED))
    await sqlite_council.send_command("PM", "update 1/5.2 --due 30 April --because agreed")
    assert len(changes(sqlite_council)) == 1
    await submit(sqlite_council, view)
    assert "30 April 2026" in error_of(sqlite_council)
    assert len(changes(sqlite_council)) == 1


async def test_each_of_the_days_it_may_mean_has_its_form(sqlite_council: Council) -> None:
    offered = await ask(sqlite_council, "1/5.2 moved to Monday 30 April")
    labels = [block["accessory"]["text"]["text"] for block in offered.blocks if "accessory" in block]
    days = [each for each in labels if each.startswith("New date (")]
    assert days
    for number, label in enumerate(days):
        view = await opened(sqlite_council, offered, f"choose:{number}")
        assert label.removeprefix("New date (").rstrip(")") in shown(view)
        await sqlite_council.sandbox.close_view(SS, view.id)


async def test_where_the_new_date_is_the_old_one_that_is_said(sqlite_council: Council) -> None:
    offered = await ask(sqlite_council, "5.2 in progress, moved to 27 February 2026")
    assert "New date (27" not in offered.text


@pytest.fixture(params=KINDS)
async def stopped_council(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    async with council(request.param, tmp_path) as found:
        yield found


async def test_a_form_is_taken_by_a_bot_that_was_started_again(stopped_council: Council) -> None:
    """Where the offer stands is not known any more: the receipt takes the place of the form."""
    async with bot_running(stopped_council):
        view = await opened(stopped_council, await ask(stopped_council, MOVED))
    async with bot_running(stopped_council):
        await submitted(stopped_council, view)
        assert moves(stopped_council) == [(DAY, REASON)]
        receipt = stopped_council.sandbox.current_modal(SS)
        assert receipt is not None
        assert REASON in str(receipt.blocks)
        assert not [block for block in receipt.blocks if block["type"] in {"actions", "input"}]


async def test_a_form_that_was_open_for_long_shows_its_receipt_itself(sqlite_council: Council) -> None:
    view = await opened(sqlite_council, await ask(sqlite_council, MOVED))
    sqlite_council.clock.moment += timedelta(minutes=29)
    await submitted(sqlite_council, view)
    receipt = sqlite_council.sandbox.current_modal(SS)
    assert receipt is not None
    assert "30 April 2026" in str(receipt.blocks)


async def test_which_action_is_asked_before_the_reason(sqlite_council: Council) -> None:
    """PM owns neither 5.2."""
    await sqlite_council.send_command("PM", "update 5.2 moved to 30 April")
    offered = sqlite_council.visible_messages("PM")[-1]
    pm = USERS["PM"]
    await press(sqlite_council, "PM", offered, "choose:0")
    await wait_until(
        lambda: "names 2 actions" in sqlite_council.visible_messages("PM")[-1].text, "it is asked which"
    )
    assert "I ask for the reason next." in sqlite_council.visible_messages("PM")[-1].text
    await press(sqlite_council, "PM", sqlite_council.visible_messages("PM")[-1], "choose:1")
    await wait_until(lambda: sqlite_council.sandbox.current_modal(pm), "the form opened")
    view = sqlite_council.sandbox.current_modal(pm)
    assert view is not None
    assert "2/5.2" in shown(view)
    await sqlite_council.sandbox.submit(pm, view.id, {"reason": REASON})
    await wait_until(lambda: changes(sqlite_council), "it is recorded")
    [change] = changes(sqlite_council)
    assert isinstance(change, StatusChange)
    assert (change.new_due, change.old_due, change.reason) == (DAY, on(20), REASON)


@pytest.mark.parametrize("words", ["at risk", "nearly there", "waiting on finance"])
async def test_other_options_record_at_once(sqlite_council: Council, words: str) -> None:
    offered = await ask(sqlite_council, f"1/5.2 {words}, moved to 30 April")
    labels = [block["accessory"]["text"]["text"] for block in offered.blocks if "accessory" in block]
    assert labels[0].startswith("New date (30 April 2026)")
    await press(sqlite_council, "SS", offered, f"choose:{len(labels) - 1}", offered.channel)
    await wait_until(lambda: changes(sqlite_council), "it is recorded")
    assert sqlite_council.sandbox.current_modal(SS) is None
    assert moves(sqlite_council) == [(None, "")]
