"""Finding an action by its ref, with all that an answer says of it. Every update begins so: read directly."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.outbox import PromptItem
from models.people import Board, Person
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project, Section
from models.queries import prompts
from models.queries.loading import (
    ACTION,
    AROUND,
    DATE,
    MILESTONE,
    OWNER,
    PERSON,
    SECTION,
    owner,
    with_its_plan,
)
from models.sql_fastpath import CompiledStatement, MultiSelect, RawRow, param

_NAMED = (
    Action.workspace_id == param("workspace_id"),
    func.lower(Action.ref) == param("ref"),
    Action.gone_at.is_(None),
)
_FOUND = CompiledStatement(select(*ACTION.columns).where(*_NAMED))
# To who waits for a row, PostgreSQL shows that row as it is then, but what is joined to it as it was when the
# waiting began. So the actions are held first, in one order for all, and what hangs on them is read then.
_HELD = CompiledStatement(
    select(*ACTION.columns).where(*_NAMED).order_by(Action.id).with_for_update(key_share=True),
)
_OF_THEM = select(Action.id).where(*_NAMED)
# Each row begins with the id of its action.
_PARTS = (
    select(Action.id, *(column for piece in AROUND for column in piece.columns))
    .join(Section, Section.id == Action.section_id)
    .join(Plan, Plan.id == Action.plan_id)
    .join(Board, Board.id == Plan.board_id)
    .outerjoin(Project, Project.id == Action.project_id)
    .outerjoin(Person, Person.id == Project.lead_id)
    .where(*_NAMED),
    select(ActionOwner.action_id, *OWNER.columns, *PERSON.columns)
    .join(Person, Person.id == ActionOwner.person_id)
    .where(ActionOwner.action_id.in_(_OF_THEM)),
    select(ActionDate.action_id, *DATE.columns).where(ActionDate.action_id.in_(_OF_THEM)),
    select(Milestone.action_id, *MILESTONE.columns).where(Milestone.action_id.in_(_OF_THEM)),
)
_HANGING = MultiSelect(*_PARTS)
# What is held is about to be changed, which answers what was asked about it.
_HANGING_AND_ASKED = MultiSelect(*_PARTS, prompts.OPEN_ITEMS.where(PromptItem.action_id.in_(_OF_THEM)))
_ID, _NUMBER = ACTION.names.index("id"), 1 + SECTION.names.index("number")
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
    actions = (_HELD if hold else _FOUND).run(session, named)
    if not actions:
        return Found([], is_shared=False)
    if hold:
        *hanging, asked = _HANGING_AND_ASKED.run(session, named)
        prompts.remember_open_items(session, {row[_ID] for row in actions}, asked)
    else:
        hanging = _HANGING.run(session, named)
    there = {row[0]: row[_NUMBER].lower() for row in hanging[0]}
    # What nobody holds may have gone, or become another ref, since it was found.
    known = {row[_ID]: row for row in actions if row[_ID] in there}
    wanted = [each for each in known if section is not None and there[each] == section.lower()] or list(known)
    found = [
        _whole(session, known[each], [[row[1:] for row in rows if row[0] == each] for rows in hanging])
        for each in wanted
    ]
    return Found(sorted(found, key=_IN_PLAN), len(known) > 1)


def _whole(session: Session, row: RawRow, hanging: list[list[RawRow]]) -> Action:
    action: Action = ACTION.from_row(session, row)
    [around], owners, dates, milestones = hanging
    with_its_plan(session, action, around)
    parts = {
        "owners": [owner(session, each) for each in owners],
        "due_dates": [DATE.from_row(session, each) for each in dates],
        "milestones": [MILESTONE.from_row(session, each) for each in milestones],
    }
    for name, found in parts.items():
        set_committed_value(action, name, sorted(found, key=_IN_ACTION))
    return action
