"""A long file: one message says how far it is read, and what was understood comes beside it."""

import asyncio

import pytest

from bot.delivery.slack_files import SlackFiles
from bot.importing.uploads import PendingUpload
from handlers.slack import import_progress
from handlers.slack.background import BackgroundTasks
from handlers.slack.imports import Imports
from tests.fixtures.contexts import build_context
from tests.fixtures.council import Council
from tests.fixtures.plans import TEAM, asker
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.test_imports import answers, send_plan
from tests.importing.papers import pdf_bytes

HEADING = ["Ref", "Action", "Owner", "By when", "Status"]


async def test_one_message_tells_how_far_it_is(bot_council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_progress, "PROGRESS_INTERVAL", 0.0)
    rows = [[f"1.{n}", "Mend the roof", "RM", "31/03/2029", "In progress"] for n in range(1, 31)]
    first = await send_plan(bot_council, "PM", pdf_bytes([HEADING, *rows], size=12), "plan.pdf")
    assert "plan.pdf" in first.text
    await wait_until(lambda: len(answers(bot_council, "PM")) > 1, "the review came")
    await wait_until(
        lambda: "I have read plan.pdf" in answers(bot_council, "PM")[0].text, "the message says it is read"
    )
    progress, review = answers(bot_council, "PM")
    assert progress.text.startswith("I have read plan.pdf, ")
    assert "30 actions" in review.text


async def test_two_bots_that_begin_to_tell_meet_at_one_row(sqlite_council: Council) -> None:
    database = sqlite_council.database()
    context = build_context(database, sqlite_council.clock, sqlite_council.settings)
    one, other = (Imports(context, SlackFiles("", ""), BackgroundTasks(), TEAM) for _ in range(2))
    file = PendingUpload(1, asker("PM"), "plan.pdf", "")
    row = await one.report_reading(file, 3, 30, None)
    assert row is not None
    assert await other.report_reading(file, 5, 30, None) is None
    assert await one.report_reading(file, 6, 30, row) not in {None, row}
    database.close()


async def test_of_two_bots_that_read_it_one_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_progress, "PROGRESS_INTERVAL", 0.0)
    reports: dict[str, list[int]] = {"first": [], "second": []}
    rows: list[str] = []

    def bot(name: str) -> import_progress.SendProgress:
        async def tell(done: int, of: int, before: int | None) -> int | None:
            reports[name].append(done)
            if before is None and rows:
                return None
            rows.append(name)
            return len(rows)

        return tell

    async with (
        import_progress.report_progress(bot("first")) as one,
        import_progress.report_progress(bot("second")) as other,
    ):
        for page in range(1, 5):
            one(page, 5)
            await asyncio.sleep(0)
            other(page, 5)
            await asyncio.sleep(0)
    assert set(rows) == {"first"}
    assert len(reports["first"]) > 2
    assert reports["second"] == [1]


async def test_nothing_is_said_of_what_is_read_at_once(bot_council: Council) -> None:
    rows = [["1.1", "Mend the roof", "RM", "31/03/2029", "In progress"]]
    await send_plan(bot_council, "PM", pdf_bytes([HEADING, *rows]), "plan.pdf")
    assert len(answers(bot_council, "PM")) == 1
