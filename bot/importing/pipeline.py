"""A file in, a plan's draft out. Files that people send are read in a process apart: see reading_apart."""

import re
from datetime import date
from pathlib import Path, PurePath

from bot.importing.drafting.builder import build_plan
from bot.importing.drafting.draft import PlanDraft
from bot.importing.readers.registry import Told, content_of, nobody, read_document


def read_plan(path: Path, *, title: str | None = None, as_at: date | None = None, today: date) -> PlanDraft:
    """Read a plan from a file. title and as_at go before what the file says.

    Raises UnreadableFileError, whose sentence says what to do, when the file cannot be taken in.
    """
    return read_plan_bytes(path.name, content_of(path), title=title, as_at=as_at, today=today)


def read_plan_bytes(
    name: str,
    content: bytes,
    *,
    title: str | None = None,
    as_at: date | None = None,
    today: date,
    told: Told = nobody,
) -> PlanDraft:
    """Read a plan from a file's bytes. name: with its ending, which tells how to read it."""
    fallback = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip() or "Plan"
    document = read_document(name, content, told)
    return build_plan(document, title=title, as_at=as_at, today=today, fallback=fallback)
