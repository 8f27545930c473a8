"""`@cip 5.2 done` in a channel is a line as after the slash command, recorded or refused."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import SandboxMessage
from tests.fixtures.council import BOARD, Council, minutes
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second
from tests.handlers.slack.slack_events import answers, changes, send_event, write

SS = USERS["SS"]
CIP = f"<@{BOT_USER_ID}>"


def said_to(council: Council, initials: str = "SS", channel: str = BOARD) -> list[SandboxMessage]:
    return [each for each in council.visible_messages(initials, channel) if each.user == BOT_USER_ID]


async def mention(council: Council, words: str, *names: str, **more: Any) -> SandboxMessage:
    before = len(said_to(council))
    await write(council, words, *names, channel=BOARD, **more)
    await wait_until(lambda: len(said_to(council)) > before, "the bot answered")
    return said_to(council)[-1]


@pytest.mark.parametrize(
    "words",
    [
        f"{CIP} 1/5.2 done",
        f"{CIP}: 1/5.2 done",
        f"1/5.2 done {CIP}",
        f"hi {CIP}, done 1/5.2",
        f"<@{BOT_USER_ID}|cip> update 1/5.2 done",
        f"{CIP} {CIP} 1/5.2 done",
        f"{CIP} 1/5.2 done, {CIP}",
        f"1/5.2 done {CIP}!",
    ],
)
async def test_the_words_are_an_update(sqlite_council: Council, words: str) -> None:
    said = await mention(sqlite_council, words)
    assert said.text.startswith("Recorded. 1/5.2")
    assert said.only_for == SS
    assert len(said_to(sqlite_council, "CH")) == 0
    (change,) = changes(sqlite_council)
    assert (change.to_status.value, change.note) == ("complete", "")
    assert sqlite_council.sandbox.failures == []


async def test_it_is_recorded_once_with_its_place_and_no_other_answer_follows(bot_council: Council) -> None:
    await mention(bot_council, f"{CIP} 1/5.2 done: all in")
    delivery = [each for each in bot_council.visible_messages("SS") if each.user == SS][-1]
    event = {"type": "app_mention", "user": SS, "text": delivery.text, "ts": delivery.ts, "channel": BOARD}
    for _ in range(2):
        await another_second()
        assert (await send_event(bot_council, event)).status == 200
    bot_council.clock.moment += minutes(2)
    await asyncio.sleep(0.6)
    (change,) = changes(bot_council)
    assert (change.note, change.place) == ("all in", "#board")
    assert len(said_to(bot_council)) == 1
    assert not [each for each in answers(bot_council) if "Recorded" in each.text]


@pytest.mark.parametrize("words", ["9.9 done", "5.3 done", "what is the weather?", "done"])
async def test_what_is_no_update_says_that_nothing_was_recorded(sqlite_council: Council, words: str) -> None:
    said = await mention(sqlite_council, f"{CIP} {words}")
    assert "Nothing was recorded." in said.text
    assert said.only_for == SS
    assert changes(sqlite_council) == []


async def test_what_is_not_plain_is_offered_and_nothing_recorded(sqlite_council: Council) -> None:
    said = await mention(sqlite_council, f"{CIP} 1/5.2 dnoe")
    assert "Nothing is recorded yet." in said.text
    assert said.only_for == SS
    assert changes(sqlite_council) == []


async def test_a_question_is_answered_and_no_words_show_the_help(sqlite_council: Council) -> None:
    assert "Gather the data" in (await mention(sqlite_council, f"{CIP} show 1/5.2")).text
    assert "1 action is overdue" in (await mention(sqlite_council, f"{CIP} what is late?")).text
    assert "/cip" in (await mention(sqlite_council, CIP)).text
    assert "/cip" in (await mention(sqlite_council, f"{CIP} help")).text
    assert all(each.only_for == SS for each in said_to(sqlite_council))


async def test_what_is_to_be_public_is_shown_to_the_channel(sqlite_council: Council) -> None:
    said = await mention(sqlite_council, f"{CIP} 1/5.2 done public")
    assert said.only_for is None
    assert "Recorded." in said.text


async def test_what_is_quoted_of_the_words_has_names(sqlite_council: Council) -> None:
    said = await mention(sqlite_council, f"{CIP} search <@{USERS['PM']}>")
    assert "“@PM”" in said.text
    said = await mention(sqlite_council, f"{CIP} 1/5.2 ask <@{USERS['PM']}>")
    assert "You wrote: “ask @PM”" in said.text
    assert "Nothing is recorded yet." in said.text
    said = await mention(sqlite_council, f"{CIP} 1/5.2 ask <https://x.example|here> first")
    assert "“ask here (https://x.example) first”" in said.text


async def test_a_file_with_a_mention_is_evidence(sqlite_council: Council) -> None:
    said = await mention(sqlite_council, f"{CIP} 1/5.2 done", "photo.png")
    assert "Evidence: photo.png" in said.text


async def test_an_answer_in_a_thread_stays_there(sqlite_council: Council) -> None:
    head = sqlite_council.sandbox.workspace.post(SandboxMessage("", BOARD, SS, "Who has news?"))
    said = await mention(sqlite_council, f"{CIP} 1/5.2 done", thread_ts=head.ts)
    assert said.thread_ts == head.ts


async def test_a_changed_mention_is_read_once(sqlite_council: Council) -> None:
    """Slack tells of it again as of a new mention."""
    await mention(sqlite_council, f"{CIP} 1/5.2 dnoe")
    first = [each for each in sqlite_council.visible_messages("SS") if each.user == SS][-1]
    event = {"type": "app_mention", "user": SS, "ts": first.ts, "channel": BOARD, "text": f"{CIP} 1/5.2 done"}
    for edit_ts in ("1772440000.000100", "1772440000.000100"):
        await send_event(sqlite_council, {**event, "edited": {"user": SS, "ts": edit_ts}})
        await another_second()
    await wait_until(lambda: len(said_to(sqlite_council)) == 2, "the change was answered")
    assert [each.to_status.value for each in changes(sqlite_council)] == ["complete"]
    await send_event(
        sqlite_council,
        {**event, "text": f"{CIP} 1/5.2 on hold", "edited": {"user": SS, "ts": "1772440001.000100"}},
    )
    await wait_until(lambda: len(said_to(sqlite_council)) == 3, "the second change was answered")
    assert "That still stands" in said_to(sqlite_council)[-1].text
    assert len(changes(sqlite_council)) == 1


@pytest.mark.parametrize(("words", "statuses"), [("1/5.2 on hold", ["on-hold"]), ("1/5.2 dnoe", [])])
async def test_an_earlier_version_that_comes_after_a_later_one_is_not_read(
    bot_council: Council, words: str, statuses: list[str]
) -> None:
    event = {"type": "app_mention", "user": SS, "ts": "1772439999.000100", "channel": BOARD}
    later = {**event, "text": f"{CIP} {words}", "edited": {"user": SS, "ts": "1772440002.000100"}}
    between = {**event, "text": f"{CIP} 1/5.2 done", "edited": {"user": SS, "ts": "1772440001.000100"}}
    first = {**event, "text": f"{CIP} 1/5.2 complete"}
    for each in (later, between, first):
        assert (await send_event(bot_council, each)).status == 200
        await another_second()
    assert [each.to_status.value for each in changes(bot_council)] == statuses
    assert len(said_to(bot_council)) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"bot_id": "B0OTHER"},
        {"bot_profile": {"id": "B0OTHER"}},
        {"subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"channel_type": "im"},
        {"channel": "D0DIRECT"},
    ],
)
async def test_a_mention_by_a_bot_or_in_a_direct_message_is_no_line(
    sqlite_council: Council, facts: dict[str, Any]
) -> None:
    event = {
        "type": "app_mention",
        "user": SS,
        "text": f"{CIP} 1/5.2 done",
        "ts": "1772440000.1",
        "channel": BOARD,
    }
    assert (await send_event(sqlite_council, {**event, **facts})).status == 200
    await asyncio.sleep(0.2)
    assert changes(sqlite_council) == []
    assert said_to(sqlite_council) == []


async def test_a_late_mention_records_nothing_over_what_was_said_since(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", "1/5.2 on-hold")
    ts = f"{sqlite_council.clock.moment.timestamp() - 300:.6f}"
    event = {"type": "app_mention", "user": SS, "text": f"{CIP} 1/5.2 done", "ts": ts, "channel": BOARD}
    await send_event(sqlite_council, event, {"X-Slack-Retry-Num": "3"})
    await wait_until(lambda: len(said_to(sqlite_council)) == 2, "the bot answered")
    assert "was updated after you wrote that" in said_to(sqlite_council)[-1].text
    assert len(changes(sqlite_council)) == 1
