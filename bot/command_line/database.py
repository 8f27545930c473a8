"""The commands `migrate`, `backup`, `restore` and `doctor`."""

import asyncio
import sys
from pathlib import Path

import click

from bot.command_line import backups, import_plan
from bot.command_line import doctor as doctor_checks
from bot.command_line.common import PLAN_FILE, build_clock, load_settings_and_logs


@click.command()
def migrate() -> None:
    """Bring the database up to date with this version."""
    click.echo(import_plan.migrate(load_settings_and_logs()))


@click.command()
@click.argument("file", type=PLAN_FILE)
def backup(file: Path) -> None:
    """Write everything the bot knows to FILE, while it goes on serving.

    The file is the same from SQLite and PostgreSQL, and can be restored to either. It is whole or not written
    at all, and only you may read it.
    """
    settings = load_settings_and_logs()
    click.echo(backups.back_up(settings, file, build_clock(settings).now()))


@click.command()
@click.argument("file", type=PLAN_FILE)
@click.option("--replace", is_flag=True, help="Put the backup in the place of what the database holds.")
@click.option("--dry-run", is_flag=True, help="Check the backup and say what it holds. Nothing is changed.")
def restore(file: Path, *, replace: bool, dry_run: bool) -> None:
    """Take in a backup: all of it, or nothing. Stop the bot first.

    A backup of an older version is brought up to this one. What was said unasked between the backup and now
    is not said again.
    """
    settings = load_settings_and_logs()
    if dry_run:
        click.echo(backups.describe_backup(file))
        return
    click.echo(backups.restore(settings, file, build_clock(settings).now(), replace=replace))


@click.command()
def doctor() -> None:
    """Check settings, database, Slack and plan, and say what to do about each fault."""
    healthy = asyncio.run(doctor_checks.doctor(load_settings_and_logs(), click.echo))
    sys.exit(0 if healthy else 1)
