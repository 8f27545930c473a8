"""Writes a plan, or sections of it, to a file of one of the formats in WRITERS."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy.orm import Session

from bot.reporting.gather import gather_tracker
from bot.reporting.tracker import Tracker
from models.plans import Plan, Section

# The module and function of each format. A module is imported when its format is first requested: openpyxl is
# slow to load, and most days need none.
WRITERS = {
    "xlsx": ("xlsx_files", "write_xlsx"),
    "csv": ("csv_files", "write_csv"),
    "json": ("json_files", "write_json"),
}
# Letters that are not one of the alphabet with a mark on it.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe"}
)
_MAX_NAME_LENGTH = 80


@dataclass(frozen=True)
class ExportFile:
    """A file. name: with its ending and the day. title: of the plan. actions: how many are in it."""

    name: str
    content: bytes
    title: str
    actions: int


def export(
    session: Session, plan: Plan, form: str, now: datetime, *, sections: Sequence[Section] | None = None
) -> ExportFile:
    """Write the plan, or only these sections of it. form: a key of WRITERS."""
    tracker = gather_tracker(session, plan, now, sections=sections)
    return ExportFile(
        _file_name(tracker, form), render_tracker(tracker, form), tracker.printed_title, tracker.count
    )


def render_tracker(tracker: Tracker, form: str) -> bytes:
    module, function = WRITERS[form]
    write: Any = getattr(import_module(f"bot.reporting.{module}"), function)
    content: bytes = write(tracker)
    return content


def _file_name(tracker: Tracker, form: str) -> str:
    """In ASCII letters and digits, with the day: childrens-plan-2021-24-2026-11-23.xlsx."""
    title = tracker.printed_title.lower().translate(_PLAIN_LETTERS)
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:_MAX_NAME_LENGTH].strip("-")
    return f"{words or 'plan'}-{tracker.exported_at:%Y-%m-%d}.{form}"


def export_by_id(
    session: Session, plan_id: int, section_ids: Sequence[int], form: str, now: datetime
) -> ExportFile:
    """Write the plan with this id; no section_ids means all of it."""
    plan = session.get_one(Plan, plan_id)
    chosen = [section for section in plan.sections if section.id in section_ids]
    return export(session, plan, form, now, sections=chosen or None)
