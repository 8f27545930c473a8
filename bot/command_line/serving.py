"""Running the bot."""

import asyncio
from pathlib import Path

import click

from bot.command_line.shared import PLAN_FILE, settings_and_logs
from bot.composition import serving


@click.command()
@click.option("--plan", type=PLAN_FILE, help="Sandbox only: start with this plan instead of the sample.")
def serve(plan: Path | None = None) -> None:
    """Run the bot. Without Slack settings, with the sandbox workspace in the browser."""
    settings = settings_and_logs()
    asyncio.run(serving.serve(settings, plan=plan, say=click.echo))
