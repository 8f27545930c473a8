from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.database import Database
from bot.services import workspaces
from bot.services.outbox import outbox
from handlers.web import add_web_routes
from tests.fixtures.contexts import build_context
from tests.fixtures.council import bot_running, council
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.plans import NOW, TEAM
from tests.fixtures.sandbox import FixedClock, serving

pytestmark = pytest.mark.usefixtures("logged")


@asynccontextmanager
async def health(
    database: Database, tick_age: float | None = 0.0, write_age: float = 0.0
) -> AsyncIterator[str]:

    def routes(app: web.Application) -> None:
        context = build_context(database, FixedClock(NOW))
        add_web_routes(app, context, lambda: tick_age, lambda: write_age)

    async with serving(routes) as address:
        yield address


async def get(address: str, path: str) -> tuple[int, Any]:
    async with ClientSession() as session, session.get(f"{address}{path}") as answer:
        return answer.status, await (answer.json() if path != "/metrics" else answer.text())


async def test_a_bot_that_runs_is_alive_and_ready(planned: Database) -> None:
    async with health(planned) as address:
        assert await get(address, "/healthz") == (200, {"alive": True})
        assert await get(address, "/readyz") == (
            200,
            {
                "ready": True,
                "degraded": False,
                "problems": [],
                "platform": [],
                "last_write_seconds_ago": 0,
            },
        )


@pytest.mark.parametrize(
    ("tick_age", "says"),
    [
        (None, "The scheduler has not run yet."),
        (61.0, "The scheduler has not run for 61 seconds."),
        (59.0, None),
    ],
)
async def test_readyz_says_that_the_scheduler_has_stopped(
    planned: Database, tick_age: float | None, says: str | None
) -> None:
    async with health(planned, tick_age) as address:
        status, body = await get(address, "/readyz")
    assert status == (503 if says else 200)
    assert body["problems"] == ([says] if says else [])


@pytest.mark.parametrize("kind", KINDS)
async def test_readyz_says_that_the_schema_is_missing(kind: str, tmp_path: Path) -> None:
    database = Database(fresh_url(kind, tmp_path, None), threads=1)
    async with health(database) as address:
        status, body = await get(address, "/readyz")
        assert (status, body["problems"]) == (
            503,
            ["The database is not up to date. Run: python app.py migrate."],
        )
        status, exposition = await get(address, "/metrics")
    database.close()
    assert status == 200
    assert "cip_ledger_read 0.0" in exposition
    assert "cip_ledger_rows{" not in exposition


async def test_readyz_says_that_the_database_cannot_be_reached(tmp_path: Path) -> None:
    database = Database("postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing", threads=1)
    async with health(database) as address:
        status, body = await get(address, "/readyz")
        assert (await get(address, "/healthz"))[0] == 200
    database.close()
    assert (status, body["problems"]) == (503, ["The database cannot be reached."])
    assert "secret" not in str(body)


async def test_metrics_tell_commands_refusals_and_the_ledger(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council, bot_running(bot_council):
        before = (await get(bot_council.address, "/metrics"))[1]
        await bot_council.send_command("SS", "update 1/5.2 complete")
        await bot_council.send_command("SS", "frobnicate it")
        await bot_council.sandbox.send_raw(
            b"command=x", {"Content-Type": "application/x-www-form-urlencoded"}
        )
        status, exposition = await get(bot_council.address, "/metrics")
    assert status == 200

    def grown(line: str) -> float:
        return _value(exposition, line) - _value(before, line)

    assert grown('cip_commands_total{command="update",outcome="done"}') == 1
    assert grown('cip_commands_total{command="not-understood",outcome="refused"}') == 1
    assert grown('cip_command_seconds_count{command="update"}') == 1
    assert grown('cip_requests_refused_total{reason="signature"}') == 1
    assert "cip_ledger_oldest_unsent_seconds" in exposition
    assert 'cip_ledger_rows{state="planned"}' in exposition


def _value(exposition: str, line: str) -> float:
    return next((float(each.split()[-1]) for each in exposition.splitlines() if each.startswith(line)), 0.0)


async def test_the_age_of_the_oldest_unsent_message(planned: Database) -> None:
    late = NOW - timedelta(minutes=5)
    with planned.transaction() as session:
        workspace = workspaces.require_workspace(session, TEAM)
        outbox.enqueue(session, outbox.NewDelivery(workspace.id, "notice", "one", "U1", late))
    async with health(planned) as address:
        exposition = (await get(address, "/metrics"))[1]
    assert _value(exposition, "cip_ledger_oldest_unsent_seconds") == 300
