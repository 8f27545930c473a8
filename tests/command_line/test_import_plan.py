"""The command line's work, on real files and databases."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.command_line import import_plan
from bot.command_line.doctor import doctor
from bot.command_line.import_plan import ImportOptions
from bot.config import Settings
from bot.errors import SettingsError
from tests.fixtures.databases import KINDS, fresh_url
from tests.importing.workbooks import HEADING, csv_bytes

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FIRST = (("1.1", "Open the home", "AB", "31/03/2027", "In progress"),)
SECOND = (("1.1", "Open the home", "CD", "30/06/2027", "In progress"), ("1.2", "Fill it", "AB", "", ""))


@pytest.fixture(params=KINDS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return Settings(database_url=SecretStr(fresh_url(request.param, tmp_path)), data_dir=tmp_path)


def import_rows(settings: Settings, rows: tuple[tuple[str, ...], ...], *, dry_run: bool = False) -> str:
    path = settings.data_dir / "plan.csv"
    path.write_bytes(csv_bytes([HEADING, *rows]))
    asked = ImportOptions(path, "The plan", "#board", None, dry_run)
    return import_plan.import_plan(settings, asked, NOW).report


def test_a_dry_run_of_a_changed_plan_tells_what_would_change_and_saves_nothing(settings: Settings) -> None:
    import_rows(settings, FIRST)
    for _ in range(2):
        output = import_rows(settings, SECOND, dry_run=True)
        assert "re-owned   1/1.1 AB → CD" in output
        assert "new        1/1.2 Fill it" in output
        assert "Nothing was saved" in output
    assert "re-owned   1/1.1 AB → CD" in import_rows(settings, SECOND)
    assert "Nothing changes" in import_rows(settings, SECOND, dry_run=True)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://user:hushhush@127.0.0.1:1/none", "Check DATABASE_URL and that it is running"),
        ("mysql://user:hushhush@127.0.0.1/none", "Write it as postgresql://"),
        ("postgresql://user:hushhush@127.0.0.1:port/none", "cannot be read"),
        ("sqlite:////proc/no/such/cip.sqlite3", "cannot be written to"),
    ],
)
def test_a_database_that_cannot_be_used_gives_a_sentence(tmp_path: Path, url: str, says: str) -> None:
    settings = Settings(database_url=SecretStr(url), data_dir=tmp_path)
    tries: tuple[Callable[[], str], ...] = (
        lambda: import_plan.migrate(settings),
        lambda: import_plan.print_digests(settings, None, NOW),
        lambda: import_rows(settings, FIRST),
    )
    for work in tries:
        with pytest.raises(SettingsError) as refused:
            work()
        assert says in refused.value.sentence
        assert "hushhush" not in refused.value.sentence
    output: list[str] = []
    assert not asyncio.run(doctor(settings, output.append))
    assert says in "\n".join(output)
