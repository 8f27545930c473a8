"""Cut a line of a date cell into pieces, one per date, so that no word of the cell is lost."""

import re
from dataclasses import dataclass
from datetime import date

from bot.plan.date_forms import Found, find_dates
from bot.plan.date_words import ONGOING, STARTS, UNTIL, looks_like_a_date

_CONNECTOR = re.compile(
    r"\s*(?:[,;&+]|(?<=\s)/(?=\s)|\b(?:and|then|plus)\b|-(?=\s*on-?\s?going\b))\s*", re.IGNORECASE
)
_BRACKET_REMARK = re.compile(r"(?:\s*[(\[][^()\[\]]*[)\]]|\s*\?)*")


@dataclass(frozen=True)
class Piece:
    """One part of a line. lead, tail: the words around the date. found: None when the part holds none."""

    start: int
    end: int
    found: Found | None
    lead: str
    tail: str


def cell_lines(text: str) -> list[str]:
    """Cut a cell into the lines meant: a remark or "and ..." wrapped to a new line is joined back."""
    lines: list[str] = []
    for line in re.split(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029;]+", text):
        if not line.strip():
            continue
        wrapped = lines and (_open_brackets(lines[-1]) or re.match(r"\s*(?:\(|\[|(?:and|to|&|-)\s)", line))
        if wrapped:
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def pieces_of(line: str, *, as_at: date) -> list[Piece]:
    """Cut one line (plain marks) into pieces in printed order; none that may be a date is lost."""
    dates = find_dates(line, as_at=as_at)
    if not dates:
        return [Piece(start, end, None, line[start:end], "") for start, end in _undated(line, 0, len(line))]
    pieces: list[Piece] = []
    begin = _before_first(line, dates[0], pieces)
    for found, following in zip(dates, [*dates[1:], None], strict=True):
        stop = len(line) if following is None else following.start
        end, loose, begin_next = _after(line, found.end, stop, last=following is None)
        pieces.append(Piece(begin, end, found, line[begin : found.start], line[found.end : end]))
        pieces += [Piece(a, b, None, line[a:b], "") for a, b in loose]
        begin = begin_next
    return pieces


def _open_brackets(line: str) -> bool:
    return line.count("(") > line.count(")")


def _before_first(line: str, first: Found, pieces: list[Piece]) -> int:
    """Make pieces of what is joined to the first date by "and" or a comma; give where its words begin."""
    ongoing = ONGOING.search(line, 0, first.start)
    if ongoing and not (STARTS.search(line, 0, first.start) or UNTIL.search(line, 0, first.start)):
        pieces.append(Piece(0, ongoing.end(), None, line[: ongoing.end()], ""))
        return ongoing.end()
    parts = _cut(line, 0, first.start)
    dated = [part for part in parts[:-1] if looks_like_a_date(line[part[0] : part[1]])]
    pieces += [Piece(a, b, None, line[a:b], "") for a, b in dated]
    return parts[-1][0] if dated else 0


def _after(line: str, start: int, stop: int, *, last: bool) -> tuple[int, list[tuple[int, int]], int]:
    """Give where this date's words end, loose parts like dates, where the next one's words begin."""
    parts = _cut(line, start, stop)
    if len(parts) == 1:
        remark = _BRACKET_REMARK.match(line, start, stop)
        end = stop if last or remark is None else remark.end()
        return end, [], end
    middles = parts[1:] if last else parts[1:-1]
    loose = [part for part in middles if looks_like_a_date(line[part[0] : part[1]])]
    plain_tail = last and not loose
    return (stop if plain_tail else parts[0][1]), loose, parts[-1][0]


def _undated(line: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Keep a line without a date in one piece, unless it joins "ongoing" to something else."""
    parts = [part for part in _cut(line, start, stop) if line[part[0] : part[1]].strip()]
    if len(parts) > 1 and ONGOING.search(line):
        return parts
    return [(start, stop)]


def _cut(line: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Cut at the connectors that stand outside brackets; always at least one part, possibly empty."""
    parts: list[tuple[int, int]] = []
    begin = start
    for found in _CONNECTOR.finditer(line, start, stop):
        inside = line[start : found.start()]
        if inside.count("(") > inside.count(")"):
            continue
        parts.append((begin, found.start()))
        begin = found.end()
    return [*parts, (begin, stop)]
