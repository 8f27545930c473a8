"""Reads a file as a plan's draft. Files sent in chat are read through isolated_reader."""

import re
from datetime import date
from pathlib import Path, PurePath

from bot.importing.drafting.builder import build_plan
from bot.importing.drafting.draft import PlanDraft
from bot.importing.readers.registry import ProgressCallback, ignore_progress, read_content, read_document


def read_plan(path: Path, *, title: str | None = None, as_at: date | None = None, today: date) -> PlanDraft:
    """Read a plan from a file. title and as_at take precedence over what the file says.

    Raises UnreadableFileError, whose sentence says what to do, when the file cannot be read.
    """
    return read_plan_bytes(path.name, read_content(path), title=title, as_at=as_at, today=today)


def read_plan_bytes(
    name: str,
    content: bytes,
    *,
    title: str | None = None,
    as_at: date | None = None,
    today: date,
    on_progress: ProgressCallback = ignore_progress,
) -> PlanDraft:
    """Read a plan from a file's bytes. name: with its extension, which tells the format."""
    fallback = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip() or "Plan"
    document = read_document(name, content, on_progress)
    return build_plan(document, title=title, as_at=as_at, today=today, fallback=fallback)
