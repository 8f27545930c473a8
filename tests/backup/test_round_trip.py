"""What is backed up comes back, on either database and across them; whole, or not at all."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from bot.backup import restore as backup_restore
from bot.backup.dump import back_up
from bot.backup.file_format import open_backup
from bot.database import Database
from bot.errors import CipError, SettingsError, UnreadableFileError
from models import schema
from tests.backup.databases import NINE, read_contents, restore, rewrite_header, run_morning, write_lines
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.plans import NOW

HEADER = (
    b'{"format": "cip-backup", "version": 1, "revision": "0001", "made_at": "2026-03-02T09:00:00+00:00"}\n'
)


@pytest.fixture
def backup(planned: Database, tmp_path: Path) -> Path:
    """A backup of a database with a morning behind it."""
    with planned.transaction() as session:
        run_morning(session)
    path = tmp_path / "plan.backup"
    back_up(planned, path, NINE)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_everything_comes_back_also_on_the_other_database(
    planned: Database, backup: Path, tmp_path: Path, kind: str
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    other = Database(fresh_url(kind, there, None), threads=1)
    restore(other, backup, NINE)
    before, after = read_contents(planned, tmp_path), read_contents(other, there)
    assert after == before
    assert all(
        before[name] for name in ("status_change", "delivery", "prompt_item", "plan_upload", "plan_role")
    )
    schema.check_models_match(other)
    for statement in ("update status_change set note = 'x'", "delete from status_change"):
        with pytest.raises(DBAPIError, match="append-only"), other.transaction() as session:
            session.execute(text(statement))
    with other.transaction() as session:
        live_ids = session.scalar(text("select max(id) from delivery"))
        session.execute(text("insert into workspace (name) values ('another')"))
        assert live_ids is not None
    other.close()


def test_only_its_owner_may_read_it_and_nothing_is_left_beside_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [each.name for each in backup.parent.iterdir() if "partial" in each.name] == []


def test_a_backup_that_cannot_be_written_leaves_the_old_one(
    planned: Database, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backup.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CipError, match="No space left on device"):
        back_up(planned, backup, NINE)
    assert backup.read_bytes() == before
    assert [each.name for each in backup.parent.iterdir() if "partial" in each.name] == []
    with pytest.raises(CipError, match="cannot be written: No such file"):
        back_up(planned, backup.parent / "none" / "x", NINE)


def test_it_is_one_moment_of_the_database(planned: Database, tmp_path: Path) -> None:
    """What is written while it is being made is in it whole or not at all."""
    path = tmp_path / "moment.backup"
    has_written: list[bool] = []

    @event.listens_for(planned.engine, "after_cursor_execute")
    def _meanwhile(*given: object) -> None:
        if "FROM workspace" in str(given[2]) and not has_written:
            has_written.append(True)
            with planned.transaction() as session:
                session.execute(text("insert into workspace (name) values ('meanwhile')"))
                session.execute(text("update person set name = 'meanwhile'"))

    back_up(planned, path, NINE)
    assert has_written
    with open_backup(path) as (_, stream):
        assert "meanwhile" not in str(list(stream))


def test_a_restore_replaces_all_that_was_there(planned: Database, backup: Path, tmp_path: Path) -> None:
    before = read_contents(planned, tmp_path)
    with planned.transaction() as session:
        session.execute(text("update person set name = 'changed since'"))
        session.execute(text("insert into workspace (name) values ('since')"))
    restore(planned, backup, NINE)
    assert read_contents(planned, tmp_path) == before


def damage_backup(path: Path, how: str) -> Path:
    data = bytearray(path.read_bytes())
    if how == "cut":
        data = data[: len(data) // 2]
    elif how == "flipped":
        data[len(data) // 2] ^= 0x10
    elif how == "longer":
        data += b"more"
    elif how == "empty":
        data = bytearray()
    else:
        data = bytearray(b"PK\x03\x04 a workbook")
    other = path.with_name("damaged")
    other.write_bytes(bytes(data))
    return other


@pytest.mark.parametrize("how", ["cut", "flipped", "longer", "empty", "other"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    planned: Database, backup: Path, tmp_path: Path, how: str
) -> None:
    before = read_contents(planned, tmp_path)
    with pytest.raises(UnreadableFileError, match="damaged or not whole"):
        restore(planned, damage_backup(backup, how), NINE)
    assert read_contents(planned, tmp_path) == before


def test_what_no_bot_wrote_or_a_newer_one_did_is_refused(backup: Path) -> None:
    for change, says in (
        ({"format": "other"}, "not a backup of the bot"),
        ({"version": 2}, "another version"),
        ({"revision": "9999"}, "newer version"),
        ({"made_at": "soon"}, "damaged"),
    ):
        with pytest.raises(UnreadableFileError, match=says):
            backup_restore.check(rewrite_header(backup, lambda first, change=change: first.update(change)))
    with pytest.raises(UnreadableFileError, match="There is no file"):
        backup_restore.check(backup.with_name("none"))
    with pytest.raises(UnreadableFileError, match="is a folder"):
        backup_restore.check(backup.parent)


@pytest.mark.parametrize(
    "rows",
    [
        [b'{"table": "none", "columns": []}\n'],
        [b'{"table": "person", "columns": [["id", "plain"], ["none", "plain"]]}\n', b"[1, 2]\n"],
        [b'{"table": "plan", "columns": [["id", "plain"], ["imported_at", "moment"]]}\n', b'[1, "soon"]\n'],
        [b'{"table": "workspace", "columns": [["id", "plain"]]}\n', b"[1]\n"],
    ],
    ids=["unknown table", "unknown column", "no time", "what must be there is missing"],
)
def test_what_does_not_fit_half_way_changes_nothing(
    planned: Database, tmp_path: Path, rows: list[bytes]
) -> None:
    before = read_contents(planned, tmp_path)
    path = write_lines(tmp_path / "odd", [HEADER, *rows])
    with pytest.raises(CipError, match="nothing was changed"):
        restore(planned, path, NINE)
    assert read_contents(planned, tmp_path) == before


def test_an_older_backup_is_brought_up_to_this_version(planned: Database, tmp_path: Path) -> None:
    rows = [
        b'{"table": "workspace", "columns": [["id", "plain"], ["team_id", "plain"], ["name", "plain"]]}\n',
        b'[7, "T7", "Old town"]\n',
    ]
    restore(planned, write_lines(tmp_path / "old", [HEADER, *rows]), NOW)
    schema.check_models_match(planned)
    assert [row["name"] for row in read_contents(planned, tmp_path)["workspace"]] == ["Old town"]
    assert read_contents(planned, tmp_path)["person"] == []


def test_a_database_of_a_newer_version_is_left_alone(planned: Database, backup: Path) -> None:
    with planned.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(SettingsError, match="newer version of the bot made"):
        restore(planned, backup, NINE)
