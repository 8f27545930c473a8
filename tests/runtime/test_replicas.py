"""Two bots on one PostgreSQL, behind one workspace."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import select

from bot.sandbox.deliveries import Ack
from bot.sandbox.payloads import command_delivery
from bot.serve import run_bot
from models import Action, Delivery, InboundRequest
from tests.fixtures import plans
from tests.fixtures.council import BOARD, Council, council
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.slack_actions import notes

LINE = "update 1/5.2 complete - all teams done"


@asynccontextmanager
async def two_bots(folder: Path) -> AsyncIterator[tuple[Council, list[str]]]:
    async with (
        council("postgresql", folder) as bot_council,
        run_bot(bot_council.settings, clock=bot_council.clock) as first,
        run_bot(bot_council.settings, clock=bot_council.clock) as second,
    ):
        yield bot_council, [f"{each}/slack/events" for each in (first, second)]


def signed(bot_council: Council, body: bytes, retry: int = 0) -> dict[str, str]:
    """Each bringing is signed in a second of its own."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        **bot_council.sandbox.sign(body, int(time.time()) - 60 + retry),
    }
    return headers | ({"X-Slack-Retry-Num": str(retry)} if retry else {})


async def deliver(bot_council: Council, url: str, body: bytes, headers: dict[str, str]) -> Ack:
    bot_council.sandbox.settings.events_url = url
    return await bot_council.sandbox.send_raw(body, headers)


async def test_one_request_at_two_replicas_at_once_is_applied_once_and_answered_twice(tmp_path: Path) -> None:
    async with two_bots(tmp_path) as (bot_council, addresses):
        body = command_delivery(bot_council.sandbox.workspace, plans.USERS["SS"], BOARD, "/cip", LINE).body
        database = bot_council.database()
        with database.transaction() as session:
            session.scalars(select(Action).where(Action.ref == "5.2").with_for_update()).all()
            first = asyncio.create_task(deliver(bot_council, addresses[0], body, signed(bot_council, body)))
            await asyncio.sleep(0.2)
            second = asyncio.create_task(
                deliver(bot_council, addresses[1], body, signed(bot_council, body, 1))
            )
            await asyncio.sleep(0.5)
            assert not first.done()
            assert not second.done()
        answers = [(await each).body for each in (first, second)]
        assert answers[0] == answers[1]
        assert "complete" in str(answers[0]).lower()
        assert notes(bot_council) == ["all teams done"]
        later = signed(bot_council, body, 2)
        assert (await deliver(bot_council, addresses[1], body, later)).body == answers[0]
        assert (await deliver(bot_council, addresses[0], body, later)).status == 401
        with database.transaction(write=False) as session:
            assert len(session.scalars(select(InboundRequest)).all()) == 3
        database.close()


async def test_a_morning_is_shared_and_nobody_is_asked_twice(tmp_path: Path) -> None:
    async with two_bots(tmp_path) as (bot_council, _):
        bot_council.clock.moment = plans.NOW.replace(hour=9, minute=0, second=5)
        await wait_until(
            lambda: all(bot_council.dm(each) for each in ("RM", "JM", "SS")), "everyone is asked"
        )
        await wait_until(lambda: bot_council.visible_messages("CH"), "the board gets its digest")
        await asyncio.sleep(0.6)
        assert [len(bot_council.dm(each)) for each in ("RM", "JM", "SS")] == [1, 1, 1]
        assert len(bot_council.posts("CH")) == 1
        database = bot_council.database()
        with database.transaction(write=False) as session:
            rows = session.scalars(select(Delivery).where(Delivery.kind.in_(("prompt", "digest")))).all()
            assert {(row.state.value, row.attempts) for row in rows} == {("sent", 1)}
        database.close()
