"""Migrations on both databases, and what serving does with a stale one."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from bot.database import Database
from bot.errors import SettingsError
from models import Action, Plan, Project, Workspace, schema
from tests.fixtures.databases import KINDS, fresh_url


@pytest.fixture(params=KINDS)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    return Database(fresh_url(request.param, tmp_path, None), threads=1)


def test_migrations_lead_to_the_models_and_back(bare: Database) -> None:
    assert schema.upgrade(bare) == schema.newest_revision()
    schema.check_models_match(bare)
    with bare.transaction() as session:
        session.add(Workspace(team_id="T1", name=""))
    schema.recreate_schema(bare)
    with bare.transaction(write=False) as session:
        assert session.query(Workspace).count() == 0
    bare.close()


@pytest.mark.parametrize("revision", ["0001", "0004"])
def test_a_database_with_a_plan_in_it_goes_back_and_forth(planned: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with planned.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    assert schema.upgrade(planned) == schema.newest_revision()
    with planned.transaction(write=False) as session:
        assert session.query(Project).count() > 0
    schema.recreate_schema(planned)
    with planned.transaction(write=False) as session:
        assert session.query(Project).count() == 0


def test_who_migrates_at_the_same_moment_waits_and_finds_nothing_to_do(tmp_path: Path) -> None:
    url = fresh_url("postgresql", tmp_path, None)
    first, second = Database(url, threads=1), Database(url, threads=1)
    with ThreadPoolExecutor(1) as pool:
        with schema.schema_transaction(first) as connection:
            schema.apply_migrations(connection)
            waiting = pool.submit(schema.upgrade, second)
            while not waiting.done() and not _is_waiting_for_lock(connection):
                time.sleep(0.01)
            assert not waiting.done()
        assert waiting.result(timeout=30) == schema.newest_revision()
    schema.check_models_match(second)
    first.close()
    second.close()


def _is_waiting_for_lock(connection: Connection) -> bool:
    """Whether somebody stands in line for the lock, and not for what was changed."""
    held = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    others = text("select count(*) from pg_locks where locktype = 'transactionid' and not granted")
    assert not connection.scalar(others)
    return bool(connection.scalar(held))


def test_sqlite_upgrades_itself_and_postgresql_says_what_to_run(bare: Database) -> None:
    if bare.is_sqlite:
        schema.ensure_current(bare)
    else:
        with pytest.raises(SettingsError, match=r"is empty, .* Run `python app.py migrate`"):
            schema.ensure_current(bare)
        schema.upgrade(bare)
    schema.ensure_current(bare)
    with bare.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0000'"))
    if not bare.is_sqlite:
        with pytest.raises(SettingsError, match="is at 0000"):
            schema.ensure_current(bare)
    bare.close()


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    database = Database(fresh_url("sqlite", tmp_path))
    with database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    database.close()


async def test_a_reader_on_postgresql_cannot_write(tmp_path: Path) -> None:
    database = Database(fresh_url("postgresql", tmp_path))
    with pytest.raises(Exception, match="read-only transaction"):
        await database.read(lambda session: session.execute(text("delete from workspace")))
    database.close()


async def test_a_transaction_is_whole_or_not_at_all(database: Database) -> None:
    def half(session: object) -> None:
        session.add(Workspace(team_id="T1", name=""))  # type: ignore[attr-defined] # a Session
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        await database.run(half)
    with database.transaction(write=False) as session:
        assert session.query(Workspace).count() == 0


def test_a_time_without_a_zone_is_refused_and_zones_come_back(planned: Database) -> None:
    with planned.transaction() as session:
        plan = session.query(Plan).one()
        assert plan.imported_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
        assert plan.imported_at.tzinfo is UTC
        plan.imported_at = datetime(2026, 1, 1)  # noqa: DTZ001 - what is refused
        with pytest.raises(Exception, match="without a zone"):
            session.flush()
        session.rollback()


def test_a_word_that_no_enum_has_is_refused(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(text("UPDATE action SET status = 'finished', declared = NULL WHERE ref = '5.2'"))
        found = select(Action.declared).where(Action.ref == "5.2")
        assert session.scalars(found).first() is None
        with pytest.raises(LookupError):
            session.scalars(select(Action.status).where(Action.ref == "5.2")).all()
