"""A disk that is full or read-only: /readyz says so within a minute or two, and a metric counts."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot import metrics
from bot.database import Database
from bot.jobs.heartbeat import HeartbeatJob
from bot.runtime import bot as runtime
from bot.services import heartbeat
from handlers.web import health
from models import BotHeartbeat, Workspace
from tests.fixtures.council import bot_running, council
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.plans import NOW
from tests.fixtures.sandbox import FixedClock
from tests.handlers.conftest import logged
from tests.handlers.test_health import get
from tests.handlers.test_health import health as serving_health

__all__ = ["logged"]
pytestmark = pytest.mark.usefixtures("logged")


class Disk:
    """While it is read-only the database itself refuses to write, on whatever connection."""

    def __init__(self) -> None:
        self.is_read_only = False

    def begin(self, connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA query_only={int(self.is_read_only)}")
        elif self.is_read_only:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@pytest.fixture
def disk() -> Iterator[Disk]:
    found = Disk()
    event.listen(Engine, "begin", found.begin)
    yield found
    event.remove(Engine, "begin", found.begin)


def failed_writes() -> float:
    for line in metrics.exposition({}).decode().splitlines():
        if line.startswith("cip_failed_writes_total "):
            return float(line.split()[-1])
    raise AssertionError("there is no such metric")


async def wait_for_status(address: str, status: int) -> Any:
    for _ in range(600):
        found, body = await get(address, "/readyz")
        if found == status:
            return body
        await asyncio.sleep(0.05)
    pytest.fail(f"/readyz never answered {status}")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_disk_that_takes_no_more_shows_and_so_does_its_repair(
    kind: str, tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "HEARTBEAT_INTERVAL", 0.1)
    monkeypatch.setattr(health, "_MAX_WRITE_AGE", 1.0)
    async with council(kind, tmp_path) as bot_council, bot_running(bot_council):
        body = await wait_for_status(bot_council.address, 200)
        assert body["last_write_seconds_ago"] <= 1
        before = failed_writes()
        disk.is_read_only = True
        body = await wait_for_status(bot_council.address, 503)
        assert any(
            each.startswith("Nothing could be written to the database for ")
            and each.endswith(" seconds: is the disk full or read-only?")
            for each in body["problems"]
        )
        assert failed_writes() >= before + 2
        async with ClientSession() as session, session.get(f"{bot_council.address}/healthz") as answer:
            assert answer.status == 200
        disk.is_read_only = False
        await wait_for_status(bot_council.address, 200)


async def test_a_write_that_is_old_is_a_problem(planned: Database) -> None:
    async with serving_health(planned, write_age=74.0) as address:
        status, body = await get(address, "/readyz")
        assert (status, body["last_write_seconds_ago"]) == (200, 74)
    async with serving_health(planned, write_age=76.4) as address:
        status, body = await get(address, "/readyz")
    assert (status, body["ready"], body["last_write_seconds_ago"]) == (503, False, 76)
    assert body["problems"] == [
        "Nothing could be written to the database for 76 seconds: is the disk full or read-only?"
    ]


async def test_asking_writes_nothing(planned: Database) -> None:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(planned.engine, "before_cursor_execute", note)
    async with serving_health(planned) as address:
        assert (await get(address, "/readyz"))[0] == 200
    assert found
    assert {each.split()[0] for each in found} <= {"SELECT", "BEGIN", "SET", "PRAGMA", "select"}


@contextmanager
def counted(kind: str, folder: Path) -> Iterator[tuple[Database, list[None]]]:
    """A database, and one entry for each write that it refused."""
    refused: list[None] = []
    database = Database(
        fresh_url(kind, folder, "planned"), threads=2, on_failed_write=lambda: refused.append(None)
    )
    yield database, refused
    database.close()


def write(session: Session) -> None:
    session.execute(update(Workspace).values(name="Another"))


def read(session: Session) -> list[str]:
    return list(session.scalars(select(Workspace.name)))


def double(session: Session) -> None:
    session.add_all([Workspace(team_id="T1", name=""), Workspace(team_id="T1", name="")])
    session.flush()


@pytest.mark.parametrize("kind", KINDS)
async def test_only_writes_that_fail_for_good_are_counted(kind: str, tmp_path: Path, disk: Disk) -> None:
    with counted(kind, tmp_path) as (database, refused):
        await database.run(write)
        await database.run_short(write)
        with pytest.raises(IntegrityError):
            await database.run(double)
        assert refused == []
        disk.is_read_only = True
        assert await database.read(read) == ["Another"]
        assert refused == []
        with pytest.raises(DBAPIError):
            await database.run(write)
        assert len(refused) == 1
        with pytest.raises(Exception):  # noqa: B017 - whichever tells the caller to try alone
            await database.run_short(write)
        assert len(refused) == 2


async def test_a_full_sqlite_file_is_counted(tmp_path: Path) -> None:
    """It takes no further page, as on a disk that is full."""

    def fill(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA max_page_count=1")
        session.connection().exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(100000) AS bytes")

    with counted("sqlite", tmp_path) as (database, refused):
        with pytest.raises(DBAPIError, match="full"):
            await database.run(fill)
        assert len(refused) == 1


async def test_the_heartbeat_knows_when_it_last_wrote(planned: Database, disk: Disk) -> None:
    job = HeartbeatJob(planned, FixedClock(NOW))
    await job.run()
    with planned.transaction(write=False) as session:
        assert session.scalars(select(BotHeartbeat.at)).one() == NOW
    await asyncio.sleep(0.2)
    disk.is_read_only = True
    with pytest.raises(DBAPIError):
        await job.run()
    assert job.seconds_since_write() >= 0.2
    disk.is_read_only = False
    await job.run()
    assert job.seconds_since_write() < 0.2


async def test_several_bots_share_one_row_and_remember_the_gap(planned: Database) -> None:
    for _ in range(2):
        await HeartbeatJob(planned, FixedClock(NOW)).run()
    back = NOW + heartbeat.MAX_GAP * 10
    await HeartbeatJob(planned, FixedClock(back)).run()
    with planned.transaction(write=False) as session:
        row = session.scalars(select(BotHeartbeat)).one()
        assert (row.at, row.gap_since) == (back, NOW)
