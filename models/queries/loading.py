"""Actions with everything a message shows. Almost every message reads them, so straight from the driver."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.in_list_statement import InListStatement
from models.people import Board, Person
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project, Section
from models.sql_fastpath import EntityColumns, RawRow, set_collection, set_relationships, split_row

# What messages show is read at once, the rest when somebody asks for it.
ACTION = EntityColumns(
    Action,
    deferred=("imported", "detail", "tags", "delivered_through", "success_measures", "gone_reason"),
)
SECTION = EntityColumns(Section, deferred=("position",))
PROJECT = EntityColumns(
    Project,
    deferred=(
        *("manager", "finance_ref", "savings", "growth", "description", "measures", "risks", "position"),
        *("workspace_id", "section_id", "gone_at"),
    ),
)
PERSON = EntityColumns(Person, deferred=("name", "email", "account_kind"))
PLAN = EntityColumns(Plan, deferred=("as_at", "imported_at", "problems"))
BOARD = EntityColumns(Board, deferred=("digest_rule", "next_digest_at", "weekly_budget", "recent_days"))
PARENTS = (SECTION, PROJECT, PERSON, PLAN, BOARD)
OWNER, DATE, MILESTONE = EntityColumns(ActionOwner), EntityColumns(ActionDate), EntityColumns(Milestone)
# Callers add the condition.
SELECT_ACTIONS: Select[tuple[object, ...]] = (
    select(*(column for entity in (ACTION, *PARENTS) for column in entity.columns))
    .select_from(Action)
    .join(Section, Section.id == Action.section_id)
    .join(Plan, Plan.id == Action.plan_id)
    .join(Board, Board.id == Plan.board_id)
    .outerjoin(Project, Project.id == Action.project_id)
    .outerjoin(Person, Person.id == Project.lead_id)
    .order_by(Action.plan_id, Action.position)
)
_OWNERS = InListStatement(
    lambda ids: (
        select(*OWNER.columns, *PERSON.columns)
        .join(Person, Person.id == ActionOwner.person_id)
        .where(ActionOwner.action_id.in_(ids))
        .order_by(ActionOwner.position)
    )
)
_DATES = InListStatement(
    lambda ids: select(*DATE.columns).where(ActionDate.action_id.in_(ids)).order_by(ActionDate.position)
)
_MILESTONES = InListStatement(
    lambda ids: select(*MILESTONE.columns).where(Milestone.action_id.in_(ids)).order_by(Milestone.position)
)


def build_actions(session: Session, rows: Sequence[RawRow]) -> list[Action]:
    """The actions of these rows of SELECT_ACTIONS, with owners, dates and milestones."""
    actions = [_build_action(session, row) for row in rows]
    ids = [action.id for action in actions]
    owners, dates, milestones = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in _OWNERS.run(session, ids, flush=False):
        each = build_owner(session, row)
        owners[each.action_id].append(each)
    for row in _DATES.run(session, ids, flush=False):
        date = DATE.from_row(session, row)
        dates[date.action_id].append(date)
    for row in _MILESTONES.run(session, ids, flush=False):
        milestone = MILESTONE.from_row(session, row)
        milestones[milestone.action_id].append(milestone)
    for action in actions:
        set_collection(action, "owners", owners[action.id])
        set_collection(action, "due_dates", dates[action.id])
        set_collection(action, "milestones", milestones[action.id])
    return actions


def _build_action(session: Session, row: RawRow) -> Action:
    end = len(ACTION.names)
    action: Action = ACTION.from_row(session, row[:end])
    set_parents(session, action, row[end:])
    return action


def set_parents(session: Session, action: Action, parents: RawRow) -> None:
    """Set what the action belongs to. parents: the columns of PARENTS, in order."""
    section, project, lead, plan, board = (
        entity.from_row(session, values)
        for entity, values in zip(PARENTS, split_row(parents, PARENTS), strict=True)
    )
    set_relationships(plan, board=board)
    set_relationships(action, plan=plan, section=section, project=project)
    if project is not None:
        set_relationships(project, lead=lead)


def build_owner(session: Session, row: RawRow) -> ActionOwner:
    """row: the columns of an owner, then of the person."""
    values, person = split_row(row, (OWNER, PERSON))
    owner: ActionOwner = OWNER.from_row(session, values)
    set_relationships(owner, person=PERSON.from_row(session, person))
    return owner
