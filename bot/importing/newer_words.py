"""Where chat has a newer word than the document: it stays, and is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.importing.differences import REDATED, RESTATED, Changed, Differences
from bot.importing.drafting.judging import day_words
from bot.services.lines import local_day
from models.queries import changes as changes_query
from models.records import StatusChange


@dataclass(frozen=True)
class Kept:
    """What stays as it was said in chat. kind: RESTATED or REDATED. chat, file: what each has."""

    action_id: int
    ref: str
    kind: str
    chat: str
    file: str


def kept_words(session: Session, found: Differences, as_at: date | None, timezone: str) -> tuple[Kept, ...]:
    """A status given in chat stays. A date moved in chat stays when that was on or after the document's own
    day, or when the document has none.
    """
    redated = [each.action.id for each in found.changed if REDATED in each.kinds]
    moves = changes_query.moved_in_chat(session, redated)
    return tuple(_kept(found, moves, as_at, timezone))


def _kept(
    found: Differences, moves: dict[int, StatusChange], as_at: date | None, timezone: str
) -> Iterator[Kept]:
    for each in found.changed:
        action, ref = each.action, each.draft.ref
        spoken = action.last_word_at is not None
        if spoken and RESTATED in each.kinds and each.draft.status is not action.status:
            yield Kept(action.id, ref, RESTATED, action.status.words, each.draft.status.words)
        move = moves.get(action.id)
        if move is None or move.new_due is None or move.new_due in _days(each):
            continue
        if as_at is None or local_day(move.at, timezone) >= as_at:
            file = "; ".join(due.text for due in each.draft.due) or "no date"
            yield Kept(action.id, ref, REDATED, day_words(move.new_due), file)


def _days(changed: Changed) -> set[date | None]:
    draft = changed.draft
    return {due.date for due in (*draft.due, *(due for step in draft.milestones for due in step.due))}
