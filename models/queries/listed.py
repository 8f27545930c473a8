"""Actions as lists, colours and searches look at them: thousands at a time, as light rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from models.people import Person
from models.plans import Action, ActionOwner, Milestone, Plan, Project
from models.sql_fastpath import Direct

OPEN = tuple(status for status in Status if status.is_open)


class ActionFacts(NamedTuple):
    """What colours and sorts one action, without loading it. A tuple: lists look at thousands."""

    id: int
    plan_id: int
    ref: str
    status: Status
    declared: Colour | None
    next_due_on: date | None
    next_due_confirmed: bool
    slipped_days: int
    spoken: bool
    heard_at: datetime


@dataclass(frozen=True)
class Narrowed:
    """Which actions a list is about; None leaves that side open.

    only_open: leave out those whose status settles their colour.
    """

    board_id: int | None = None
    section_ids: Collection[int] | None = None
    project_ids: Collection[int] | None = None
    person_id: int | None = None
    only_open: bool = False


# What ActionFacts._make does, without its steps in Python.
_MAKE = partial(tuple.__new__, ActionFacts)
FACTS = (
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
)


def facts(session: Session, workspace_id: int, narrowed: Narrowed) -> list[ActionFacts]:
    """Every action still in a plan of the workspace, narrowed, in plan order."""
    query = (
        select(*FACTS)
        .where(Action.workspace_id == workspace_id, Action.gone_at.is_(None), *_conditions(narrowed))
        .order_by(Action.plan_id, Action.position)
    )
    # Straight from the driver: making results of thousands takes longer than reading them.
    return list(map(_MAKE, Direct(query).run(session, {})))


def _conditions(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.board_id is not None:
        found.append(Action.plan_id.in_(select(Plan.id).where(Plan.board_id == narrowed.board_id)))
    if narrowed.section_ids is not None:
        found.append(Action.section_id.in_(narrowed.section_ids))
    if narrowed.project_ids is not None:
        found.append(Action.project_id.in_(narrowed.project_ids))
    if narrowed.person_id is not None:
        owned = select(ActionOwner.action_id).where(ActionOwner.person_id == narrowed.person_id)
        found.append(Action.id.in_(owned))
    if narrowed.only_open:
        found.append(Action.status.in_(OPEN))
    return found


def owned_ids(session: Session, person_id: int) -> frozenset[int]:
    """Ids of every action the person is an owner of."""
    owned = select(ActionOwner.action_id).where(ActionOwner.person_id == person_id)
    return frozenset(session.scalars(owned))


def matching(session: Session, workspace_id: int, words: Sequence[str]) -> set[int]:
    """Ids of actions in which every word occurs, in title, owners, project, milestones or last word.

    The words are data: % and _ stand for themselves.
    """
    query = (
        select(Action.id)
        .outerjoin(ActionOwner, ActionOwner.action_id == Action.id)
        .outerjoin(Person, Person.id == ActionOwner.person_id)
        .outerjoin(Project, Project.id == Action.project_id)
        .outerjoin(Milestone, Milestone.action_id == Action.id)
        .where(Action.workspace_id == workspace_id, Action.gone_at.is_(None))
    )
    places = (
        Action.title,
        Action.ref,
        Action.last_word,
        Person.initials,
        Person.name,
        Project.title,
        Milestone.title,
    )
    for word in words:
        spelt = _spellings(word)
        query = query.where(
            or_(*(place.icontains(each, autoescape=True) for place in places for each in spelt))
        )
    return set(session.scalars(query))


def _spellings(word: str) -> list[str]:
    """SQLite takes only English letters for the same in capitals, PostgreSQL those of its locale."""
    return [word] if word.isascii() else [word, word.lower(), word.upper(), word.capitalize()]
