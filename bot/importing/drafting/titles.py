"""The plan's title and date, from the lines above its first heading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.importing.drafting.rows import LabelRow, PlanRow, TitleRow
from bot.importing.table.as_at import read_as_at, split_date
from bot.importing.table.heading_rules import split_words
from bot.plan.text import one_line
from bot.plan.tracker_format import AS_AT

_DASHED = re.compile(r"(?<!\s)\s++[\u2013\u2014-]\s++|(?:(?<!\s)\s++)?+:\s++")
_NUMBERED = re.compile(
    r"(?:section\s+)?(?P<number>[0-9]{1,2})(?:\s*+[.:)\u2013\u2014-]\s*+|\s++|$)(?P<title>.*+)", re.IGNORECASE
)
_SHEET = re.compile(r"sheet\s*[0-9]*|table\s*[0-9]*|", re.IGNORECASE)


@dataclass(frozen=True)
class TitleReading:
    """What a title line holds. plan: the plan's own title. section: what follows it, "" when nothing does.
    line: both, as printed.
    """

    plan: str
    section: str
    as_at: date | None
    line: str = ""


def read_title(line: str, *, today: date) -> TitleReading:
    """Read "Improvement Plan 2021-24 - Savings (July 2021)" into the plan, its section and its date."""
    text, as_at = split_date(one_line(line), today)
    parts = _DASHED.split(text)
    section = one_line(parts[-1]) if len(parts) > 1 else ""
    plan = text[: len(text) - len(parts[-1])] if section else text
    return TitleReading(plan.rstrip(" :\u2013\u2014-"), section, as_at, text)


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


def printed_title(titles: Sequence[Sequence[TitleReading]], names: Sequence[str]) -> str:
    """Give the plan's title, with all its words but those that are the section's. names: of the tables."""
    first = next((number for number, each in enumerate(titles) if each), None)
    if first is None:
        return ""
    line = titles[first][0]
    return line.plan if is_section_printed(titles, names, first) or not line.section else line.line


def is_section_printed(titles: Sequence[Sequence[TitleReading]], names: Sequence[str], number: int) -> bool:
    """Whether what follows the title in a table is its section: the table's name shares a word with it, or
    others have the same title with something else behind it.
    """
    lines = [each[0] for each in titles if each]
    line = titles[number][0]
    if len(names) <= 1 or not line.section:
        return False
    name = set(split_words(parse_table_name(names[number])[1]))
    shared = name & set(split_words(line.section))
    return bool(shared) or any(each.plan == line.plan and each.section != line.section for each in lines)


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
