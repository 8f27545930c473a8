"""Where an action stands by its cells: its status, a tick, a percentage, when it was closed, its colour."""

import re
from dataclasses import dataclass, replace

from bot.importing.drafting.rows import ActionRow
from bot.importing.table.column_kinds import Column
from bot.importing.table.problems import DiagnosticLog
from bot.plan.declared import leading_declared, read_declared
from bot.plan.rag import Colour
from bot.plan.statuses import Status, StatusesReading, read_statuses
from bot.plan.text import letters_only, one_line
from bot.sentences import sentence

_PERCENT = re.compile(r"(?P<number>[0-9]{1,3})(?:\.[0-9]{1,6})?\s?%?")
_ALL = 100
# Words that declare a colour of work that goes on.
_DECLARING = {"blocked": Colour.RED, "stuck": Colour.RED, "atrisk": Colour.AMBER}


@dataclass(frozen=True)
class StandingReading:
    """statuses: of its status cell, or of what stands for one. declared: the colour, None for none.
    is_derived: the status comes from another column than its own.
    """

    statuses: StatusesReading
    declared: Colour | None
    percent: int | None
    is_derived: bool = False


def read_standing(row: ActionRow, *, is_closed: bool) -> StandingReading:
    """is_closed: the row has the day it was closed."""
    printed = row.text(Column.STATUS)
    declared, words = leading_declared(printed)
    statuses = read_statuses(words)
    if declared is not None and not statuses.statuses:
        statuses = replace(statuses, unread=one_line(printed))
    if word := _DECLARING.get(letters_only(words)):
        declared, statuses = declared or word, StatusesReading((Status.IN_PROGRESS,))
    colour = read_declared(row.text(Column.RAG)) or leading_declared(row.text(Column.RAG))[0]
    declared = colour or declared or row.fill
    percent = _read_percent(row.reading(Column.PERCENT))
    if printed.strip():
        return StandingReading(statuses, declared, percent)
    derived = _derive(row, percent, declared, is_closed=is_closed)
    return StandingReading(
        StatusesReading((derived,) if derived else ()), declared, percent, derived is not None
    )


def settle_colour(
    reading: StandingReading, status: Status, row: ActionRow, ref: str, notes: DiagnosticLog
) -> Colour | None:
    """The colour that is declared: Blue only for what is complete, Grey never without being asked."""
    declared = reading.declared
    where = row.location(Column.RAG)
    if declared is Colour.GREY:
        notes.warning(
            where, "declared", one_line(row.text(Column.RAG)), sentence("drafting.grey_declared", ref=ref)
        )
        return None
    if declared is Colour.BLUE and status.is_open:
        message = sentence("drafting.blue_but_open", ref=ref, status=status.words)
        notes.warning(where, "declared", one_line(row.text(Column.RAG)), message)
        return None
    return declared


def _derive(
    row: ActionRow, percent: int | None, declared: Colour | None, *, is_closed: bool
) -> Status | None:
    """What other columns say where the status's own cell is blank or there is none."""
    done = read_statuses(row.text(Column.DONE)).statuses
    if (done and done[0] is Status.COMPLETE) or is_closed or percent == _ALL or declared is Colour.BLUE:
        return Status.COMPLETE
    if percent:
        return Status.IN_PROGRESS
    if done:
        return done[0]
    return Status.NOT_STARTED if percent == 0 or Column.DONE in row.columns else None


def _read_percent(text: str) -> int | None:
    match = _PERCENT.fullmatch(text.strip())
    number = int(match["number"]) if match else None
    return number if number is not None and number <= _ALL else None
