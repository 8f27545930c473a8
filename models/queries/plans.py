"""Plans, and the sections and projects of them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.people import Board
from models.plans import Plan, Project, Section
from models.queries.whole import BOARD, PLAN
from models.sql_fastpath import Direct, place, split

_WITH_BOARD = (
    select(*PLAN.columns, *BOARD.columns)
    .join(Board, Board.id == Plan.board_id)
    .where(Plan.workspace_id == place("workspace_id"))
    .order_by(Plan.id)
)
_PLANS = Direct(_WITH_BOARD)
_PLANS_OF_BOARD = Direct(_WITH_BOARD.where(Plan.board_id == place("board_id")))


def plans(session: Session, workspace_id: int, board_id: int | None = None) -> dict[int, Plan]:
    """The plans of a workspace, or of one board of it, by id."""
    query = _PLANS if board_id is None else _PLANS_OF_BOARD
    found: dict[int, Plan] = {}
    for row in query.run(session, {"workspace_id": workspace_id, "board_id": board_id}):
        values, board = split(row, (PLAN, BOARD))
        plan: Plan = PLAN.take(session, values)
        set_committed_value(plan, "board", BOARD.take(session, board))
        found[plan.id] = plan
    return found


def plan_titled(session: Session, workspace_id: int, title: str) -> Plan | None:
    return session.scalar(select(Plan).where(Plan.workspace_id == workspace_id, Plan.title == title))


def plan_titles(session: Session, workspace_id: int) -> Sequence[str]:
    return session.scalars(
        select(Plan.title).where(Plan.workspace_id == workspace_id).order_by(Plan.id)
    ).all()


def sections(session: Session, workspace_id: int) -> Sequence[Section]:
    return session.scalars(
        select(Section)
        .where(Section.workspace_id == workspace_id)
        .order_by(Section.plan_id, Section.position)
    ).all()


def projects(session: Session, workspace_id: int, number: str) -> Sequence[Project]:
    """Those with this number that are still in a plan."""
    return session.scalars(
        select(Project).where(
            Project.workspace_id == workspace_id, Project.number == number, Project.gone_at.is_(None)
        )
    ).all()
