"""`backup` and `restore` of the command line, as whoever looks after the bot meets them."""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import text

import app
from bot.backup import restore
from bot.command_line import backups
from bot.config import Settings
from bot.errors import CipError
from bot.runtime.bot import open_database
from models import schema
from tests.fixtures.council import bot_running, council
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.plans import NOW

ROOT = Path(__file__).resolve().parents[2]
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.mark.parametrize("kind", KINDS)
async def test_backed_up_while_serving_and_not_restored_while_serving(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.backup"
    async with council(kind, tmp_path) as bot_council:
        async with bot_running(bot_council):
            await bot_council.send_command("SS", "update 1/5.2 in-progress before the backup")
            output = await asyncio.to_thread(backups.back_up, bot_council.settings, file, NOW)
            assert f"to {file}. Only you may read the file" in output
            await bot_council.send_command("SS", "update 1/5.2 in-progress after the backup")
            with pytest.raises(CipError, match=r"is running on .* Stop it first, then restore"):
                await asyncio.to_thread(backups.restore, bot_council.settings, file, NOW, replace=True)
            assert "after the backup" in await bot_council.send_command("SS", "history 1/5.2")
        with pytest.raises(CipError, match="add --replace"):
            await asyncio.to_thread(backups.restore, bot_council.settings, file, NOW, replace=False)
        output = await asyncio.to_thread(backups.restore, bot_council.settings, file, NOW, replace=True)
        assert "8:30am on Monday 2 March 2026 (UTC)" in output
        async with bot_running(bot_council):
            said = await bot_council.send_command("SS", "history 1/5.2")
            assert "before the backup" in said
            assert "after the backup" not in said


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A PostgreSQL with the small plan, and where its backup is to go."""
    url = fresh_url("postgresql", tmp_path, "planned")
    return Settings(database_url=SecretStr(url), data_dir=tmp_path)


def test_a_connection_that_is_no_bot_does_not_keep_a_backup_out(settings: Settings, tmp_path: Path) -> None:
    backups.back_up(settings, tmp_path / "x", NOW)
    with open_database(settings) as watching, watching.engine.connect() as idle:
        idle.execute(text("SELECT 1"))
        assert "Restored" in backups.restore(settings, tmp_path / "x", NOW, replace=True)


def test_a_locked_table_is_waited_for_and_then_reported(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "LOCK_TIMEOUT", "100ms")
    backups.back_up(settings, tmp_path / "x", NOW)
    with open_database(settings) as reading, reading.engine.connect() as held:
        held.execute(text("SELECT count(*) FROM action"))
        with pytest.raises(CipError, match=r"Something else is using tables of this database, so nothing"):
            backups.restore(settings, tmp_path / "x", NOW, replace=True)
        assert held.scalar(text("SELECT count(*) FROM action")) == 7


def test_a_second_restore_waits_and_finds_what_the_first_put_there(
    settings: Settings, tmp_path: Path
) -> None:
    backups.back_up(settings, tmp_path / "x", NOW)
    empty = settings.model_copy(update={"database_url": SecretStr(fresh_url("postgresql", tmp_path))})
    with open_database(empty) as first, ThreadPoolExecutor(1) as pool:
        with schema.schema_transaction(first) as connection:
            second = pool.submit(backups.restore, empty, tmp_path / "x", NOW, replace=False)
            while not second.done() and not connection.scalar(text(WAITING)):
                time.sleep(0.01)
            connection.execute(text("INSERT INTO workspace (team_id, name) VALUES ('T1', 'first')"))
        with pytest.raises(CipError, match="add --replace"):
            second.result(timeout=30)
        with first.snapshot() as found:
            assert found.scalars(text("SELECT name FROM workspace")).all() == ["first"]


def test_a_restore_that_waits_too_long_says_so(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "LOCK_TIMEOUT", "100ms")
    backups.back_up(settings, tmp_path / "x", NOW)
    with (
        open_database(settings) as first,
        schema.schema_transaction(first),
        pytest.raises(CipError, match="Another command is restoring or migrating this database, so nothing"),
    ):
        backups.restore(settings, tmp_path / "x", NOW, replace=True)


def test_a_bot_is_seen_whatever_its_address_says(settings: Settings, tmp_path: Path) -> None:
    backups.back_up(settings, tmp_path / "x", NOW)
    named = f"{settings.database}&application_name=another"
    calling_itself = settings.model_copy(update={"database_url": SecretStr(named)})
    with open_database(calling_itself, serving=True), pytest.raises(CipError, match="A bot is running"):
        backups.restore(settings, tmp_path / "x", NOW, replace=True)


def test_nothing_but_what_was_done_is_said(tmp_path: Path) -> None:
    settings = os.environ | {"DATABASE_URL": fresh_url("sqlite", tmp_path, "planned")}
    command = [sys.executable, "app.py", "backup", str(tmp_path / "plan.backup")]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Backed up ")
    assert done.stderr == ""


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plan.backup"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", fresh_url("sqlite", tmp_path, "planned"))
    run = CliRunner().invoke
    assert run(app.main, ["backup", str(file)]).exit_code == 0
    looked = run(app.main, ["restore", str(file), "--dry-run"])
    assert "This backup is whole." in looked.output
    assert "7  action\n" in looked.output
    refused = run(app.main, ["restore", str(file)])
    assert (refused.exit_code, "add --replace" in refused.output) == (2, True)
    (tmp_path / "new").mkdir()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'cip.sqlite3'}")
    taken = run(app.main, ["restore", str(file)])
    assert taken.exit_code == 0, taken.output
    assert "Start the bot when you are ready." in taken.output
    missing = run(app.main, ["restore", str(tmp_path / "none")])
    assert (missing.exit_code, "There is no file" in missing.output) == (2, True)


def test_nothing_to_back_up_is_said(tmp_path: Path) -> None:
    settings = Settings(database_url=SecretStr(f"sqlite:///{tmp_path / 'none.sqlite3'}"), data_dir=tmp_path)
    with pytest.raises(CipError, match="nothing to back up"):
        backups.back_up(settings, tmp_path / "x", NOW)
    assert not (tmp_path / "x").exists()
