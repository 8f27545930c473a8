"""Whose files are fetched and read, how many, in which order, and how long they wait for a decision."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.commands import Asker
from bot.database import Database
from bot.delivery.slack_files import SlackFiles
from bot.importing import uploads
from bot.importing.uploads import MAX_AGE, MAX_PER_DAY, MAX_UNREAD, SentFile
from bot.services import workspaces
from handlers.slack import imports
from models import Delivery, PlanUpload
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.databases import fresh_database
from tests.fixtures.plan_files import csv_file, send_file
from tests.fixtures.plans import NOW, TEAM, USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import buttons
from tests.handlers.slack.test_imports import (
    answers,
    current_text,
    decide,
    select_all,
    send_plan,
    set_role,
)


def fetched(bot_council: Council) -> int:
    return sum(each.title == "file download" for each in bot_council.sandbox.traffic.exchanges())


@pytest.mark.parametrize("initials", ["RM", "SS", "U0STRANGER"])
async def test_a_file_of_whoever_could_not_apply_it_is_not_even_fetched(
    bot_council: Council, initials: str
) -> None:
    user = USERS.get(initials, initials)
    await send_file(bot_council, initials, csv_file())

    def said() -> list[str]:
        channel = bot_council.sandbox.dm_id(user)
        return [each.text for each in bot_council.sandbox.visible_messages(user, channel) if each.by_bot]

    await wait_until(lambda: bool(said()), "they were answered")
    assert said() == [
        (
            "Only a plan manager can bring in a plan, so I did not open what you sent. Nothing was changed."
            " Send it to PM."
        )
    ]
    assert select_all(bot_council, PlanUpload) == []
    assert fetched(bot_council) == 0


async def test_before_there_is_a_plan_manager_it_says_how_to_begin(sqlite_council: Council) -> None:
    set_role(sqlite_council, "PM", "owner")
    answer = await send_plan(sqlite_council, "PM", csv_file())
    assert "Nobody is a plan manager yet" in answer.text
    assert "python app.py import FILE" in answer.text


async def test_three_files_of_theirs_get_one_answer(sqlite_council: Council) -> None:
    before = len(select_all(sqlite_council, Delivery))
    await asyncio.gather(*(send_file(sqlite_council, "RM", csv_file()) for _ in range(1)))
    await wait_until(lambda: len(answers(sqlite_council, "RM")) == 1, "they were answered")
    await sqlite_council.sandbox.redeliver()
    assert len(select_all(sqlite_council, Delivery)) == before + 1


async def test_who_is_no_manager_any_more_is_not_read(tmp_path: Path) -> None:
    """The file came while the bot could not fetch it; the role went before it could."""
    async with council("sqlite", tmp_path) as bot_council:
        bot_council.sandbox.faults.fail_with_status("files.download", 503, times=1)
        async with bot_running(bot_council):
            await send_file(bot_council, "PM", csv_file())
            await wait_until(lambda: select_all(bot_council, PlanUpload.attempts) == [1], "it was tried once")
        set_role(bot_council, "PM", "owner")
        set_role(bot_council, "RM", "plan-manager")
        count = fetched(bot_council)
        async with bot_running(bot_council):
            await wait_until(lambda: bool(answers(bot_council, "PM")), "they were answered")
        assert "Send it to RM." in answers(bot_council, "PM")[-1].text
        assert select_all(bot_council, PlanUpload.state) == ["refused"]
        assert fetched(bot_council) == count


def put(bot_council: Council, count: int, **values: Any) -> None:
    """So many files of PM's, as if they had come before."""
    database = bot_council.database()
    with database.transaction() as session:
        workspace = workspaces.require_workspace(session, TEAM)
        for number in range(count):
            row = {
                "key": f"before:{number}", "user_id": USERS["PM"], "channel_id": "D1", "name": "x.csv",
                "address": "https://evil.example/x.csv", "state": "refused", "size": 10,
                "received_at": bot_council.clock.now(), **values,
            }  # fmt: skip
            session.add(PlanUpload(workspace_id=workspace.id, **row))
    database.close()


async def test_no_more_than_five_wait_to_be_read(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = asyncio.Event()

    async def wait(_self: SlackFiles, _address: str) -> bytes:
        await reading.wait()
        return csv_file()

    monkeypatch.setattr(SlackFiles, "fetch", wait)
    for _ in range(MAX_UNREAD):
        await send_file(sqlite_council, "PM", csv_file())
    answer = await send_plan(sqlite_council, "PM", csv_file())
    assert answer.text == (
        "5 files of yours wait to be read, and no more may wait at once. Send the others when I have"
        " answered those."
    )
    reading.set()
    await wait_until(
        lambda: select_all(sqlite_council, PlanUpload.state) == ["waiting"] * MAX_UNREAD, "they were read"
    )


async def test_no_more_than_twenty_come_within_a_day(sqlite_council: Council) -> None:
    put(sqlite_council, MAX_PER_DAY)
    answer = await send_plan(sqlite_council, "PM", csv_file())
    assert answer.text.startswith("You have sent 20 files within a day, and I read no more of one person's.")
    sqlite_council.clock.moment += timedelta(days=1, minutes=1)
    assert "2 actions" in (await send_plan(sqlite_council, "PM", csv_file())).text


async def test_a_second_delivery_of_an_accepted_file_is_not_over_the_limit(sqlite_council: Council) -> None:
    put(sqlite_council, MAX_PER_DAY - 1)
    await send_plan(sqlite_council, "PM", csv_file())
    sqlite_council.clock.moment += timedelta(seconds=1)
    await sqlite_council.sandbox.redeliver()
    await asyncio.sleep(0.2)
    assert len(answers(sqlite_council, "PM")) == 1


async def test_two_are_read_at_once_and_no_third(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, release = [], asyncio.Event()

    async def wait(_self: SlackFiles, address: str) -> bytes:
        begun.append(address)
        await release.wait()
        return csv_file()

    monkeypatch.setattr(SlackFiles, "fetch", wait)
    for _ in range(3):
        await send_file(sqlite_council, "PM", csv_file())
    await wait_until(lambda: len(begun) == imports.MAX_CONCURRENT_READS, "two were begun")
    await asyncio.sleep(0.2)
    assert len(begun) == len(set(begun)) == 2
    release.set()
    await wait_until(lambda: len(answers(sqlite_council, "PM")) == 3, "all were answered")
    assert len(begun) == len(set(begun)) == 3


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    yield from fresh_database(request.param, tmp_path, "planned")


async def test_everybody_has_a_turn_and_small_files_are_first(database: Database) -> None:
    """Nine long documents of one person do not hold up another's workbook."""
    sent = [
        *(("U0SS", 9_000_000 - n) for n in range(9)),
        ("U0PM", 8_000_000),
        ("U0PM", 20_000),
        ("U0RM", 30_000),
    ]

    def record() -> None:
        with database.transaction() as session:
            for number, (user, size) in enumerate(sent):
                file = SentFile("a.pdf", "https://files.slack.com/a", size)
                uploads.record_upload(session, Asker(TEAM, user, "D1"), file, f"k{number}", NOW)

    record()
    order: list[tuple[str, int]] = []
    done: set[int] = set()
    while (upload := await database.read(uploads.next_to_read, TEAM, done)) is not None:
        done.add(upload.id)
        with database.transaction(write=False) as session:
            order.append((upload.asker.user_id, session.get_one(PlanUpload, upload.id).size))
    assert order[:4] == [("U0PM", 20_000), ("U0RM", 30_000), ("U0SS", 8_999_992), ("U0PM", 8_000_000)]
    assert sorted(order) == sorted(sent)


async def test_after_thirty_days_a_file_is_given_up_and_the_button_says_so(bot_council: Council) -> None:
    review = await send_plan(bot_council, "PM", csv_file())
    database = bot_council.database()
    now = bot_council.clock.now()
    assert await database.run(uploads.expire_uploads, now + MAX_AGE - timedelta(minutes=1)) == 0
    assert select_all(bot_council, PlanUpload.state) == ["waiting"]
    assert await database.run(uploads.expire_uploads, now + MAX_AGE + timedelta(minutes=1)) == 1
    database.close()
    (row,) = select_all(bot_council, PlanUpload)
    assert (row.state, row.draft, row.address, row.digest) == ("expired", None, "", "")
    for button in ("apply", "cancel"):
        await decide(bot_council, "PM", review, button)
    await wait_until(lambda: len(answers(bot_council, "PM")) == 3, "both were answered")
    for answer in answers(bot_council, "PM")[1:]:
        assert answer.text.startswith("plan.csv waited 30 days for a decision, so I let go of it")
    assert "2 actions" in current_text(bot_council, "PM", review.ts)
    await send_plan(bot_council, "PM", csv_file())
    assert select_all(bot_council, PlanUpload.state) == ["expired", "waiting"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_only_what_is_undecided_is_given_up(kind: str, tmp_path: Path) -> None:
    old = NOW - MAX_AGE - timedelta(days=1)
    async with council(kind, tmp_path) as bot_council:
        for number, state in enumerate(("waiting", "received", "applied", "cancelled", "refused")):
            put(bot_council, 1, key=f"old:{number}", state=state, received_at=old)
        put(bot_council, 1, key="new", state="waiting", received_at=old + timedelta(days=2))
        database = bot_council.database()
        assert await database.run(uploads.expire_uploads, NOW) == 2
        database.close()
        states = {each.key: each.state for each in select_all(bot_council, PlanUpload)}
        assert list(states.values()).count("expired") == 2
        assert (states["old:0"], states["old:1"], states["new"]) == ("expired", "expired", "waiting")


async def test_a_start_gives_up_what_waited_too_long(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        put(bot_council, 1, state="waiting", received_at=NOW - MAX_AGE - timedelta(days=1))
        async with bot_running(bot_council):
            await wait_until(
                lambda: select_all(bot_council, PlanUpload.state) == ["expired"], "it was given up"
            )


QUESTIONS = (("1.1", "Count the rooms", "SS", "31/03/2027", ""), ("1.2", "Mend it", "RM", "soon", ""))


async def test_a_question_form_left_blank_needs_the_plan_manager_too(bot_council: Council) -> None:
    """The form was opened while its person was one. Nothing of the next question is shown to them."""
    review = await send_plan(bot_council, "PM", csv_file(*QUESTIONS))
    user, (button,) = USERS["PM"], buttons(review, "questions")
    await bot_council.sandbox.press(user, review.channel, review.ts, button)
    views = bot_council.sandbox.workspace.views
    await wait_until(lambda: views.top(user), "the form opened")
    form = views.top(user)
    assert form is not None
    set_role(bot_council, "PM", "owner")
    for fields in ({}, {"choice:0": "complete"}):
        ack = await bot_council.sandbox.user_actions.submit(user, form.id, fields, client_validation=True)
        assert "Only a plan manager can answer these" in str(ack)
        assert form.content["title"]["text"] == "Question 1 of 3"
    set_role(bot_council, "PM", "plan-manager")
    await bot_council.sandbox.user_actions.submit(user, form.id, {}, client_validation=True)
    assert form.content["title"]["text"] == "Question 2 of 3"


async def test_a_forged_form_shows_nobody_what_is_asked(sqlite_council: Council) -> None:
    """The metadata of a form is made up by whoever signs; no form of theirs opens the next question."""
    review = await send_plan(sqlite_council, "PM", csv_file(*QUESTIONS))
    (value,) = {
        each["value"]
        for block in review.blocks
        for each in block.get("elements", [])
        if each.get("action_id") in buttons(review, "questions")
    }
    which = value.split()[1]
    content = {
        "type": "modal", "callback_id": "question", "title": {"type": "plain_text", "text": "Mine"},
        "submit": {"type": "plain_text", "text": "Next"}, "blocks": [],
        "private_metadata": json.dumps({"run": {"of": "upload", "which": which}, "key": "x"}),
    }  # fmt: skip
    for initials in ("RM", "VW"):
        view = sqlite_council.sandbox.workspace.views.open(USERS[initials], content)
        await sqlite_council.sandbox.user_actions.submit(
            USERS[initials], view.id, {}, client_validation=False
        )
        assert view.content["title"]["text"] == "Mine"
        assert "Mend it" not in str(view.content)
