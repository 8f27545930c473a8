"""Read due dates as people write them: day first, nothing guessed silently, nothing dropped."""

import re
from datetime import date

from bot.plan.chat_days import read_day
from bot.plan.date_cells import Piece, cell_lines, pieces_of
from bot.plan.date_words import ONGOING, ONWARDS, STARTS, UNCONFIRMED, UNTIL, day_of
from bot.plan.dates import DueDate, Precision, Role
from bot.plan.typing_marks import one_line, plain_marks

__all__ = ["read_day", "read_due_dates", "read_due_lines"]

_BARE_YEAR = re.compile(r"(?:(?:by|in|during|end|of|the)\s+)*(?P<y>20[0-9]{2})", re.IGNORECASE)
_LONGEST = 2000


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
    if len(text) > _LONGEST:
        return [[DueDate(one_line(text[:_LONGEST]), None, Precision.NONE)]]
    lines = [_read_line(line, as_at) for line in cell_lines(text)]
    return [line for line in lines if line]


def _read_line(line: str, as_at: date) -> list[DueDate]:
    plain = plain_marks(line)
    pieces = pieces_of(plain, as_at=as_at)
    read = [_read_piece(piece, line, as_at) for piece in pieces]
    return _open_ended([due for due in read if due.text])


def _read_piece(piece: Piece, line: str, as_at: date) -> DueDate:
    text = _tidy(line[piece.start : piece.end])
    confirmed = UNCONFIRMED.search(piece.lead + " " + piece.tail) is None
    if piece.found is None:
        return _without_date(text, plain_marks(text), confirmed=confirmed, as_at=as_at)
    role = _role(piece)
    if role is Role.ONGOING:
        return DueDate(text, None, Precision.ONGOING, Role.ONGOING, confirmed)
    if piece.found.day is None:
        return DueDate(text, None, Precision.NONE, role, confirmed)
    return DueDate(text, piece.found.day, piece.found.precision, role, confirmed)


def _without_date(text: str, plain: str, *, confirmed: bool, as_at: date) -> DueDate:
    year = _BARE_YEAR.fullmatch(plain)
    if ONGOING.search(plain):
        return DueDate(text, None, Precision.ONGOING, Role.ONGOING, confirmed)
    if year and (last := day_of(int(year["y"]), 12, 31, as_at=as_at)):
        return DueDate(text, last, Precision.RANGE, Role.DUE, confirmed)
    return DueDate(text, None, Precision.NONE, Role.DUE, confirmed)


def _role(piece: Piece) -> Role:
    """Judge a date by the words around it: "Ongoing (started March 2021)" has no due date."""
    starts = STARTS.search(piece.lead)
    ranged = piece.found is not None and piece.found.precision is Precision.RANGE
    if starts and starts[0].casefold() == "from" and ranged:
        return Role.DUE
    if ONGOING.search(piece.lead) and not UNTIL.search(piece.lead):
        return Role.ONGOING
    if starts or ONWARDS.search(piece.tail):
        return Role.START
    return Role.START if ONGOING.search(piece.tail) else Role.DUE


def _open_ended(line: list[DueDate]) -> list[DueDate]:
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
