"""`export` and `report` of the command line: a plan or a board's report, written to a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.config import Settings
from bot.errors import CipError
from bot.private_files import replace_file
from bot.reporting.board_report import Report, build_report, resolve_period
from bot.reporting.export import WRITERS, export
from bot.reporting.report_pages import render_report_html, render_report_text
from bot.runtime.bot import open_database
from bot.sentences import sentence
from bot.services import workspaces
from bot.services.workspaces import find_by_name, find_plan
from models.people import Board
from models.queries import boards as boards_query

REPORT_WRITERS: dict[str, Callable[[Report], str]] = {
    ".html": render_report_html,
    ".htm": render_report_html,
    ".txt": render_report_text,
}


@dataclass(frozen=True)
class ExportOptions:
    """title: the plan's, None for the only one. form: xlsx, csv or json; None for the file's own ending."""

    file: Path
    title: str | None = None
    form: str | None = None


def export_plan(settings: Settings, options: ExportOptions, now: datetime) -> str:
    """Write a plan to a file; returns what to print."""
    form = options.form or options.file.suffix.removeprefix(".").casefold()
    if form not in WRITERS:
        raise CipError("Which form? Let the file end in .xlsx, .csv or .json, or add --format.")
    with open_database(settings) as database, database.transaction(write=False) as session:
        plan = find_plan(session, workspaces.find_or_create_workspace(session).id, options.title)
        exported = export(session, plan, form, now)
    write_file(options.file, exported.content)
    return sentence(
        "command_line.plan_written", title=exported.title, actions=exported.actions, file=options.file
    )


@dataclass(frozen=True)
class ReportOptions:
    """board: None for the only one. first, last: None for the usual four weeks. file: None prints."""

    board: str | None = None
    first: date | None = None
    last: date | None = None
    file: Path | None = None


def board_report(settings: Settings, options: ReportOptions, now: datetime) -> str:
    """Make a board's report; returns what to print: the report, or where it was written to."""
    ending = options.file.suffix.casefold() if options.file else ".txt"
    if ending not in REPORT_WRITERS:
        raise CipError("The report is written to a file that ends in .html or .txt.")
    with open_database(settings) as database, database.transaction(write=False) as session:
        board = _find_board(session, options.board)
        period = resolve_period(board, options.first, options.last, now)
        report = REPORT_WRITERS[ending](build_report(session, board, period, now))
        name = board.name
    if options.file is None:
        return report
    write_file(options.file, report.encode())
    return sentence("command_line.report_written", board=name, file=options.file)


def _find_board(session: Session, name: str | None) -> Board:
    boards = boards_query.boards(session)
    return find_by_name(name, boards, lambda board: board.name, kind="board", option="--board NAME")


def write_file(path: Path, content: bytes) -> None:
    """Write the file in one step: on a failure it stays as it was. Only its owner may read it. Raises
    CipError.
    """
    try:
        with replace_file(path) as target:
            target.write(content)
    except OSError as problem:
        raise CipError(f"{path} could not be written: {problem.strerror}.") from None
