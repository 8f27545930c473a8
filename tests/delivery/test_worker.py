"""Sending against a workspace that refuses, stalls and cuts connections as Slack does."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.delivery.slack import SlackSender
from bot.delivery.worker import Worker
from bot.rendering import Renderer
from bot.services.digests import digests
from bot.services.leases import LEASE
from bot.services.prompts import planner
from models import BoardChannel, Delivery, DeliveryState, Person
from tests.fixtures.council import BOARD, Council, council
from tests.fixtures.databases import KINDS
from tests.fixtures.sandbox import FixedClock, client_of

NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)


@dataclass
class WorkerHarness:
    """The workspace, and a worker without the rest of the bot."""

    council: Council
    database: Database
    worker: Worker

    async def run_tick(self) -> None:
        now = self.council.clock.now()
        await self.worker.drain()
        await self.database.run(digests.plan_digests, now)
        while await self.database.run(planner.plan_prompts, now):
            pass
        await self.worker.drain()

    def rows(self, kind: str) -> list[Delivery]:
        with self.database.transaction(write=False) as session:
            return list(session.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id)))

    def advance(self, **time: float) -> None:
        self.council.clock.moment += timedelta(**time)


@pytest.fixture(params=KINDS)
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[WorkerHarness]:
    async with council(request.param, tmp_path) as running_council:
        running_council.clock.moment = NINE
        database = running_council.database()
        client = client_of(running_council.sandbox)
        client.retry_handlers = []
        worker = Worker(database, SlackSender(client), Renderer("/cip"), running_council.clock)
        yield WorkerHarness(running_council, database, worker)
        database.close()


async def test_everything_due_is_sent_once(office: WorkerHarness) -> None:
    await office.run_tick()
    await office.run_tick()
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(initials)) for initials in ("RM", "JM", "SS")] == [1, 1, 1]
    assert {row.state for row in office.rows("prompt")} == {DeliveryState.SENT}
    assert office.council.sandbox.failures == []


async def test_a_pause_asked_for_is_kept(office: WorkerHarness) -> None:
    office.council.sandbox.faults.rate_limit("chat.postMessage", times=1, retry_after=30)
    await office.run_tick()
    assert office.council.visible_messages("CH") == []
    office.advance(seconds=29)
    await office.run_tick()
    assert office.council.visible_messages("CH") == []
    office.advance(seconds=2)
    await office.run_tick()
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(initials)) for initials in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_a_newer_prompt_takes_the_place_of_an_older_one(office: WorkerHarness) -> None:
    await office.run_tick()
    office.advance(days=4)
    await office.run_tick()
    older, newer = office.council.dm("SS")
    assert "Asked again on Friday 6 March 2026. Please answer there." in older.text
    assert "prompt:" not in str(older.blocks)
    assert "prompt:on-track:" in str(newer.blocks)
    office.advance(hours=1)
    await office.run_tick()
    assert {row.state for row in office.rows("prompt-update")} == {DeliveryState.SENT}
    assert [bool(one.edited_ts) for one in office.council.dm("SS")] == [True, False]


async def test_a_fault_of_the_platform_is_tried_again(office: WorkerHarness) -> None:
    office.council.sandbox.faults.fail_with_status("chat.postMessage", 503, times=4)
    await office.run_tick()
    assert office.council.visible_messages("CH") == []
    for _ in range(4):
        office.advance(minutes=1)
        await office.run_tick()
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(initials)) for initials in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_a_message_posted_but_not_recorded_is_found_and_not_repeated(office: WorkerHarness) -> None:
    office.council.sandbox.faults.drop_after("chat.postMessage", times=4)
    await office.run_tick()
    assert len(office.council.posts("CH")) == 1
    assert office.rows("digest")[0].state is DeliveryState.PLANNED
    office.advance(minutes=5)
    await office.run_tick()
    assert office.rows("digest")[0].state is DeliveryState.SENT
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(initials)) for initials in ("RM", "JM", "SS")] == [1, 1, 1]


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(weeks=2)])
async def test_what_was_posted_by_a_clock_ahead_and_not_recorded_is_not_repeated(
    office: WorkerHarness, ahead: timedelta
) -> None:
    """The workspace's own clock is right: what was posted stands there under another time."""
    office.council.sandbox.faults.drop_after("chat.postMessage", times=4)
    clock, client = FixedClock(NINE + ahead), client_of(office.council.sandbox)
    client.retry_handlers = []
    worker = Worker(office.database, SlackSender(client), Renderer("/cip"), clock)
    wrong = WorkerHarness(replace(office.council, clock=clock), office.database, worker)
    await wrong.run_tick()
    wrong.advance(minutes=5)
    await wrong.run_tick()
    assert [row.state for row in wrong.rows("digest")].count(DeliveryState.SENT) == 1
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(initials)) for initials in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_a_claim_that_lapsed_is_taken_up_without_repeating(office: WorkerHarness) -> None:
    await office.run_tick()
    with office.database.transaction() as session:
        for row in session.scalars(select(Delivery)):
            row.state, row.lease_until = DeliveryState.CLAIMED, NINE + LEASE
    office.advance(minutes=1)
    await office.worker.drain()
    assert office.rows("digest")[0].state is DeliveryState.CLAIMED
    office.advance(minutes=2)
    await office.worker.drain()
    assert office.rows("digest")[0].state is DeliveryState.SENT
    assert len(office.council.posts("CH")) == 1


@pytest.mark.parametrize(
    ("channel", "says"),
    [("C0NOWHERE", "There is no such channel"), ("C0OTHER", "not a member of that channel")],
)
async def test_a_failed_delivery_is_notified_to_plan_managers_once(
    office: WorkerHarness, channel: str, says: str
) -> None:
    with office.database.transaction() as session:
        session.scalars(select(BoardChannel)).one().channel_id = channel
    await office.run_tick()
    office.advance(days=7)
    await office.run_tick()
    assert [row.state for row in office.rows("digest")] == [DeliveryState.SKIPPED, DeliveryState.WAITING]
    notices = [message for message in office.council.dm("PM") if "weekly digest" in message.text]
    assert len(notices) == 1
    assert says in notices[0].text


async def test_a_deactivated_account_is_notified_and_delays_nobody_else(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.add_user(
        "U0SS", "ss", "SS", "ss@council.example", "Europe/London", deleted=True
    )
    await office.run_tick()
    failed = [row for row in office.rows("prompt") if row.state is DeliveryState.FAILED]
    assert [row.reason for row in failed] == ["That account is deactivated."]
    assert len(office.council.dm("RM")) == 1
    assert any("SS" in message.text for message in office.council.dm("PM"))


async def test_a_revoked_token_fails_in_words(office: WorkerHarness) -> None:
    office.council.sandbox.workspace.token_revoked = True
    await office.run_tick()
    assert {row.reason for row in office.rows("prompt")} == {"The bot was removed from the workspace."}


async def test_what_does_not_fit_goes_to_the_thread(office: WorkerHarness) -> None:

    await office.database.run(digests.plan_digests, NINE)
    with office.database.transaction() as session:
        row = session.scalars(select(Delivery).where(Delivery.kind == "digest")).one()
        digest = digests.read_digest(row.facts)
        lines = tuple(
            replace(digest.reds[0], ref=f"9.{number}", title=f"Action number {number} " + "with words " * 9)
            for number in range(200)
        )
        row.facts = digests.DIGEST_ADAPTER.dump_python(replace(digest, reds=lines, sections=()), mode="json")
    await office.worker.drain()
    office.advance(minutes=1)
    await office.worker.drain()
    posted = office.council.visible_messages("CH", BOARD)
    main, *thread = posted
    assert thread
    assert {message.thread_ts for message in thread} == {main.ts}
    everything = "".join(message.text for message in posted)
    missing = [number for number in range(200) if f"9.{number} " not in everything]
    assert missing == []
    assert office.council.sandbox.failures == []


async def test_one_bad_row_does_not_hold_up_the_rest(office: WorkerHarness) -> None:
    await office.database.run(digests.plan_digests, NINE)
    with office.database.transaction() as session:
        session.scalars(select(Delivery).where(Delivery.kind == "digest")).one().facts = {"broken": True}
        assert session.scalars(select(Person)).first() is not None
    await office.run_tick()
    assert office.rows("digest")[0].state is DeliveryState.PLANNED
    assert office.rows("digest")[0].reason == "The bot had a fault."
    assert len(office.council.dm("RM")) == 1
