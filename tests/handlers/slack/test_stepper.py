"""Going through all that is due: each step is saved as it goes, once, and one left empty is skipped."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.sandbox.deliveries import Ack
from bot.sandbox.entities import View
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.home_pages import find_button, home_of, open_home, press_only, text_of
from tests.handlers.slack.slack_actions import another_second, buttons, press
from tests.handlers.slack.slack_events import answers, changes

JM = USERS["JM"]
OTHER_FORM = '{"values": ["1 5.3"], "at": 0, "recorded": [], "from_home": false, "asks": "away"}'


def modal(council: Council) -> View:
    view = council.sandbox.current_modal(JM)
    assert view is not None
    return view


async def begin(council: Council) -> View:
    """JM owns 5.3 and 1.3, due within a fortnight, and 6.1, due in two months."""
    await open_home(council, "JM")
    await press_only(council, "JM", find_button(home_of(council, "JM"), "Go through all 2")["action_id"])
    await wait_until(lambda: council.sandbox.current_modal(JM), "the form opened")
    return modal(council)


async def fill(council: Council, at: int, choice: str = "", words: str = "") -> Ack:
    fields: dict[str, Any] = {f"choice:{at}": choice or None, f"words:{at}": words or None}
    ack = await council.sandbox.submit(JM, modal(council).id, fields, client_validation=False)
    assert ack.status == 200
    return ack


async def test_each_step_is_saved_as_it_goes_and_the_end_says_what_was(bot_council: Council) -> None:
    view = await begin(bot_council)
    assert view.content["title"]["text"] == "1 of 2 actions"
    assert "*5.3 Talk to service leads*" in text_of(view)
    await fill(bot_council, 0, "at-risk", "two people are away")
    [change] = changes(bot_council)
    assert (change.note, change.to_declared, change.user_id) == ("two people are away", Colour.AMBER, JM)
    view = modal(bot_council)
    assert view.content["title"]["text"] == "2 of 2 actions"
    assert view.content["submit"]["text"] == "Finish"
    assert text_of(view).startswith("Saved: 5.3 is recorded: ")
    assert "*1.3 Answer when children go missing*" in text_of(view)
    await fill(bot_council, 1, "complete:all")
    end = modal(bot_council)
    assert end.content["title"]["text"] == "That is all. Thank you"
    assert "*Recorded: 2*" in text_of(end)
    assert "submit" not in end.content
    assert [each.to_status for each in changes(bot_council)][-1] is Status.COMPLETE
    await wait_until(
        lambda: "You have 2 open actions" in text_of(home_of(bot_council, "JM")), "the tab is up to date"
    )
    assert bot_council.sandbox.failures == []


async def test_the_first_field_has_the_focus_and_nothing_is_filled_in_from_the_step_before(
    sqlite_council: Council,
) -> None:
    first = await begin(sqlite_council)
    fields = [each for each in first.blocks if each["type"] == "input"]
    assert [each["element"].get("focus_on_load") for each in fields] == [True, None]
    await fill(sqlite_council, 0, "on-track", "all well")
    second = [each for each in modal(sqlite_council).blocks if each["type"] == "input"]
    assert {each["block_id"] for each in second}.isdisjoint(each["block_id"] for each in fields)
    assert second[0]["element"]["focus_on_load"] is True


async def test_a_step_that_is_left_empty_is_skipped(bot_council: Council) -> None:
    await begin(bot_council)
    await fill(bot_council, 0)
    await fill(bot_council, 1, "on-track")
    assert [each.action_id for each in changes(bot_council)] != []
    assert len(changes(bot_council)) == 1
    text = text_of(modal(bot_council))
    assert "*Recorded: 1*" in text
    assert "*Skipped: 1*\n5.3. Nothing is recorded of it." in text


async def test_where_all_are_skipped_nothing_is_recorded(sqlite_council: Council) -> None:
    await begin(sqlite_council)
    await fill(sqlite_council, 0)
    await fill(sqlite_council, 1)
    assert changes(sqlite_council) == []
    assert modal(sqlite_council).content["title"]["text"] == "Nothing was recorded"
    assert "*Skipped: 2*" in text_of(modal(sqlite_council))


def choices_in(view: View) -> dict[str, str]:
    """By what stands beside it, what each choice sends."""
    fields = [each["element"] for each in view.blocks if each["type"] == "input"]
    return {each["text"]["text"]: each["value"] for each in fields[0]["options"]}


async def test_done_is_chosen_with_what_of_its_open_milestones(bot_council: Council) -> None:
    assert "complete" in choices_in(await begin(bot_council)).values()
    await fill(bot_council, 0, "complete")
    choices = choices_in(modal(bot_council))
    assert "complete" not in choices.values()
    assert [each for each in choices if each.startswith(("Done", "Only"))] == [
        "Done, with all milestones",
        "Done: only the action",
        "Only a) Agree the procedure",
        "Only b) Write the guidance",
        "Only what I write below",
    ]
    await fill(bot_council, 1, choices["Only b) Write the guidance"], "guidance is out")
    recorded = changes(bot_council)[1:]
    assert [each.to_status for each in recorded] == [Status.COMPLETE, Status.IN_PROGRESS]
    assert (recorded[0].note, recorded[1].note) == ("guidance is out", "")
    assert recorded[0].milestone_id is not None
    assert "*Recorded: 2*" in text_of(modal(bot_council))


async def test_done_alone_is_an_error_where_milestones_were_opened_meanwhile(sqlite_council: Council) -> None:
    """As a form of before has it."""
    await begin(sqlite_council)
    await fill(sqlite_council, 0)
    delivery = (await fill(sqlite_council, 1, "", "all well")).delivery
    assert delivery is not None
    delivery.payload["view"]["state"]["values"]["choice:1"]["choice"]["selected_option"] = {
        "value": "complete"
    }
    delivery.payload |= {"trigger_id": "before"}
    ack = await sqlite_council.sandbox.redeliver(delivery)
    assert isinstance(ack.body, dict)
    assert "2 of 2 milestones of 1.3 are still open" in ack.body["errors"]["choice:1"]
    assert changes(sqlite_council) == []


async def test_a_new_date_asks_for_the_day_with_the_words_as_its_reason(bot_council: Council) -> None:
    await begin(bot_council)
    await fill(bot_council, 0, "new-date", "the supplier is late")
    assert changes(bot_council) == []
    view = modal(bot_council)
    assert view.content["title"]["text"] == "New date"
    assert "It is due on Monday 9 March 2026." in text_of(view)
    reason, day = [each["element"] for each in view.blocks if each["type"] == "input"]
    assert (reason["focus_on_load"], reason["initial_value"]) == (True, "the supplier is late")
    assert day["type"] == "datepicker"
    await submit(bot_council, {"day:0": "2026-03-27", "reason:0": "the supplier is late"})
    [change] = changes(bot_council)
    assert (change.new_due, change.reason) == (date(2026, 3, 27), "the supplier is late")
    assert (change.from_status, change.from_declared) == (change.to_status, change.to_declared)
    assert text_of(modal(bot_council)).startswith("Saved: 5.3 has a new date: 27 March 2026.")
    await fill(bot_council, 1)
    end = text_of(modal(bot_council))
    assert "*Recorded: 1*" in end
    assert "New date: *27 March 2026*." in end
    assert "*Skipped: 1*\n1.3" in end
    assert bot_council.sandbox.failures == []


@pytest.mark.parametrize(
    ("fields", "field", "problem"),
    [
        ({"day:0": None, "reason:0": "late"}, "day:0", "Choose a day"),
        ({"day:0": "2026-03-27", "reason:0": None}, "reason:0", "Say in a few words why"),
        ({"day:0": "2026-02-27", "reason:0": "late"}, "day:0", "27 February 2026 has passed"),
        ({"day:0": "2033-02-27", "reason:0": "late"}, "day:0", "is more than five years away"),
        ({"day:0": "2026-03-09", "reason:0": "late"}, "day:0", "is the date of 5.3 already"),
    ],
)
async def test_a_new_date_that_cannot_be_is_an_error_on_its_field(
    sqlite_council: Council, fields: dict[str, Any], field: str, problem: str
) -> None:
    await begin(sqlite_council)
    await fill(sqlite_council, 0, "new-date")
    await submit(sqlite_council, fields)
    assert problem in modal(sqlite_council).errors[field]
    assert changes(sqlite_council) == []
    await submit(sqlite_council, {"day:0": "2026-03-27", "reason:0": "late"})
    assert modal(sqlite_council).content["title"]["text"] == "2 of 2 actions"


async def test_a_form_for_a_date_that_is_left_empty_leads_back(sqlite_council: Council) -> None:
    await begin(sqlite_council)
    await fill(sqlite_council, 0, "new-date")
    await submit(sqlite_council, {"day:0": None, "reason:0": None})
    assert modal(sqlite_council).content["title"]["text"] == "1 of 2 actions"
    await fill(sqlite_council, 0, "on-track")
    assert len(changes(sqlite_council)) == 1


async def test_not_mine_tells_the_lead_and_goes_on(bot_council: Council) -> None:
    """RM leads the project of 5.3, PM manages the plan."""
    await begin(bot_council)
    await fill(bot_council, 0, "not-mine")
    view = modal(bot_council)
    whose, person = [each["element"] for each in view.blocks if each["type"] == "input"]
    assert whose["focus_on_load"] is True
    assert "focus_on_load" not in person
    await submit(bot_council, {"whose:0": "ask HT", "person:0": None})
    assert text_of(modal(bot_council)).startswith("Saved: You said that 5.3 is not yours.")
    await fill(bot_council, 1, "on-track")
    assert "Not mine. The project's lead and the plan managers hear of it." in text_of(modal(bot_council))
    assert len(changes(bot_council)) == 1
    for initials in ("RM", "PM"):
        await wait_until(partial(hears, bot_council, initials, "ask HT"), f"{initials} hears of it")
    assert bot_council.sandbox.failures == []


def hears(council: Council, initials: str, words: str) -> bool:
    return any(words in each.text for each in council.dm(initials))


async def test_a_form_for_the_rest_is_recorded_once(bot_council: Council) -> None:
    await begin(bot_council)
    await fill(bot_council, 0, "new-date")
    delivery = (await submit(bot_council, {"day:0": "2026-03-27", "reason:0": "late"})).delivery
    assert delivery is not None
    await another_second()
    delivery.payload |= {"trigger_id": "again"}
    ack = await bot_council.sandbox.redeliver(delivery)
    assert isinstance(ack.body, dict)
    assert ack.body["view"]["title"]["text"] == "2 of 2 actions"
    assert len(changes(bot_council)) == 1


async def test_long_words_for_another_owner_are_not_cut(sqlite_council: Council) -> None:
    await begin(sqlite_council)
    await fill(sqlite_council, 0, "not-mine", "x" * 301)
    assert "can have up to 300" in modal(sqlite_council).errors["words:0"]


async def submit(council: Council, fields: dict[str, Any]) -> Ack:
    ack = await council.sandbox.submit(JM, modal(council).id, fields, client_validation=False)
    assert ack.status == 200
    return ack


@pytest.mark.parametrize(
    ("choice", "words", "field", "problem"),
    [
        ("", "nearly done", "choice:0", "Choose how it is going, or that only your words are recorded."),
        ("note", "", "words:0", "Write what I am to record, or choose something else."),
        ("on-track", "x" * 2001, "words:0", "That is 2,001 characters long."),
    ],
)
async def test_an_error_stands_on_its_field_and_loses_nothing(
    sqlite_council: Council, choice: str, words: str, field: str, problem: str
) -> None:
    await begin(sqlite_council)
    await fill(sqlite_council, 0, choice, words)
    view = modal(sqlite_council)
    assert view.errors[field].startswith(problem)
    assert (view.values["words:0"]["words"]["value"] or "") == words
    assert changes(sqlite_council) == []
    await fill(sqlite_council, 0, "note", "said in my own words")
    [change] = changes(sqlite_council)
    assert change.note == "said in my own words"
    assert (change.from_status, change.from_declared) == (change.to_status, change.to_declared)


async def test_a_step_that_comes_again_is_recorded_once(bot_council: Council) -> None:
    """The same request again, and the same form submitted again after its answer was lost."""
    await begin(bot_council)
    delivery = (await fill(bot_council, 0, "on-track", "all well")).delivery
    assert delivery is not None
    assert (await bot_council.sandbox.replay(delivery)).status == 401
    for trigger in (delivery.payload["trigger_id"], "again"):
        await another_second()
        delivery.payload |= {"trigger_id": trigger}
        ack = await bot_council.sandbox.redeliver(delivery)
        assert isinstance(ack.body, dict)
        assert ack.body["response_action"] == "update"
        assert ack.body["view"]["title"]["text"] == "2 of 2 actions"
    assert len(changes(bot_council)) == 1


async def test_what_somebody_else_finished_meanwhile_is_left_out(sqlite_council: Council) -> None:
    await begin(sqlite_council)
    await sqlite_council.send_command("PM", "update 1.3 dropped")
    await fill(sqlite_council, 0, "on-track")
    text = text_of(modal(sqlite_council))
    assert "*Recorded: 1*" in text
    assert "*Skipped: 1*\n1.3" in text


async def test_what_is_finished_while_its_form_is_open_is_an_error_on_its_field(
    sqlite_council: Council,
) -> None:
    await begin(sqlite_council)
    await sqlite_council.send_command("PM", "update 5.3 complete")
    await fill(sqlite_council, 0, "on-track", "going well")
    assert "5.3 is recorded as complete" in modal(sqlite_council).errors["choice:0"]
    assert len(changes(sqlite_council)) == 1
    await fill(sqlite_council, 0)
    assert modal(sqlite_council).content["title"]["text"] == "2 of 2 actions"


@pytest.mark.parametrize(
    "metadata",
    ["", "x", "[]", "{}", '{"values": 3, "at": 0, "recorded": [], "from_home": false}', "null", OTHER_FORM],
)
async def test_a_form_that_was_made_up_closes(sqlite_council: Council, metadata: str) -> None:
    await begin(sqlite_council)
    delivery = (await fill(sqlite_council, 0, "", "x")).delivery
    assert delivery is not None
    delivery.payload |= {"trigger_id": "forged"}
    delivery.payload["view"]["private_metadata"] = metadata
    ack = await sqlite_council.sandbox.redeliver(delivery)
    assert ack.body == {"response_action": "clear"}
    assert changes(sqlite_council) == []


async def test_nobody_records_or_reads_with_the_form_of_somebody_else(sqlite_council: Council) -> None:
    await begin(sqlite_council)
    delivery = (await fill(sqlite_council, 0, "", "x")).delivery
    assert delivery is not None
    values = delivery.payload["view"]["state"]["values"]
    for number, initials in enumerate(("VW", "SS", "CH")):
        values["choice:0"]["choice"]["selected_option"] = {"value": "complete"}
        delivery.payload |= {
            "trigger_id": f"forged-{number}",
            "user": {**delivery.payload["user"], "id": USERS[initials]},
        }
        ack = await sqlite_council.sandbox.redeliver(delivery)
        assert isinstance(ack.body, dict)
        assert "Nothing was changed" in ack.body["errors"]["choice:0"]
        values["choice:0"]["choice"]["selected_option"] = None
        values["words:0"]["words"]["value"] = None
        delivery.payload |= {"trigger_id": f"skip-{number}"}
        ack = await sqlite_council.sandbox.redeliver(delivery)
        assert isinstance(ack.body, dict)
        assert "1.3" not in str(ack.body)
    assert changes(sqlite_council) == []


async def test_a_question_with_several_actions_leads_through_those_it_still_asks(
    bot_council: Council,
) -> None:
    """Four days on, JM is late with nothing, and asked about 5.3 and 1.3 in one message."""
    bot_council.clock.moment += timedelta(days=7, hours=1)
    await wait_until(lambda: answers(bot_council, "JM"), "they were asked")
    question = answers(bot_council, "JM")[-1]
    [button] = buttons(question, "steps")
    await press(bot_council, "JM", question, button, question.channel)
    await wait_until(lambda: bot_council.sandbox.current_modal(JM), "the form opened")
    assert modal(bot_council).content["title"]["text"] == "1 of 2 actions"
    await fill(bot_council, 0, "on-track", "as planned")
    assert len(changes(bot_council)) == 1
    await wait_until(
        lambda: len(buttons(answers(bot_council, "JM")[-1], "prompt:complete")) == 1,
        "the question asks about the other alone",
    )
