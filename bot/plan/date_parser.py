"""Read due dates as people write them: day first, nothing guessed silently, nothing dropped."""

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.plan.date_patterns import DateMatch, find_dates
from bot.plan.date_revisions import DatePair, relate_dates
from bot.plan.date_vocabulary import (
    MONTH,
    ONGOING,
    ONWARDS,
    STARTS,
    UNCONFIRMED,
    UNTIL,
    day_of,
    looks_like_a_date,
)
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.text import one_line, plain_marks
from bot.plan.typed_days import read_day

_CONNECTOR = re.compile(
    r"(?:(?<!\s)\s++)?+(?:[,;&+]|(?<=\s)/(?=\s)|\b(?:and|then|plus)\b|-(?=\s*on-?\s?going\b))\s*",
    re.IGNORECASE,
)
# A line that says of the date above that another one takes its place, or took it.
_REVISION_LINE = re.compile(
    r"\s*+(?:now|was|previously|originally|formerly|revised|extended|amended|moved|slipped|deferred|postponed|new)"
    rf"(?:\s+(?:due|date|target|to|until|by|is)){{0,3}}\s*+:?\s*+(?:[0-9]|{MONTH}\b)"
    r"|\s*+[0-9][0-9/. ]{2,12}\(?(?:revised|amended|extended|new)\b",
    re.IGNORECASE,
)
_AROUND = 60
# What a day is only a condition of: "subject to Cabinet 14/01/27".
_CONDITION = re.compile(
    r"\b(?:subject to|dependent (?:on|upon)|depending (?:on|upon)|depends on|pending|awaiting|following|once|"
    r"conditional (?:on|upon)|contingent (?:on|upon))\b",
    re.IGNORECASE,
)
_BRACKET_REMARK = re.compile(r"(?:\s*[(\[][^()\[\]]*[)\]]|\s*\?)*")


@dataclass(frozen=True)
class DateSegment:
    """One part of a line. lead, tail: the words around the date. match: None when the part holds none."""

    start: int
    end: int
    match: DateMatch | None
    lead: str
    tail: str


def split_cell(text: str) -> list[str]:
    """Cut a cell into the lines meant: a remark or "and ..." wrapped to a new line is joined back."""
    lines: list[str] = []
    for line in re.split(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029;]+", text):
        if not line.strip():
            continue
        wrapped = lines and (
            _has_open_bracket(lines[-1])
            or re.match(r"\s*(?:\(|\[|(?:and|to|&|-)\s)", line)
            or _REVISION_LINE.match(line)
        )
        if wrapped:
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def split_line(line: str, *, as_at: date) -> list[DateSegment]:
    """Cut one line (plain marks) into pieces in printed order; none that may be a date is lost."""
    dates = _join_revised(line, find_dates(line, as_at=as_at))
    if not dates:
        return [
            DateSegment(start, end, None, line[start:end], "")
            for start, end in _split_undated(line, 0, len(line))
        ]
    segments: list[DateSegment] = []
    begin = _split_before_first(line, dates[0], segments)
    for found, following in zip(dates, [*dates[1:], None], strict=True):
        stop = len(line) if following is None else following.start
        end, loose, begin_next = _split_after(line, found.end, stop, last=following is None)
        segments.append(DateSegment(begin, end, found, line[begin : found.start], line[found.end : end]))
        segments += [DateSegment(a, b, None, line[a:b], "") for a, b in loose]
        begin = begin_next
    return segments


def _join_revised(line: str, dates: list[DateMatch]) -> list[DateMatch]:
    """Make one date of two of which one takes the other's place."""
    joined: list[DateMatch] = []
    for found in dates:
        pair = _relate(line, joined[-1], found) if joined else DatePair.APART
        if pair not in {DatePair.FIRST, DatePair.SECOND}:
            joined.append(found)
            continue
        current = joined[-1] if pair is DatePair.FIRST else found
        joined[-1] = replace(current, start=joined[-1].start, end=found.end)
    return joined


def _relate(line: str, first: DateMatch, second: DateMatch) -> DatePair:
    before, after = line[: first.start][-_AROUND:], line[second.end : second.end + _AROUND]
    between = line[first.end : second.start]
    return relate_dates(before.lower(), between.lower(), after.lower(), listed=True)


def _has_open_bracket(line: str) -> bool:
    return line.count("(") > line.count(")")


def _split_before_first(line: str, first: DateMatch, segments: list[DateSegment]) -> int:
    """Make pieces of what is joined to the first date by "and" or a comma; give where its words begin."""
    ongoing = ONGOING.search(line, 0, first.start)
    if ongoing and not (STARTS.search(line, 0, first.start) or UNTIL.search(line, 0, first.start)):
        segments.append(DateSegment(0, ongoing.end(), None, line[: ongoing.end()], ""))
        return ongoing.end()
    parts = _split_at_connectors(line, 0, first.start)
    dated = [part for part in parts[:-1] if looks_like_a_date(line[part[0] : part[1]])]
    segments += [DateSegment(a, b, None, line[a:b], "") for a, b in dated]
    return parts[-1][0] if dated else 0


def _split_after(line: str, start: int, stop: int, *, last: bool) -> tuple[int, list[tuple[int, int]], int]:
    """Give where this date's words end, loose parts like dates, where the next one's words begin."""
    parts = _split_at_connectors(line, start, stop)
    if len(parts) == 1:
        remark = _BRACKET_REMARK.match(line, start, stop)
        end = stop if last or remark is None else remark.end()
        return end, [], end
    middles = parts[1:] if last else parts[1:-1]
    loose = [part for part in middles if looks_like_a_date(line[part[0] : part[1]])]
    plain_tail = last and not loose
    return (stop if plain_tail else parts[0][1]), loose, parts[-1][0]


def _split_undated(line: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Keep a line without a date in one piece, unless it joins "ongoing" to something else."""
    parts = [part for part in _split_at_connectors(line, start, stop) if line[part[0] : part[1]].strip()]
    if len(parts) > 1 and ONGOING.search(line):
        return parts
    return [(start, stop)]


def _split_at_connectors(line: str, start: int, stop: int) -> list[tuple[int, int]]:
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


__all__ = ["is_conditional", "read_day", "read_due_dates", "read_due_lines"]

_BARE_YEAR = re.compile(r"(?:(?:by|in|during|end|of|the)\s+)*(?P<y>20[0-9]{2})", re.IGNORECASE)
_MAX_CELL_LENGTH = 2000


def read_due_dates(text: str, *, as_at: date) -> list[DueDate]:
    """Read a "By when" cell into one DueDate per date, in printed order; an empty cell gives none.

    as_at: the plan's own date, for "end of calendar year". A month, quarter or range is due on its last
    day. What cannot be read, or is no day of the calendar (31/02/21), has date None and precision NONE, so
    that the caller can report it. "TBC" alone has precision NONE and is unconfirmed. Ongoing and start
    dates are never due.
    """
    return [due for line in read_due_lines(text, as_at=as_at) for due in line]


def read_due_lines(text: str, *, as_at: date) -> list[list[DueDate]]:
    """Read the same cell line by line: three lines may stand for three milestones."""
    if len(text) > _MAX_CELL_LENGTH:
        return [[DueDate(one_line(text[:_MAX_CELL_LENGTH]), None, Precision.NONE)]]
    lines = [_read_line(line, as_at) for line in split_cell(text)]
    return [line for line in lines if line]


def _read_line(line: str, as_at: date) -> list[DueDate]:
    plain = plain_marks(line)
    segments = split_line(plain, as_at=as_at)
    certain = [piece for piece in segments if not _is_condition(piece)]
    if any(piece.match for piece in certain):
        segments = certain
    read = [_read_segment(piece, line, as_at) for piece in segments]
    return _mark_starts([due for due in read if due.text])


def is_conditional(text: str) -> bool:
    """Whether the words name what something waits for."""
    return _CONDITION.search(text) is not None


def _is_condition(segment: DateSegment) -> bool:
    """Whether the day is that of a decision something waits for, and not when it is due."""
    return segment.match is not None and is_conditional(segment.lead)


def _read_segment(segment: DateSegment, line: str, as_at: date) -> DueDate:
    text = _tidy(line[segment.start : segment.end])
    confirmed = UNCONFIRMED.search(segment.lead + " " + segment.tail) is None
    if segment.match is None or _is_condition(segment):
        return _read_undated(text, plain_marks(text), confirmed=confirmed, as_at=as_at)
    role = _role_of(segment)
    if role is Role.ONGOING:
        return DueDate(text, None, Precision.ONGOING, Role.ONGOING, confirmed)
    if segment.match.day is None:
        return DueDate(text, None, Precision.NONE, role, confirmed)
    return DueDate(text, segment.match.day, segment.match.precision, role, confirmed)


def _read_undated(text: str, plain: str, *, confirmed: bool, as_at: date) -> DueDate:
    year = _BARE_YEAR.fullmatch(plain)
    if ONGOING.search(plain):
        return DueDate(text, None, Precision.ONGOING, Role.ONGOING, confirmed)
    if year and (last := day_of(int(year["y"]), 12, 31, as_at=as_at)):
        return DueDate(text, last, Precision.RANGE, Role.DUE, confirmed)
    return DueDate(text, None, Precision.NONE, Role.DUE, confirmed)


def _role_of(segment: DateSegment) -> Role:
    """Judge a date by the words around it: "Ongoing (started March 2021)" has no due date."""
    starts = STARTS.search(segment.lead)
    ranged = segment.match is not None and segment.match.precision is Precision.RANGE
    if starts and starts[0].casefold() == "from" and ranged:
        return Role.DUE
    if ONGOING.search(segment.lead) and not UNTIL.search(segment.lead):
        return Role.ONGOING
    if starts or ONWARDS.search(segment.tail):
        return Role.START
    return Role.START if ONGOING.search(segment.tail) else Role.DUE


def _mark_starts(line: list[DueDate]) -> list[DueDate]:
    """In "April 21 and ongoing" the date is where the work starts."""
    ongoing = [due.role is Role.ONGOING for due in line]
    return [
        DueDate(due.text, due.date, due.precision, Role.START, due.confirmed)
        if due.role is Role.DUE and due.date and ongoing[place + 1 : place + 2] == [True]
        else due
        for place, due in enumerate(line)
    ]


def _tidy(text: str) -> str:
    """Give the printed words without the joins around them; a bracket that lost its partner goes too."""
    words = one_line(text).strip(" ,;&+-:")
    if words.count("(") != words.count(")"):
        words = words.strip("()[] ")
    return words
