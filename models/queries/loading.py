"""Actions with everything a line or a card shows. Almost all that the bot says reads them, so directly."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.people import Board, Person
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project, Section
from models.sql_fastpath import Among, Piece, Row, relate, split

# What an answer takes is read at once. Of the rest, what somebody asks for is read when they do.
ACTION = Piece(
    Action,
    without=("imported", "detail", "tags", "delivered_through", "success_measures", "gone_reason"),
)
SECTION = Piece(Section, without=("position",))
PROJECT = Piece(
    Project,
    without=(
        *("manager", "finance_ref", "savings", "growth", "description", "measures", "risks", "position"),
        *("workspace_id", "section_id", "gone_at"),
    ),
)
PERSON = Piece(Person, without=("name", "email"))
PLAN = Piece(Plan, without=("as_at", "imported_at", "problems"))
BOARD = Piece(Board, without=("digest_rule", "next_digest_at", "weekly_budget", "recent_days"))
AROUND = (SECTION, PROJECT, PERSON, PLAN, BOARD)
OWNER, DATE, MILESTONE = Piece(ActionOwner), Piece(ActionDate), Piece(Milestone)
# To be narrowed to those in question.
EVERY: Select[tuple[object, ...]] = (
    select(*(column for piece in (ACTION, *AROUND) for column in piece.columns))
    .select_from(Action)
    .join(Section, Section.id == Action.section_id)
    .join(Plan, Plan.id == Action.plan_id)
    .join(Board, Board.id == Plan.board_id)
    .outerjoin(Project, Project.id == Action.project_id)
    .outerjoin(Person, Person.id == Project.lead_id)
    .order_by(Action.plan_id, Action.position)
)
_OWNERS = Among(
    lambda ids: (
        select(*OWNER.columns, *PERSON.columns)
        .join(Person, Person.id == ActionOwner.person_id)
        .where(ActionOwner.action_id.in_(ids))
        .order_by(ActionOwner.position)
    )
)
_DATES = Among(
    lambda ids: select(*DATE.columns).where(ActionDate.action_id.in_(ids)).order_by(ActionDate.position)
)
_MILESTONES = Among(
    lambda ids: select(*MILESTONE.columns).where(Milestone.action_id.in_(ids)).order_by(Milestone.position)
)


def put_together(session: Session, rows: Sequence[Row]) -> list[Action]:
    """The actions these rows of `EVERY` are, with all that hangs on them."""
    actions = [_in_its_plan(session, row) for row in rows]
    ids = [action.id for action in actions]
    owners, dates, milestones = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in _OWNERS.run(session, ids, flush=False):
        each = owner(session, row)
        owners[each.action_id].append(each)
    for row in _DATES.run(session, ids, flush=False):
        date = DATE.take(session, row)
        dates[date.action_id].append(date)
    for row in _MILESTONES.run(session, ids, flush=False):
        milestone = MILESTONE.take(session, row)
        milestones[milestone.action_id].append(milestone)
    for action in actions:
        set_committed_value(action, "owners", owners[action.id])
        set_committed_value(action, "due_dates", dates[action.id])
        set_committed_value(action, "milestones", milestones[action.id])
    return actions


def _in_its_plan(session: Session, row: Row) -> Action:
    end = len(ACTION.names)
    action: Action = ACTION.take(session, row[:end])
    with_its_plan(session, action, row[end:])
    return action


def with_its_plan(session: Session, action: Action, around: Row) -> None:
    """around: the columns of the pieces `AROUND`."""
    section, project, lead, plan, board = (
        piece.take(session, values) for piece, values in zip(AROUND, split(around, AROUND), strict=True)
    )
    relate(plan, board=board)
    relate(action, plan=plan, section=section, project=project)
    if project is not None:
        relate(project, lead=lead)


def owner(session: Session, row: Row) -> ActionOwner:
    """row: the columns of an owner, then of the person."""
    values, person = split(row, (OWNER, PERSON))
    found: ActionOwner = OWNER.take(session, values)
    relate(found, person=PERSON.take(session, person))
    return found
