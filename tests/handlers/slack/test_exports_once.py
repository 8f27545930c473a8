"""A file asked for comes once, whenever the bot was killed, and never not at all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.database import Database
from bot.sandbox.entities import SandboxMessage
from bot.services import exports
from bot.services.leases import LEASE
from bot.services.outbox import rate_limits
from bot.services.outbox.rate_limits import SLACK_LIMITS
from handlers.slack.background import BackgroundTasks
from handlers.slack.exports import Exports
from models import Delivery, PlanExport
from models.people import Workspace
from tests.fixtures.contexts import build_context
from tests.fixtures.council import Council, council
from tests.fixtures.databases import KINDS
from tests.fixtures.plans import NOW, TEAM, USERS
from tests.fixtures.sandbox import client_of

COMPLETE = "files.completeUploadExternal"


@dataclass
class ExportFixture:
    """Where files are handed out, without the rest of the bot."""

    bot_council: Council
    database: Database
    exports: Exports

    async def run_later(self, **time: float) -> None:
        """As another process would, so much later."""
        self.bot_council.clock.moment += timedelta(**time)
        await self.exports.run()

    def files(self) -> list[SandboxMessage]:
        return [message for message in self.bot_council.dm("SS") if message.files]

    def row(self) -> PlanExport:
        with self.database.transaction(write=False) as session:
            return session.scalars(select(PlanExport)).one()

    def texts(self) -> list[str]:
        with self.database.transaction(write=False) as session:
            return [str(row.facts["text"]) for row in session.scalars(select(Delivery))]


@pytest.fixture(params=KINDS)
async def counter(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ExportFixture]:
    async with council(request.param, tmp_path) as bot_council:
        database = bot_council.database()
        with database.transaction() as session:
            workspace = session.scalars(select(Workspace)).one()
            asked = PlanExport(
                workspace_id=workspace.id, plan_id=1, user_id=USERS["SS"], form="csv", section_ids=[]
            )
            asked.asked_at, asked.state = NOW, exports.ASKED
            session.add(asked)
        client = client_of(bot_council.sandbox)
        client.retry_handlers = []
        context = build_context(database, bot_council.clock, bot_council.settings)
        yield ExportFixture(
            bot_council, database, Exports(context, client, BackgroundTasks(), TEAM, SLACK_LIMITS)
        )
        database.close()


async def test_a_file_sent_but_not_recorded_is_not_sent_again(counter: ExportFixture) -> None:
    counter.bot_council.sandbox.faults.drop_after(COMPLETE)
    await counter.exports.run()
    assert (len(counter.files()), counter.row().state) == (1, "asked")
    await counter.run_later(minutes=1)
    assert (len(counter.files()), counter.row().state) == (1, "sent")


async def test_a_bot_killed_before_it_could_record_does_not_send_twice(
    counter: ExportFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(exports, "finish_export", _killed)
        with pytest.raises(KeyboardInterrupt):
            await counter.exports.run()
    assert (len(counter.files()), counter.row().state) == (1, "asked")
    await counter.run_later(minutes=1)
    assert counter.row().state == "asked", "the lease of the one that was killed still runs"
    await counter.run_later(minutes=2)
    assert (len(counter.files()), counter.row().state) == (1, "sent")


async def test_a_file_that_somebody_deleted_was_sent(counter: ExportFixture) -> None:
    counter.bot_council.sandbox.faults.drop_after(COMPLETE)
    await counter.exports.run()
    counter.bot_council.sandbox.faults.fail("files.info", "file_deleted")
    await counter.run_later(minutes=1)
    assert (len(counter.files()), counter.row().state) == (1, "sent")


@pytest.mark.parametrize("method", [COMPLETE, "conversations.open"])
async def test_what_was_begun_and_never_sent_is_sent(counter: ExportFixture, method: str) -> None:
    counter.bot_council.sandbox.faults.fail_with_status(method, 503)
    await counter.exports.run()
    assert counter.files() == []
    await counter.run_later(minutes=1)
    assert (len(counter.files()), counter.row().state) == (1, "sent")


async def test_a_file_slack_is_still_looking_through_is_waited_for(counter: ExportFixture) -> None:
    """Slack may take a file and show it in the conversation only later."""
    client = client_of(counter.bot_council.sandbox)
    answer = await client.files_upload_v2(content="a,b", filename="a.csv")
    with counter.database.transaction() as session:
        session.execute(update(PlanExport).values(file_id=answer["file"]["id"], attempts=1))
    await counter.exports.run()
    assert (counter.files(), counter.row().state) == ([], "asked")
    for _ in range(exports.MAX_ATTEMPTS):
        await counter.run_later(minutes=1)
    assert (counter.files(), counter.row().state) == ([], "failed")
    assert ["could not send you the file" in said for said in counter.texts()] == [True]


async def test_after_the_last_try_it_is_only_looked_for(counter: ExportFixture) -> None:
    counter.bot_council.sandbox.faults.drop_after(COMPLETE)
    with counter.database.transaction() as session:
        session.execute(update(PlanExport).values(attempts=exports.MAX_ATTEMPTS - 1))
    await counter.exports.run()
    await counter.run_later(minutes=1)
    assert (len(counter.files()), counter.row().state, counter.texts()) == (1, "sent", [])


async def test_whoever_lost_the_claim_neither_sends_nor_records(counter: ExportFixture) -> None:
    now = counter.bot_council.clock.now()
    ours = await counter.database.run(exports.claim_export, TEAM, SLACK_LIMITS, now)
    theirs = await counter.database.run(exports.claim_export, TEAM, SLACK_LIMITS, now + LEASE)
    assert ours is not None
    assert theirs is not None
    assert not await counter.database.run(exports.record_upload, ours, "F0OURS", now)
    assert await counter.database.run(exports.record_upload, theirs, "F0THEIRS", now)
    assert not await counter.database.run(exports.finish_export, ours, now)
    await counter.database.run(exports.postpone_export, ours, now)
    assert (counter.row().file_id, counter.row().state) == ("F0THEIRS", "asked")
    assert counter.row().lease_until == now + LEASE


async def test_what_another_workspace_asked_for_is_left_to_its_own_bot(counter: ExportFixture) -> None:
    with counter.database.transaction() as session:
        session.execute(update(Workspace).values(team_id="T0ELSEWHERE"))
    await counter.exports.run()
    assert (counter.files(), counter.row().attempts) == ([], 0)


async def test_direct_messages_for_files_are_opened_at_the_same_pace_as_all(counter: ExportFixture) -> None:
    now = counter.bot_council.clock.now()

    def used_up(session: Session) -> int:
        return sum(
            rate_limits.try_acquire_open(session, counter.row().workspace_id, SLACK_LIMITS, now)
            for _ in range(50)
        )

    assert await counter.database.run(used_up) == SLACK_LIMITS.opening.burst
    await counter.exports.run()
    assert (counter.files(), counter.row().attempts) == ([], 0)
    await counter.run_later(seconds=30)
    assert len(counter.files()) == 1


async def test_when_slack_wants_no_more_opened_nobody_opens_any(counter: ExportFixture) -> None:
    counter.bot_council.sandbox.faults.rate_limit("conversations.open", retry_after=40)
    await counter.exports.run()
    now, workspace_id = counter.bot_council.clock.now(), counter.row().workspace_id
    for seconds, may in ((39, False), (41, True)):
        then = now + timedelta(seconds=seconds)
        assert (
            await counter.database.run(rate_limits.try_acquire_open, workspace_id, SLACK_LIMITS, then) is may
        )
    await counter.run_later(seconds=41)
    assert (len(counter.files()), counter.row().state) == (1, "sent")


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
