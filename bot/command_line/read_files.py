"""Reads plans from files for the command line, each in a process of its own, with a progress bar."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from bot.errors import UnreadableFileError
from bot.importing.drafting.draft import PlanDraft
from bot.importing.isolated_reader import IsolatedReader
from bot.importing.readers.registry import ProgressCallback, read_content
from bot.importing.report import FileSummary, render_summaries, summarise_file


def read_with_progress(
    path: Path, *, title: str | None = None, as_at: date | None = None, today: date
) -> PlanDraft:
    """As bot.importing.pipeline.read_plan. Raises UnreadableFileError."""
    content = read_content(path)
    with _progress_bar(path.name) as on_progress:
        reading = IsolatedReader().read(
            path.name, content, title=title, as_at=as_at, today=today, on_progress=on_progress
        )
        return asyncio.run(reading)


def explain_files(paths: Sequence[Path], today: date) -> str:
    """A table of what each file yields, and below it the files that cannot be read. Folders: their files."""
    return render_summaries([_explain(path, today) for path in _list_files(paths)])


def _list_files(paths: Sequence[Path]) -> list[Path]:
    """The files, and those of each folder by name, without hidden ones."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else []
        shown = [each for each in inside if each.is_file() and not each.name.startswith(".")]
        found += shown if path.is_dir() else [path]
    return found


def _explain(path: Path, today: date) -> FileSummary:
    try:
        return summarise_file(path.name, read_with_progress(path, today=today))
    except UnreadableFileError as error:
        return FileSummary(path.name, refused=error.sentence)


@contextmanager
def _progress_bar(name: str) -> Iterator[ProgressCallback]:
    """A bar of pages on standard error, removed at the end; none where that is no terminal."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn("line"),
        TextColumn("Reading {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pages"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(escape(name), total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
