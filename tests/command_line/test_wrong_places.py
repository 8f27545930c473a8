"""A database, folder or file that cannot be used: every command says so in a sentence, and shows no trace."""

import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest
from click.testing import CliRunner, Result

from app import main
from tests.fixtures.databases import fresh_url
from tests.paths import ROOT

COMMANDS = (
    "serve --port 0",
    "doctor",
    "migrate",
    "backup out.backup",
    "restore whole.backup --replace",
    "digest",
    "report",
    "report out.html",
    "export out.csv",
    "people people.csv",
    "import plan.csv --yes",
    "import plan.csv --dry-run --questions open.json",
    "import --versions",
)
PAGE = 4096


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a bot's folder `data` holds the small plan, beside a backup of it and files to bring in."""
    (tmp_path / "data").mkdir()
    fresh_url("sqlite", tmp_path / "data", "planned")
    (tmp_path / "people.csv").write_text("initials,name,email,role\nPM,Pat,pm@council.example,plan manager\n")
    (tmp_path / "plan.csv").write_text("Ref,Action,Owner,Due\n1.1,Mend the roof,PM,31/07/2026\n")
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("CIP_", "SLACK_", "DATABASE_")):
            monkeypatch.delenv(name)
    assert run("backup whole.backup").exit_code == 0
    return tmp_path


def run(line: str) -> Result:
    return CliRunner().invoke(main, line.split())


def check_refusal(line: str, says: str) -> None:
    """The command ends with the sentence. What is written nowhere is a traceback."""
    result = run(line)
    said = " ".join(result.output.split())
    assert isinstance(result.exception, SystemExit), (line, result.exception)
    assert result.exit_code in {1, 2}, (line, said)
    assert says in said, (line, said)
    assert "Traceback" not in said
    assert "DATABASE_URL" not in said


def _break_pages(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for start in range(PAGE, len(content), PAGE):
        content[start : start + 12] = b"\xff" * 12
    file.write_bytes(content)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 2 * PAGE + 100])


def _hold_tables(file: Path, *names: str) -> None:
    file.unlink()
    with sqlite3.connect(file) as other:
        for name in names:
            other.execute(f"CREATE TABLE {name} (x)")
    other.close()


def _be_newer(file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()


def _be_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGED = "cip.sqlite3 is damaged, or is no database. Stop the bot, move the file and those beside it"
FOREIGN = "The database holds tables of another program, such as"
WRONG_FILES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no database": (lambda file: file.write_bytes(b"what somebody kept here\n" * 999), DAMAGED, ""),
    "broken": (_break_pages, DAMAGED, ""),
    "cut short": (_cut, DAMAGED, ""),
    "of another program": (lambda file: _hold_tables(file, "invoice"), FOREIGN, "backup"),
    "with a table like ours": (lambda file: _hold_tables(file, "person", "plan"), FOREIGN, "backup"),
    "newer": (_be_newer, "The database is at 9999, which a newer version of the bot made", "backup"),
    "a folder": (_be_a_folder, "cannot be opened and written to", ""),
}


@pytest.mark.parametrize("kind", WRONG_FILES)
def test_a_database_that_cannot_be_used_is_reported_by_every_command(folder: Path, kind: str) -> None:
    """A backup of a newer or foreign database may be made: it is asked for before an upgrade most of all."""
    spoil, says, not_by = WRONG_FILES[kind]
    spoil(folder / "data" / "cip.sqlite3")
    for line in COMMANDS:
        if not (not_by and line.startswith(not_by)):
            check_refusal(line, says)


def test_what_to_do_about_a_damaged_database_works(folder: Path) -> None:
    data = folder / "data"
    _break_pages(data / "cip.sqlite3")
    assert "bring back the newest backup: python app.py restore FILE." in run("doctor").output
    for each in data.glob("cip.sqlite3*"):
        each.rename(folder / each.name)
    assert run("restore whole.backup").exit_code == 0
    assert "OK     The plan" in run("doctor").output


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/none", "data/cip.sqlite3"])
def test_a_folder_that_cannot_be_made_is_reported_by_every_command(
    folder: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").write_text("not a folder")
    monkeypatch.setenv("CIP_DATA_DIR", place)
    for line in COMMANDS:
        check_refusal(line, f"{place} cannot be written to: ")


@contextmanager
def another_user() -> Iterator[None]:
    """As somebody who is not the owner of anything here."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else for a while")
    # What is loaded only when it is used may lie where the other user may not read.
    socket.getaddrinfo("127.0.0.1", 0)
    "x".encode("idna")
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_database_of_another_user_is_reported_with_its_owner(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(mkdtemp(prefix="cip-another-"))
    place.chmod(0o755)
    shutil.copy(folder / "data" / "cip.sqlite3", place)
    (place / "cip.sqlite3").chmod(0o644)
    for each in folder.iterdir():
        if each.is_file():
            shutil.copy(each, place)
            (place / each.name).chmod(0o644)
    monkeypatch.setenv("CIP_DATA_DIR", str(place))
    monkeypatch.chdir(place)
    try:
        with another_user():
            for line in ("doctor", "migrate", "digest", "people people.csv", "report"):
                check_refusal(line, "cannot be opened and written to. It belongs to root: run this as that")
            check_refusal("serve --port 0", f"{place}/cip.sqlite3.lock cannot be written to: Permission")
    finally:
        shutil.rmtree(place)


def test_a_file_to_write_that_cannot_be_written_is_reported(folder: Path) -> None:
    for line in (
        "backup none/out.backup",
        "export none/out.csv",
        "report none/out.html",
        "import plan.csv --dry-run --questions none/open.json",
        "export data/.csv/out.csv",
    ):
        check_refusal(line, "No such file or directory.")
    (folder / "taken.csv").mkdir()
    assert run("export taken.csv").exit_code == 2


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe" * 50, b"\x1f\x8b\x08\x00broken", b"{}", b"\xef\xbb\xbf"]
)
def test_a_file_to_read_that_is_something_else_is_reported(folder: Path, content: bytes) -> None:
    for name in ("x.backup", "x.csv", "x.xlsx", "x.docx", "x.pdf", "x.json"):
        (folder / name).write_bytes(content)
    for line in (
        "restore x.backup --replace",
        "restore x.backup --dry-run",
        "people x.csv",
        "import x.csv --yes",
        "import x.xlsx --yes",
        "import x.docx --yes",
        "import x.pdf --yes",
        "import plan.csv --answers x.json",
    ):
        result = run(line)
        assert result.exception is None or isinstance(result.exception, SystemExit), (line, result.exception)
        assert "Traceback" not in result.output
        assert result.output.strip(), line


def test_a_disk_without_room_is_reported(folder: Path) -> None:
    """A limit on the size of files stands in for the end of the disk."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "import app; app.main(sys.argv[1:])"
    )
    for line in ("people people.csv", "serve --port 0"):
        shutil.rmtree(folder / "new", ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-c", program, *line.split()],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "CIP_DATA_DIR": "new"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 2, (line, done.stderr)
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, (line, done.stderr)


def test_the_sandboxs_own_file_is_reported_by_its_name(folder: Path) -> None:
    (folder / "data" / "sandbox.sqlite3").write_bytes(b"nothing of a database" * 999)
    check_refusal("serve --port 0", "sandbox.sqlite3 cannot be used. Check its rights; or delete it")


def test_a_port_in_use_is_reported(folder: Path) -> None:
    assert folder
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        check_refusal(f"serve --port {port}", f"Port {port} on 127.0.0.1 is taken.")


def test_postgresql_without_the_right_to_it_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_url("postgresql", tmp_path, "planned")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"{url}&options=-crole%3Dpg_monitor")
    for line in ("doctor", "digest", "backup out.backup", "report"):
        result = run(line)
        assert "The user that DATABASE_URL names may not do this in the database." in result.output, line
        assert result.exit_code in {1, 2}


def test_a_postgresql_that_is_away_is_reported_by_every_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hush@127.0.0.1:1/none")
    for line in (*COMMANDS, "simulate --weeks 1"):
        result = run(line)
        assert isinstance(result.exception, SystemExit), (line, result.exception)
        assert result.exit_code in {1, 2}
        assert "Traceback" not in result.output
        assert "hush" not in result.output
        if not line.startswith("simulate"):
            assert "The database cannot be reached. Check DATABASE_URL" in result.output, line


def test_only_the_owner_may_read_what_is_written(folder: Path) -> None:
    """Whatever the umask, and also where an earlier version left it open."""
    data, before = folder / "data", os.umask(0)
    data.chmod(0o755)
    (data / "cip.sqlite3").chmod(0o644)
    (folder / "out.csv").write_text("open to all")
    (folder / "out.csv").chmod(0o666)
    try:
        for line in (*COMMANDS[3:4], *COMMANDS[5:12]):
            assert run(line).exit_code == 0, line
    finally:
        os.umask(before)
    written = [*data.iterdir(), *folder.glob("out.*"), folder / "open.json"]
    assert {each.name for each in written} >= {
        "cip.sqlite3",
        "out.csv",
        "out.html",
        "open.json",
        "out.backup",
    }
    assert {each.name: oct(stat.S_IMODE(each.stat().st_mode)) for each in written} == {
        each.name: "0o600" for each in written
    }
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_folder_that_others_share_stays_open(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    for place in (str(shared), "."):
        monkeypatch.setenv("CIP_DATA_DIR", place)
        folder.chmod(0o755)
        assert run("migrate").exit_code == 0
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert stat.S_IMODE((shared / "cip.sqlite3").stat().st_mode) == 0o600
