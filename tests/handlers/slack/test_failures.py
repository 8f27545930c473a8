"""What the person sees when something under the bot fails, or takes long."""

import asyncio
import io
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select, text

from bot.sentences import sentence
from bot.services.outbox import outbox
from handlers.fallbacks import FALLBACK_DELAY
from handlers.pipeline import DeferredReply, handle_request
from handlers.requests import RequestInfo
from handlers.slack import commands
from handlers.slack import pipeline as slack_pipeline
from models import Delivery
from tests.fixtures import plans
from tests.fixtures.contexts import build_context
from tests.fixtures.council import Council
from tests.fixtures.plan_files import csv_file, send_file
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import another_second, buttons, notes, press

LINE = "update 1/5.2 complete: all teams done"


def _rename(bot_council: Council, old: str, new: str) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        session.execute(text(f"alter table {old} rename to {new}"))
    database.close()


async def test_a_database_that_fails_is_reported_without_details(
    bot_council: Council, logged: io.StringIO
) -> None:
    _rename(bot_council, "status_change", "elsewhere")
    said = await bot_council.send_command("SS", LINE)
    mark = said.partition("Fault ")[2][:8]
    (line,) = (line for line in logged.getvalue().splitlines() if mark in line)
    assert "status_change" in line
    assert "all teams done" not in logged.getvalue()
    assert "could not be saved" in said
    assert "Fault" in said
    assert not [word for word in ("sql", "select", "table", "Traceback", "status_change") if word in said]
    _rename(bot_council, "elsewhere", "status_change")
    assert "complete" in (await bot_council.send_command("SS", LINE)).lower()
    assert notes(bot_council) == ["all teams done"]


async def test_a_direct_message_that_cannot_be_saved_is_left_to_come_again(sqlite_council: Council) -> None:
    _rename(sqlite_council, "inbound_request", "elsewhere")
    said = await sqlite_council.sandbox.post_message(
        USERS["SS"], sqlite_council.sandbox.dm_id(USERS["SS"]), LINE
    )
    file = await send_file(sqlite_council, "PM", csv_file())
    _rename(sqlite_council, "elsewhere", "inbound_request")
    await another_second()
    for ack, initials in ((said, "SS"), (file, "PM")):
        assert ack is not None
        assert ack.status == 503
        assert (await sqlite_council.sandbox.redeliver(ack.delivery)).status == 200
        await wait_until(lambda actor=initials: sqlite_council.dm(actor)[1:], "it was answered")  # type: ignore[misc] # a default
    assert notes(sqlite_council) == ["all teams done"]


async def test_a_direct_message_that_slack_brings_no_more_is_answered_without_the_database(
    sqlite_council: Council,
) -> None:
    direct = sqlite_council.sandbox.dm_id(USERS["SS"])
    _rename(sqlite_council, "inbound_request", "elsewhere")
    said = await sqlite_council.sandbox.post_message(USERS["SS"], direct, LINE)
    assert said is not None
    for retry in (1, 2):
        await sqlite_council.sandbox.redeliver(said.delivery, retry)
        await another_second()
    assert sqlite_council.dm("SS")[1:] == [], "Slack brings it again"
    assert (await sqlite_council.sandbox.redeliver(said.delivery, 3)).status == 503
    await wait_until(lambda: sqlite_council.dm("SS")[1:], "it was answered")
    assert "If no other answer follows, send it again" in sqlite_council.dm("SS")[1].text
    _rename(sqlite_council, "elsewhere", "inbound_request")
    await another_second()
    await sqlite_council.sandbox.redeliver(said.delivery, 3)
    await wait_until(lambda: sqlite_council.dm("SS")[2:], "what was saved is answered as ever")
    assert "send it again" not in sqlite_council.dm("SS")[2].text
    assert notes(sqlite_council) == ["all teams done"]


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_pipeline, "ACK_TIMEOUT", 0.2)


@pytest.mark.usefixtures("_soon")
async def test_an_answer_that_takes_long_is_announced_and_follows(sqlite_council: Council) -> None:
    path = sqlite_council.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        said = await sqlite_council.send_command("SS", LINE)
        assert said == sentence("handlers.still_working")
        assert notes(sqlite_council) == []
        other.execute("rollback")
    await wait_until(
        lambda: "complete" in sqlite_council.visible_messages("SS")[-1].text.lower(), "the answer followed"
    )
    assert notes(sqlite_council) == ["all teams done"]
    assert sqlite_council.visible_messages("SS")[-1].only_for is not None
    await wait_until(
        lambda: late_rows(sqlite_council) == [("skipped", outbox.ALREADY_SHOWN)], "nothing stands by any more"
    )


def late_rows(bot_council: Council) -> list[tuple[str, str]]:
    database = bot_council.database()
    with database.transaction(write=False) as session:
        rows = session.scalars(select(Delivery).where(Delivery.key.contains(":late:"))).all()
    database.close()
    return [(row.state.value, row.reason) for row in rows]


async def test_an_answer_whose_bot_died_before_it_followed_comes_as_a_direct_message(
    sqlite_council: Council,
) -> None:
    """All that the dead bot did: it promised, and saved."""
    database, deferred = sqlite_council.database(), DeferredReply()
    assert deferred.try_announce()
    context = build_context(database, sqlite_council.clock, sqlite_council.settings)
    info = RequestInfo(plans.asker("SS", "C0BOARD"), "command:once", "v0=once")
    await handle_request(context, info, commands.CommandJob(context, info.asker, LINE), deferred)
    database.close()
    assert late_rows(sqlite_council) == [("planned", "")]
    sqlite_council.clock.moment += FALLBACK_DELAY
    await wait_until(lambda: sqlite_council.dm("SS"), "the answer came")
    assert "complete" in sqlite_council.dm("SS")[0].text.lower()
    assert notes(sqlite_council) == ["all teams done"]


def test_a_reply_is_not_deferred_once_the_response_is_being_saved() -> None:
    deferred = DeferredReply()
    assert not deferred.close()
    assert not deferred.try_announce()
    deferred = DeferredReply()
    assert deferred.try_announce()
    assert deferred.close()


@pytest.mark.usefixtures("_soon")
async def test_a_public_answer_that_takes_long_follows_in_public(sqlite_council: Council) -> None:
    path = sqlite_council.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        await sqlite_council.send_command("SS", "overdue public")
        other.execute("rollback")
    await wait_until(lambda: sqlite_council.visible_messages("CH"), "everyone sees the answer")


async def test_a_press_is_not_acknowledged_before_it_is_saved(
    sqlite_council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sqlite_council.send_command("PM", "update 5.2 complete")
    monkeypatch.setattr(slack_pipeline, "ACK_TIMEOUT", 0.2)
    question = sqlite_council.visible_messages("PM")[-1]
    path = sqlite_council.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        pressing = asyncio.create_task(press(sqlite_council, "PM", question, buttons(question, "choose")[0]))
        await asyncio.sleep(0.6)
        assert not pressing.done()
        other.execute("rollback")
    assert (await pressing).status == 200
    assert len(notes(sqlite_council)) == 1


async def test_many_people_at_once(bot_council: Council) -> None:
    lines = [("SS", f"update 1/5.2 in-progress - note {n}") for n in range(10)] + [("JM", "mine")] * 5
    answers = await asyncio.gather(
        *(bot_council.sandbox.slash(f"U0{actor}", "C0BOARD", line) for actor, line in lines)
    )
    assert {ack.status for ack in answers} == {200}
    assert sorted(notes(bot_council)) == sorted(f"note {n}" for n in range(10))
    assert bot_council.sandbox.failures == []
