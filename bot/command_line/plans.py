"""The commands `import`, `explain`, `people` and `export`."""

import asyncio
import json
import sys
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.command_line import exports, import_plan
from bot.command_line.common import PLAN_FILE, load_settings_and_logs, parse_day
from bot.command_line.interactive import ClickTerminal
from bot.command_line.read_files import explain_files


@click.command("import")
@click.argument("file", type=PLAN_FILE, required=False)
@click.option("--plan", "title", help="The plan's title, when the file's own should not count.")
@click.option(
    "--board", "channel", metavar="CHANNEL", help="The board's channel, such as #improvement-board."
)
@click.option("--as-at", "as_at", metavar="DATE", help="The plan's own date, such as 31/07/2026.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and save nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
@click.option("--questions", type=PLAN_FILE, help="Write the open questions to this file, to be filled in.")
@click.option("--answers", type=PLAN_FILE, help="Take the answers in this file before anything else.")
@click.option("--yes", is_flag=True, help="Ask nothing. What is not answered stays open.")
@click.option("--versions", is_flag=True, help="List the plan's versions. Takes no FILE.")
@click.option("--version", "number", type=click.IntRange(1), help="Print that version. Takes no FILE.")
def import_(
    file: Path | None,
    title: str | None,
    channel: str | None,
    as_at: str | None,
    questions: Path | None,
    answers: Path | None,
    number: int | None,
    *,
    dry_run: bool,
    as_json: bool,
    yes: bool,
    versions: bool,
) -> None:
    """Bring in a plan from FILE, or a newer version of one.

    In a terminal, what is doubtful is asked, one question after the other, and nothing is applied until you
    say so. Elsewhere nothing is asked: what is open stays open, and is listed with /cip questions.
    """
    settings = load_settings_and_logs()
    if versions or number:
        click.echo(import_plan.print_versions(settings, title, number))
        return
    if file is None:
        raise click.UsageError("Which file? For a list of the plan's versions, use --versions.")
    options = import_plan.ImportOptions(file, title, channel, parse_day(as_at), dry_run, answers, questions)
    is_interactive = sys.stdin.isatty() and sys.stdout.isatty() and not (yes or as_json or answers)
    output = import_plan.import_plan(
        settings, options, SystemClock().now(), ClickTerminal() if is_interactive else None
    )
    click.echo(json.dumps(output.as_json, ensure_ascii=False, indent=2) if as_json else output.report)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def explain(files: tuple[Path, ...]) -> None:
    """Count what each of FILES yields as a plan, in a table, and say what each of its columns was taken for.
    Of a folder, its files are read. Nothing is saved.
    """
    click.echo(explain_files(files, SystemClock().now().date()), nl=False)


@click.command()
@click.argument("file", type=PLAN_FILE)
@click.option("--board", help="The board whose plans the roles are for; all boards when left out.")
def people(file: Path, board: str | None) -> None:
    """Say who is behind the initials: a .csv with initials, name, email and role.

    Whoever has a role in a plan may read the plans of its board. Where there are several boards, owners and
    leads get theirs from the plans that name them, unless you name the board with --board.
    """
    click.echo(asyncio.run(import_plan.import_people(load_settings_and_logs(), file, board)))


@click.command()
@click.argument("file", type=PLAN_FILE)
@click.option("--plan", "title", help="The plan's title, when there are several.")
@click.option(
    "--format", "form", type=click.Choice(["xlsx", "csv", "json"]), help="[default: what FILE ends in]"
)
def export(file: Path, title: str | None, form: str | None) -> None:
    """Write a plan to FILE as it stands: a workbook or .csv that imports back, or JSON."""
    options = exports.ExportOptions(file, title, form)
    click.echo(exports.export_plan(load_settings_and_logs(), options, SystemClock().now()))
