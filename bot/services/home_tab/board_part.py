"""The part of whoever chairs a board: what needs them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.messages import BoardPart
from bot.plan.owners import PersonRole
from bot.plan.rag import Colour
from bot.services.actions import presenters
from bot.services.actions.lists import ColouredAction
from bot.services.people import Actor
from models.plans import Plan
from models.queries import boards as boards_query
from models.queries import home as query

MAX_LINES = 10
UPLOAD_WAITS = "waiting"


def build_board_part(
    session: Session, actor: Actor, plans: Mapping[int, Plan], every: list[ColouredAction], now: datetime
) -> BoardPart | None:
    """None for whoever chairs no board."""
    chaired = {plan for plan, role in actor.roles if role is PersonRole.BOARD_CHAIR and plan in plans}
    if not chaired:
        return None
    boards = {plans[each].board_id: plans[each].board.name for each in sorted(chaired)}
    urgent = sorted(
        (
            each
            for each in every
            if plans[each.facts.plan_id].board_id in boards
            and each.facts.status.is_open
            and (each.colour is Colour.RED or each.is_late)
        ),
        key=lambda each: each.severity_key,
    )
    ids = [each.facts.id for each in urgent[:MAX_LINES]]
    lines = presenters.load_lines(session, actor.workspace_id, ids, now)
    return BoardPart(
        tuple(boards.values()),
        tuple(lines[each] for each in ids),
        len(urgent),
        _count_waiting(session, actor, boards),
    )


def _count_waiting(session: Session, actor: Actor, boards: Mapping[int, str]) -> int:
    """Which board a file is for is not known before it is taken in: it is shown where there is no other."""
    if any(each.id not in boards for each in boards_query.boards(session, actor.workspace_id)):
        return 0
    return query.count_uploads(session, actor.workspace_id, UPLOAD_WAITS)
