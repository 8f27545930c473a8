"""The command `read`."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import structlog
from sqlalchemy import make_url

from bot.command_line.common import build_clock, load_settings_and_logs
from bot.command_line.line_results import LineResult
from bot.command_line.line_runner import LineRunner
from bot.command_line.line_states import DIRECT, PLACES, LineState, read_object, read_state
from bot.config import Settings
from bot.database import Database
from bot.errors import CipError
from bot.runtime.bot import open_database
from bot.sentences import sentence
from models.queries import boards as boards_query
from models.queries import people as people_query

log = structlog.get_logger()
NO_PLAN, ALL_FAILED = 1, 2


@click.command()
@click.argument("lines", metavar="[LINE ...]", nargs=-1)
@click.option(
    "--as",
    "initials",
    metavar="INITIALS",
    help="Who sends it.  [default: an owner of the action asked about, or else a plan manager]",
)
@click.option("--reply-to", metavar="REF", help="The bot's latest message to them asked about this action.")
@click.option("--thread", metavar="REF", help="It stands in the thread of the question about this action.")
@click.option(
    "--in",
    "place",
    type=click.Choice(PLACES),
    default=DIRECT,
    show_default=True,
    help="Where: dm, a direct message to the bot; slash, after /cip; channel, after a mention of the bot.",
)
@click.option("--date", "day", metavar="DATE", help="The day on which it is sent.  [default: today]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line.")
def read(
    lines: tuple[str, ...],
    initials: str | None,
    reply_to: str | None,
    thread: str | None,
    place: str,
    day: str | None,
    *,
    as_json: bool,
) -> None:
    """Print what the bot would do with LINE, as the plan in the database stands. Nothing is saved.

    Without LINE, reads standard input: on each line a JSON object with "line", and with "as", "in",
    "reply_to", "thread" and "date" where they differ from the options. An object that cannot be used is
    answered with its line and an error.

    Exits with 1 where there is no plan, and with 2 where every line failed.
    """
    settings = load_settings_and_logs()
    state = LineState.of_options(initials, reply_to, thread, place, day)
    if not lines and sys.stdin.isatty():
        raise click.UsageError("Which line? Give it in quotation marks, or JSON on standard input.")
    with _opened(settings) as database:
        titles = list_plans(database) if database is not None else []
        if database is None or not titles:
            click.echo(sentence("command_line.no_plan_to_read"), err=True)
            sys.exit(NO_PLAN)
        runner = LineRunner(database, settings, build_clock(settings))
        if not as_json:
            click.echo(sentence("command_line.read_against", plans=titles))
        if lines:
            for line in lines:
                show(runner.run(line, state), as_json=as_json)
        elif not read_objects(runner, state, sys.stdin.buffer, as_json=as_json):
            sys.exit(ALL_FAILED)


@contextmanager
def _opened(settings: Settings) -> Iterator[Database | None]:
    """The database; None where its file does not exist, which is not made to read a line."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        yield None
        return
    with open_database(settings) as database:
        yield database


def list_plans(database: Database) -> list[str]:
    with database.transaction(write=False) as session:
        return [
            plan.title
            for each in people_query.workspaces(session)
            for plan in boards_query.plans(session, each.id).values()
        ]


def show(result: LineResult, *, as_json: bool) -> None:
    """At once: click.echo leaves nothing waiting."""
    click.echo(_dump(result.as_json()) if as_json else _printable(f"\n{result.as_text()}"))


def read_objects(runner: LineRunner, defaults: LineState, source: Iterable[bytes], *, as_json: bool) -> bool:
    """Answer each object of the source at once. Returns whether any could be used, or there was none."""
    texts = (each.decode("utf-8", "replace").strip("\ufeff\r\n\t ") for each in source)
    outcomes = [_read_object(runner, defaults, text, as_json=as_json) for text in texts if text]
    return any(outcomes) or not outcomes


def _read_object(runner: LineRunner, defaults: LineState, text: str, *, as_json: bool) -> bool:
    line: Any = text
    try:
        found = read_object(text)
        line = found.get("line", text)
        result = runner.run(*read_state(found, defaults))
    except CipError as error:
        _show_problem(line, error.sentence, as_json=as_json)
    except Exception:
        # What goes wrong with one of thousands keeps none of the others from being read.
        log.exception("a line could not be read")
        _show_problem(line, sentence("command_line.line_failed"), as_json=as_json)
    else:
        show(result, as_json=as_json)
        return True
    return False


def _show_problem(line: object, problem: str, *, as_json: bool) -> None:
    click.echo(_dump({"line": line, "error": problem}) if as_json else _printable(f"\n> {line}\n{problem}"))


def _dump(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if _printable(text) == text else json.dumps(value)


def _printable(text: str) -> str:
    """Half of a surrogate pair cannot be written."""
    return text.encode("utf-8", "replace").decode("utf-8")
