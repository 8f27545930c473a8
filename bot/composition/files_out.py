"""What the command line writes to files."""

import contextlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.composition.bot import opened_database
from bot.config import Settings
from bot.errors import CipError
from bot.reporting.exporting import WRITERS, export, plan_called
from bot.services import workspaces


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
    with opened_database(settings) as database, database.transaction(write=False) as session:
        plan = plan_called(session, workspaces.the_one(session).id, asked.title)
        done = export(session, plan, form, now)
    written(asked.file, done.content)
    actions = "1 action" if done.actions == 1 else f"{done.actions:,} actions"
    return f"Wrote {done.title}, {actions}, to {asked.file}."


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
