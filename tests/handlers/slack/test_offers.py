"""What is offered in place of a record, from every way in, and what a press of it does.

Words that begin with "marmalade" stand for any that are not read: the bot then offers the same four options.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.commands import Command, Offer, Option, Search, UpdateSeveral, UpdateStatus, updates_in
from bot.messages import Message
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import SandboxMessage
from bot.services import mentions
from bot.services.actions import edited_messages
from bot.services.dispatcher import Dispatcher
from bot.services.people import Actor
from handlers.slack.attachments import Attachments
from tests.fixtures.council import BOARD, Council, bot_running, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, buttons, notes, press
from tests.handlers.slack.slack_events import answers, ask, change_words, changes, write, write_answered

SS = USERS["SS"]
WORDS = "marmalade, two of five <!channel> & *more*"
RECORDED = "marmalade, two of five @channel & more"
SHOWN = "marmalade, two of five"
_dispatch = Dispatcher.dispatch


def dispatch(self: Dispatcher, session: Session, actor: Actor, command: Command, now: datetime) -> Message:
    if isinstance(command, UpdateStatus) and command.note.startswith("marmalade"):
        command = Offer(
            problem="That does not say how it is going.",
            words=command.note,
            options=options(command),
        )
    return _dispatch(self, session, actor, command, now)


def options(command: UpdateStatus) -> tuple[Option, ...]:
    words = replace(command, status=None)
    theirs = UpdateStatus(refs=(RefQuery(None, "5.3"),), status=Status.COMPLETE, note=command.note)
    return (
        Option("At risk", (replace(words, declared=Colour.AMBER),)),
        Option("Done", (replace(words, status=Status.COMPLETE),)),
        Option("Theirs", (theirs,)),
        Option("Add as a note", (words,)),
    )


@pytest.fixture(autouse=True)
def _offering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dispatcher, "dispatch", dispatch)


async def offered_in_channel(bot_council: Council, words: str = WORDS) -> SandboxMessage:
    await bot_council.send_command("SS", f"update 1/5.2 in-progress {words}")
    return bot_council.visible_messages("SS")[-1]


def row_count(bot_council: Council, table: str) -> int:
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = int(session.execute(text(f"select count(*) from {table}")).scalar_one())
    database.close()
    return found


async def test_a_slash_line_is_answered_with_the_words_and_the_options(bot_council: Council) -> None:
    offered = await offered_in_channel(bot_council)
    assert offered.only_for == SS
    said = offered.text
    assert said.startswith("You wrote: “marmalade, two of five")
    assert "That does not say how it is going.\nNothing is recorded yet." in said
    assert "This is about 1/5.2 Gather the data" in said
    assert "At risk\nDeclared Amber.\nNote: “marmalade" in said
    assert "Done\nStatus: complete, was in progress." in said
    assert "Theirs" not in said
    assert changes(bot_council) == []
    shown = json.dumps(offered.blocks)
    assert "<!channel>" not in shown
    assert "<!channel>" not in said
    carried = [each["accessory"] for each in offered.blocks if "accessory" in each]
    assert [each["text"]["text"] for each in carried] == ["At risk", "Done", "Add as a note"]
    assert [each["accessibility_label"] for each in carried] == [
        "At risk, 1/5.2", "Done, 1/5.2", "Add as a note, 1/5.2",
    ]  # fmt: skip
    assert not any("marmalade" in each["value"] or "5.2" in each["value"] for each in carried)
    assert [each["action_id"] for each in carried] == ["choose:0", "choose:1", "choose:2"]
    await press(bot_council, "SS", offered, "choose:0")
    await wait_until(lambda: "Recorded." in bot_council.visible_messages("SS")[-1].text, "it is receipted")
    [change] = changes(bot_council)
    assert (change.to_declared, change.note, change.user_id) == (Colour.AMBER, RECORDED, SS)
    assert [each.ts for each in bot_council.visible_messages("SS")] == [offered.ts]
    receipt = bot_council.visible_messages("SS")[-1]
    await press(bot_council, "SS", receipt, buttons(receipt, "run")[-1])
    await wait_until(lambda: len(changes(bot_council)) == 2, "it was taken back")
    assert bot_council.sandbox.failures == []


async def test_a_slash_line_that_comes_again_is_offered_once(bot_council: Council) -> None:
    offered = await offered_in_channel(bot_council)
    await another_second()
    again = await bot_council.sandbox.redeliver()
    assert again.status == 200
    choices = [each["accessory"]["value"] for each in offered.blocks if "accessory" in each]
    assert all(each in str(again.body) for each in choices)
    assert row_count(bot_council, "offer") == 1


async def test_in_a_direct_message_the_receipt_takes_its_place(bot_council: Council) -> None:
    offered = await ask(bot_council, f"1/5.2 in progress {WORDS}")
    assert offered.text.startswith("You wrote: “marmalade")
    assert notes(bot_council) == []
    await press(bot_council, "SS", offered, "choose:2", offered.channel)
    await wait_until(lambda: answers(bot_council)[-1].text.startswith("Recorded. 1/5.2"), "it is receipted")
    assert [each.ts for each in answers(bot_council)] == [offered.ts]
    assert notes(bot_council) == [RECORDED]
    assert bot_council.sandbox.failures == []


async def test_it_is_an_aside_so_the_next_answer_is_still_about_the_question(sqlite_council: Council) -> None:
    sqlite_council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: answers(sqlite_council), "the owner was asked")
    await asyncio.sleep(0.5)
    assert (await ask(sqlite_council, f"1/5.2 in progress {WORDS}")).text.startswith("You wrote")
    said = await ask(sqlite_council, "done")
    assert said.text.startswith("Recorded. 1/5.2")


async def test_in_the_thread_of_a_question_it_stays_there_and_closes_it(bot_council: Council) -> None:
    bot_council.clock.moment += timedelta(hours=1)
    await wait_until(lambda: answers(bot_council), "the owner was asked")
    asked = answers(bot_council)[0]
    await asyncio.sleep(0.5)
    offered = await ask(bot_council, f"in progress {WORDS}", thread_ts=asked.ts)
    assert offered.thread_ts == asked.ts
    assert buttons(answers(bot_council)[0], "prompt:complete")
    await press(bot_council, "SS", offered, "choose:1", offered.channel)
    await wait_until(lambda: not buttons(answers(bot_council)[0], "prompt"), "the question is closed")
    await wait_until(lambda: "Recorded. 1/5.2" in answers(bot_council)[-1].text, "it is receipted")
    assert answers(bot_council)[-1].thread_ts == asked.ts
    [change] = changes(bot_council)
    assert (change.to_status, change.note) == (Status.COMPLETE, RECORDED)


async def test_a_mention_is_offered_to_its_writer_alone(sqlite_council: Council) -> None:
    await write(sqlite_council, f"<@{BOT_USER_ID}> 1/5.2 in progress {SHOWN}", channel=BOARD)
    await wait_until(lambda: len(sqlite_council.visible_messages("SS")) == 2, "it was answered")
    offered = sqlite_council.visible_messages("SS")[-1]
    assert offered.only_for == SS
    assert offered.text.startswith("You wrote: “marmalade")
    assert len(sqlite_council.visible_messages("CH")) == 1
    await press(sqlite_council, "SS", offered, "choose:0")
    await wait_until(lambda: notes(sqlite_council) == [SHOWN], "it is recorded")
    await wait_until(lambda: "Recorded." in sqlite_council.visible_messages("SS")[-1].text, "receipted")
    assert len(sqlite_council.visible_messages("CH")) == 1


async def test_what_was_asked_in_public_is_recorded_in_public(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", f"update 1/5.2 in-progress {SHOWN} --public")
    offered = sqlite_council.visible_messages("SS")[-1]
    assert sqlite_council.visible_messages("CH") == []
    await press(sqlite_council, "SS", offered, "choose:0")
    await wait_until(lambda: sqlite_council.visible_messages("CH"), "the receipt is for all to see")
    assert "Update by SS" in sqlite_council.visible_messages("CH")[-1].text


async def test_a_press_that_comes_again_or_twice_records_once(bot_council: Council) -> None:
    offered = await ask(bot_council, f"1/5.2 in progress {WORDS}")
    done = await press(bot_council, "SS", offered, "choose:1", offered.channel)
    assert done.delivery is not None
    stale = done.delivery
    await another_second()
    assert (await bot_council.sandbox.redeliver()).status == 200
    assert (await bot_council.sandbox.replay()).status == 401
    await wait_until(lambda: "Recorded." in answers(bot_council)[0].text, "it is receipted")
    for number, action_id in enumerate(("choose:1", "choose:0")):
        stale.payload |= {"trigger_id": f"later-{number}"}
        [pressed] = stale.payload["actions"]
        value = str(pressed["value"])
        stale.payload["actions"] = [
            {**pressed, "action_id": action_id, "value": f"{value[:-1]}{action_id[-1]}"}
        ]
        assert (await bot_council.sandbox.redeliver(stale)).status == 200
        await wait_until(lambda n=number: len(answers(bot_council)) == 2 + n, "the person was answered")  # type: ignore[misc]
        assert "You chose “Done” there already" in answers(bot_council)[-1].text
    # The receipt keeps its place, with its way back.
    assert buttons(answers(bot_council)[0], "run")
    assert len(changes(bot_council)) == 1


async def test_two_who_press_at_once_record_once(bot_council: Council) -> None:
    """The same person in two windows: two requests, each with an id of its own."""
    offered = await ask(bot_council, f"1/5.2 in progress {WORDS}")
    await asyncio.gather(
        *(press(bot_council, "SS", offered, f"choose:{each}", offered.channel) for each in (0, 1, 2, 1, 0))
    )
    await asyncio.sleep(0.5)
    assert len(changes(bot_council)) == 1


async def test_nothing_is_recorded_of_what_somebody_else_presses(bot_council: Council) -> None:
    offered = await offered_in_channel(bot_council)
    done = await press(bot_council, "SS", offered, "choose:2")
    forged = done.delivery
    assert forged is not None
    await wait_until(lambda: len(changes(bot_council)) == 1, "the first is recorded")
    for number, initials in enumerate(("PM", "RM")):
        user = {**forged.payload["user"], "id": USERS[initials]}
        forged.payload |= {"trigger_id": f"forged-{number}", "user": user}
        assert (await bot_council.sandbox.redeliver(forged)).status == 200
    await asyncio.sleep(0.3)
    assert len(changes(bot_council)) == 1
    said = [each.text for each in bot_council.visible_messages("PM")]
    assert not any("marmalade" in each for each in said)


async def test_after_seven_days_one_sentence_says_so_and_the_offer_stays(sqlite_council: Council) -> None:
    offered = await ask(sqlite_council, f"1/5.2 in progress {WORDS}")
    sqlite_council.clock.moment += timedelta(days=7, hours=1)
    await wait_until(lambda: len(answers(sqlite_council)) > 1, "the morning's question came")
    await press(sqlite_council, "SS", offered, "choose:1", offered.channel)
    await wait_until(lambda: "7 days old" in answers(sqlite_council)[-1].text, "the person was answered")
    assert answers(sqlite_council)[-1].text == (
        "That choice is more than 7 days old. Nothing was recorded. Send me your words again."
    )
    assert answers(sqlite_council)[0].text == offered.text
    assert changes(sqlite_council) == []


@pytest.mark.parametrize("value", ["", "x", "\x00:0", "k:0", "undo", "x" * 3000, "k:" + "9" * 30])
async def test_a_button_that_was_made_up_does_nothing(bot_council: Council, value: str) -> None:
    offered = await offered_in_channel(bot_council)
    done = await press(bot_council, "SS", offered, "choose:2")
    forged = done.delivery
    assert forged is not None
    forged.payload |= {"trigger_id": "forged"}
    forged.payload["actions"] = [{**forged.payload["actions"][0], "value": value}]
    assert (await bot_council.sandbox.redeliver(forged)).status == 200
    await wait_until(
        lambda: "Send me your words again." in bot_council.visible_messages("SS")[-1].text, "it was answered"
    )
    assert len(changes(bot_council)) == 1
    assert bot_council.sandbox.failures == []


async def test_what_is_offered_for_a_changed_message_can_be_taken(bot_council: Council) -> None:
    message = await write_answered(bot_council, "1/5.2 done")
    note, offered = await change_words(bot_council, message, f"1/5.2 in progress {SHOWN}")
    assert "What I recorded of 1/5.2 from it before still stands" in note
    assert "Add as a note\nNote: “marmalade" in offered
    assert [each.to_status for each in changes(bot_council)] == [Status.COMPLETE]
    last = answers(bot_council)[-1]
    await press(bot_council, "SS", last, "choose:2", last.channel)
    await wait_until(lambda: notes(bot_council)[-1] == SHOWN, "it is recorded")
    assert [each.to_status for each in changes(bot_council)] == [Status.COMPLETE, Status.COMPLETE]


async def test_a_changed_message_may_be_offered_where_nothing_was_recorded(bot_council: Council) -> None:
    message = await write_answered(bot_council, "9.9 done")
    (offered,) = await change_words(bot_council, message, f"1/5.2 in progress {SHOWN}")
    assert offered.startswith("You wrote")
    last = answers(bot_council)[-1]
    await press(bot_council, "SS", last, "choose:0", last.channel)
    await wait_until(lambda: notes(bot_council) == [SHOWN], "it is recorded")


async def test_a_picture_goes_with_the_option_that_is_taken(sqlite_council: Council) -> None:
    offered = await ask(sqlite_council, f"1/5.2 in progress {SHOWN}", "photo.png")
    assert "Evidence: photo.png" in offered.text
    await press(sqlite_council, "SS", offered, "choose:2", offered.channel)
    await wait_until(lambda: changes(sqlite_council), "it is recorded")
    assert changes(sqlite_council)[0].evidence.startswith("photo.png http")


async def test_the_words_are_in_no_log(sqlite_council: Council, logged: io.StringIO) -> None:
    offered = await ask(sqlite_council, "1/5.2 in progress marmalade Frobisher")
    await press(sqlite_council, "SS", offered, "choose:0", offered.channel)
    await wait_until(lambda: notes(sqlite_council) == ["marmalade Frobisher"], "it is recorded")
    assert "Frobisher" not in logged.getvalue()


@pytest.fixture(params=KINDS)
async def stopped_council(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    async with council(request.param, tmp_path) as found:
        yield found


async def test_it_can_be_taken_from_a_bot_that_was_started_again(stopped_council: Council) -> None:
    async with bot_running(stopped_council):
        offered = await ask(stopped_council, f"1/5.2 in progress {WORDS}")
    async with bot_running(stopped_council):
        await press(stopped_council, "SS", offered, "choose:1", offered.channel)
        await wait_until(lambda: notes(stopped_council) == [RECORDED], "it is recorded")
    assert "Recorded." in answers(stopped_council)[-1].text


FILE = {"name": "photo.png", "permalink": "https://files.example/1"}
PLAN = {"name": "plan.xlsx", "permalink": "https://files.example/2"}
UPDATE = UpdateStatus(refs=(RefQuery(None, "5.2"),), status=Status.COMPLETE, note="x", line="update 5.2 done")
OFFER = Offer(problem="What?", words="here it is", options=(Option("Done", (UPDATE,)),))


@pytest.mark.parametrize(
    ("command", "evidence"),
    [
        (OFFER, ["photo.png https://files.example/1"]),
        (UpdateSeveral(updates=(UPDATE, UPDATE)), ["photo.png https://files.example/1"] * 2),
        (Offer(problem="What?", words="x", options=(Option("See", (Search(words="x"),)),)), []),
        (Offer(problem="What?", words="x"), []),
    ],
)
def test_files_are_evidence_of_whatever_is_taken(command: Command, evidence: list[str]) -> None:
    attachments = Attachments([FILE], None)
    assert [each.evidence for each in updates_in(attachments.add_to(command))] == evidence
    assert attachments.is_evidence is bool(evidence)


def test_a_plan_with_words_that_are_not_read_is_a_plan() -> None:
    attachments = Attachments([PLAN], None)
    attachments.add_to(OFFER)
    assert attachments.is_plan("here it is", in_thread=False)
    assert not attachments.is_plan("5.2 here it is", in_thread=False)
    attachments.add_to(UPDATE)
    assert not attachments.is_plan("here it is", in_thread=False)


def test_people_are_named_in_all_that_is_offered(sqlite_council: Council) -> None:
    database = sqlite_council.database()
    words = f"ask <@{SS}> first"
    command = Offer(
        problem=f"“{words}” is no status.",
        words=words,
        options=(Option("Note", (replace(UPDATE, note=words),)),),
    )
    with database.transaction(write=False) as session:
        named: Any = mentions.name_in_command(session, 1, command)
    database.close()
    assert (named.words, named.problem) == ("ask @SS first", "“ask @SS first” is no status.")
    assert named.options[0].commands[0].note == "ask @SS first"


def test_what_is_offered_may_stand_in_a_changed_message() -> None:
    for command in (OFFER, UpdateSeveral(updates=(UPDATE,))):
        assert edited_messages.prepare_edited_command(command, has_record=True) is command
