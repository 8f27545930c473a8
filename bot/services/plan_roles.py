"""What people are in which plan: given when a plan or a list of people comes in."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy.orm import Session

from bot.plan.owners import PersonRole
from models.people import Person
from models.plans import Plan
from models.queries import people as people_query
from models.queries import plan_roles as query
from models.queries.plan_roles import RoleKey

# The plan itself says who owns and leads; a list of people says the rest.
FROM_PLAN = frozenset({PersonRole.OWNER, PersonRole.LEAD})
FROM_LIST = tuple(role for role in PersonRole if role not in FROM_PLAN)


def give_roles_of_plan(session: Session, plan: Plan, applied_by: Person | None, *, is_new: bool) -> None:
    """After a version of the plan was applied: its owners and leads, and, for a new plan, those who had to do
    with the plans of its board.
    """
    keys = query.owners_and_leads(session, plan.id)
    if is_new:
        keys += _roles_in_new_plan(session, plan)
        if applied_by is not None and applied_by.role is PersonRole.PLAN_MANAGER:
            keys.append((plan.id, applied_by.id, PersonRole.PLAN_MANAGER))
    _add(session, plan.workspace_id, keys)


def _roles_in_new_plan(session: Session, plan: Plan) -> list[RoleKey]:
    """As in the other plans of its board. On a board without any, plan managers of the workspace; and whoever
    is known already, where it is the workspace's first plan.
    """
    boards = query.board_by_plan(session, plan.workspace_id)
    siblings = {each for each, board in boards.items() if board == plan.board_id and each != plan.id}
    if siblings:
        existing = query.role_keys(session, plan.workspace_id)
        return [(plan.id, person, role) for each, person, role in existing if each in siblings]
    everyone = people_query.people(session, plan.workspace_id)
    is_first = len(boards) == 1
    return [
        (plan.id, person.id, person.role)
        for person in everyone
        if is_first or person.role is PersonRole.PLAN_MANAGER
    ]


def give_role_of_list(session: Session, person: Person, board_id: int | None) -> None:
    """The role that a list of people gives: in the plans of this board; without one, in every plan of the
    workspace. An owner or lead is one where a plan names them, so that without a board such a row gives
    nothing where there are several boards.
    """
    boards = query.board_by_plan(session, person.workspace_id)
    plan_ids = [plan for plan, board in boards.items() if board_id in {None, board}]
    if board_id is None and person.role in FROM_PLAN and len(set(boards.values())) > 1:
        _replace(session, person, plan_ids, ())
    else:
        _replace(session, person, plan_ids, ((plan, person.id, person.role) for plan in plan_ids))


def give_role_everywhere(session: Session, person: Person) -> None:
    """The person's role in every plan of the workspace."""
    plan_ids = query.board_by_plan(session, person.workspace_id)
    _add(session, person.workspace_id, ((plan, person.id, person.role) for plan in plan_ids))


def _replace(session: Session, person: Person, plan_ids: Collection[int], keys: Iterable[RoleKey]) -> None:
    others = [role for role in FROM_LIST if role is not person.role]
    query.remove_roles(session, plan_ids, person.id, others)
    _add(session, person.workspace_id, keys)


def _add(session: Session, workspace_id: int, keys: Iterable[RoleKey] | Iterator[RoleKey]) -> None:
    query.add_roles(session, workspace_id, keys)
    people_query.forget_user_contexts(session)
