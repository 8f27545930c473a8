"""Settings: what is read, what is refused, in sentences."""

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import EXPECTED_VALUES, Settings, load_settings, unknown_settings, with_driver
from bot.errors import SettingsError

KEYS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "0a1b"}
NAMES = (
    "DATABASE_URL",
    "SLACK_API_URL",
    "CIP_DATA_DIR",
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


def test_prompt_days_are_read_from_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_PROMPT_DAYS", "7, 0,-7")
    assert load_settings().prompt_days == (7, 0, -7)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "Set SLACK_SIGNING_SECRET .* or SLACK_APP_TOKEN"),
        ({"CIP_PORT": "many"}, "^CIP_PORT cannot be “many”: it takes a whole number .* See .env.example.$"),
        ({"CIP_TIMEZONE": "London"}, "CIP_TIMEZONE cannot be “London”: it takes .* Europe/London"),
        ({"CIP_COUNTRY": "GB-XYZ"}, "CIP_COUNTRY cannot be “GB-XYZ”: .* GB-ENG"),
        ({"CIP_COUNTRY": "utils"}, "CIP_COUNTRY cannot be “utils”"),
        ({"CIP_PROMPT_TIME": "09:00Z"}, "CIP_PROMPT_TIME cannot be “09:00Z”: it takes a time of day"),
        ({"CIP_TICK_SECONDS": "inf"}, "CIP_TICK_SECONDS cannot be “inf”"),
        ({"CIP_RECENT_DAYS": "99999999999"}, "CIP_RECENT_DAYS cannot be “99999999999”"),
        ({"CIP_COUNTRY": ""}, "CIP_COUNTRY cannot be “”: .* GB-ENG"),
        (
            {"CIP_DIGEST_RULE": "Mondays at nine"},
            "CIP_DIGEST_RULE cannot be “Mondays at nine”: .* FREQ=WEEKLY",
        ),
        ({"CIP_DIGEST_RULE": "FREQ=SECONDLY"}, "once a day at most"),
        ({"CIP_DIGEST_RULE": "FREQ=DAILY;BYHOUR=9,17"}, "once a day at most"),
        ({"CIP_DIGEST_RULE": "FREQ=WEEKLY;INTERVAL=0"}, "once a day at most"),
        ({"CIP_DIGEST_RULE": "FREQ=WEEKLY;COUNT=3"}, "without an end"),
        ({"CIP_DIGEST_RULE": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "an RRULE"),
        ({"CIP_DIGEST_RULE": "FREQ=WEEKLY;BYDAY=XX"}, "an RRULE"),
        ({"CIP_LOG_LEVEL": "loud"}, "CIP_LOG_LEVEL cannot be “loud”: it takes debug, info, warning or error"),
        ({"CIP_COMMAND": "plan"}, "CIP_COMMAND cannot be “plan”: it takes a slash and a word"),
        ({"CIP_PROMPT_DAYS": "a,b"}, "^CIP_PROMPT_DAYS cannot be “a”: it takes .* See .env.example.$"),
        ({"CIP_PROMPT_DAYS": ""}, "CIP_PROMPT_DAYS cannot be “”"),
        ({"CIP_PROMPT_DAYS": "7,99999999999"}, "none beyond a year"),
        ({"CIP_QUIET_FROM": "nine"}, "CIP_QUIET_FROM cannot be “nine”: it takes a time of day"),
        ({"CIP_PROMPT_TIME": "19:00"}, "CIP_PROMPT_TIME is 19:00, within the quiet hours .18:00 to 08:00."),
        ({"CIP_PUBLIC_URL": "https://a:secret@b"}, "CIP_PUBLIC_URL cannot be this: it takes an address"),
        (
            {"DATABASE_URL": " "},
            "^DATABASE_URL cannot be blank: it takes an address .* no line at all for SQLite",
        ),
        ({"CIP_DATA_DIR": ""}, "CIP_DATA_DIR cannot be “”: it takes a folder"),
        (
            {"SLACK_API_URL": "foo"},
            "SLACK_API_URL cannot be “foo”: it takes an address such as https://slack",
        ),
        ({"SLACK_API_URL": "https://a:b@c/api"}, "SLACK_API_URL cannot be this"),
        ({**KEYS, "SLACK_SIGNING_SECRET": ""}, "^SLACK_SIGNING_SECRET is blank. Give it its value, or take"),
        ({"SLACK_SIGNING_SECRET": "  \n"}, "^SLACK_SIGNING_SECRET is blank."),
        ({**KEYS, "SLACK_APP_TOKEN": ""}, "^SLACK_APP_TOKEN is blank."),
        ({"SLACK_BOT_TOKEN": ""}, "^SLACK_BOT_TOKEN is blank."),
        ({**KEYS, "SLACK_BOT_TOKEN": "xoxb-1\nhush"}, "^SLACK_BOT_TOKEN has a line break in it. Copy it"),
        ({**KEYS, "SLACK_APP_TOKEN": "xapp-1\rhush"}, "^SLACK_APP_TOKEN has a line break in it."),
        ({**KEYS, "SLACK_BOT_TOKEN": "xoxb-1\u200bhush"}, "^SLACK_BOT_TOKEN has a character in it that"),
        ({**KEYS, "SLACK_SIGNING_SECRET": "a hush"}, "^SLACK_SIGNING_SECRET has a character in it that"),
        ({**KEYS, "SLACK_BOT_TOKEN": "xapp-hush"}, "^SLACK_BOT_TOKEN holds a key of another kind. .* xoxb-"),
        ({**KEYS, "SLACK_BOT_TOKEN": "xoxp-hush"}, "^SLACK_BOT_TOKEN holds a key of another kind."),
        ({**KEYS, "SLACK_APP_TOKEN": "xoxb-hush"}, "^SLACK_APP_TOKEN holds a key of another kind. .* xapp-"),
        ({**KEYS, "SLACK_SIGNING_SECRET": "xoxb-hush"}, "^SLACK_SIGNING_SECRET holds a key of another kind."),
        ({"CIP_PORT": "x", "CIP_TICK_SECONDS": "0"}, "CIP_PORT cannot .* CIP_TICK_SECONDS cannot be “0”"),
    ],
)
def test_what_cannot_work_is_said_by_name(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=says) as refused:
        load_settings()
    assert "hush" not in refused.value.sentence


def test_what_was_copied_around_a_key_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, f" {value}\r\n")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:80/api")
    settings = load_settings()
    assert settings.secrets == tuple(KEYS.values())
    assert settings.slack_api_url == "http://127.0.0.1:80/api/"


@pytest.mark.parametrize("token", ["xoxe.xoxb-1-rotated", "of-a-kind-not-known-yet"])
def test_other_tokens_are_slacks_to_judge(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    for name, value in {**KEYS, "SLACK_BOT_TOKEN": token}.items():
        monkeypatch.setenv(name, value)
    assert load_settings().secrets[0] == token


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("CIP_PORT=3001 # \xe9".encode("latin-1"), r"^\.env is not text in UTF-8\."),
        ("CIP_PORT=3001".encode("utf-16"), r"^\.env is not text in UTF-8\."),
        (b'CIP_DATA_DIR="a\0b"', "CIP_DATA_DIR cannot be"),
    ],
)
def test_a_file_of_settings_that_cannot_be_read_is_said(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=says):
        load_settings()


def test_a_mark_of_the_byte_order_is_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfCIP_PORT=3001\r\n")
    assert load_settings().port == 3001
    assert list(unknown_settings()) == []


def test_a_folder_in_the_place_of_the_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert load_settings().port == 3000
    assert list(unknown_settings()) == [
        ".env is a folder, so no settings are read from it. They belong in a file of that name."
    ]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYDAY=1MO;BYHOUR=10", "RRULE:FREQ=DAILY;BYDAY=MO,WE,FR;BYHOUR=9;BYMINUTE=30;BYSECOND=0"],
)
def test_other_rules_are_taken(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    monkeypatch.setenv("CIP_DIGEST_RULE", rule)
    assert load_settings().digest_rule == rule


def test_the_quiet_hours_may_lie_within_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_QUIET_FROM", "12:00")
    monkeypatch.setenv("CIP_QUIET_UNTIL", "13:00")
    assert load_settings().prompt_time == time(9)
    monkeypatch.setenv("CIP_PROMPT_TIME", "12:30")
    with pytest.raises(SettingsError, match=r"12:30, within the quiet hours \(12:00 to 13:00\)"):
        load_settings()


@given(
    name=st.sampled_from(sorted(EXPECTED_VALUES)),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)
def test_whatever_a_setting_holds_is_taken_or_refused_in_a_sentence(name: str, value: str) -> None:
    said = EXPECTED_VALUES[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, value)
        try:
            load_settings()
        except SettingsError as error:
            said = str(error)
    assert EXPECTED_VALUES[name] in said or "quiet hours" in said


def test_an_unknown_setting_is_reported_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CIP_TIMZONE", "Europe/London")
    (tmp_path / ".env").write_text("CIP_QQQQ=1\nCIP_PORT=3001\n")
    assert list(unknown_settings()) == [
        "CIP_QQQQ is no setting, so it changes nothing. The settings stand in .env.example.",
        "CIP_TIMZONE is no setting, so it changes nothing. Did you mean CIP_TIMEZONE?",
    ]


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


@pytest.mark.parametrize("in_file", [False, True])
def test_only_the_settings_own_names_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, in_file: bool
) -> None:
    """PORT, HOST or COMMAND of some other program changes nothing."""
    fields = Settings.model_fields.items()
    others = {name.upper(): "99" for name, field in fields if field.validation_alias != name.upper()}
    assert {"PORT", "HOST", "COMMAND", "TIMEZONE", "DATA_DIR"} <= others.keys()
    if in_file:
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in others.items()))
    else:
        for name, value in others.items():
            monkeypatch.setenv(name, value)
            monkeypatch.setenv(name.lower(), value)
    assert load_settings() == Settings.model_construct()
    monkeypatch.setenv("CIP_PORT", "8080")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1/api/")
    settings = load_settings()
    assert (settings.port, settings.slack_api_url) == (8080, "http://127.0.0.1/api/")
    assert Settings(port=99).port == 99
