"""A board's ladder that was changed is taken up for all its actions in one transaction, so that at any moment
one ladder holds for the whole board.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.plan.calendar import next_rung
from bot.services import standing
from bot.services.isolation import one_by_one
from models.people import Board
from models.plans import ActionOwner
from models.queries import actions as actions_query
from models.queries import prompting as query


def follow(session: Session, now: datetime) -> int:
    """Work out anew when each owner is next asked, on boards whose ladder was changed. Returns how many
    boards those were. What is due by now is asked as it was planned.

    A board whose ladder cannot be taken up leaves the others theirs, and keeps its own as it was. Raises
    ExceptionGroup once no other is left.
    """
    changed = query.boards_to_replan(session)
    taken, faults = one_by_one(session, changed, lambda board: _take_up(session, board, now))
    if faults and not taken:
        raise ExceptionGroup("ladders could not be taken up", list(faults.values()))
    return taken


def _take_up(session: Session, board: Board, now: datetime) -> int:
    for action in actions_query.held(session, query.open_actions(session, board.id)).values():
        for owner in action.owners:
            owner.prompt_at = _next(owner, board, now)
    board.ladder, board.ladder_since = list(board.prompt_days), now
    return 1


def _next(owner: ActionOwner, board: Board, now: datetime) -> datetime | None:
    """The new ladder's next moment. One that was put off (Later, no room in the week) stays, unless the new
    ladder asks sooner.
    """
    planned = owner.prompt_at
    if planned is not None and planned <= now:
        return planned
    before, after = (_rung_at(owner, board, days, now) for days in (board.ladder, board.prompt_days))
    if planned is None or planned == before:
        return after
    return min(planned, after) if after else planned


def _rung_at(owner: ActionOwner, board: Board, ladder: Sequence[int], now: datetime) -> datetime | None:
    calendar = standing.calendar_of(board, owner.person)
    rung = next_rung(standing.dates_for(owner.action, owner.person), ladder, calendar, after=now)
    return rung.at if rung else None
