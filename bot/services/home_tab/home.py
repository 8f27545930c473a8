"""What a person's Home tab shows: a part for each role they have, and how each board's plan stands."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.messages import AskingRules, BoardSummary, Home, HomeOutcome, OwnAction
from bot.plan.rag import legend
from bot.plan.reading import ReadPolicy
from bot.services import people, reading
from bot.services.actions import lists, presenters
from bot.services.actions.lists import ColouredAction
from bot.services.home_tab.board_part import build_board_part
from bot.services.home_tab.lead_part import build_lead_part
from bot.services.home_tab.manager_part import build_manager_part
from bot.services.people import Actor
from bot.services.prompts import asking_rules, choices
from models.plans import Plan
from models.queries import actions
from models.queries import boards as plans_query
from models.queries.actions import ActionFilter

MAX_LINES = 10


def build_home(
    session: Session, asker: Asker, policy: ReadPolicy, now: datetime, outcome: HomeOutcome | None = None
) -> Home:
    """outcome: of the press that this answers. Raises NotAllowedError for a workspace nobody knows, and for
    accounts that get nothing.
    """
    actor = _admit(session, people.identify(session, asker), policy)
    plans = plans_query.plans_of_boards(session, actor.workspace_id, actor.own_boards)
    every = lists.load_coloured_actions(session, actor.workspace_id, ActionFilter(), now, plans)
    owned = actions.owned_ids(session, actor.person.id) if actor.person else frozenset()
    mine = _list_mine(every, owned)
    first = next(iter(plans.values()), None)
    return Home(
        linked=actor.person is not None,
        today=presenters.today_of(first, now) if first else now.date(),
        total=len(mine),
        actions=_present_mine(session, actor, mine[:MAX_LINES], now),
        owns=bool(owned),
        due=len(choices.find_due(session, actor, now)) if mine else 0,
        lead=build_lead_part(session, actor, plans, every, now),
        chair=build_board_part(session, actor, plans, every, now),
        manager=build_manager_part(session, actor, plans, now),
        rules=_find_rules(session, actor, mine, plans, now),
        outcome=outcome,
        boards=_summarise_boards(plans, every),
        legend=legend(presenters.rules_of(first)) if first else (),
    )


def _admit(session: Session, actor: Actor, policy: ReadPolicy) -> Actor:
    """Whoever may read nothing is still shown how to get in."""
    try:
        return reading.admit(session, actor, policy)
    except NotAllowedError:
        return actor


def _list_mine(every: list[ColouredAction], owned: frozenset[int]) -> list[ColouredAction]:
    """The open ones, worst first."""
    mine = (each for each in every if each.facts.id in owned and each.facts.status.is_open)
    return sorted(mine, key=lambda each: each.severity_key)


def _present_mine(
    session: Session, actor: Actor, mine: list[ColouredAction], now: datetime
) -> tuple[OwnAction, ...]:
    ids = [each.facts.id for each in mine]
    lines = presenters.load_lines(session, actor.workspace_id, ids, now)
    return tuple(OwnAction(lines[each], choices.button_value(each, lines[each].ref)) for each in ids)


def _find_rules(
    session: Session, actor: Actor, mine: list[ColouredAction], plans: Mapping[int, Plan], now: datetime
) -> AskingRules | None:
    """By what rule they are asked about the worst of theirs."""
    if actor.person is None or not plans:
        return None
    plan = plans[mine[0].facts.plan_id] if mine else next(iter(plans.values()))
    return asking_rules.find_rules(session, actor.person, plan, now)


def _summarise_boards(
    plans: Mapping[int, Plan], coloured_actions: list[ColouredAction]
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
