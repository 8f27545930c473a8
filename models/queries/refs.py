"""Finding an action by its ref, with all that an answer says of it. Every update begins so: read directly."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.direct import Direct, Held, Piece, Row, place, split
from models.people import Board, Person
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project, Section

# What answering an update takes is read at once. Of the rest, what somebody asks for is read when they do.
_ACTION = Piece(
    Action,
    without=("imported", "detail", "tags", "delivered_through", "success_measures", "gone_reason"),
)
_SECTION = Piece(Section, without=("position",))
_PROJECT = Piece(
    Project,
    without=(
        *("manager", "finance_ref", "savings", "growth", "description", "measures", "risks", "position"),
        *("workspace_id", "section_id"),
    ),
)
_PERSON = Piece(Person, without=("name", "email"))
_PLAN = Piece(Plan, without=("as_at", "imported_at", "problems"))
_BOARD = Piece(Board, without=("digest_rule", "next_digest_at", "weekly_budget", "recent_days"))
_PIECES = (_ACTION, _SECTION, _PROJECT, _PERSON, _PLAN, _BOARD)

_NUMBER = len(_ACTION.names) + _SECTION.names.index("number")
_NAMED = (
    Action.workspace_id == place("workspace_id"),
    func.lower(Action.ref) == place("ref"),
    Action.gone_at.is_(None),
)
_WITH_REF = (
    select(*(column for piece in _PIECES for column in piece.columns))
    .select_from(Action)
    .join(Section, Section.id == Action.section_id)
    .join(Plan, Plan.id == Action.plan_id)
    .join(Board, Board.id == Plan.board_id)
    .outerjoin(Project, Project.id == Action.project_id)
    .outerjoin(Person, Person.id == Project.lead_id)
    .where(*_NAMED)
    .order_by(Action.plan_id, Action.position)
)
_FOUND = Direct(_WITH_REF)
_HELD = Held(
    select(Action.id).where(*_NAMED).order_by(Action.id).with_for_update(key_share=True),
)
_OWNER, _DATE, _MILESTONE = Piece(ActionOwner), Piece(ActionDate), Piece(Milestone)
_OWNERS = Direct(
    select(*_OWNER.columns, *_PERSON.columns)
    .join(Person, Person.id == ActionOwner.person_id)
    .where(ActionOwner.action_id == place("action_id"))
    .order_by(ActionOwner.position)
)
_DATES = Direct(
    select(*_DATE.columns).where(ActionDate.action_id == place("action_id")).order_by(ActionDate.position)
)
_MILESTONES = Direct(
    select(*_MILESTONE.columns).where(Milestone.action_id == place("action_id")).order_by(Milestone.position)
)


@dataclass(frozen=True)
class Found:
    """is_shared: more than one action has the ref, also where one section of the plan has it only once."""

    actions: Sequence[Action]
    is_shared: bool


def with_ref(
    session: Session, workspace_id: int, ref: str, section: str | None, *, hold: bool = False
) -> Found:
    """Every action still in a plan that has this ref, in plan order, with all that hangs on it.

    section: those of the section with this number, where there are any. hold: nobody else may change them
    until the transaction ends.
    """
    named = {"workspace_id": workspace_id, "ref": ref.lower()}
    if hold:
        _HELD.take(session, named)
    rows = _FOUND.run(session, named)
    wanted = [row for row in rows if section is not None and row[_NUMBER].lower() == section.lower()] or rows
    return Found([_put_together(session, row) for row in wanted], len(rows) > 1)


def _put_together(session: Session, row: Row) -> Action:
    action: Action
    action, section, project, lead, plan, board = (
        piece.take(session, values) for piece, values in zip(_PIECES, split(row, _PIECES), strict=True)
    )
    set_committed_value(plan, "board", board)
    set_committed_value(action, "plan", plan)
    set_committed_value(action, "section", section)
    set_committed_value(action, "project", project)
    if project is not None:
        set_committed_value(project, "lead", lead)
    its = {"action_id": action.id}
    set_committed_value(action, "owners", [_owner(session, each) for each in _OWNERS.run(session, its)])
    set_committed_value(action, "due_dates", [_DATE.take(session, each) for each in _DATES.run(session, its)])
    milestones = [_MILESTONE.take(session, each) for each in _MILESTONES.run(session, its)]
    set_committed_value(action, "milestones", milestones)
    return action


def _owner(session: Session, row: Row) -> ActionOwner:
    values, person = split(row, (_OWNER, _PERSON))
    owner: ActionOwner = _OWNER.take(session, values)
    set_committed_value(owner, "person", _PERSON.take(session, person))
    return owner
