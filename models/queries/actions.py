"""Actions whole: for an answer, or held for a change."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project
from models.queries.whole import EVERY, put_together
from models.sql_fastpath import Among

# What a line or a card shows of an action, and what a change of it needs. Built once: putting a statement
# together costs as much as running it.
_TO_CHANGE = (
    select(Action)
    .options(
        joinedload(Action.section),
        joinedload(Action.project).joinedload(Project.lead),
        joinedload(Action.plan).joinedload(Plan.board),
    )
    .order_by(Action.plan_id, Action.position)
)
_WHOLE = Among(lambda ids: EVERY.where(Action.id.in_(ids)))
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_WITH_IDS = _TO_CHANGE.where(Action.id.in_(_IDS))
# Held before anything is read of them, as models.queries.refs tells.
_HELD = select(Action.id).where(Action.id.in_(_IDS)).order_by(Action.id).with_for_update(key_share=True)
ANEW = {"populate_existing": True}
# A statement takes so many values and no more: SQLite 32,766.
AT_ONCE = 1000
_PARTS: dict[str, Select[Any]] = {
    "owners": select(ActionOwner)
    .where(ActionOwner.action_id.in_(_IDS))
    .options(joinedload(ActionOwner.person))
    .order_by(ActionOwner.position),
    "due_dates": select(ActionDate).where(ActionDate.action_id.in_(_IDS)).order_by(ActionDate.position),
    "milestones": select(Milestone).where(Milestone.action_id.in_(_IDS)).order_by(Milestone.position),
}


def whole(session: Session, ids: Collection[int]) -> dict[int, Action]:
    """Actions with everything a line or a card shows, by id."""
    return {action.id: action for action in put_together(session, _WHOLE.run(session, ids))}


def held(session: Session, ids: Collection[int]) -> dict[int, Action]:
    """The same, read anew and held until the transaction ends. Whoever changes an action, or anything that
    hangs on it, holds it first, so that two who speak of it at once are recorded one after the other. Always
    in the order of ids, so that nobody waits for somebody who waits for them.
    """
    found: dict[int, Action] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        some = {"ids": ordered[start : start + AT_ONCE]}
        session.execute(_HELD, some).all()
        actions = session.scalars(_WITH_IDS, some, execution_options=ANEW).all()
        found |= {action.id: action for action in _filled(session, actions, ANEW)}
    return found


def hold_plan(session: Session, plan_id: int) -> None:
    """Hold every action of a plan until the transaction ends, before any of them is read."""
    query = select(Action.id).where(Action.plan_id == plan_id).order_by(Action.id)
    session.execute(query.with_for_update(key_share=True)).all()


def _filled(
    session: Session, actions: Sequence[Action], options: Mapping[str, Any] = MappingProxyType({})
) -> Sequence[Action]:
    """The actions with their owners, dates and milestones, one query for each of the three."""
    ids = [action.id for action in actions]
    for name, query in _PARTS.items() if ids else ():
        found: dict[int, list[Any]] = {each: [] for each in ids}
        for part in session.scalars(query, {"ids": ids}, execution_options=options):
            found[part.action_id].append(part)
        for action in actions:
            set_committed_value(action, name, found[action.id])
    return actions
