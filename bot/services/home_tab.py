"""What a person's Home tab shows: their own open actions, and how each board's plan stands."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.messages import BoardSummary, Home
from bot.plan.rag import legend
from bot.plan.reading import ReadPolicy
from bot.services import people, reading
from bot.services.actions import lists, presenters
from bot.services.actions.lists import ColouredAction
from bot.services.people import Actor
from models.plans import Plan
from models.queries import actions
from models.queries import boards as plans_query
from models.queries.actions import ActionFilter

MAX_LINES = 10


def build_home(session: Session, asker: Asker, policy: ReadPolicy, now: datetime) -> Home:
    """Raises NotAllowedError for a workspace nobody knows, and for accounts that get nothing."""
    actor = _admit(session, people.identify(session, asker), policy)
    plans = plans_query.plans_of_boards(session, actor.workspace_id, actor.own_boards)
    every = lists.load_coloured_actions(session, actor.workspace_id, ActionFilter(), now, plans)
    owned = actions.owned_ids(session, actor.person.id) if actor.person else frozenset()
    mine = sorted(
        (each for each in every if each.facts.id in owned and each.facts.status.is_open),
        key=lambda each: each.severity_key,
    )
    ids = [each.facts.id for each in mine[:MAX_LINES]]
    shown = presenters.load_lines(session, actor.workspace_id, ids, now)
    first = next(iter(plans.values()), None)
    return Home(
        linked=actor.person is not None,
        today=presenters.today_of(first, now) if first else now.date(),
        total=len(mine),
        lines=tuple(shown[each] for each in ids),
        boards=_summarise_boards(plans, every),
        legend=legend(presenters.rules_of(first)) if first else (),
    )


def _admit(session: Session, actor: Actor, policy: ReadPolicy) -> Actor:
    """Whoever may read nothing is still shown how to get in."""
    try:
        return reading.admit(session, actor, policy)
    except NotAllowedError:
        return actor


def _summarise_boards(
    plans: dict[int, Plan], coloured_actions: list[ColouredAction]
) -> tuple[BoardSummary, ...]:
    by_board: dict[int, list[Plan]] = defaultdict(list)
    for plan in plans.values():
        by_board[plan.board_id].append(plan)
    return tuple(_summarise_board(of_board, coloured_actions) for of_board in by_board.values())


def _summarise_board(plans: list[Plan], coloured_actions: list[ColouredAction]) -> BoardSummary:
    board, ids = plans[0].board, {plan.id for plan in plans}
    found = [each for each in coloured_actions if each.facts.plan_id in ids]
    digest = board.next_digest_at
    return BoardSummary(
        board.name,
        tuple(plan.title for plan in plans),
        len(found),
        lists.count_by_colour(found),
        presenters.local_day(digest, board.timezone) if digest else None,
    )
