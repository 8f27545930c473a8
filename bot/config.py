"""Settings: the only reader of the environment. Every setting has a line in .env.example."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast
from zoneinfo import ZoneInfo

import holidays
from dateutil.rrule import rrulestr
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

SLACK_API = "https://slack.com/api/"
# With or without a mark of the byte order, as some editors put it.
ENV_FILE, ENV_FILE_ENCODING = ".env", "utf-8-sig"
# What each setting takes, for the error about a wrong value.
EXPECTED_VALUES = {
    "DATABASE_URL": "an address such as postgresql://user:password@host/name, or no line at all for SQLite",
    "SLACK_API_URL": "an address such as https://slack.com/api/",
    "CIP_DATA_DIR": "a folder, such as data",
    "CIP_PUBLIC_URL": "an address such as https://plan.example.gov.uk",
    "CIP_HOST": "a name or address of this machine, such as 127.0.0.1",
    "CIP_PORT": "a whole number from 0 to 65535, such as 3000",
    "CIP_LOG_LEVEL": "debug, info, warning or error",
    "CIP_COMMAND": "a slash and a word in small letters, such as /cip",
    "CIP_READ": "plan or workspace",
    "CIP_TICK_SECONDS": "a number of seconds above 0 and up to 3600, such as 15",
    "CIP_TIMEZONE": "a timezone, such as Europe/London",
    "CIP_COUNTRY": "a country, with its region where bank holidays differ, such as GB-ENG",
    "CIP_DIGEST_RULE": "an RRULE without an end that comes round once a day at most, such as"
    " FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
    "CIP_PROMPT_DAYS": "whole numbers of days between commas, none beyond a year, such as 14,7,1,0,-3,-7",
    "CIP_PROMPT_TIME": "a time of day, such as 09:00",
    "CIP_QUIET_FROM": "a time of day, such as 18:00",
    "CIP_QUIET_UNTIL": "a time of day, such as 08:00",
    "CIP_WEEKLY_BUDGET": "a whole number from 1 to 100",
    "CIP_RECENT_DAYS": "a whole number from 0 to 366",
}
# What Slack's keys begin with. Those of another kind are refused by name; others Slack itself judges.
_SLACK_PREFIXES = {"SLACK_BOT_TOKEN": ("xoxb-", "xoxe.xoxb-"), "SLACK_APP_TOKEN": ("xapp-",)}
_KEY_SOURCES = {
    "SLACK_BOT_TOKEN": "It takes the Bot User OAuth Token, which begins with xoxb-.",
    "SLACK_SIGNING_SECRET": "It takes the signing secret under “Basic Information”, which is no token.",
    "SLACK_APP_TOKEN": "It takes an app-level token, which begins with xapp-.",
}
_SECRET_SETTINGS = {"DATABASE_URL", *_KEY_SOURCES}
_ANY_SLACK_TOKEN = re.compile(r"xox[a-z][.-]|xapp-")
_MAX_DAYS = 366
_ANY_DAY = datetime(2018, 1, 1)  # noqa: DTZ001 - a rule counts in local time
_COUNTRY = re.compile("[A-Z]{2}(?:-.+)?")
_MAX_SHOWN_LENGTH = 60
# Rules of any other form may occur too often, end, or take for ever to compute.
_RULE = re.compile(
    r"(?:RRULE:)?FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;(?:INTERVAL=[1-9][0-9]?|WKST=[A-Z]{2}"
    r"|BY(?:HOUR|MINUTE|SECOND)=[0-9]{1,2}|BY(?:DAY|MONTHDAY|MONTH|WEEKNO|YEARDAY|SETPOS)=[A-Z0-9+,-]+))*"
)


class Settings(BaseSettings):
    """Where the bot keeps its data, how it reaches Slack, and the defaults of a new board.

    Each is read from the environment by its alias alone, as CIP_PORT; code may also give it by its
    field's name.
    """

    # populate_by_name makes pydantic read the prefix and the field's name from the environment as well.
    # No variable can have a name with "=" in it, so PORT or HOST of some other program changes nothing
    # here.
    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding=ENV_FILE_ENCODING,
        env_prefix="=",
        extra="ignore",
        populate_by_name=True,
    )

    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field(default=SLACK_API, validation_alias="SLACK_API_URL")

    data_dir: Path = Field(default=Path("data"), validation_alias="CIP_DATA_DIR")
    host: str = Field(default="127.0.0.1", min_length=1, validation_alias="CIP_HOST")
    port: int = Field(default=3000, ge=0, le=65535, validation_alias="CIP_PORT")
    public_url: str = Field(default="", validation_alias="CIP_PUBLIC_URL")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias="CIP_LOG_LEVEL"
    )
    command: str = Field(default="/cip", pattern=r"^/[a-z0-9_-]{1,31}$", validation_alias="CIP_COMMAND")
    read: Literal["plan", "workspace"] = Field(default="plan", validation_alias="CIP_READ")
    tick_seconds: float = Field(default=15.0, gt=0, le=3600, validation_alias="CIP_TICK_SECONDS")

    timezone: str = Field(default="Europe/London", validation_alias="CIP_TIMEZONE")
    country: str = Field(default="GB-ENG", validation_alias="CIP_COUNTRY")
    digest_rule: str = Field(
        default="FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0", validation_alias="CIP_DIGEST_RULE"
    )
    prompt_days: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(14, 7, 1, 0, -3, -7), validation_alias="CIP_PROMPT_DAYS"
    )
    prompt_time: time = Field(default=time(9), validation_alias="CIP_PROMPT_TIME")
    quiet_from: time = Field(default=time(18), validation_alias="CIP_QUIET_FROM")
    quiet_until: time = Field(default=time(8), validation_alias="CIP_QUIET_UNTIL")
    weekly_budget: int = Field(default=3, ge=1, le=100, validation_alias="CIP_WEEKLY_BUDGET")
    recent_days: int = Field(default=7, ge=0, le=_MAX_DAYS, validation_alias="CIP_RECENT_DAYS")
    repeat_days: int = Field(default=28, ge=1, le=_MAX_DAYS, validation_alias="CIP_REPEAT_DAYS")
    late_repeat_days: int = Field(default=7, ge=1, le=_MAX_DAYS, validation_alias="CIP_LATE_REPEAT_DAYS")

    @field_validator("slack_bot_token", "slack_signing_secret", "slack_app_token", mode="after")
    @classmethod
    def _is_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """Spaces and line ends around it belong to how it was copied."""
        if value is None:
            return None
        key, name = (
            value.get_secret_value().strip(),
            str(cls.model_fields[str(info.field_name)].validation_alias),
        )
        problem = _key_problem(name, key)
        if problem:
            raise PydanticCustomError("key", "{problem}", {"problem": problem})
        return SecretStr(key)

    @field_validator("database_url")
    @classmethod
    def _is_given(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().strip():
            raise ValueError
        return value and SecretStr(value.get_secret_value().strip())

    @field_validator("slack_api_url")
    @classmethod
    def _is_api_address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
            raise ValueError
        return f"{value.rstrip('/')}/"

    @field_validator("data_dir", mode="before")
    @classmethod
    def _is_folder(cls, value: object) -> object:
        if isinstance(value, str) and (not value.strip() or "\0" in value):
            raise ValueError
        return value

    @field_validator("prompt_days", mode="before")
    @classmethod
    def _split_days(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("prompt_days")
    @classmethod
    def _within_a_year(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(abs(days) > _MAX_DAYS for days in value):
            raise ValueError
        return value

    @field_validator("log_level", "read", mode="before")
    @classmethod
    def _in_small_letters(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError from None
        return value

    @field_validator("country")
    @classmethod
    def _is_country(cls, value: str) -> str:
        if not _COUNTRY.fullmatch(value):
            raise ValueError
        code, _, region = value.partition("-")
        try:
            holidays.country_holidays(code, subdiv=region or None)
        except NotImplementedError:
            raise ValueError from None
        return value

    @field_validator("digest_rule")
    @classmethod
    def _is_rule(cls, value: str) -> str:
        if not _RULE.fullmatch(value) or rrulestr(value, dtstart=_ANY_DAY).after(_ANY_DAY) is None:
            raise ValueError
        return value

    @field_validator("prompt_time", "quiet_from", "quiet_until")
    @classmethod
    def _is_local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError
        return value

    @model_validator(mode="after")
    def _check_quiet_hours(self) -> Self:
        start, end, asked = self.quiet_from, self.quiet_until, self.prompt_time
        if start <= asked < end if start <= end else asked >= start or asked < end:
            raise ValueError(
                f"CIP_PROMPT_TIME is {asked:%H:%M}, within the quiet hours ({start:%H:%M} to {end:%H:%M})."
                " Choose a time outside them"
            )
        return self

    @property
    def uses_sandbox(self) -> bool:
        """Without any Slack setting the sandbox workspace stands in for Slack."""
        return not (self.slack_bot_token or self.slack_signing_secret or self.slack_app_token)

    @field_validator("public_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
            raise ValueError
        return value.rstrip("/")

    @property
    def public_address(self) -> str:
        """The URL of the bot's own pages: CIP_PUBLIC_URL, or else the address it listens at."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written to a log."""
        secrets = (self.database_url, self.slack_bot_token, self.slack_signing_secret, self.slack_app_token)
        return tuple(secret.get_secret_value() for secret in secrets if secret)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL, with psycopg 3 named as the driver for PostgreSQL."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir.resolve() / 'cip.sqlite3'}"
        return with_driver(self.database_url.get_secret_value())


def with_driver(url: str) -> str:
    """The URL with psycopg named as its driver, if it begins with `postgres://` or `postgresql://`."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def load_settings(options: Mapping[str, str] | None = None) -> Settings:
    """Read the environment and `.env`; raises SettingsError naming each setting that is wrong.

    options: from the command line, by the setting's name, such as {"CIP_PORT": "8080"}; they override the
    environment, and an error about one names the option, such as --port.
    """
    values = dict(options or {})
    try:
        settings = Settings(**cast(dict[str, Any], values))
    except ValidationError as error:
        raise SettingsError(_problems(error, values)) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{ENV_FILE} is not text in UTF-8. Save it as UTF-8, or write it anew.") from None
    except OSError as error:
        raise SettingsError(f"{ENV_FILE} cannot be read: {error.strerror}.") from None
    _check_slack(settings)
    return settings


def unknown_settings() -> Iterator[str]:
    """A sentence for each name in the environment or `.env` that looks like a setting and is none."""
    names = [str(field.validation_alias) for field in Settings.model_fields.values()]
    if Path(ENV_FILE).is_dir():
        yield f"{ENV_FILE} is a folder, so no settings are read from it. They belong in a file of that name."
    for name in sorted({*os.environ, *dotenv_values(ENV_FILE, encoding=ENV_FILE_ENCODING)}):
        if name.startswith("CIP_") and name not in names:
            near = get_close_matches(name, names, n=1)
            yield f"{name} is no setting, so it changes nothing." + (
                f" Did you mean {near[0]}?" if near else " The settings stand in .env.example."
            )


def option_of(setting: str) -> str:
    """The command line's option for a setting: --port for CIP_PORT."""
    return "--" + setting.removeprefix("CIP_").lower().replace("_", "-")


def _problems(error: ValidationError, options: Collection[str]) -> str:
    """A sentence for each setting; a list with several wrong items gets one."""
    problems = {
        str(item["loc"][0]) if item["loc"] else "": _problem(item, options)
        for item in reversed(error.errors())
    }
    example = [] if problems.keys() <= set(options) else ["See .env.example."]
    return " ".join([*reversed(problems.values()), *example])


def _problem(item: Any, options: Collection[str]) -> str:
    if not item["loc"]:
        return f"{item['ctx']['error']}."
    if item["type"] == "key":
        return str(item["ctx"]["problem"])
    setting, value = str(item["loc"][0]), str(item["input"])
    name = option_of(setting) if setting in options else setting
    # A URL may contain a password.
    is_hidden = setting in _SECRET_SETTINGS or "@" in value
    shown = (
        "blank"
        if not value.strip() and is_hidden
        else "this"
        if is_hidden or len(value) > _MAX_SHOWN_LENGTH
        else f"“{value}”"
    )
    return f"{name} cannot be {shown}: it takes {EXPECTED_VALUES[setting]}."


def _key_problem(name: str, key: str) -> str:
    """Why this cannot be one of Slack's keys, without showing it; "" where it may be one."""
    own = _SLACK_PREFIXES.get(name, ())
    if not key:
        return f"{name} is blank. Give it its value, or take the line out."
    if "\n" in key or "\r" in key:
        return f"{name} has a line break in it. Copy it again, on one line."
    if not key.isascii() or not key.isprintable() or " " in key:
        return f"{name} has a character in it that Slack's keys have not. Copy it again."
    if _ANY_SLACK_TOKEN.match(key) and not key.startswith(own):
        return f"{name} holds a key of another kind. {_KEY_SOURCES[name]}"
    return ""


def _check_slack(settings: Settings) -> None:
    if settings.uses_sandbox:
        return
    if settings.slack_bot_token is None:
        raise SettingsError(
            "SLACK_BOT_TOKEN is missing. Set it, or unset every SLACK_ setting to use the sandbox workspace."
        )
    if settings.slack_signing_secret is None and settings.slack_app_token is None:
        raise SettingsError(
            "Set SLACK_SIGNING_SECRET to receive requests over HTTP, or SLACK_APP_TOKEN to use Socket Mode."
        )
