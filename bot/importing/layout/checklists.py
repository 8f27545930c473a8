"""Check lists: lines with a box before them, as rows of actions with their owner, date and tick."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.importing.layout.parts import GridRow, Paragraph, Part, TextGrid
from bot.plan.date_patterns import find_dates
from bot.plan.owners import is_initials
from bot.plan.text import one_line, plain_marks

CHECKLIST_HEADING = ("Action", "Owner", "Due date", "Done")
_ITEM = re.compile(
    r"[ \t]{0,40}(?:(?:[-*+\u2022\u2013\uf0b7]|[0-9]{1,3}[.)])[ \t]{1,8})?"
    r"(?P<box>\[[ xX\u2713\u2714*]?\]|[\u2610\u2611\u2612\u25a1\u25fb])[ \t]{1,8}(?P<text>\S.*+)"
)
_BOXES_OPEN = {"\u2610", "\u25a1", "\u25fb", "[ ]", "[]"}
_TAIL = re.compile(r"\((?P<tail>[^()]{1,80})\)\s*+$|\[(?P<tail2>[^\[\]]{1,80})\]\s*+$")
_DASHED = re.compile(
    r"(?<!\s)\s++[-\u2013\u2014|]\s++|:\s++(?=(?:owner|lead|who|assigned|due|by|when|deadline)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:owner|lead|who|assigned to|assignee|by whom|due|due date|by when|by|when|deadline|on)\s*:?\s+"
    r"|(?:owner|due|by|who)\s*:",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<!\S)@(?P<name>[^\W_][\w.-]{0,40})")
_BY = re.compile(r"[,;]?\s(?:due|by|deadline)(?: on| by| date)?:?\s(?P<day>[^,;()]{4,30})$", re.IGNORECASE)
_REFERENCE = date(2025, 1, 1)
_MAX_NAME_WORDS, _MAX_PIECES = 4, 4


def is_checklist_item(line: str) -> bool:
    return _ITEM.fullmatch(line.rstrip()) is not None


def read_item(line: str) -> tuple[str, ...] | None:
    """The item's cells under CHECKLIST_HEADING; None for a line that is none."""
    match = _ITEM.fullmatch(line.rstrip())
    if match is None:
        return None
    words, owners, due = _split_words(one_line(match["text"]).replace("**", "").strip("~"))
    return words, ", ".join(owners), due, "no" if match["box"] in _BOXES_OPEN else "yes"


def _split_words(text: str) -> tuple[str, list[str], str]:
    """What is to be done, by whom, and by when: "Order the fence (Ann, 14 May 2027)"."""
    owners = [found["name"].rstrip(".") for found in _MENTION.finditer(text)]
    text = one_line(_MENTION.sub(" ", text))
    tail = _TAIL.search(text)
    if tail and (found := _read_pieces(re.split(r"[,;]| - ", tail["tail"] or tail["tail2"]))):
        return text[: tail.start()].strip(" -,;:"), [*owners, *found[0]], found[1]
    parts = _DASHED.split(text)
    for count in range(min(_MAX_PIECES, len(parts) - 1), 0, -1):
        pieces = [piece for part in parts[-count:] for piece in re.split(r"[,;]", part)]
        if found := _read_pieces(pieces):
            end = sum(map(len, parts[:-count])) + len(parts) - count
            return one_line(" - ".join(parts[:-count])) if end else text, [*owners, *found[0]], found[1]
    if (by := _BY.search(text)) and _is_day(by["day"]):
        return text[: by.start()].strip(" -,;:"), owners, by["day"]
    return text.strip(" -,;:"), owners, ""


def _read_pieces(pieces: Sequence[str]) -> tuple[list[str], str] | None:
    """The names and the day, where the pieces are nothing else."""
    owners: list[str] = []
    due = ""
    for piece in map(one_line, pieces):
        bare = _LABEL.sub("", piece, count=1).strip()
        if not bare:
            continue
        if not due and _is_day(bare):
            due = bare
        elif _is_name(bare):
            owners.append(bare)
        else:
            return None
    return (owners, due) if owners or due else None


def _is_day(text: str) -> bool:
    plain = plain_marks(text).strip()
    found = find_dates(plain, as_at=_REFERENCE)
    return len(found) == 1 and found[0].end - found[0].start >= len(plain) - 2


def _is_name(text: str) -> bool:
    words = text.split()
    if is_initials(text):
        return True
    return 0 < len(words) <= _MAX_NAME_WORDS and all(
        word[0].isupper() and not any(map(str.isdigit, word)) for word in words
    )


def group_checklists(parts: Iterator[Part]) -> list[Part]:
    """The parts, with lines of a check list as the rows of a grid. Where there are tables, these count."""
    every = list(parts)
    if any(isinstance(part, TextGrid) for part in every):
        return every
    grouped: list[Part] = []
    for part in every:
        cells = read_item(part.text) if isinstance(part, Paragraph) else None
        if cells is None or not isinstance(part, Paragraph):
            if not isinstance(part, Paragraph) or part.text.strip():
                grouped.append(part)
            continue
        row = GridRow(cells, part.location)
        last = grouped[-1] if grouped else None
        if isinstance(last, TextGrid):
            grouped[-1] = TextGrid((*last.rows, row))
        else:
            grouped.append(TextGrid((GridRow(CHECKLIST_HEADING, part.location), row)))
    return grouped
