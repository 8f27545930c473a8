"""What the commands share: settings, the log, and the options for files and days."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from bot.clock import Clock, SystemClock
from bot.config import Settings, load_settings
from bot.demo.clock import SimulatedClock
from bot.errors import CipError
from bot.logs import set_up_logs
from bot.plan.typed_days import read_day

PLAN_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)


def load_settings_and_logs(options: Mapping[str, str] | None = None) -> Settings:
    """The settings, with the log set up by them. options: as in load_settings."""
    settings = load_settings(options)
    quiet = settings.uses_sandbox and "log_level" not in settings.model_fields_set
    set_up_logs("warning" if quiet else settings.log_level, secrets=settings.secrets)
    return settings


def build_clock(settings: Settings) -> Clock:
    """The sandbox's own clock, or the system's."""
    if settings.uses_sandbox:
        return SimulatedClock(settings.data_dir / "sandbox-clock.json")
    return SystemClock()


def parse_day(text: str | None) -> date | None:
    """The day of an option; None where it was not given. Raises CipError."""
    if text is None:
        return None
    day = read_day(text, today=SystemClock().now().date())
    if day is None:
        raise CipError(f"“{text}” is not a date I can read. Write it as 31/07/2026.")
    return day
