"""Boards, their channels, and which of them a digest is due for."""

from collections.abc import Collection, Container, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from models.base import DeliveryState
from models.in_list_statement import InListStatement
from models.outbox import Delivery, DigestSnapshot
from models.people import Board, BoardChannel
from models.plans import Action, ActionOwner, Plan, Project, Section
from models.queries.actions import OPEN_STATUSES
from models.queries.loading import BOARD, PLAN
from models.sql_fastpath import CompiledStatement, param, set_relationships, split_row


def boards(session: Session, workspace_id: int | None = None) -> Sequence[Board]:
    query = select(Board).order_by(Board.id)
    if workspace_id is not None:
        query = query.where(Board.workspace_id == workspace_id)
    return session.scalars(query).all()


def board_by_name(session: Session, workspace_id: int, name: str) -> Board | None:
    return session.scalar(select(Board).where(Board.workspace_id == workspace_id, Board.name == name))


def boards_of_channel(session: Session, workspace_id: int, channel_id: str, channel_name: str) -> set[int]:
    """The boards a channel belongs to: by its id, or by its name while the id is not known yet."""
    rows = session.scalars(
        select(BoardChannel.board_id).where(
            BoardChannel.workspace_id == workspace_id,
            or_(
                BoardChannel.channel_id == channel_id,
                BoardChannel.channel_id.is_(None) & (BoardChannel.name == channel_name),
            ),
        )
    )
    return set(rows)


def names_of_channels(session: Session, workspace_id: int, channel_ids: Collection[str]) -> dict[str, str]:
    """By id, the name of each channel that belongs to a board."""
    rows = session.execute(
        select(BoardChannel.channel_id, BoardChannel.name).where(
            BoardChannel.workspace_id == workspace_id, BoardChannel.channel_id.in_(channel_ids)
        )
    )
    return {channel_id: name for channel_id, name in rows if channel_id}


def channels_without_id(session: Session, workspace_id: int) -> Sequence[BoardChannel]:
    return session.scalars(
        select(BoardChannel).where(
            BoardChannel.workspace_id == workspace_id, BoardChannel.channel_id.is_(None)
        )
    ).all()


def lock_due_boards(session: Session, now: datetime) -> Sequence[Board]:
    """Boards whose digest has come due, locked so that two replicas do not both write it."""
    return session.scalars(
        select(Board)
        .where(Board.next_digest_at <= now)
        .order_by(Board.next_digest_at, Board.id)
        .with_for_update(skip_locked=True, key_share=True, of=Board)
    ).all()


_NEXT_DIGEST = select(func.min(Board.next_digest_at))


def next_digest_at(session: Session) -> datetime | None:
    return session.scalar(_NEXT_DIGEST)


def has_snapshot(session: Session, board_id: int, slot: datetime) -> bool:
    """Whether there is a digest of that time."""
    query = select(DigestSnapshot.id).where(
        DigestSnapshot.board_id == board_id, DigestSnapshot.due_at == slot
    )
    return session.scalar(query) is not None


def posted_slots(session: Session, board_id: int, limit: int) -> Sequence[str]:
    """The keys of the board's digests that a channel has, the newest first."""
    return session.scalars(
        select(Delivery.key)
        .where(Delivery.board_id == board_id, Delivery.kind == "digest", Delivery.state == DeliveryState.SENT)
        .order_by(Delivery.id.desc())
        .limit(limit)
    ).all()


def projects_of_actions(session: Session, action_ids: Collection[int]) -> list[Project]:
    """The projects that any of these actions belong to, each once, with what they are to save."""
    rows = _PROJECT_IDS.run(session, action_ids)
    ids = {project_id for (project_id,) in rows if project_id is not None}
    return (
        list(session.scalars(select(Project).where(Project.id.in_(ids)).order_by(Project.id))) if ids else []
    )


_PROJECT_IDS = InListStatement(lambda ids: select(Action.project_id).where(Action.id.in_(ids)).distinct())


def unowned_actions(session: Session, board_id: int) -> list[int]:
    """Ids of open actions that nobody owns, in plan order."""
    owned = select(ActionOwner.id).where(ActionOwner.action_id == Action.id).exists()
    return list(
        session.scalars(
            select(Action.id)
            .join(Plan, Plan.id == Action.plan_id)
            .where(
                Plan.board_id == board_id, Action.gone_at.is_(None), Action.status.in_(OPEN_STATUSES), ~owned
            )
            .order_by(Action.plan_id, Action.position)
        )
    )


_WITH_BOARD = (
    select(*PLAN.columns, *BOARD.columns)
    .join(Board, Board.id == Plan.board_id)
    .where(Plan.workspace_id == param("workspace_id"))
    .order_by(Plan.id)
)
_PLANS = CompiledStatement(_WITH_BOARD)
_PLANS_OF_BOARD = CompiledStatement(_WITH_BOARD.where(Plan.board_id == param("board_id")))


def plans(session: Session, workspace_id: int, board_id: int | None = None) -> dict[int, Plan]:
    """The plans of a workspace, or of one board of it, by id."""
    query = _PLANS if board_id is None else _PLANS_OF_BOARD
    plans_by_id: dict[int, Plan] = {}
    for row in query.run(session, {"workspace_id": workspace_id, "board_id": board_id}):
        values, board = split_row(row, (PLAN, BOARD))
        plan: Plan = PLAN.from_row(session, values)
        set_relationships(plan, board=BOARD.from_row(session, board))
        plans_by_id[plan.id] = plan
    return plans_by_id


def plans_of_boards(session: Session, workspace_id: int, board_ids: Container[int]) -> dict[int, Plan]:
    """The plans of these boards of a workspace, by id."""
    every = plans(session, workspace_id)
    return {plan_id: plan for plan_id, plan in every.items() if plan.board_id in board_ids}


def plan_by_title(session: Session, workspace_id: int, title: str) -> Plan | None:
    return session.scalar(select(Plan).where(Plan.workspace_id == workspace_id, Plan.title == title))


def plan_titles(session: Session, workspace_id: int) -> Sequence[str]:
    return session.scalars(
        select(Plan.title).where(Plan.workspace_id == workspace_id).order_by(Plan.id)
    ).all()


def sections(session: Session, workspace_id: int, board_ids: Container[int]) -> Sequence[Section]:
    """Those of the plans of these boards."""
    every = session.scalars(
        select(Section)
        .where(Section.workspace_id == workspace_id)
        .options(joinedload(Section.plan))
        .order_by(Section.plan_id, Section.position)
    )
    return [section for section in every if section.plan.board_id in board_ids]


def projects(
    session: Session, workspace_id: int, number: str | None, board_ids: Container[int]
) -> Sequence[Project]:
    """Those with this number, None for any, that are still in a plan of these boards."""
    chosen = select(Project).where(Project.workspace_id == workspace_id, Project.gone_at.is_(None))
    if number is not None:
        chosen = chosen.where(Project.number == number)
    every = session.scalars(chosen.options(joinedload(Project.section).joinedload(Section.plan)))
    return [project for project in every if project.section.plan.board_id in board_ids]
