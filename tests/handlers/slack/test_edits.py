"""A direct message that is changed is read with its new words, and nothing is recorded twice."""

import asyncio
from typing import Any

import pytest

from tests.fixtures.council import Council, minutes
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, notes
from tests.handlers.slack.slack_events import (
    SS,
    answers,
    ask,
    change_words,
    changes,
    edit_event,
    send_event,
    write,
    write_answered,
)


async def test_a_typing_mistake_is_put_right_by_a_change(bot_council: Council) -> None:
    said = await ask(bot_council, "1/5.2 dnoe")
    assert "Nothing is recorded yet." in said.text
    message = next(each for each in bot_council.dm("SS") if each.user == SS)
    (said_then,) = await change_words(bot_council, message, "1/5.2 done")
    assert said_then.startswith("Recorded. 1/5.2")
    assert [each.to_status.value for each in changes(bot_council)] == ["complete"]
    assert bot_council.sandbox.failures == []


async def test_a_change_that_comes_again_counts_once(bot_council: Council) -> None:
    message = await write_answered(bot_council, "1/5.2 dnoe")
    event = edit_event(message, "1/5.2 done")
    for _ in range(3):
        assert (await send_event(bot_council, event)).status == 200
        await another_second()
    await asyncio.sleep(0.3)
    assert len(changes(bot_council)) == 1
    assert len(answers(bot_council)) == 2


async def test_an_update_that_is_changed_takes_the_place_of_the_first(bot_council: Council) -> None:
    message = await write_answered(bot_council, "1/5.2 done")
    note, receipt = await change_words(bot_council, message, "1/5.2 in progress: two of five")
    assert "You changed your message" in note
    assert "1/5.2" in note
    assert receipt.startswith("Recorded. 1/5.2")
    rows = changes(bot_council)
    assert [each.to_status.value for each in rows] == ["complete", "in-progress", "in-progress"]
    assert rows[1].undoes_id == rows[0].id
    assert rows[2].note == "two of five"
    # And once more, in place of the second.
    await change_words(bot_council, message, "1/5.2 in progress: three of five", "1772440001.000100")
    assert notes(bot_council)[-1] == "three of five"
    assert changes(bot_council)[-2].undoes_id == changes(bot_council)[2].id


async def test_a_ref_that_is_put_right_leaves_nothing_on_the_wrong_action(sqlite_council: Council) -> None:
    message = await write_answered(sqlite_council, "1/5.1 in progress")
    await change_words(sqlite_council, message, "1/5.2 complete")
    assert "complete" in (await sqlite_council.send_command("SS", "show 1/5.1")).lower()
    rows = changes(sqlite_council)
    assert rows[1].undoes_id == rows[0].id
    assert rows[2].action_id != rows[0].action_id


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("1/5.2 wip --rag ambr", "I don't know the colour"),
        ("never mind", "To take back your last change, say undo."),
        ("mine", "From a changed message I read updates"),
        ("undo", "From a changed message I read updates"),
        ("9.9 done", "There is no action 9.9"),
    ],
)
async def test_what_was_recorded_stands_where_the_new_words_are_no_update(
    sqlite_council: Council, words: str, problem: str
) -> None:
    message = await write_answered(sqlite_council, "1/5.2 done")
    said = "\n".join(await change_words(sqlite_council, message, words))
    assert problem in said
    assert "hat I recorded of 1/5.2 from it before still stands" in said
    assert len(changes(sqlite_council)) == 1


async def test_what_somebody_else_changed_since_is_not_taken_back(sqlite_council: Council) -> None:
    message = await write_answered(sqlite_council, "1/5.2 done")
    sqlite_council.clock.moment += minutes(1)
    await sqlite_council.send_command("PM", "1/5.2 in-progress: two teams in")
    (said,) = await change_words(sqlite_council, message, "1/5.2 on hold")
    assert "was changed again since, by PM" in said
    assert "still stands" in said
    assert len(changes(sqlite_council)) == 2


async def test_what_was_taken_back_by_hand_may_be_said_anew(sqlite_council: Council) -> None:
    message = await write_answered(sqlite_council, "1/5.2 done")
    await ask(sqlite_council, "undo")
    (said,) = await change_words(sqlite_council, message, "1/5.2 on hold")
    assert said.startswith("Recorded. 1/5.2")
    assert [each.to_status.value for each in changes(sqlite_council)] == [
        "complete",
        "in-progress",
        "on-hold",
    ]


async def test_what_is_done_once_is_not_done_by_a_change(sqlite_council: Council) -> None:
    await ask(sqlite_council, "1/5.2 done")
    message = await write_answered(sqlite_council, "udno")
    (said,) = await change_words(sqlite_council, message, "undo")
    assert "From a changed message I read updates" in said
    assert len(changes(sqlite_council)) == 1


async def test_a_change_that_comes_before_its_message_is_read_in_its_place(sqlite_council: Council) -> None:
    """Slack tells of a message again later, while the bot could not take it the first time."""
    await write_answered(sqlite_council, "hello")
    last = next(each for each in sqlite_council.dm("SS") if each.user == SS)
    last.ts = "1772440000.000500"
    (said,) = await change_words(sqlite_council, last, "1/5.2 done")
    assert said.startswith("Recorded. 1/5.2")
    event = {
        **last.as_slack("T0SANDBOX"),
        "channel": last.channel,
        "channel_type": "im",
        "text": "1/5.2 on hold",
    }
    assert (await send_event(sqlite_council, event, {"X-Slack-Retry-Num": "1"})).status == 200
    assert [each.to_status.value for each in changes(sqlite_council)] == ["complete"]


async def test_a_message_of_long_ago_is_not_read_again(sqlite_council: Council) -> None:
    message = await write_answered(sqlite_council, "1/5.2 done")
    message.ts = "1771000000.000100"
    (said,) = await change_words(sqlite_council, message, "1/5.2 on hold")
    assert "You changed a message that I no longer have" in said
    assert len(changes(sqlite_council)) == 1


async def test_a_file_of_a_changed_message_is_evidence(sqlite_council: Council) -> None:
    message = await write_answered(sqlite_council, "1/5.2 dnoe", "photo.png")
    said = await change_words(sqlite_council, message, "1/5.2 done")
    assert "Evidence: photo.png" in said[0]
    (change,) = changes(sqlite_council)
    assert change.evidence.startswith("photo.png http")


async def test_only_what_its_author_wrote_anew_is_a_change(sqlite_council: Council) -> None:
    """Slack sends the same event for a preview of a link, for replies and for deletions."""
    message = await write_answered(sqlite_council, "1/5.2 dnoe")
    await wait_until(lambda: answers(sqlite_council), "it was answered")
    whole: dict[str, Any] = edit_event(message, "1/5.2 done")
    now, before = whole["message"], whole["previous_message"]
    ignored: list[dict[str, Any]] = [
        {"message": {**now, "text": message.text}},
        {"message": {**now, "text": f" {message.text}\n"}},
        {"message": {key: value for key, value in now.items() if key != "edited"}},
        {"previous_message": {**before, "edited": now["edited"]}},
        {"message": {**now, "bot_id": "B0OTHER"}},
        {"message": {**now, "bot_profile": {"id": "B0OTHER"}}},
        {"message": {**now, "subtype": "bot_message"}},
        {"message": {**now, "user": "USLACKBOT"}},
        {"message": {**now, "text": ""}},
        {"message": {**now, "ts": "soon"}},
        {"message": {**now, "edited": "yes"}},
        {"message": "words"},
        {"message": None},
        {"channel_type": "channel"},
        {"subtype": "message_deleted", "deleted_ts": message.ts},
        {"subtype": "message_replied"},
        {"subtype": "bot_message", "text": "1/5.2 done", "bot_id": "B0OTHER"},
    ]
    for facts in ignored:
        assert (await send_event(sqlite_council, {**whole, **facts})).status == 200, facts
    await asyncio.sleep(0.5)
    assert changes(sqlite_council) == []
    assert len(answers(sqlite_council)) == 1
    assert sqlite_council.sandbox.failures == []


async def test_an_earlier_change_that_comes_after_a_later_one_takes_nothing_back(
    bot_council: Council,
) -> None:
    """Slack sends each event again by itself, in no order."""
    message = await write_answered(bot_council, "1/5.2 dnoe")
    await change_words(bot_council, message, "1/5.2 on hold", "1772440002.000100")
    said = len(answers(bot_council))
    earlier = edit_event(message, "1/5.2 done", "1772440001.000100")
    assert (await send_event(bot_council, earlier, {"X-Slack-Retry-Num": "1"})).status == 200
    await asyncio.sleep(0.4)
    assert [each.to_status.value for each in changes(bot_council)] == ["on-hold"]
    assert len(answers(bot_council)) == said
    assert bot_council.sandbox.failures == []


async def test_a_change_to_a_question_before_its_message_leaves_the_old_words_unread(
    bot_council: Council,
) -> None:
    last = await write_answered(bot_council, "hello")
    last.ts = "1772440000.000500"
    (said,) = await change_words(bot_council, last, "mine")
    assert "You have 1 open action" in said
    event = {**last.as_slack("T0SANDBOX"), "channel": last.channel, "channel_type": "im"}
    event["text"] = "1/5.2 on hold"
    assert (await send_event(bot_council, event, {"X-Slack-Retry-Num": "1"})).status == 200
    assert changes(bot_council) == []


@pytest.mark.parametrize("words", ["here is the plan", "mine"])
async def test_what_stands_is_said_also_where_the_file_could_be_a_plan(
    sqlite_council: Council, words: str
) -> None:
    message = await write_answered(sqlite_council, "1/5.2 done", "plan.csv")
    await wait_until(lambda: len(answers(sqlite_council)) == 2, "both parts were said")
    (said,) = await change_words(sqlite_council, message, words)
    assert "still stands" in said
    assert "not kept" not in said
    (change,) = changes(sqlite_council)
    assert change.evidence.startswith("plan.csv http")


async def test_a_plan_whose_words_were_put_right_is_read_once(sqlite_council: Council) -> None:
    await write(sqlite_council, "9.9 done", "plan.csv", initials="PM")
    await wait_until(lambda: answers(sqlite_council, "PM"), "it was answered")
    assert "plan.csv was not kept" in answers(sqlite_council, "PM")[0].text
    message = next(each for each in sqlite_council.dm("PM") if each.user == USERS["PM"])
    for edit_ts in ("1772440001.000100", "1772440002.000100"):
        event = edit_event(message, f"here is the plan {edit_ts}", edit_ts)
        assert (await send_event(sqlite_council, event)).status == 200
    await wait_until(lambda: len(answers(sqlite_council, "PM")) > 1, "the plan was read")
    await asyncio.sleep(0.4)
    assert ["plan.csv" in each.text for each in answers(sqlite_council, "PM")] == [True, True]
