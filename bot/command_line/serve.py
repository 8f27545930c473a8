"""The command `serve`."""

import asyncio
from pathlib import Path

import click
import structlog

from bot import serve as bot_serve
from bot.command_line.common import PLAN_FILE, load_settings_and_logs
from bot.config import unknown_settings

log = structlog.get_logger()


@click.command()
@click.option("--plan", type=PLAN_FILE, help="Sandbox only: start with this plan instead of the sample.")
@click.option(
    "--host", metavar="HOST", help="The address to listen at.  [default: CIP_HOST, or else 127.0.0.1]"
)
@click.option(
    "--port",
    metavar="PORT",
    help="The port to listen at; 0 is any free one.  [default: CIP_PORT, or else 3000]",
)
def serve(plan: Path | None = None, host: str | None = None, port: str | None = None) -> None:
    """Run the bot. Without Slack settings, with the sandbox workspace in the browser."""
    options = {"CIP_HOST": host, "CIP_PORT": port}
    settings = load_settings_and_logs({name: value for name, value in options.items() if value is not None})
    for each in unknown_settings():
        log.warning(each)
    asyncio.run(bot_serve.serve(settings, plan=plan, echo=click.echo))
