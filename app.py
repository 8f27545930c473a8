"""The command line. `python app.py` alone serves; every command has --help."""

import asyncio
import json
import secrets
import sys
from datetime import date
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.composition import backups, checkup, commands, files_out, serving
from bot.composition.reading_shown import explain_files
from bot.composition.terminal import ClickTerminal
from bot.config import Settings, load_settings
from bot.errors import CipError
from bot.logs import set_up_logs
from bot.plan.chat_days import read_day
from bot.simulation import running
from bot.simulation.asked import Asked

PLAN_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)


class Cli(click.Group):
    """Tells people what is wrong in a sentence, never in a traceback of ours."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CipError as error:
            click.echo(error.sentence, err=True)
            ctx.exit(2)


@click.group(cls=Cli, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """The improvement plan bot: prompts owners, takes updates in chat, posts the weekly digest."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(serve)


def _settings() -> Settings:
    settings = load_settings()
    quiet = settings.uses_sandbox and "log_level" not in settings.model_fields_set
    set_up_logs("warning" if quiet else settings.log_level, secrets=settings.secrets)
    return settings


@main.command()
@click.option("--plan", type=PLAN_FILE, help="Sandbox only: start with this plan instead of the sample.")
def serve(plan: Path | None = None) -> None:
    """Run the bot. Without Slack settings, with the sandbox workspace in the browser."""
    settings = _settings()
    asyncio.run(serving.serve(settings, plan=plan, say=click.echo))


@main.command("import")
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
    settings = _settings()
    if versions or number:
        click.echo(commands.print_versions(settings, title, number))
        return
    if file is None:
        raise click.UsageError("Which file? For a list of the plan's versions, use --versions.")
    asked = commands.ImportAsked(file, title, channel, _day(as_at), dry_run, answers, questions)
    somebody = sys.stdin.isatty() and sys.stdout.isatty() and not (yes or as_json or answers)
    done = commands.import_plan(settings, asked, SystemClock().now(), ClickTerminal() if somebody else None)
    click.echo(json.dumps(done.as_json, ensure_ascii=False, indent=2) if as_json else done.report)


@main.command()
@click.argument("files", nargs=-1, required=True, type=PLAN_FILE)
def explain(files: tuple[Path, ...]) -> None:
    """Count what each of FILES yields as a plan, in a table. Nothing is saved."""
    click.echo(explain_files(files, SystemClock().now().date()), nl=False)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    day = read_day(text, today=SystemClock().now().date())
    if day is None:
        raise CipError(f"“{text}” is not a date I can read. Write it as 31/07/2026.")
    return day


@main.command()
@click.argument("file", type=PLAN_FILE)
@click.option("--plan", "title", help="The plan's title, when there are several.")
@click.option(
    "--format", "form", type=click.Choice(["xlsx", "csv", "json"]), help="[default: what FILE ends in]"
)
def export(file: Path, title: str | None, form: str | None) -> None:
    """Write a plan to FILE as it stands: a workbook or .csv that imports back, or JSON."""
    asked = files_out.ExportAsked(file, title, form)
    click.echo(files_out.export_plan(_settings(), asked, SystemClock().now()))


@main.command()
@click.argument("file", type=PLAN_FILE, required=False)
@click.option("--board", help="The board's name, when there are several.")
@click.option("--from", "first", metavar="DATE", help="The first day.  [default: four weeks before the last]")
@click.option("--to", "last", metavar="DATE", help="The last day.  [default: today]")
def report(file: Path | None, board: str | None, first: str | None, last: str | None) -> None:
    """Report to a board or scrutiny committee: how things stand, and what happened in a period.

    With FILE, a page that prints well (.html) or plain text (.txt). Without, plain text to the terminal.
    """
    asked = files_out.ReportAsked(board, _day(first), _day(last), file)
    click.echo(files_out.board_report(_settings(), asked, SystemClock().now()))


@main.command()
@click.argument("file", type=PLAN_FILE)
def people(file: Path) -> None:
    """Say who is behind the initials: a .csv with initials, name, email and role."""
    click.echo(asyncio.run(commands.import_people(_settings(), file)))


@main.command()
@click.option("--board", help="One board's name; all of them when left out.")
def digest(board: str | None) -> None:
    """Print the digest as it would be posted now. Nothing is sent."""
    click.echo(commands.print_digests(_settings(), board, SystemClock().now()))


@main.command()
def migrate() -> None:
    """Bring the database up to date with this version."""
    click.echo(commands.migrate(_settings()))


@main.command()
@click.argument("file", type=PLAN_FILE)
def backup(file: Path) -> None:
    """Write everything the bot knows to FILE, while it goes on serving.

    The file is the same from SQLite and PostgreSQL, and can be restored to either. It is whole or not written
    at all, and only you may read it.
    """
    settings = _settings()
    click.echo(backups.back_up(settings, file, backups.clock_of(settings).now()))


@main.command()
@click.argument("file", type=PLAN_FILE)
@click.option("--replace", is_flag=True, help="Put the backup in the place of what the database holds.")
@click.option("--dry-run", is_flag=True, help="Check the backup and say what it holds. Nothing is changed.")
def restore(file: Path, *, replace: bool, dry_run: bool) -> None:
    """Take in a backup: all of it, or nothing. Stop the bot first.

    A backup of an older version is brought up to this one. What was said unasked between the backup and now
    is not said again.
    """
    settings = _settings()
    if dry_run:
        click.echo(backups.look_at(file))
        return
    click.echo(backups.restore(settings, file, backups.clock_of(settings).now(), replace=replace))


@main.command()
def doctor() -> None:
    """Check settings, database, Slack and plan, and say what to do about each fault."""
    healthy = asyncio.run(checkup.doctor(_settings(), click.echo))
    sys.exit(0 if healthy else 1)


@main.command()
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
def simulate(
    plan: Path | None, start: str | None, weeks: int, seed: int | None, kill_rate: float, replicas: int
) -> None:
    """Live through weeks of a plan in minutes, with invented people and faults, and check the outcome.

    Owners, leads and plan managers answer by button or command, late or never, move dates and take things
    back. Calls to the workspace are limited, refused and cut off; requests come twice; processes are killed.
    At the end, every acknowledged change must be recorded once, and every prompt and digest that was due must
    have been delivered once, at a fit time, or be in the ledger with its reason.

    Uses DATABASE_URL, which must be an empty database, or else a temporary SQLite file. Nothing is sent to
    Slack. Prints the seed and the counts; exits with 1 and names each difference when there is one.
    """
    settings = _settings()
    set_up_logs("error", secrets=settings.secrets)
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    asked = Asked(plan, _day(start) or SystemClock().now().date(), weeks, chosen, kill_rate, replicas)
    sys.exit(0 if asyncio.run(running.simulate(settings, asked, click.echo)) else 1)


if __name__ == "__main__":
    main()
