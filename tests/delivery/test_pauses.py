"""A pause that the platform asks for lasts an hour at most, whatever it says, and also one stored before."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select, update

from bot.delivery.retry_after import DEFAULT_WAIT, read_retry_after
from bot.delivery.slack import call_api
from bot.errors import CallKind, DeliveryError
from bot.jobs.tick import TickJob
from bot.services.outbox import outbox, rate_limits
from bot.services.outbox.rate_limits import SLACK_LIMITS
from models import Delivery, DeliveryState, RateLimit, Workspace
from tests.delivery.test_refused_messages import live
from tests.delivery.test_worker import NINE, WorkerHarness
from tests.fixtures.sandbox import serving

YEAR_5195 = datetime(5195, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("3600", 3600),
        ("3601", 3600),
        ("99999999999", 3600),
        ("1e300", 3600),
        ("inf", DEFAULT_WAIT),
        ("-inf", DEFAULT_WAIT),
        ("nan", DEFAULT_WAIT),
        ("-1", DEFAULT_WAIT),
        ("soon", DEFAULT_WAIT),
        ("", DEFAULT_WAIT),
        ("Wed, 21 Oct 2026 07:28:00 GMT", DEFAULT_WAIT),
        ("9" * 5000, DEFAULT_WAIT),
    ],
)
async def test_whatever_the_header_says_the_pause_can_be_kept(header: str, seconds: float) -> None:
    assert read_retry_after({"retry-after": header}) == seconds
    assert read_retry_after({}) == DEFAULT_WAIT

    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response({"ok": False}, status=429, headers={"Retry-After": header})

    def routes(app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", refuse)

    async with serving(routes) as address:
        client = AsyncWebClient(token="xoxb", base_url=f"{address}/api/", retry_handlers=[])
        with pytest.raises(DeliveryError) as raised:
            await call_api(client.auth_test)
    assert (raised.value.code, raised.value.retry_after) == ("ratelimited", seconds)


@pytest.mark.parametrize("seconds", [99999999999, float("inf"), float("nan")])
async def test_an_absurd_pause_silences_the_bot_for_an_hour_at_most(
    office: WorkerHarness,
    seconds: float,
) -> None:
    office.council.sandbox.faults.rate_limit("chat.postMessage", times=1, retry_after=seconds)
    await office.run_tick()
    await live(office, NINE + timedelta(minutes=62), step=timedelta(minutes=2))
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(each)) for each in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_a_pause_stored_for_three_thousand_years_is_over_after_an_hour(office: WorkerHarness) -> None:
    await office.database.run(outbox.collect_stats, NINE)
    with office.database.transaction() as session:
        workspace = session.scalars(select(Workspace)).one().id
        for name in ("call:post", "call:open", "workspace", "opening", "to:C0BOARD"):
            session.add(RateLimit(workspace_id=workspace, name=name, free_at=YEAR_5195))
    await office.run_tick()
    with office.database.transaction() as session:
        session.execute(
            update(Delivery).where(Delivery.state == DeliveryState.PLANNED).values(next_attempt_at=YEAR_5195)
        )
    await TickJob(office.database, office.worker, office.council.clock).delete_expired()
    await live(office, NINE + timedelta(hours=2, minutes=10), step=timedelta(minutes=2))
    assert len(office.council.posts("CH")) == 1
    assert [len(office.council.dm(each)) for each in ("RM", "JM", "SS")] == [1, 1, 1]


async def test_a_direct_message_may_be_opened_again_after_an_absurd_pause(office: WorkerHarness) -> None:
    with office.database.transaction() as session:
        workspace = session.scalars(select(Workspace)).one().id
        rate_limits.pause_calls(session, workspace, CallKind.OPEN, YEAR_5195, NINE)
        assert not rate_limits.try_acquire_open(session, workspace, SLACK_LIMITS, NINE)
        later = NINE + timedelta(hours=1, seconds=1)
        assert rate_limits.try_acquire_open(session, workspace, SLACK_LIMITS, later)
