"""What the command line writes to files."""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy.orm import Session

from bot.config import Settings
from bot.errors import CipError
from bot.reporting.board_report import Report, build_report, resolve_period
from bot.reporting.export import WRITERS, export
from bot.reporting.report_pages import render_report_html, render_report_text
from bot.runtime.bot import open_database
from bot.services import workspaces
from bot.services.workspaces import plan_called, the_one_called
from models.people import Board
from models.queries import boards as boards_query

PAGES: dict[str, Callable[[Report], str]] = {
    ".html": render_report_html,
    ".htm": render_report_html,
    ".txt": render_report_text,
}


@dataclass(frozen=True)
class ExportAsked:
    """title: the plan's, None for the only one. form: None for what the file's ending says."""

    file: Path
    title: str | None = None
    form: str | None = None


def export_plan(settings: Settings, asked: ExportAsked, now: datetime) -> str:
    """Write a plan to a file; returns what to tell."""
    form = asked.form or asked.file.suffix.removeprefix(".").casefold()
    if form not in WRITERS:
        raise CipError("Which form? Let the file end in .xlsx, .csv or .json, or add --format.")
    with open_database(settings) as database, database.transaction(write=False) as session:
        plan = plan_called(session, workspaces.the_one(session).id, asked.title)
        done = export(session, plan, form, now)
    written(asked.file, done.content)
    actions = "1 action" if done.actions == 1 else f"{done.actions:,} actions"
    return f"Wrote {done.title}, {actions}, to {asked.file}."


@dataclass(frozen=True)
class ReportAsked:
    """board: None for the only one. first, last: None for the usual four weeks. file: None prints."""

    board: str | None = None
    first: date | None = None
    last: date | None = None
    file: Path | None = None


def board_report(settings: Settings, asked: ReportAsked, now: datetime) -> str:
    """Make a board's report; returns what to print: the report, or where it was written to."""
    ending = asked.file.suffix.casefold() if asked.file else ".txt"
    if ending not in PAGES:
        raise CipError("The report is written to a file that ends in .html or .txt.")
    with open_database(settings) as database, database.transaction(write=False) as session:
        board = _board_called(session, asked.board)
        period = resolve_period(board, asked.first, asked.last, now)
        written_out = PAGES[ending](build_report(session, board, period, now))
        name = board.name
    if asked.file is None:
        return written_out
    written(asked.file, written_out.encode())
    return f"Wrote the report of the {name} to {asked.file}."


def _board_called(session: Session, name: str | None) -> Board:
    boards = boards_query.boards(session)
    return the_one_called(name, boards, lambda board: board.name, kind="board", option="--board NAME")


def written(path: Path, content: bytes) -> None:
    """Write the file whole or not at all. Raises CipError when it cannot be."""
    kept: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".cip-", delete=False) as target:
            kept = Path(target.name)
            target.write(content)
        kept.chmod(0o666 & ~_umask())
        kept.replace(path)
    except OSError as problem:
        if kept is not None:
            with contextlib.suppress(OSError):
                kept.unlink()
        raise CipError(f"{path} could not be written: {problem.strerror}.") from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
