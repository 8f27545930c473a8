"""Files for their owner alone: written in one step, and swept where a process was killed in the middle."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.config import Settings
from bot.private_files import (
    PARTIAL_AGE,
    create_database_file,
    make_folder,
    protect_folder,
    replace_file,
    sweep_partial_files,
)
from bot.serve import run_bot
from tests.paths import ROOT


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds, time.time() - seconds))


KILLED = """
import os, sys
from pathlib import Path
from bot.private_files import replace_file
with replace_file(Path(sys.argv[1])) as target:
    target.write(b"half of it")
    target.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path: Path) -> "subprocess.Popen[str]":
    """A process in the middle of writing `plan.backup`."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "plan.backup")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def partial_files(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.name.endswith(".partial")]


@pytest.mark.parametrize("name", ["plan.backup", "another.backup"])
def test_what_a_killed_backup_left_is_swept_by_the_next(
    tmp_path: Path, writer: "subprocess.Popen[str]", name: str
) -> None:
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    (left,) = partial_files(tmp_path)
    assert mode(left) == "0o600"
    age(left, PARTIAL_AGE + 60)
    with replace_file(tmp_path / name) as target:
        target.write(b"all of it")
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert mode(tmp_path / name) == "0o600"


def test_what_is_being_written_is_left_alone(tmp_path: Path, writer: "subprocess.Popen[str]") -> None:
    (left,) = partial_files(tmp_path)
    age(left, 30 * 24 * 3600)
    with replace_file(tmp_path / "plan.backup") as target:
        target.write(b"the other one")
    assert partial_files(tmp_path) == [left]
    writer.communicate("")
    assert (tmp_path / "plan.backup").read_bytes() == b"half of it"
    assert partial_files(tmp_path) == []


def test_only_files_of_ours_that_are_old_are_swept(tmp_path: Path) -> None:
    ours = [".a.backup.cip-1.partial", ".b.xlsx.cip-22.partial", ".plan.backup.333.partial"]
    others = [
        ".rsync.a.partial", "a.partial", ".other.backup.333.partial", "plan.backup.cip-1.partial",
        ".a.cip-x.partial", "notes.txt", ".new.cip-4.partial", ".locked.cip-5.partial",
    ]  # fmt: skip
    for name in (*ours, *others):
        (tmp_path / name).write_bytes(b"x")
        age(tmp_path / name, 10 if "new" in name else PARTIAL_AGE + 60)
    (tmp_path / ".folder.cip-6.partial").mkdir()
    (tmp_path / ".link.cip-7.partial").symlink_to(tmp_path / "notes.txt")
    with (tmp_path / ".locked.cip-5.partial").open("rb") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        sweep_partial_files(tmp_path, time.time(), "plan.backup")
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {*others, ".folder.cip-6.partial", ".link.cip-7.partial"}


async def test_a_start_sweeps_the_bots_own_folder(tmp_path: Path) -> None:
    left = tmp_path / ".plan.backup.cip-99.partial"
    left.write_bytes(b"half")
    age(left, PARTIAL_AGE + 60)
    async with run_bot(Settings(data_dir=tmp_path, port=0)):
        assert not left.exists()


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    sweep_partial_files(tmp_path / "none", time.time())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_umask_changes_nothing(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        if umask != 0o777:
            create_database_file(tmp_path / "a" / "b" / "cip.sqlite3")
            assert [mode(tmp_path / each) for each in ("a", "a/b", "a/b/cip.sqlite3")] == [
                "0o700",
                "0o700",
                "0o600",
            ]
        with replace_file(tmp_path / "x") as target:
            target.write(b"x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "x") in {"0o600", "0o0"}


def test_what_is_there_already_is_closed_and_links_are_left(tmp_path: Path) -> None:
    for name in ("cip.sqlite3", "cip.sqlite3-wal", "cip.sqlite3-shm", "cip.sqlite3.lock", "other"):
        (tmp_path / name).write_bytes(b"")
        (tmp_path / name).chmod(0o664)
    (tmp_path / "cip.sqlite3-journal").symlink_to(tmp_path / "other")
    create_database_file(tmp_path / "cip.sqlite3")
    closed = ("cip.sqlite3", "cip.sqlite3-wal", "cip.sqlite3-shm", "cip.sqlite3.lock")
    assert {mode(tmp_path / name) for name in closed} == {"0o600"}
    assert mode(tmp_path / "other") == "0o664"


def test_a_shared_folder_is_not_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, given, left in (
        ("own", 0o755, "0o700"),
        ("sticky", 0o1777, "0o1777"),
        ("above", 0o755, "0o755"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(given)
        if name == "above":
            make_folder(tmp_path / name / "below")
            monkeypatch.chdir(tmp_path / name / "below")
        protect_folder(tmp_path / name)
        assert mode(tmp_path / name) == left
