"""The refs of a workspace: which of them several actions share, and which milestones have one."""

from collections.abc import Collection, Container, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.in_list_statement import InListStatement
from models.plans import Action, Milestone, Plan, Section
from models.sql_fastpath import param

_LOWERED = func.lower(Action.ref)
_SHARED = (
    select(_LOWERED)
    .where(Action.workspace_id == param("workspace_id"), Action.gone_at.is_(None))
    .group_by(_LOWERED)
    .having(func.count() > 1)
)
# The database lowers both sides, as SQLite lowers only English letters.
_SHARED_IN = InListStatement(lambda refs: _SHARED.where(_LOWERED.in_([func.lower(each) for each in refs])))


def shared_refs(session: Session, workspace_id: int, candidates: Collection[str] | None = None) -> set[str]:
    """Refs, in lower case, that more than one action has: these are shown with their section.

    candidates: look at these refs only.
    """
    params = {"workspace_id": workspace_id}
    rows = (
        session.execute(_SHARED, params)
        if candidates is None
        else _SHARED_IN.run(session, set(candidates), params)
    )
    return {ref.lower() for (ref,) in rows}


def all_refs(session: Session, workspace_id: int, board_ids: Container[int]) -> list[tuple[str, str]]:
    """Section number and ref of every action in the plans of these boards, in plan order."""
    rows = session.execute(
        select(Section.number, Action.ref, Plan.board_id)
        .join(Section, Section.id == Action.section_id)
        .join(Plan, Plan.id == Action.plan_id)
        .where(Action.workspace_id == workspace_id, Action.gone_at.is_(None))
        .order_by(Action.plan_id, Action.position)
    )
    return [(number, ref) for number, ref, board_id in rows if board_id in board_ids]


def labelled_milestones(
    session: Session, workspace_id: int, number: str, board_ids: Container[int]
) -> Sequence[Milestone]:
    """Milestones in the plans of these boards that have a label, so that they can be named in chat, where
    this number occurs in their action's ref followed by the label.
    """
    every = session.scalars(
        select(Milestone)
        .join(Action, Action.id == Milestone.action_id)
        .where(
            Milestone.workspace_id == workspace_id,
            Milestone.label != "",
            Action.ref.concat(Milestone.label).contains(number, autoescape=True),
            Milestone.gone_at.is_(None),
            Action.gone_at.is_(None),
        )
        .options(
            joinedload(Milestone.action).joinedload(Action.section),
            joinedload(Milestone.action).joinedload(Action.plan),
        )
        .order_by(Action.plan_id, Action.position, Milestone.position)
    )
    return [milestone for milestone in every if milestone.action.plan.board_id in board_ids]
