"""What people wrote while the bot was away is heard when it is back: once, and not when it is outdated."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import SandboxMessage
from bot.sandbox.files import store_file
from handlers.requests import Result
from handlers.slack import catch_up, pipeline
from handlers.slack.commands import CommandJob
from handlers.slack.imports import Imports
from models.operations import Heartbeat
from tests.fixtures.council import Council, bot_running, council, minutes
from tests.fixtures.databases import KINDS
from tests.fixtures.plan_files import csv_file, send_file
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, notes
from tests.handlers.slack.slack_events import changes, edit_event, send_event

UNREACHABLE_URL = "http://127.0.0.1:9/slack/events"
AWAY = "I was away when you wrote to me at 8:50am on Monday 2 March 2026. I have read it now:"


@pytest.fixture(params=KINDS)
async def sqlite_council(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    """Its bot was there, and went away twenty minutes ago."""
    async with council(request.param, tmp_path) as bot_council:
        async with bot_running(bot_council):
            await wait_until(lambda: _is_there(bot_council), "the bot noted that it was there")
        bot_council.clock.moment += minutes(20)
        yield bot_council


def _is_there(bot_council: Council, **more: None) -> bool:
    """Whether the bot has noted that it is there now; more: what else stands in its row."""
    database = bot_council.database()
    with database.transaction(write=False) as session:
        row = session.scalars(select(Heartbeat)).one_or_none()
    database.close()
    if row is None or row.heard_until < bot_council.clock.moment:
        return False
    return all(getattr(row, name) is value for name, value in more.items())


def _has_caught_up(bot_council: Council) -> bool:
    return _is_there(bot_council, missed_since=None, looking_until=None)


async def write_message(bot_council: Council, initials: str, text: str, thread_ts: str | None = None) -> None:
    """Nobody is there to hear it."""
    user = USERS[initials]
    ack = await bot_council.sandbox.post_message(user, bot_council.sandbox.dm_id(user), text, thread_ts)
    assert ack is not None
    assert ack.status != 200


def answers(bot_council: Council, initials: str) -> list[str]:
    return [message.text for message in bot_council.dm(initials) if message.user == BOT_USER_ID]


@asynccontextmanager
async def restart_bot(bot_council: Council, *, within: float = 5) -> AsyncIterator[None]:
    """The bot is there again, and has looked."""
    bot_council.clock.moment += minutes(within)
    async with bot_running(bot_council):
        await wait_until(lambda: _has_caught_up(bot_council), "the bot looked for what was written")
        yield


async def test_an_update_written_meanwhile_is_recorded_once_and_answered(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: R&D is <done>")
    async with restart_bot(sqlite_council):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) == 2, "both were said")
        assert answers(sqlite_council, "SS")[0].startswith(AWAY)
        assert "R&amp;D is &lt;done&gt;" in answers(sqlite_council, "SS")[0]
        assert "5.2" in answers(sqlite_council, "SS")[1]
        assert notes(sqlite_council) == ["R&D is <done>"]
        # Slack's own last try comes after all.
        await another_second()
        assert (await sqlite_council.sandbox.redeliver(retry=3)).status == 200
    sqlite_council.clock.moment += minutes(20)
    async with restart_bot(sqlite_council):
        assert len(answers(sqlite_council, "SS")) == 2
        assert len(notes(sqlite_council)) == 1


async def test_what_was_taken_before_it_went_away_is_not_taken_again(sqlite_council: Council) -> None:
    sqlite_council.clock.moment -= minutes(20)
    async with bot_running(sqlite_council):
        await sqlite_council.sandbox.post_message(
            USERS["SS"], sqlite_council.sandbox.dm_id(USERS["SS"]), "update 1/5.2 complete: earlier"
        )
        await wait_until(lambda: answers(sqlite_council, "SS"), "it was answered")
    sqlite_council.clock.moment += minutes(20)
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == ["earlier"]
        assert len(answers(sqlite_council, "SS")) == 1


async def test_words_of_several_people_count_in_the_order_they_were_written(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "PM", "update 1/5.2 in-progress first")
    sqlite_council.clock.moment += minutes(1)
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: second")
    sqlite_council.clock.moment += minutes(1)
    await write_message(sqlite_council, "PM", "update 1/5.2 on-hold third")
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == ["first", "second", "third"]


async def test_what_was_updated_since_is_left_as_it_is(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "SS", "update 1/5.2 in-progress the old word")
    sqlite_council.clock.moment += minutes(5)
    # The bot is back, and is told something newer before it could look.
    sqlite_council.sandbox.faults.fail_with_status("conversations.open", 503, times=50)
    async with bot_running(sqlite_council):
        assert "5.2" in await sqlite_council.send_command("PM", "update 1/5.2 complete: the new word")
        sqlite_council.sandbox.faults.clear()
        await wait_until(lambda: _has_caught_up(sqlite_council), "the bot looked for what was written")
        await wait_until(lambda: len(answers(sqlite_council, "SS")) == 2, "both were said")
        assert notes(sqlite_council) == ["the new word"]
        assert "was updated after you wrote that, so I recorded nothing" in answers(sqlite_council, "SS")[1]
        assert "update 1/5.2 in-progress the old word" in answers(sqlite_council, "SS")[1]


async def test_a_question_is_answered_and_an_undo_is_not_done(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "JM", "mine")
    await write_message(sqlite_council, "SS", "undo")
    async with restart_bot(sqlite_council):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) == 2, "the undo was answered")
        await wait_until(lambda: len(answers(sqlite_council, "JM")) == 2, "the question was answered")
        assert "This reached me late, so I did not do it" in answers(sqlite_council, "SS")[1]
        assert "6.1" in answers(sqlite_council, "JM")[1]


async def test_today_is_the_day_it_was_written_on(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "SS", "update 1/5.2 due tomorrow because the data is late")
    async with restart_bot(sqlite_council, within=60 * 24 * 2):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) == 2, "it was answered")
        assert "3 March 2026" in answers(sqlite_council, "SS")[1]


async def test_a_pause_that_slack_asks_for_is_kept(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: after a pause")
    monkeypatch.setattr(catch_up, "RETRY_DELAY", 0.01)
    sqlite_council.sandbox.faults.rate_limit("conversations.history", times=2, retry_after=1)
    sqlite_council.sandbox.faults.fail_with_status("conversations.open", 503, times=2)
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == ["after a pause"]
    assert sqlite_council.sandbox.faults.count_armed() == {}


async def test_somebody_who_has_left_keeps_nobody_from_being_heard(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: news")
    users = sqlite_council.sandbox.workspace.users
    users[USERS["RM"]] = replace(users[USERS["RM"]], deleted=True)
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == ["news"]


ON_ONE_DATABASE = pytest.mark.parametrize("sqlite_council", ["sqlite"], indirect=True)


@ON_ONE_DATABASE
async def test_somebody_the_bot_may_not_see_keeps_nobody_from_being_heard(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up, "MAX_READ_ATTEMPTS", 1)
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: news")
    sqlite_council.sandbox.faults.fail("conversations.open", "user_not_visible")
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == ["news"]


@ON_ONE_DATABASE
async def test_what_the_bot_may_not_read_yet_is_not_forgotten(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: news")
    sqlite_council.clock.moment += minutes(5)
    sqlite_council.sandbox.faults.fail("conversations.history", "missing_scope")
    async with bot_running(sqlite_council):
        await wait_until(lambda: not sqlite_council.sandbox.faults.count_armed(), "the bot was refused")
    assert notes(sqlite_council) == []
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == ["news"]


@ON_ONE_DATABASE
async def test_what_goes_wrong_each_time_keeps_nothing_else_from_being_heard(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = CommandJob.__call__

    def stumbling(line: CommandJob, session: Session) -> Result:
        if "stone" in line.text:
            raise RuntimeError("stumbled")
        return take(line, session)

    monkeypatch.setattr(catch_up, "RETRY_DELAY", 0.01)
    monkeypatch.setattr(CommandJob, "__call__", stumbling)
    await write_message(sqlite_council, "PM", "update 1/5.2 complete: a stone")
    sqlite_council.clock.moment += minutes(1)
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: news")
    async with restart_bot(sqlite_council):
        await wait_until(lambda: answers(sqlite_council, "PM"), "the first was answered")
        assert "Nothing of it is recorded" in answers(sqlite_council, "PM")[0]
        assert notes(sqlite_council) == ["news"]


@ON_ONE_DATABASE
async def test_what_is_written_once_it_is_back_is_left_to_slack(sqlite_council: Council) -> None:
    sqlite_council.clock.moment += minutes(5)
    sqlite_council.sandbox.faults.fail_with_status("conversations.open", 503, times=50)
    async with bot_running(sqlite_council):
        await wait_until(lambda: _is_there(sqlite_council), "the bot noted that it is there")
        address, sqlite_council.sandbox.settings.events_url = (
            sqlite_council.sandbox.settings.events_url,
            UNREACHABLE_URL,
        )
        sqlite_council.clock.moment += minutes(1)
        await write_message(sqlite_council, "SS", "update 1/5.2 complete on its way")
        sqlite_council.sandbox.settings.events_url = address
        sqlite_council.sandbox.faults.clear()
        await wait_until(lambda: _has_caught_up(sqlite_council), "the bot looked for what was written")
        assert notes(sqlite_council) == []
        await another_second()
        assert (await sqlite_council.sandbox.redeliver(retry=1)).status == 200
        await wait_until(lambda: answers(sqlite_council, "SS"), "it was answered")
        assert "5.2" in answers(sqlite_council, "SS")[0]
        assert len(answers(sqlite_council, "SS")) == 1


@ON_ONE_DATABASE
async def test_what_slack_brings_again_first_overtakes_nothing_that_was_written_later(
    sqlite_council: Council,
) -> None:
    await write_message(sqlite_council, "PM", "update 1/5.2 in-progress older")
    older = sqlite_council.sandbox.last_delivery
    sqlite_council.clock.moment += minutes(4)
    await write_message(sqlite_council, "SS", "update 1/5.2 complete: newer")
    sqlite_council.clock.moment += minutes(1)
    sqlite_council.sandbox.faults.fail_with_status("conversations.open", 503, times=50)
    async with bot_running(sqlite_council):
        await another_second()
        assert (await sqlite_council.sandbox.redeliver(older, retry=3)).status == 200
        sqlite_council.sandbox.faults.clear()
        await wait_until(lambda: _has_caught_up(sqlite_council), "the bot looked for what was written")
        assert notes(sqlite_council) == ["older", "newer"]


@ON_ONE_DATABASE
@pytest.mark.parametrize("line", ["update 1/5.2 in-progress older", "undo"])
async def test_what_slack_brings_again_takes_nothing_newer_back(sqlite_council: Council, line: str) -> None:
    sqlite_council.clock.moment -= minutes(19)
    await write_message(sqlite_council, "SS", line)
    older = sqlite_council.sandbox.last_delivery
    async with bot_running(sqlite_council):
        sqlite_council.clock.moment += minutes(1)
        assert "5.2" in await sqlite_council.send_command("SS", "update 1/5.2 complete: newer")
        await another_second()
        assert (await sqlite_council.sandbox.redeliver(older, retry=2)).status == 200
        await wait_until(lambda: answers(sqlite_council, "SS"), "it was answered")
        assert notes(sqlite_council) == ["newer"]
        assert "send it again" in answers(sqlite_council, "SS")[0]


@pytest.mark.parametrize("ts", [None, "", "nan", "inf", "1e300", "soon"])
def test_a_time_that_is_none_keeps_nothing_from_being_heard(ts: str | None) -> None:
    event = {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "ts": ts}}
    request = AsyncBoltRequest(body=json.dumps(event), headers={"X-Slack-Retry-Num": "2"})
    assert pipeline.sent_at_if_late(request) is None


@ON_ONE_DATABASE
async def test_it_is_there_while_it_reads_a_long_plan(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = asyncio.Event()

    async def reading(_imports: Imports) -> None:
        await read.wait()

    monkeypatch.setattr(Imports, "run", reading)
    monkeypatch.setattr("bot.serve.CATCH_UP_INTERVAL", 0.1)
    async with restart_bot(sqlite_council):
        sqlite_council.clock.moment += minutes(1)
        try:
            await wait_until(lambda: _is_there(sqlite_council), "the bot noted that it is still there")
        finally:
            read.set()


async def test_a_long_conversation_is_read_to_its_end(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.slack_lookup.PAGE_SIZE", 2)
    for number in range(5):
        await write_message(sqlite_council, "SS", f"update 1/5.2 in-progress word {number}")
        sqlite_council.clock.moment += minutes(1)
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == [f"word {number}" for number in range(5)]


async def test_an_answer_in_the_thread_of_an_older_question_is_found(sqlite_council: Council) -> None:
    sqlite_council.clock.moment += minutes(15)
    async with bot_running(sqlite_council):
        await wait_until(
            lambda: answers(sqlite_council, "SS") and answers(sqlite_council, "JM"), "the owners were asked"
        )
        await wait_until(lambda: _is_there(sqlite_council), "the bot noted that it was there")
    asked = sqlite_council.dm("SS")[0]
    sqlite_council.clock.moment += minutes(24 * 60)
    await write_message(sqlite_council, "SS", "done: the data is in", thread_ts=asked.ts)
    await write_message(sqlite_council, "JM", "done: all six", thread_ts=sqlite_council.dm("JM")[0].ts)
    async with restart_bot(sqlite_council):
        await wait_until(
            lambda: len(_in_thread(sqlite_council, "SS", asked)) == 3, "both were said, in the thread"
        )
        assert "I have read it now:" in _in_thread(sqlite_council, "SS", asked)[1]
        assert _in_thread(sqlite_council, "SS", asked)[2].startswith("Recorded. 1/5.2")
        assert notes(sqlite_council) == ["the data is in", "all six"]
    sqlite_council.clock.moment += minutes(20)
    async with restart_bot(sqlite_council):
        assert len(notes(sqlite_council)) == 2


async def test_an_answer_that_a_thread_shows_in_the_conversation_too_is_taken_once(
    sqlite_council: Council,
) -> None:
    channel = sqlite_council.sandbox.dm_id(USERS["SS"])
    await write_message(sqlite_council, "SS", "mine")
    first = sqlite_council.dm("SS")[-1].ts
    line = "update 1/5.2 in-progress twice to be seen"
    sqlite_council.sandbox.workspace.post(
        SandboxMessage("", channel, USERS["SS"], line, thread_ts=first, broadcast=True)
    )
    async with restart_bot(sqlite_council):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) >= 3, "both were read out")
        assert notes(sqlite_council) == ["twice to be seen"]
        assert sum("twice to be seen" in answer for answer in answers(sqlite_council, "SS")) == 1


async def test_a_thread_that_is_gone_keeps_nothing_else_from_being_read(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "SS", "update 1/5.2 in-progress and more")
    await write_message(
        sqlite_council, "SS", "update 1/5.2 complete", thread_ts=sqlite_council.dm("SS")[-1].ts
    )
    sqlite_council.sandbox.faults.fail("conversations.replies", "thread_not_found")
    async with restart_bot(sqlite_council):
        assert notes(sqlite_council) == ["and more"]


def _in_thread(bot_council: Council, initials: str, parent: SandboxMessage) -> list[str]:
    return [message.text for message in bot_council.dm(initials) if message.thread_ts == parent.ts]


async def test_a_short_absence_is_left_to_slack(sqlite_council: Council) -> None:
    sqlite_council.clock.moment -= minutes(19)
    await write_message(sqlite_council, "SS", "update 1/5.2 complete")
    async with bot_running(sqlite_council):
        await wait_until(lambda: _has_caught_up(sqlite_council), "it is there, and sees no need to look")
        assert notes(sqlite_council) == []
        await another_second()
        assert (await sqlite_council.sandbox.redeliver(retry=2)).status == 200
        await wait_until(lambda: answers(sqlite_council, "SS"), "it was answered")
        assert not answers(sqlite_council, "SS")[0].startswith("I was away")


async def test_a_plan_sent_meanwhile_is_read_and_shown(sqlite_council: Council) -> None:
    assert (await send_file(sqlite_council, "PM", csv_file())).status != 200
    async with restart_bot(sqlite_council):
        await wait_until(lambda: answers(sqlite_council, "PM"), "the review is shown")
        assert "Town plan 2026-29" in answers(sqlite_council, "PM")[0]


async def test_of_two_that_look_at_once_each_word_is_taken_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.heartbeat.CATCH_UP_LEASE", minutes(-1))
    async with council("postgresql", tmp_path) as bot_council:
        async with bot_running(bot_council):
            await wait_until(lambda: _is_there(bot_council), "the bot noted that it was there")
        bot_council.clock.moment += minutes(20)
        for number in range(8):
            await write_message(
                bot_council, ("PM", "RM", "JM")[number % 3], f"update 2/1.3 in-progress word {number}"
            )
            bot_council.clock.moment += minutes(1)
        async with bot_running(bot_council), bot_running(bot_council):

            def is_answered() -> bool:
                """Time goes by: so many conversations are opened only one after the other."""
                bot_council.clock.moment += minutes(1 / 60)
                return len(answers(bot_council, "RM")) == 6

            await wait_until(is_answered, "all was answered")
            await asyncio.sleep(0.5)
            assert notes(bot_council) == [f"word {number}" for number in range(8)]
            assert [len(answers(bot_council, each)) for each in ("PM", "RM", "JM")] == [6, 6, 4]


async def write_with_files(
    bot_council: Council, words: str, *names: str, initials: str = "SS"
) -> SandboxMessage:
    """Nobody is there to hear it; the message as it stands in the conversation."""
    workspace, user = bot_council.sandbox.workspace, USERS[initials]
    files = [store_file(workspace, user, name, b"content") for name in names]
    channel = workspace.directory.open_im(user).id
    return workspace.post(SandboxMessage("", channel, user, words, files=files))


async def test_words_beside_a_file_are_recorded_with_it_afterwards(sqlite_council: Council) -> None:
    await write_with_files(sqlite_council, "1/5.2 done: all in", "photo.png")
    await write_with_files(sqlite_council, "9.9 done", "other.png")
    async with restart_bot(sqlite_council):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) > 1, "the first was answered")
        sqlite_council.clock.moment += minutes(1)
        await wait_until(lambda: len(answers(sqlite_council, "SS")) == 4, "both were answered")
        said = answers(sqlite_council, "SS")
        assert said[0].startswith(AWAY)
        assert "Evidence: photo.png" in said[1]
        assert "other.png was not kept" in said[3]
        (change,) = changes(sqlite_council)
        assert (change.note, change.source) == ("all in", "late")
        assert change.evidence.startswith("photo.png http")


async def test_a_plan_with_words_is_read_afterwards(sqlite_council: Council) -> None:
    await write_with_files(sqlite_council, "here is the plan", "plan.csv", initials="PM")
    async with restart_bot(sqlite_council):
        await wait_until(lambda: answers(sqlite_council, "PM"), "the file was answered")
        assert "plan.csv" in answers(sqlite_council, "PM")[0]
        assert notes(sqlite_council) == []


async def test_a_message_changed_meanwhile_is_read_once_with_its_last_words(sqlite_council: Council) -> None:
    message = await write_with_files(sqlite_council, "1/5.2 dnoe")
    event = edit_event(message, "1/5.2 done")
    sqlite_council.sandbox.workspace.edit_message(message, "1/5.2 done", [], [])
    event["message"]["edited"]["ts"] = message.edited_ts
    async with restart_bot(sqlite_council):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) == 2, "it was answered")
        assert len(changes(sqlite_council)) == 1
        # Slack's own last try to tell of the change comes after all.
        assert (await send_event(sqlite_council, event, {"X-Slack-Retry-Num": "3"})).status == 200
        await asyncio.sleep(0.3)
        assert len(changes(sqlite_council)) == 1
        assert len(answers(sqlite_council, "SS")) == 2


async def _change_while_away(
    bot_council: Council, first: str, then: str, *, within: float = 20
) -> tuple[SandboxMessage, int]:
    """Write while it is there, and change the words once it is away; how often it has answered so far."""
    async with restart_bot(bot_council):
        user, sandbox = USERS["SS"], bot_council.sandbox
        await sandbox.post_message(user, sandbox.dm_id(user), first, None)
        await wait_until(lambda: answers(bot_council, "SS"), "it was answered")
    message = next(each for each in bot_council.dm("SS") if each.user == USERS["SS"])
    bot_council.clock.moment += minutes(within)
    bot_council.sandbox.workspace.edit_message(message, then, [], [])
    return message, len(answers(bot_council, "SS"))


async def test_a_message_read_before_and_changed_meanwhile_is_read_anew(sqlite_council: Council) -> None:
    message, before = await _change_while_away(sqlite_council, "1/5.2 done", "1/5.2 on hold: no money")
    event = edit_event(message, "1/5.2 on hold: no money")
    event["message"]["edited"]["ts"] = message.edited_ts
    async with restart_bot(sqlite_council):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) > before + 1, "it was answered")
        await send_event(sqlite_council, event, {"X-Slack-Retry-Num": "3"})
        await asyncio.sleep(0.3)
        rows = changes(sqlite_council)
        assert [each.to_status.value for each in rows] == ["complete", "in-progress", "on-hold"]
        assert rows[1].undoes_id == rows[0].id
        assert rows[2].note == "no money"
        said = answers(sqlite_council, "SS")[before:]
        assert "I was away when you wrote" in said[0]
        assert "You changed your message" in said[1]


async def test_a_mention_of_the_bot_before_the_words_is_no_word(sqlite_council: Council) -> None:
    await write_message(sqlite_council, "SS", f"<@{BOT_USER_ID}> 1/5.2 done")
    async with restart_bot(sqlite_council):
        await wait_until(lambda: len(answers(sqlite_council, "SS")) == 2, "it was answered")
        assert [each.to_status.value for each in changes(sqlite_council)] == ["complete"]
