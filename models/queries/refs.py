"""Finding an action by its ref, with all that an answer says of it. Every update begins so: read directly."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.direct import Direct, Piece, Row, Several, place, split
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
_AROUND = (_SECTION, _PROJECT, _PERSON, _PLAN, _BOARD)

_NAMED = (
    Action.workspace_id == place("workspace_id"),
    func.lower(Action.ref) == place("ref"),
    Action.gone_at.is_(None),
)
_FOUND = Direct(select(*_ACTION.columns).where(*_NAMED))
# To who waits for a row, PostgreSQL shows that row as it is then, but what is joined to it as it was when the
# waiting began. So the actions are held first, in one order for all, and what hangs on them is read then.
_HELD = Direct(
    select(*_ACTION.columns).where(*_NAMED).order_by(Action.id).with_for_update(key_share=True),
)
_OWNER, _DATE, _MILESTONE = Piece(ActionOwner), Piece(ActionDate), Piece(Milestone)
_OF_THEM = select(Action.id).where(*_NAMED)
# Each row begins with the id of its action.
_HANGING = Several(
    select(Action.id, *(column for piece in _AROUND for column in piece.columns))
    .join(Section, Section.id == Action.section_id)
    .join(Plan, Plan.id == Action.plan_id)
    .join(Board, Board.id == Plan.board_id)
    .outerjoin(Project, Project.id == Action.project_id)
    .outerjoin(Person, Person.id == Project.lead_id)
    .where(*_NAMED),
    select(ActionOwner.action_id, *_OWNER.columns, *_PERSON.columns)
    .join(Person, Person.id == ActionOwner.person_id)
    .where(ActionOwner.action_id.in_(_OF_THEM)),
    select(ActionDate.action_id, *_DATE.columns).where(ActionDate.action_id.in_(_OF_THEM)),
    select(Milestone.action_id, *_MILESTONE.columns).where(Milestone.action_id.in_(_OF_THEM)),
)
_ID, _NUMBER = _ACTION.names.index("id"), 1 + _SECTION.names.index("number")
_IN_PLAN = attrgetter("plan_id", "position")
_IN_ACTION = attrgetter("position")


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
    known = {row[_ID]: row for row in (_HELD if hold else _FOUND).run(session, named)}
    if not known:
        return Found([], is_shared=False)
    hanging = _HANGING.run(session, named)
    there = {row[0]: row[_NUMBER].lower() for row in hanging[0]}
    wanted = [each for each in known if section is not None and there[each] == section.lower()] or list(known)
    found = [
        _whole(session, known[each], [[row[1:] for row in rows if row[0] == each] for rows in hanging])
        for each in wanted
    ]
    return Found(sorted(found, key=_IN_PLAN), len(known) > 1)


def _whole(session: Session, row: Row, hanging: list[list[Row]]) -> Action:
    action: Action = _ACTION.take(session, row)
    [around], owners, dates, milestones = hanging
    section, project, lead, plan, board = (
        piece.take(session, values) for piece, values in zip(_AROUND, split(around, _AROUND), strict=True)
    )
    set_committed_value(plan, "board", board)
    set_committed_value(action, "plan", plan)
    set_committed_value(action, "section", section)
    set_committed_value(action, "project", project)
    if project is not None:
        set_committed_value(project, "lead", lead)
    parts = {
        "owners": [_owner(session, each) for each in owners],
        "due_dates": [_DATE.take(session, each) for each in dates],
        "milestones": [_MILESTONE.take(session, each) for each in milestones],
    }
    for name, found in parts.items():
        set_committed_value(action, name, sorted(found, key=_IN_ACTION))
    return action


def _owner(session: Session, row: Row) -> ActionOwner:
    values, person = split(row, (_OWNER, _PERSON))
    owner: ActionOwner = _OWNER.take(session, values)
    set_committed_value(owner, "person", _PERSON.take(session, person))
    return owner
