"""Finding an action by its ref, with all that a reply shows. Every update begins so: by the fast path."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.outbox import PromptItem
from models.people import Board, Person
from models.plans import Action, ActionDate, ActionOwner, Milestone, Plan, Project, Section
from models.queries import prompts
from models.queries.loading import (
    ACTION,
    BOARD,
    DATE,
    MILESTONE,
    OWNER,
    PARENTS,
    PERSON,
    SECTION,
    build_owner,
    set_parents,
)
from models.sql_fastpath import CompiledStatement, MultiSelect, RawRow, param, set_collection

_HAS_REF = (
    Action.workspace_id == param("workspace_id"),
    func.lower(Action.ref) == param("ref"),
    Action.gone_at.is_(None),
)
_BY_REF = CompiledStatement(select(*ACTION.columns).where(*_HAS_REF))
# After waiting for a locked row, PostgreSQL shows it as it is then, but what is joined to it as it was when
# the wait began. So the actions are locked first, always in the order of ids, and the rest is read then.
_LOCK_BY_REF = CompiledStatement(
    select(*ACTION.columns).where(*_HAS_REF).order_by(Action.id).with_for_update(key_share=True),
)
_ACTION_IDS = select(Action.id).where(*_HAS_REF)
# Each row begins with the id of its action.
_RELATED_SELECTS = (
    select(Action.id, *(column for entity in PARENTS for column in entity.columns))
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
# An action is locked to be updated, which answers the open questions about it.
_RELATED_AND_OPEN_ITEMS = MultiSelect(
    *_RELATED_SELECTS, prompts.SELECT_OPEN_ITEMS.where(PromptItem.action_id.in_(_ACTION_IDS))
)
_ID_INDEX, _SECTION_NUMBER_INDEX = ACTION.names.index("id"), 1 + SECTION.names.index("number")
_BOARD_ID_INDEX = 1 + sum(len(entity.names) for entity in PARENTS[:-1]) + BOARD.names.index("id")
_by_plan_position = attrgetter("plan_id", "position")
_by_position = attrgetter("position")


@dataclass(frozen=True)
class RefMatch:
    """is_shared: more than one action has the ref, also where one section of the plan has it only once.
    has_hidden: a plan of another board has it too.
    """

    actions: Sequence[Action]
    is_shared: bool
    has_hidden: bool = False


def find_by_ref(
    session: Session,
    workspace_id: int,
    ref: str,
    section: str | None,
    board_ids: Container[int],
    *,
    lock: bool = False,
) -> RefMatch:
    """Every action still in a plan of these boards that has this ref, in plan order, with all that belongs to
    it.

    section: only those of the section with this number, where there are any. lock: nobody else may change
    them until the transaction ends.
    """
    params = {"workspace_id": workspace_id, "ref": ref.lower()}
    actions = (_LOCK_BY_REF if lock else _BY_REF).run(session, params)
    if not actions:
        return RefMatch([], is_shared=False)
    if lock:
        *related, open_items = _RELATED_AND_OPEN_ITEMS.run(session, params)
        prompts.cache_open_items(session, {row[_ID_INDEX] for row in actions}, open_items)
    else:
        related = _RELATED.run(session, params)
    sections = {
        row[0]: row[_SECTION_NUMBER_INDEX].lower() for row in related[0] if row[_BOARD_ID_INDEX] in board_ids
    }
    # An action that is not locked may have been removed, or got another ref, since it was read.
    rows_by_id = {row[_ID_INDEX]: row for row in actions if row[_ID_INDEX] in sections}
    in_section = [each for each in rows_by_id if section is not None and sections[each] == section.lower()]
    matches = [
        _build_action(
            session, rows_by_id[each], [[row[1:] for row in rows if row[0] == each] for rows in related]
        )
        for each in in_section or list(rows_by_id)
    ]
    has_hidden = any(row[_BOARD_ID_INDEX] not in board_ids for row in related[0])
    return RefMatch(sorted(matches, key=_by_plan_position), len(rows_by_id) > 1, has_hidden)


def _build_action(session: Session, row: RawRow, related: list[list[RawRow]]) -> Action:
    action: Action = ACTION.from_row(session, row)
    [parents], owners, dates, milestones = related
    set_parents(session, action, parents)
    collections = {
        "owners": [build_owner(session, each) for each in owners],
        "due_dates": [DATE.from_row(session, each) for each in dates],
        "milestones": [MILESTONE.from_row(session, each) for each in milestones],
    }
    for name, children in collections.items():
        set_collection(action, name, sorted(children, key=_by_position))
    return action
