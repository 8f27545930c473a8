"""The commands `digest` and `report`."""

from pathlib import Path

import click

from bot.clock import SystemClock
from bot.command_line import exports, import_plan
from bot.command_line.common import PLAN_FILE, load_settings_and_logs, parse_day


@click.command()
@click.option("--board", help="One board's name; all of them when left out.")
def digest(board: str | None) -> None:
    """Print the digest as it would be posted now. Nothing is sent."""
    click.echo(import_plan.print_digests(load_settings_and_logs(), board, SystemClock().now()))


@click.command()
@click.argument("file", type=PLAN_FILE, required=False)
@click.option("--board", help="The board's name, when there are several.")
@click.option("--from", "first", metavar="DATE", help="The first day.  [default: four weeks before the last]")
@click.option("--to", "last", metavar="DATE", help="The last day.  [default: today]")
def report(file: Path | None, board: str | None, first: str | None, last: str | None) -> None:
    """Report to a board or scrutiny committee: how things stand, and what happened in a period.

    With FILE, a page that prints well (.html) or plain text (.txt). Without, plain text to the terminal.
    """
    options = exports.ReportOptions(board, parse_day(first), parse_day(last), file)
    click.echo(exports.board_report(load_settings_and_logs(), options, SystemClock().now()))
