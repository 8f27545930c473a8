"""Words beside a file are read as always; the file is their evidence, unless the message is about a plan."""

import asyncio
import json

import pytest
from sqlalchemy import select, update

from bot.plan.owners import PersonRole
from models import Person, PlanUpload
from tests.fixtures.council import Council, minutes
from tests.fixtures.plan_files import csv_file
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, buttons, notes
from tests.handlers.slack.slack_events import SS, answers, ask, changes, send_event, write


def uploads(council: Council) -> list[str]:
    database = council.database()
    with database.transaction(write=False) as session:
        found = list(session.scalars(select(PlanUpload.name)))
    database.close()
    return found


def make_plan_manager(council: Council) -> None:
    """SS, whose files are opened then."""
    database = council.database()
    with database.transaction() as session:
        session.execute(update(Person).where(Person.initials == "SS").values(role=PersonRole.PLAN_MANAGER))
    database.close()


async def test_words_beside_a_picture_are_recorded_with_it(bot_council: Council) -> None:
    said = await ask(bot_council, "1/5.2 done: all teams answered", "photo.png")
    assert said.text.startswith("Recorded. 1/5.2")
    assert "Evidence: photo.png http" in said.text
    (change,) = changes(bot_council)
    assert (change.to_status.value, change.note) == ("complete", "all teams answered")
    name, address = change.evidence.split(" ")
    assert name == "photo.png"
    assert address.startswith("http")
    assert len(answers(bot_council)) == 1
    history = await bot_council.send_command("SS", "history 1/5.2")
    assert f"Evidence: {change.evidence}" in history
    assert bot_council.sandbox.failures == []


async def test_the_event_that_comes_again_records_it_once(sqlite_council: Council) -> None:
    await ask(sqlite_council, "1/5.2 done", "photo.png")
    message = [each for each in sqlite_council.dm("SS") if each.user == SS][-1]
    event = {**message.as_slack("T0SANDBOX"), "channel": message.channel, "channel_type": "im"}
    for _ in range(2):
        await another_second()
        assert (await send_event(sqlite_council, {**event, "subtype": "file_share"})).status == 200
    await asyncio.sleep(0.3)
    assert len(changes(sqlite_council)) == 1
    assert len(answers(sqlite_council)) == 1


async def test_all_of_several_files_are_evidence(sqlite_council: Council) -> None:
    said = await ask(sqlite_council, "1/5.2 in progress", "one.png", "two minutes.jpg", "three.mp4")
    (change,) = changes(sqlite_council)
    for name in ("one.png", "two minutes.jpg", "three.mp4"):
        assert f"{name} http" in change.evidence
        assert name in said.text
    assert change.evidence.count(" + ") == 2


async def test_a_file_that_could_be_a_plan_is_evidence_and_asked_about(bot_council: Council) -> None:
    said = await ask(bot_council, "1/5.2 done", "report.docx")
    assert "Evidence: report.docx" in said.text
    await wait_until(lambda: len(answers(bot_council)) == 2, "it was asked about")
    assert "I kept report.docx as evidence and read no plan from it." in answers(bot_council)[1].text
    assert "without words" in answers(bot_council)[1].text
    assert uploads(bot_council) == []


@pytest.mark.parametrize("words", ["", "here is the plan", "Plan 2026-27", "thanks!", "show 5.2", "2026"])
async def test_a_plan_is_read_with_no_words_or_with_words_that_are_no_update(
    sqlite_council: Council, words: str
) -> None:
    make_plan_manager(sqlite_council)
    said = await ask(sqlite_council, words, "plan.csv", content=csv_file())
    assert "Town plan 2026-29" in said.text
    assert uploads(sqlite_council) == ["plan.csv"]
    assert changes(sqlite_council) == []


async def test_a_picture_without_words_gets_a_way_on(sqlite_council: Council) -> None:
    said = await ask(sqlite_council, "", "photo.png")
    assert "I left photo.png alone" in said.text
    assert "5.2 done" in said.text
    said = await ask(sqlite_council, "   ", "photo.png")
    assert "I left photo.png alone" in said.text


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("1/5.2 wip --rag ambr", "I don't know the colour"),
        ("9.9 done", "There is no action 9.9"),
        ("for the file", "I can't tell what to do with"),
        ("1/5.3 done", "Nothing was changed"),
    ],
)
async def test_words_that_cannot_be_recorded_say_so_of_the_file_too(
    sqlite_council: Council, words: str, problem: str
) -> None:
    said = await ask(sqlite_council, words, "photo.png")
    assert problem in said.text
    assert "photo.png was not kept." in said.text
    assert changes(sqlite_council) == []


async def test_a_mistyped_update_is_not_read_as_a_plan(sqlite_council: Council) -> None:
    said = await ask(sqlite_council, "1/5.2 dnoe", "plan.csv", content=csv_file())
    assert "Nothing is recorded yet." in said.text
    assert "Evidence: plan.csv" in said.text
    assert uploads(sqlite_council) == []
    said = await ask(sqlite_council, "9.9 done", "plan.csv", content=csv_file())
    assert "If plan.csv is a plan, send it again without words." in said.text
    assert uploads(sqlite_council) == []


async def test_another_command_is_answered_and_the_picture_left(sqlite_council: Council) -> None:
    said = await ask(sqlite_council, "mine", "photo.png")
    assert "5.2" in said.text
    await wait_until(lambda: len(answers(sqlite_council)) == 2, "the file was named too")
    assert "I left photo.png alone" in answers(sqlite_council)[1].text


async def test_the_evidence_goes_with_the_choice_of_an_action(sqlite_council: Council) -> None:
    """PM may update either of the two that are called 5.2."""
    before = len(answers(sqlite_council, "PM"))
    await write(sqlite_council, "5.2 done", "photo.png", initials="PM")
    await wait_until(lambda: len(answers(sqlite_council, "PM")) > before, "the bot asked which")
    assert changes(sqlite_council) == []
    offered = answers(sqlite_council, "PM")[-1]
    button = buttons(offered, "choose")[1]
    await sqlite_council.sandbox.press("U0PM", offered.channel, offered.ts, button)
    await wait_until(lambda: changes(sqlite_council), "it was recorded")
    assert changes(sqlite_council)[0].evidence.startswith("photo.png http")


async def test_words_below_a_question_are_its_answer_with_the_file(sqlite_council: Council) -> None:
    sqlite_council.clock.moment += minutes(60)
    await wait_until(lambda: answers(sqlite_council), "the owner was asked")
    question = answers(sqlite_council)[0]
    await asyncio.sleep(0.5)
    said = await ask(sqlite_council, "done", "photo.png", thread_ts=question.ts)
    assert said.text.startswith("Recorded. 1/5.2")
    assert said.thread_ts == question.ts
    assert changes(sqlite_council)[0].evidence.startswith("photo.png http")
    said = await ask(sqlite_council, "see here", "plan.csv", thread_ts=question.ts, content=csv_file())
    assert "Evidence: plan.csv" in said.text
    assert len(changes(sqlite_council)) == 1
    said = await ask(sqlite_council, "9.9 done", "plan.csv", thread_ts=question.ts, content=csv_file())
    assert "plan.csv was not kept" in said.text
    assert uploads(sqlite_council) == []


async def test_the_name_of_a_file_is_only_text(bot_council: Council) -> None:
    name = 'a"b <!channel> <@U0EVIL> https://evil.example *x* `y`.png'
    said = await ask(bot_council, "1/5.2 in progress", name)
    (change,) = changes(bot_council)
    assert change.evidence.count("://") == 1
    assert '"' not in change.evidence
    assert "<" not in change.evidence
    shown = json.dumps(said.blocks)
    assert "<!" not in shown
    assert "<@U0EVIL" not in shown
    assert "<https://evil" not in shown
    assert bot_council.sandbox.failures == []


async def test_a_file_without_an_address_is_kept_by_its_name(sqlite_council: Council) -> None:
    channel = sqlite_council.sandbox.dm_id(SS)
    for number, file in enumerate(
        (
            {"name": "photo.png"},
            {"name": "photo.png", "permalink": "javascript:alert(1)"},
            {"name": "photo.png", "permalink": "https://a.example/<b>"},
            {"permalink": ["x"]},
            {"name": 7},
            {},
        )
    ):
        event = {
            "type": "message",
            "subtype": "file_share",
            "channel": channel,
            "channel_type": "im",
            "user": SS,
            "text": "1/5.2 in progress",
            "ts": f"177244000{number}.000100",
            "files": [file],
        }
        assert (await send_event(sqlite_council, event)).status == 200
    assert [each.evidence for each in changes(sqlite_council)] == [
        "photo.png", "photo.png", "photo.png", "a file", "7", "a file",
    ]  # fmt: skip


async def test_evidence_of_ones_own_stays_beside_the_file(sqlite_council: Council) -> None:
    await ask(sqlite_council, "1/5.2 done --evidence https://council.example/a", "photo.png")
    (change,) = changes(sqlite_council)
    assert change.evidence.startswith("https://council.example/a + photo.png http")
    assert notes(sqlite_council) == [""]
