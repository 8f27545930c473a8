"""A file in, a plan's draft out."""

import re
from datetime import date
from pathlib import Path, PurePath

from bot.importing.building import build_plan
from bot.importing.drafts import PlanDraft
from bot.importing.readers import read_document, read_file
from bot.importing.tables import Document


def read_plan(path: Path, *, title: str | None = None, as_at: date | None = None, today: date) -> PlanDraft:
    """Read a plan from a file. title and as_at go before what the file says.

    Raises UnreadableFileError, whose sentence says what to do, when the file cannot be taken in.
    """
    return _built(read_file(path), path.name, title, as_at, today)


def read_plan_bytes(
    name: str, content: bytes, *, title: str | None = None, as_at: date | None = None, today: date
) -> PlanDraft:
    """Read a plan from a file someone sent. name: with its ending, which tells how to read it."""
    return _built(read_document(name, content), name, title, as_at, today)


def _built(document: Document, name: str, title: str | None, as_at: date | None, today: date) -> PlanDraft:
    fallback = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip() or "Plan"
    return build_plan(document, title=title, as_at=as_at, today=today, fallback=fallback)
