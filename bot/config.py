"""Settings: the only reader of the environment. Every setting has a line in .env.example."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from dateutil.rrule import rrulestr
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

SLACK_API = "https://slack.com/api/"


class Settings(BaseSettings):
    """Where the bot keeps its data, how it reaches Slack, and the defaults of a new board."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", populate_by_name=True
    )

    database_url: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = SLACK_API

    data_dir: Path = Field(default=Path("data"), validation_alias="CIP_DATA_DIR")
    host: str = Field(default="127.0.0.1", validation_alias="CIP_HOST")
    port: int = Field(default=3000, ge=0, le=65535, validation_alias="CIP_PORT")
    public_url: str = Field(default="", validation_alias="CIP_PUBLIC_URL")
    log_level: str = Field(default="info", validation_alias="CIP_LOG_LEVEL")
    command: str = Field(default="/cip", validation_alias="CIP_COMMAND")
    tick_seconds: float = Field(default=15.0, gt=0, validation_alias="CIP_TICK_SECONDS")

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
    weekly_budget: int = Field(default=3, ge=1, validation_alias="CIP_WEEKLY_BUDGET")
    recent_days: int = Field(default=7, ge=0, validation_alias="CIP_RECENT_DAYS")

    @field_validator("prompt_days", mode="before")
    @classmethod
    def _split_days(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("name a timezone such as Europe/London") from None
        return value

    @field_validator("country")
    @classmethod
    def _is_country(cls, value: str) -> str:
        code, _, region = value.partition("-")
        try:
            holidays.country_holidays(code, subdiv=region or None)
        except NotImplementedError:
            raise ValueError("name a country, with its region where it has one, such as GB-ENG") from None
        return value

    @field_validator("digest_rule")
    @classmethod
    def _is_rule(cls, value: str) -> str:
        try:
            rrulestr(value)
        except ValueError:
            raise ValueError("write it as FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0") from None
        return value

    @property
    def uses_sandbox(self) -> bool:
        """No Slack settings at all: the sandbox workspace stands in for Slack."""
        return not (self.slack_bot_token or self.slack_signing_secret or self.slack_app_token)

    @field_validator("public_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
            raise ValueError("write it as https://plan.example.gov.uk")
        return value.rstrip("/")

    @property
    def public_address(self) -> str:
        """Where the bot's own pages are found: at its own address, when nothing else is set."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written to a log."""
        given = (self.database_url, self.slack_bot_token, self.slack_signing_secret, self.slack_app_token)
        return tuple(secret.get_secret_value() for secret in given if secret)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL, with psycopg 3 named as the driver for PostgreSQL."""
        if self.database_url is None or not self.database_url.get_secret_value():
            return f"sqlite:///{self.data_dir.resolve() / 'cip.sqlite3'}"
        return with_driver(self.database_url.get_secret_value())


def with_driver(url: str) -> str:
    """`postgres://` and `postgresql://` as platforms hand them out, with the driver we ship."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def load_settings() -> Settings:
    """Read the environment and `.env`; raises SettingsError naming each setting that is wrong."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(_problems(error)) from None
    _check_slack(settings)
    return settings


def _problems(error: ValidationError) -> str:
    lines = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
    return "These settings cannot be used. " + ". ".join(lines) + ". See .env.example."


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
