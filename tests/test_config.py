"""Settings: what is read, what is refused, in sentences."""

from pathlib import Path

import pytest

from bot.config import Settings, load_settings, with_driver
from bot.errors import SettingsError

NAMES = (
    "DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "CIP_PROMPT_DAYS",
    "CIP_PORT",
    "CIP_TIMEZONE",
    "CIP_COUNTRY",
    "CIP_DIGEST_RULE",
)


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_with_nothing_set_it_is_the_sandbox_on_sqlite(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.uses_sandbox
    assert settings.database == f"sqlite:///{tmp_path / 'data' / 'cip.sqlite3'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)


def test_postgresql_gets_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@db/cip")
    assert load_settings().database == "postgresql+psycopg://u:p@db/cip"
    assert with_driver("postgresql://db/cip") == "postgresql+psycopg://db/cip"


def test_a_ladder_is_read_from_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_PROMPT_DAYS", "7, 0,-7")
    assert load_settings().prompt_days == (7, 0, -7)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "Set SLACK_SIGNING_SECRET .* or SLACK_APP_TOKEN"),
        ({"CIP_PORT": "many"}, r"CIP_PORT: .*See \.env\.example"),
        ({"CIP_TIMEZONE": "London"}, "CIP_TIMEZONE: .*Europe/London"),
        ({"CIP_COUNTRY": "GB-XYZ"}, "CIP_COUNTRY: .*GB-ENG"),
        ({"CIP_DIGEST_RULE": "Mondays at nine"}, "CIP_DIGEST_RULE: .*FREQ=WEEKLY"),
    ],
)
def test_what_cannot_work_is_said_by_name(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=says):
        load_settings()


def test_every_setting_has_its_line_in_the_example() -> None:
    example = (Path(__file__).parent.parent / ".env.example").read_text()
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or name.upper())
        assert f"#{variable}=" in example, variable


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-very-secret")
    settings = load_settings()
    assert "very-secret" not in repr(settings)
    assert set(settings.secrets) == {"xoxb-very-secret", "xapp-very-secret"}
