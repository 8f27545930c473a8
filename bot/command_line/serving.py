"""Running the bot."""

import asyncio
from pathlib import Path

import click
import structlog

from bot.command_line.shared import PLAN_FILE, settings_and_logs
from bot.composition import serving
from bot.config import unknown_settings

log = structlog.get_logger()


@click.command()
@click.option("--plan", type=PLAN_FILE, help="Sandbox only: start with this plan instead of the sample.")
def serve(plan: Path | None = None) -> None:
    """Run the bot. Without Slack settings, with the sandbox workspace in the browser."""
    settings = settings_and_logs()
    for each in unknown_settings():
        log.warning(each)
    asyncio.run(serving.serve(settings, plan=plan, say=click.echo))
