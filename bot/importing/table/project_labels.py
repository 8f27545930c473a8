"""The labels that mark a project: its manager, its finance reference, "Priority 3: Workforce"."""

import re

from bot.importing.table.tables import TableRow
from bot.plan.text import one_line

MANAGER = re.compile(
    r"\b(?:project|programme|priority)\s+(?:manager|lead|owner|sponsor)\s*:\s*(?P<name>[^\n]*)",
    re.IGNORECASE,
)
FINANCE_REF = re.compile(
    r"\b(?:mtfs|savings?|budget|finance|financial|growth)\s+ref(?:erence)?\.?(?:\s+no\.?)?\s*:\s*(?P<ref>[^\n]*)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"(?:project|priority|theme|workstream|objective)\s+(?P<number>[0-9]{1,3})\s*[.:)\u2013\u2014-]\s*(?P<title>\S.*)",
    re.IGNORECASE | re.DOTALL,
)


def is_about_a_project(row: TableRow) -> bool:
    """Tell whether the row names a project's manager or finance reference."""
    return any(MANAGER.search(cell) or FINANCE_REF.search(cell) for cell in row.cells)


def read_finance_ref(text: str) -> str:
    """Give the reference out of "Finance ref: CFE SAV 02"; "" where none is named."""
    match = FINANCE_REF.search(text)
    return one_line(match["ref"]) if match else ""


def is_banner(text: str) -> bool:
    """Tell whether the words alone head a project: "Priority 3: Workforce"."""
    return bool(_BANNER.fullmatch(text))
