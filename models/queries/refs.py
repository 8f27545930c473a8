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
    DATE,
    MILESTONE,
    OWNER,
    PARENTS,
    PERSON,
    SECTION,
    build_owner,
    set_parents,
)
from models.sql_fastpath import CompiledStatement, MultiSelect, RawRow, param

_HAS_REF = (
    Action.workspace_id == param("workspace_id"),
    func.lower(Action.ref) == param("ref"),
    Action.gone_at.is_(None),
)
_BY_REF = CompiledStatement(select(*ACTION.columns).where(*_HAS_REF))
# To who waits for a row, PostgreSQL shows that row as it is then, but what is joined to it as it was when the
# waiting began. So the actions are held first, in one order for all, and what hangs on them is read then.
_LOCK_BY_REF = CompiledStatement(
    select(*ACTION.columns).where(*_HAS_REF).order_by(Action.id).with_for_update(key_share=True),
)
_ACTION_IDS = select(Action.id).where(*_HAS_REF)
# Each row begins with the id of its action.
_RELATED_SELECTS = (
    select(Action.id, *(column for piece in PARENTS for column in piece.columns))
    .join(Section, Section.id == Action.section_id)
    .join(Plan, Plan.id == Action.plan_id)
    .join(Board, Board.id == Plan.board_id)
    .outerjoin(Project, Project.id == Action.project_id)
    .outerjoin(Person, Person.id == Project.lead_id)
    .where(*_HAS_REF),
    select(ActionOwner.action_id, *OWNER.columns, *PERSON.columns)
    .join(Person, Person.id == ActionOwner.person_id)
    .where(ActionOwner.action_id.in_(_ACTION_IDS)),
    select(ActionDate.action_id, *DATE.columns).where(ActionDate.action_id.in_(_ACTION_IDS)),
    select(Milestone.action_id, *MILESTONE.columns).where(Milestone.action_id.in_(_ACTION_IDS)),
)
_RELATED = MultiSelect(*_RELATED_SELECTS)
# What is held is about to be changed, which answers what was asked about it.
_RELATED_AND_OPEN_ITEMS = MultiSelect(
    *_RELATED_SELECTS, prompts.SELECT_OPEN_ITEMS.where(PromptItem.action_id.in_(_ACTION_IDS))
)
_ID_INDEX, _SECTION_NUMBER_INDEX = ACTION.names.index("id"), 1 + SECTION.names.index("number")
_by_plan_position = attrgetter("plan_id", "position")
_by_position = attrgetter("position")


@dataclass(frozen=True)
class RefMatch:
    """is_shared: more than one action has the ref, also where one section of the plan has it only once."""

    actions: Sequence[Action]
    is_shared: bool


def find_by_ref(
    session: Session, workspace_id: int, ref: str, section: str | None, *, lock: bool = False
) -> RefMatch:
    """Every action still in a plan that has this ref, in plan order, with all that hangs on it.

    section: those of the section with this number, where there are any. lock: nobody else may change them
    until the transaction ends.
    """
    named = {"workspace_id": workspace_id, "ref": ref.lower()}
    actions = (_LOCK_BY_REF if lock else _BY_REF).run(session, named)
    if not actions:
        return RefMatch([], is_shared=False)
    if lock:
        *hanging, asked = _RELATED_AND_OPEN_ITEMS.run(session, named)
        prompts.cache_open_items(session, {row[_ID_INDEX] for row in actions}, asked)
    else:
        hanging = _RELATED.run(session, named)
    there = {row[0]: row[_SECTION_NUMBER_INDEX].lower() for row in hanging[0]}
    # What nobody holds may have gone, or become another ref, since it was found.
    known = {row[_ID_INDEX]: row for row in actions if row[_ID_INDEX] in there}
    wanted = [each for each in known if section is not None and there[each] == section.lower()] or list(known)
    found = [
        _build_action(session, known[each], [[row[1:] for row in rows if row[0] == each] for rows in hanging])
        for each in wanted
    ]
    return RefMatch(sorted(found, key=_by_plan_position), len(known) > 1)


def _build_action(session: Session, row: RawRow, related: list[list[RawRow]]) -> Action:
    action: Action = ACTION.from_row(session, row)
    [around], owners, dates, milestones = related
    set_parents(session, action, around)
    parts = {
        "owners": [build_owner(session, each) for each in owners],
        "due_dates": [DATE.from_row(session, each) for each in dates],
        "milestones": [MILESTONE.from_row(session, each) for each in milestones],
    }
    for name, found in parts.items():
        set_committed_value(action, name, sorted(found, key=_by_position))
    return action
