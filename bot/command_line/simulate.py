"""The command `simulate`."""

import asyncio
import secrets
import sys
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.command_line.common import PLAN_FILE, load_settings_and_logs, parse_day
from bot.logs import set_up_logs
from bot.simulation import run
from bot.simulation.options import TROUBLES, SimulationOptions


@click.command()
@click.option("--plan", type=PLAN_FILE, help="The plan to live with.  [default: the sample plan]")
@click.option("--from", "start", metavar="DATE", help="The first day, such as 29/03/2027.  [default: today]")
@click.option("--weeks", type=click.IntRange(1, 520), default=52, show_default=True, help="For how long.")
@click.option("--seed", type=int, help="The same seed makes the same people and the same trouble.")
@click.option(
    "--kill-rate",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="How likely a process is killed whenever it has work. Above 0 the whole bot is off at times too.",
)
@click.option(
    "--replicas",
    type=click.IntRange(1, 8),
    default=1,
    show_default=True,
    help="Processes that share the work, on PostgreSQL. Above 1 they also come and go.",
)
@click.option(
    "--trouble",
    "troubles",
    type=click.Choice(TROUBLES),
    multiple=True,
    help="Trouble that lasts until it is put right: token, the bot's token is refused; channel, the bot is"
    " taken out of the board's channel; disk, nothing can be written for an hour; clock, the machine's clock"
    " is wrong for a minute; linking, 120 people are to be linked under Slack's limits. May be repeated.",
)
def simulate(
    plan: Path | None,
    start: str | None,
    weeks: int,
    seed: int | None,
    kill_rate: float,
    replicas: int,
    troubles: tuple[str, ...],
) -> None:
    """Live through weeks of a plan in minutes, with invented people and faults, and check the outcome.

    Owners, leads and plan managers answer by button or command, late or never, move dates and take things
    back. Calls to the workspace are limited, refused and cut off; requests come twice; processes are killed.
    At the end, every acknowledged change must be recorded once, and every prompt and digest that was due must
    have been delivered once, at a fit time, or be in the outbox with its reason.

    Uses DATABASE_URL, which must be an empty database, or else a temporary SQLite file. Nothing is sent to
    Slack. Prints the seed and the counts; exits with 1 and names each difference when there is one.
    """
    settings = load_settings_and_logs()
    set_up_logs("error", secrets=settings.secrets)
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    options = SimulationOptions(
        plan, parse_day(start) or SystemClock().now().date(), weeks, chosen, kill_rate, replicas, troubles
    )
    sys.exit(0 if asyncio.run(run.simulate(settings, options, click.echo)) else 1)
