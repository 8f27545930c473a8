"""The plan's title and date, from the lines above its first heading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.importing.drafting.rows import LabelRow, PlanRow, TitleRow
from bot.importing.table.as_at import read_as_at, split_date
from bot.plan.text import one_line
from bot.plan.tracker_format import AS_AT

_DASHED = re.compile(r"(?<!\s)\s++[\u2013\u2014-]\s++|(?:(?<!\s)\s++)?+:\s++")
_NUMBERED = re.compile(
    r"(?:section\s+)?(?P<number>[0-9]{1,2})(?:\s*+[.:)\u2013\u2014-]\s*+|\s++|$)(?P<title>.*+)", re.IGNORECASE
)
_SHEET = re.compile(r"sheet\s*[0-9]*|table\s*[0-9]*|", re.IGNORECASE)


@dataclass(frozen=True)
class TitleReading:
    """What a title line holds. plan: the plan's own title. section: what follows it, "" when nothing does."""

    plan: str
    section: str
    as_at: date | None


def read_title(line: str, *, today: date) -> TitleReading:
    """Read "Improvement Plan 2021-24 - Savings (July 2021)" into the plan, its section and its date."""
    text, as_at = split_date(one_line(line), today)
    parts = _DASHED.split(text)
    section = one_line(parts[-1]) if len(parts) > 1 else ""
    plan = text[: len(text) - len(parts[-1])] if section else text
    return TitleReading(plan.rstrip(" :\u2013\u2014-"), section, as_at)


def parse_table_name(table_name: str) -> tuple[str, str]:
    """Read a sheet's name into a section number and title: "2. Practice priorities" is "2" and the rest."""
    name = one_line(table_name)
    match = _NUMBERED.fullmatch(name)
    if match:
        return str(int(match["number"])), match["title"]
    return "", "" if _SHEET.fullmatch(name) else name


def read_titles(rows: Sequence[PlanRow], *, today: date) -> list[TitleReading]:
    """Read each line above the headings, in order."""
    return [read_title(row.text, today=today) for row in rows if isinstance(row, TitleRow)]


def printed_title(titles: Sequence[Sequence[TitleReading]], *, many_sections: bool) -> str:
    """Give the plan's title; with several sections, what follows the dash is the section's."""
    first = next((each[0] for each in titles if each), None)
    if first is None:
        return ""
    return first.plan if many_sections or not first.section else f"{first.plan} \u2013 {first.section}"


def find_label(rows: Sequence[Sequence[PlanRow]], label: str) -> str:
    """Give what a tracker has beside this label, "" when it has no such label. rows: those of each table."""
    found = (row.text for each in rows for row in each if isinstance(row, LabelRow) and row.label == label)
    return next(found, "")


def printed_as_at(rows: Sequence[PlanRow], today: date) -> date | None:
    """Give the plan's date as one table prints it."""
    lines = [row.text for row in rows if isinstance(row, TitleRow)]
    lines += [f"{AS_AT} {row.text}" for row in rows if isinstance(row, LabelRow) and row.label == AS_AT]
    days = [read_title(line, today=today).as_at or read_as_at(line, today=today) for line in lines]
    return next((day for day in days if day), None)
