"""Who is what in which plan."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.plan.owners import PersonRole
from models.people import Person
from models.plans import Action, ActionOwner, Plan, PlanRole, Project, Section

RoleKey = tuple[int, int, PersonRole]


def role_keys(session: Session, workspace_id: int) -> set[RoleKey]:
    """(plan, person, role) of every row of the workspace."""
    rows = session.execute(
        select(PlanRole.plan_id, PlanRole.person_id, PlanRole.role).where(
            PlanRole.workspace_id == workspace_id
        )
    )
    return {(plan, person, role) for plan, person, role in rows}


def add_roles(session: Session, workspace_id: int, keys: Iterable[RoleKey]) -> None:
    """Add those that are not there yet."""
    existing = role_keys(session, workspace_id)
    for plan_id, person_id, role in dict.fromkeys(keys):
        if (plan_id, person_id, role) not in existing:
            session.add(PlanRole(workspace_id=workspace_id, plan_id=plan_id, person_id=person_id, role=role))
    session.flush()


def remove_roles(
    session: Session, plan_ids: Collection[int], person_id: int, roles: Collection[PersonRole]
) -> None:
    session.execute(
        delete(PlanRole).where(
            PlanRole.plan_id.in_(plan_ids), PlanRole.person_id == person_id, PlanRole.role.in_(roles)
        )
    )


def owners_and_leads(session: Session, plan_id: int) -> list[RoleKey]:
    """What the plan itself makes of people: whoever owns an action still in it, or leads a project of it."""
    owners = session.scalars(
        select(ActionOwner.person_id)
        .join(Action, Action.id == ActionOwner.action_id)
        .where(Action.plan_id == plan_id, Action.gone_at.is_(None))
        .distinct()
    )
    leads = session.scalars(
        select(Project.lead_id)
        .join(Section, Section.id == Project.section_id)
        .where(Section.plan_id == plan_id, Project.gone_at.is_(None), Project.lead_id.is_not(None))
        .distinct()
    )
    return [
        *((plan_id, person, PersonRole.OWNER) for person in owners),
        *((plan_id, person, PersonRole.LEAD) for person in leads if person is not None),
    ]


def board_by_plan(session: Session, workspace_id: int) -> dict[int, int]:
    """Plan id to the id of its board."""
    rows = session.execute(select(Plan.id, Plan.board_id).where(Plan.workspace_id == workspace_id))
    return dict(list(rows))


def people_of_boards(session: Session, workspace_id: int, boards: Container[int]) -> set[int]:
    """Ids of the people that any plan of these boards knows."""
    rows = session.execute(
        select(PlanRole.person_id, Plan.board_id)
        .join(Plan, Plan.id == PlanRole.plan_id)
        .where(PlanRole.workspace_id == workspace_id)
        .distinct()
    )
    return {person for person, board in rows if board in boards}


def boards_by_manager(session: Session, workspace_id: int) -> dict[int, set[int]]:
    """Person id to the ids of the boards of the plans that they manage."""
    rows = session.execute(
        select(PlanRole.person_id, Plan.board_id)
        .join(Plan, Plan.id == PlanRole.plan_id)
        .where(PlanRole.workspace_id == workspace_id, PlanRole.role == PersonRole.PLAN_MANAGER)
        .distinct()
    )
    boards: dict[int, set[int]] = defaultdict(set)
    for person, board in rows:
        boards[person].add(board)
    return boards


def boards_of_person(session: Session, person_id: int) -> set[int]:
    """Ids of the boards of which any plan knows the person."""
    query = select(Plan.board_id).join(PlanRole, PlanRole.plan_id == Plan.id)
    return set(session.scalars(query.where(PlanRole.person_id == person_id).distinct()))


def managers_of_plan(session: Session, plan_id: int) -> Sequence[Person]:
    return session.scalars(
        select(Person)
        .join(PlanRole, PlanRole.person_id == Person.id)
        .where(PlanRole.plan_id == plan_id, PlanRole.role == PersonRole.PLAN_MANAGER)
        .order_by(Person.initials)
    ).all()


def reads_board(session: Session, person_id: int, board_id: int) -> bool:
    """Whether any plan of the board knows the person."""
    query = select(PlanRole.id).join(Plan, Plan.id == PlanRole.plan_id)
    query = query.where(PlanRole.person_id == person_id, Plan.board_id == board_id)
    return session.scalar(query.limit(1)) is not None
