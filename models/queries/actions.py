"""Actions with everything a message shows, or locked for a change; and the facts that lists need."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from models.in_list_statement import InListStatement
from models.people import Person
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project
from models.queries.loading import SELECT_ACTIONS, build_actions
from models.sql_fastpath import CompiledStatement, set_collection

# What a message shows of an action, and what a change of it needs. Built once: building a statement costs as
# much as running it.
_WITH_PARENTS = (
    select(Action)
    .options(
        joinedload(Action.section),
        joinedload(Action.project).joinedload(Project.lead),
        joinedload(Action.plan).joinedload(Plan.board),
    )
    .order_by(Action.plan_id, Action.position)
)
_BY_IDS = InListStatement(lambda ids: SELECT_ACTIONS.where(Action.id.in_(ids)))
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_WITH_IDS = _WITH_PARENTS.where(Action.id.in_(_IDS))
# Locked before anything is read of them: models.queries.refs says why.
_LOCK_BY_IDS = (
    select(Action.id).where(Action.id.in_(_IDS)).order_by(Action.id).with_for_update(key_share=True)
)
REFRESH = {"populate_existing": True}
# Databases take only so many parameters in a statement: SQLite 32,766.
MAX_IDS_PER_QUERY = 1000
_CHILDREN: dict[str, Select[Any]] = {
    "owners": select(ActionOwner)
    .where(ActionOwner.action_id.in_(_IDS))
    .options(joinedload(ActionOwner.person))
    .order_by(ActionOwner.position),
    "due_dates": select(ActionDate).where(ActionDate.action_id.in_(_IDS)).order_by(ActionDate.position),
    "milestones": select(Milestone).where(Milestone.action_id.in_(_IDS)).order_by(Milestone.position),
}


def load_actions(session: Session, ids: Collection[int]) -> dict[int, Action]:
    """Actions with everything a message shows, by id."""
    return {action.id: action for action in build_actions(session, _BY_IDS.run(session, ids))}


def lock_actions(session: Session, ids: Collection[int]) -> dict[int, Action]:
    """The same, read anew and locked until the transaction ends. Whoever changes an action, or anything that
    belongs to it, locks it first, so that two updates at once are recorded one after the other. Always in the
    order of ids, so that no two transactions wait for each other.
    """
    locked: dict[int, Action] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), MAX_IDS_PER_QUERY):
        chunk = {"ids": ordered[start : start + MAX_IDS_PER_QUERY]}
        session.execute(_LOCK_BY_IDS, chunk).all()
        actions = session.scalars(_WITH_IDS, chunk, execution_options=REFRESH).all()
        locked |= {action.id: action for action in _load_children(session, actions, REFRESH)}
    return locked


def lock_plan_actions(session: Session, plan_id: int) -> None:
    """Lock every action of a plan until the transaction ends, before any of them is read."""
    query = select(Action.id).where(Action.plan_id == plan_id).order_by(Action.id)
    session.execute(query.with_for_update(key_share=True)).all()


def _load_children(
    session: Session, actions: Sequence[Action], options: Mapping[str, Any] = MappingProxyType({})
) -> Sequence[Action]:
    """The actions with their owners, dates and milestones, one query for each of the three."""
    ids = [action.id for action in actions]
    for name, query in _CHILDREN.items() if ids else ():
        children: dict[int, list[Any]] = {each: [] for each in ids}
        for child in session.scalars(query, {"ids": ids}, execution_options=options):
            children[child.action_id].append(child)
        for action in actions:
            set_collection(action, name, children[action.id])
    return actions


OPEN_STATUSES = tuple(status for status in Status if status.is_open)


class ActionFacts(NamedTuple):
    """What colours and sorts one action, without loading it. A tuple: lists look at thousands. can_be_asked:
    an owner has a chat account, or has been asked.
    """

    id: int
    plan_id: int
    ref: str
    status: Status
    declared: Colour | None
    next_due_on: date | None
    next_due_confirmed: bool
    slipped_days: int
    has_update: bool
    last_update_at: datetime
    unanswered_since: datetime | None
    can_be_asked: bool


@dataclass(frozen=True)
class ActionFilter:
    """Which actions a list is about; None: any.

    only_open: leave out those whose status settles their colour.
    """

    board_id: int | None = None
    plan_ids: Collection[int] | None = None
    section_ids: Collection[int] | None = None
    project_ids: Collection[int] | None = None
    person_id: int | None = None
    only_open: bool = False


_LINKED_OWNER = (
    select(ActionOwner.id)
    .join(Person, Person.id == ActionOwner.person_id)
    .where(ActionOwner.action_id == Action.id, Person.slack_user_id.is_not(None))
    .exists()
)
# What ActionFacts._make does, without its steps in Python.
_make_facts = partial(tuple.__new__, ActionFacts)
FACT_COLUMNS = (
    Action.id,
    Action.plan_id,
    Action.ref,
    Action.status,
    Action.declared,
    Action.next_due_on,
    Action.next_due_confirmed,
    Action.slipped_days,
    Action.last_word_at.is_not(None),
    func.coalesce(Action.last_word_at, Action.created_at),
    Action.unanswered_since,
    or_(Action.unanswered_since.is_not(None), _LINKED_OWNER),
)


def load_facts(session: Session, workspace_id: int, action_filter: ActionFilter) -> list[ActionFacts]:
    """Every action still in a plan of the workspace, narrowed, in plan order."""
    query = (
        select(*FACT_COLUMNS)
        .where(Action.workspace_id == workspace_id, Action.gone_at.is_(None), *_conditions(action_filter))
        .order_by(Action.plan_id, Action.position)
    )
    # Straight from the driver: SQLAlchemy's results of thousands of rows take longer than reading them.
    return list(map(_make_facts, CompiledStatement(query).run(session, {})))


def _conditions(action_filter: ActionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if action_filter.board_id is not None:
        conditions.append(Action.plan_id.in_(select(Plan.id).where(Plan.board_id == action_filter.board_id)))
    if action_filter.plan_ids is not None:
        conditions.append(Action.plan_id.in_(action_filter.plan_ids))
    if action_filter.section_ids is not None:
        conditions.append(Action.section_id.in_(action_filter.section_ids))
    if action_filter.project_ids is not None:
        conditions.append(Action.project_id.in_(action_filter.project_ids))
    if action_filter.person_id is not None:
        owned = select(ActionOwner.action_id).where(ActionOwner.person_id == action_filter.person_id)
        conditions.append(Action.id.in_(owned))
    if action_filter.only_open:
        conditions.append(Action.status.in_(OPEN_STATUSES))
    return conditions


def owned_ids(session: Session, person_id: int) -> frozenset[int]:
    """Ids of every action the person is an owner of."""
    owned = select(ActionOwner.action_id).where(ActionOwner.person_id == person_id)
    return frozenset(session.scalars(owned))


def search_ids(session: Session, workspace_id: int, words: Sequence[str]) -> set[int]:
    """Ids of actions in which every word occurs, in title, ref, owners, project, milestones or last update.

    The words are data: % and _ match themselves.
    """
    query = (
        select(Action.id)
        .outerjoin(ActionOwner, ActionOwner.action_id == Action.id)
        .outerjoin(Person, Person.id == ActionOwner.person_id)
        .outerjoin(Project, Project.id == Action.project_id)
        .outerjoin(Milestone, Milestone.action_id == Action.id)
        .where(Action.workspace_id == workspace_id, Action.gone_at.is_(None))
    )
    searched = (
        Action.title,
        Action.ref,
        Action.last_word,
        Person.initials,
        Person.name,
        Project.title,
        Milestone.title,
    )
    for word in words:
        variants = _case_variants(word)
        query = query.where(
            or_(*(column.icontains(each, autoescape=True) for column in searched for each in variants))
        )
    return set(session.scalars(query))


def _case_variants(word: str) -> list[str]:
    """The database ignores the case only of English letters (SQLite) or of its locale's (PostgreSQL)."""
    return [word] if word.isascii() else [word, word.lower(), word.upper(), word.capitalize()]
