"""Any message used as an update: read back first, recorded on submission, with the rights of who submits."""

import asyncio
import io
from typing import Any

import pytest

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.sandbox.deliveries import Ack
from bot.sandbox.entities import SandboxMessage, View
from tests.fixtures.council import BOARD, OTHER, Council
from tests.fixtures.plans import USERS, on
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.home_pages import text_of
from tests.handlers.slack.slack_actions import another_second
from tests.handlers.slack.slack_events import changes

LINK = "https://sandbox.slack.com/archives/"


def say(council: Council, initials: str, words: str, channel: str = BOARD, **more: Any) -> SandboxMessage:
    user = USERS.get(initials, initials)
    return council.sandbox.workspace.post(SandboxMessage("", channel, user, words, **more))


def modal(council: Council, initials: str) -> View:
    view = council.sandbox.current_modal(USERS.get(initials, initials))
    assert view is not None
    return view


async def use(council: Council, initials: str, message: SandboxMessage) -> View:
    user = USERS.get(initials, initials)
    ack = await council.sandbox.use_shortcut(user, message.channel, message.ts, "use_as_update")
    assert ack.status == 200
    await wait_until(lambda: council.sandbox.current_modal(user), "the form opened")
    return modal(council, initials)


def options(view: View) -> list[str]:
    [field] = [each for each in view.blocks if each["type"] == "input"]
    return [each["text"]["text"] for each in field["element"]["options"]]


async def choose(council: Council, initials: str, number: int = 0) -> Ack:
    view = modal(council, initials)
    [field] = [each for each in view.blocks if each["type"] == "input"]
    value = field["element"]["options"][number]["value"]
    return await council.sandbox.submit(view.user, view.id, {"choice": value})


async def name_ref(council: Council, initials: str, ref: str) -> Ack:
    view = modal(council, initials)
    return await council.sandbox.submit(view.user, view.id, {"ref": ref}, client_validation=False)


async def test_a_message_with_a_ref_is_read_back_and_recorded_on_submission(bot_council: Council) -> None:
    message = say(bot_council, "RM", "1/5.2 is complete, all five teams have answered")
    view = await use(bot_council, "SS", message)
    assert view.content["title"]["text"] == "Use as update"
    text = text_of(view)
    assert "RM wrote: _“1/5.2 is complete, all five teams have answered”_" in text
    assert "*Nothing is recorded yet.*" in text
    assert "*1/5.2 Gather the data on workforce costs*\nStatus: *complete*, was in progress." in text
    assert options(view) == ["Done"]
    await asyncio.sleep(0.2)
    assert changes(bot_council) == []
    await choose(bot_council, "SS")
    [change] = changes(bot_council)
    assert (change.to_status, change.user_id, change.place) == (Status.COMPLETE, USERS["SS"], "#board")
    assert change.evidence == f"Message from RM: {LINK}{BOARD}/p{message.ts.replace('.', '')}"
    assert "Recorded." in text_of(modal(bot_council, "SS"))
    assert bot_council.sandbox.failures == []


async def test_it_works_where_the_bot_is_no_member(sqlite_council: Council) -> None:
    sqlite_council.sandbox.workspace.channels[OTHER].members.append(USERS["SS"])
    message = say(sqlite_council, "RM", "1/5.2 at risk, two people are away", OTHER)
    await use(sqlite_council, "SS", message)
    await choose(sqlite_council, "SS")
    [change] = changes(sqlite_council)
    assert (change.to_declared, change.place) == (Colour.AMBER, "#other")
    assert f"{LINK}{OTHER}/p" in change.evidence
    assert sqlite_council.sandbox.failures == []


async def test_without_a_ref_the_action_is_asked_for_first(bot_council: Council) -> None:
    message = say(bot_council, "JM", "all done, the caseload data is in")
    view = await use(bot_council, "SS", message)
    [field] = [each for each in view.blocks if each["type"] == "input"]
    assert (field["block_id"], field["label"]["text"]) == ("ref", "Which action is it about?")
    assert field["element"].get("multiline") in {None, False}
    await name_ref(bot_council, "SS", "1/5.2")
    view = modal(bot_council, "SS")
    assert "1/5.2 Gather the data" in text_of(view)
    assert changes(bot_council) == []
    await choose(bot_council, "SS")
    [change] = changes(bot_council)
    assert "Message from JM" in change.evidence
    assert change.user_id == USERS["SS"]


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("", "I can't read that as a ref."),
        ("???", "I can't read that as a ref."),
        ("9.9", "There is no action 9.9 in the plan."),
        ("6.1", "Action 6.1 can be updated by"),
    ],
)
async def test_a_ref_that_will_not_do_is_an_error_on_its_field(
    sqlite_council: Council, ref: str, problem: str
) -> None:
    await use(sqlite_council, "RM", say(sqlite_council, "JM", "all done"))
    await name_ref(sqlite_council, "RM", ref)
    view = modal(sqlite_council, "RM")
    assert view.errors["ref"].startswith(problem)
    assert (view.values["ref"]["ref"]["value"] or "") == ref
    assert changes(sqlite_council) == []


async def test_a_ref_that_two_actions_have_says_which(sqlite_council: Council) -> None:
    await use(sqlite_council, "PM", say(sqlite_council, "JM", "all done"))
    await name_ref(sqlite_council, "PM", "5.2")
    assert modal(sqlite_council, "PM").errors["ref"] == "That may be 1/5.2 or 2/5.2. Type the one you mean."


async def test_words_that_say_no_status_are_offered_and_not_guessed(sqlite_council: Council) -> None:
    view = await use(sqlite_council, "SS", say(sqlite_council, "RM", "1/5.2 we hear from finance"))
    assert "Add as a note" in options(view)
    assert len(options(view)) > 1
    await choose(sqlite_council, "SS", options(view).index("Add as a note"))
    [change] = changes(sqlite_council)
    assert change.to_status is change.from_status
    assert "we hear from finance" in change.note


async def test_small_talk_can_be_kept_as_a_note_of_an_action(sqlite_council: Council) -> None:
    await use(sqlite_council, "SS", say(sqlite_council, "RM", "thanks"))
    await name_ref(sqlite_council, "SS", "1/5.2")
    assert options(modal(sqlite_council, "SS")) == ["Add as a note"]
    await choose(sqlite_council, "SS")
    [change] = changes(sqlite_council)
    assert (change.note, change.to_status) == ("thanks", Status.IN_PROGRESS)


async def test_a_new_date_without_its_reason_asks_for_it(bot_council: Council) -> None:
    await use(bot_council, "SS", say(bot_council, "RM", "1/5.2 moved to 30 April"))
    await choose(bot_council, "SS")
    view = modal(bot_council, "SS")
    assert view.content["title"]["text"] == "New date"
    assert changes(bot_council) == []
    await bot_council.sandbox.submit(view.user, view.id, {"reason": "The data comes later"})
    [change] = changes(bot_council)
    assert (change.new_due, change.old_due, change.reason) == (on(59), on(-3), "The data comes later")
    assert "Message from RM" in change.evidence


async def test_two_actions_in_one_message_are_recorded_together(sqlite_council: Council) -> None:
    view = await use(sqlite_council, "PM", say(sqlite_council, "RM", "1/5.2 done\n6.1 at risk"))
    text = text_of(view)
    assert "1/5.2 Gather the data" in text
    assert "6.1 Agree the new model" in text
    await choose(sqlite_council, "PM")
    assert changes(sqlite_council)[0].to_status is Status.COMPLETE
    assert len(changes(sqlite_council)) == 2


@pytest.mark.parametrize("initials", ["VW", "CH", "U0STRANGER"])
async def test_it_has_the_rights_of_who_presses_it(sqlite_council: Council, initials: str) -> None:
    view = await use(sqlite_council, initials, say(sqlite_council, "SS", "1/5.2 complete"))
    assert "Nothing was changed." in text_of(view)
    assert not [each for each in view.blocks if each["type"] == "input"]
    assert "submit" not in view.content
    assert changes(sqlite_council) == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [("", "That message has no words"), ("x " * 1500, "That message is 2,999 characters")],
)
async def test_what_cannot_be_read_says_so(sqlite_council: Council, words: str, problem: str) -> None:
    view = await use(sqlite_council, "SS", say(sqlite_council, "RM", words))
    assert problem in text_of(view)
    assert "submit" not in view.content


async def test_what_an_app_or_a_stranger_wrote_names_them(sqlite_council: Council) -> None:
    await use(sqlite_council, "SS", say(sqlite_council, "U0STRANGER", "1/5.2 complete"))
    await choose(sqlite_council, "SS")
    assert changes(sqlite_council)[0].evidence.startswith("Message from somebody the plan does not know: ")


async def test_a_submission_that_comes_again_or_twice_records_once(bot_council: Council) -> None:
    await use(bot_council, "SS", say(bot_council, "RM", "1/5.2 at risk"))
    delivery = (await choose(bot_council, "SS")).delivery
    assert delivery is not None
    assert (await bot_council.sandbox.replay(delivery)).status == 401
    await another_second()
    assert (await bot_council.sandbox.redeliver(delivery)).status == 200
    delivery.payload |= {"trigger_id": "again"}
    ack = await bot_council.sandbox.redeliver(delivery)
    assert isinstance(ack.body, dict)
    assert "there already" in ack.body["errors"]["choice"]
    assert len(changes(bot_council)) == 1


async def test_nobody_else_can_submit_the_form(sqlite_council: Council) -> None:
    await use(sqlite_council, "SS", say(sqlite_council, "RM", "1/5.2 at risk"))
    delivery = (await choose(sqlite_council, "SS")).delivery
    assert delivery is not None
    delivery.payload |= {
        "trigger_id": "other",
        "user": {**delivery.payload["user"], "id": USERS["PM"]},
    }
    ack = await sqlite_council.sandbox.redeliver(delivery)
    assert isinstance(ack.body, dict)
    assert ack.body["response_action"] == "errors"
    assert len(changes(sqlite_council)) == 1


@pytest.mark.parametrize("metadata", ["", "x", "[]", '{"text": "a"}', "null", '{"a": 1}'])
async def test_a_form_that_was_made_up_closes(sqlite_council: Council, metadata: str) -> None:
    await use(sqlite_council, "SS", say(sqlite_council, "RM", "1/5.2 at risk"))
    delivery = (await choose(sqlite_council, "SS")).delivery
    assert delivery is not None
    delivery.payload |= {"trigger_id": "forged"}
    delivery.payload["view"]["private_metadata"] = metadata
    assert (await sqlite_council.sandbox.redeliver(delivery)).body == {"response_action": "clear"}


async def test_mentions_and_markup_are_shown_as_words(sqlite_council: Council) -> None:
    words = "1/5.2 at risk, ask <@U0JM> and <!channel> &amp; <https://evil.example|click>"
    view = await use(sqlite_council, "SS", say(sqlite_council, "RM", words))
    assert "<!channel>" not in str(view.blocks)
    assert "|click>" not in str(view.blocks)
    await choose(sqlite_council, "SS")
    assert "JM" in changes(sqlite_council)[0].note
    assert sqlite_council.sandbox.failures == []


async def test_the_words_are_in_no_log(sqlite_council: Council, logged: io.StringIO) -> None:
    await use(sqlite_council, "SS", say(sqlite_council, "RM", "1/5.2 at risk Frobisher"))
    await choose(sqlite_council, "SS")
    assert "Frobisher" in changes(sqlite_council)[0].note
    assert "Frobisher" not in logged.getvalue()
