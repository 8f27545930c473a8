"""Workspaces, and the people in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from bot.plan.owners import PersonRole
from bot.session_cache import SessionCache
from models.people import Board, Person, Workspace
from models.plans import Action, ActionOwner, Plan, PlanRole, Project
from models.sql_fastpath import CompiledStatement, EntityColumns, RawRow, param, split_row

_WORKSPACE_AND_PERSON = _WORKSPACE, _PERSON = EntityColumns(Workspace), EntityColumns(Person)
_WORKSPACE_BY_TEAM = CompiledStatement(
    select(*_WORKSPACE.columns).where(Workspace.team_id == param("team_id"))
)
_PERSON_BY_USER = CompiledStatement(
    select(*_PERSON.columns).where(
        Person.workspace_id == param("workspace_id"), Person.slack_user_id == param("user_id")
    )
)
_FIRST_TIMEZONE = (
    select(Board.timezone)
    .where(Board.workspace_id == Workspace.id)
    .order_by(Board.id)
    .limit(1)
    .scalar_subquery()
)
# "board:plan:role,…": one value, so that who may read what takes no round trip of its own.
_ROLES = (
    select(
        func.aggregate_strings(
            cast(Plan.board_id, String)
            + ":"
            + cast(PlanRole.plan_id, String)
            + ":"
            + type_coerce(PlanRole.role, String),
            ",",
        )
    )
    .select_from(PlanRole)
    .join(Plan, Plan.id == PlanRole.plan_id)
    .where(PlanRole.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)
SELECT_USER_CONTEXT = (
    select(*_WORKSPACE.columns, *_PERSON.columns, _ROLES, _FIRST_TIMEZONE)
    .outerjoin(Person, and_(Person.workspace_id == Workspace.id, Person.slack_user_id == param("user_id")))
    .where(Workspace.team_id == param("team_id"))
)
_USER_CONTEXT = CompiledStatement(SELECT_USER_CONTEXT)


@dataclass(frozen=True)
class UserContext:
    """An account of a workspace. person: None while nobody of the plan is linked to it. first_timezone: of
    the first board, None while there is none. board_ids: of the boards whose plans know the person. roles:
    what they are in which plan.
    """

    workspace: Workspace
    person: Person | None
    first_timezone: str | None
    board_ids: frozenset[int] = frozenset()
    roles: frozenset[tuple[int, PersonRole]] = frozenset()


_WORKSPACES = SessionCache[str, Workspace]()
_USER_CONTEXTS = SessionCache[tuple[str, str], UserContext]()


def user_context(session: Session, team_id: str, user_id: str) -> UserContext | None:
    """Who asks, looked up once in a transaction; None for a workspace that is not set up."""
    cached = _USER_CONTEXTS.of_session(session).get((team_id, user_id))
    if cached is None or cached.person is None or cached.person.slack_user_id != user_id:
        rows = _USER_CONTEXT.run(session, {"team_id": team_id, "user_id": user_id})
        return cache_user_context(session, team_id, user_id, rows) or cached
    return cached


def cache_user_context(
    session: Session, team_id: str, user_id: str, rows: Sequence[RawRow]
) -> UserContext | None:
    """Cache what SELECT_USER_CONTEXT gave for this account: one row, or none where there is no workspace."""
    for row in rows:
        workspace, person = (
            entity.from_row(session, values)
            for entity, values in zip(
                _WORKSPACE_AND_PERSON, split_row(row, _WORKSPACE_AND_PERSON), strict=True
            )
        )
        roles = [each.split(":") for each in (row[-2] or "").split(",") if each]
        context = UserContext(
            workspace,
            person,
            row[-1],
            frozenset(int(board) for board, _, _ in roles),
            frozenset((int(plan), PersonRole(role)) for _, plan, role in roles),
        )
        _WORKSPACES.of_session(session)[team_id] = workspace
        _USER_CONTEXTS.of_session(session)[team_id, user_id] = context
        return context
    return None


def forget_user_contexts(session: Session) -> None:
    """To be called once roles have changed: who asks again in the same transaction is looked up anew."""
    _USER_CONTEXTS.of_session(session).clear()


def workspace_of_team(session: Session, team_id: str) -> Workspace | None:
    """The workspace, looked up once in a transaction: every step of a request begins with it."""
    cached = _WORKSPACES.of_session(session)
    if team_id not in cached:
        for row in _WORKSPACE_BY_TEAM.run(session, {"team_id": team_id}):
            cached[team_id] = _WORKSPACE.from_row(session, row)
    return cached.get(team_id)


def workspaces_to_plan(session: Session) -> Sequence[int]:
    """Ids of the workspaces nobody else is planning messages for, locked until the transaction ends."""
    return session.scalars(
        select(Workspace.id).order_by(Workspace.id).with_for_update(skip_locked=True, key_share=True)
    ).all()


def workspaces(session: Session) -> Sequence[Workspace]:
    return session.scalars(select(Workspace).order_by(Workspace.id)).all()


def person_of_user(session: Session, workspace_id: int, user_id: str) -> Person | None:
    rows = _PERSON_BY_USER.run(session, {"workspace_id": workspace_id, "user_id": user_id})
    return _PERSON.from_row(session, rows[0]) if rows else None


def names_of_users(session: Session, workspace_id: int, user_ids: Collection[str]) -> dict[str, str]:
    """By account, the name of the person it is linked to, or the initials of one without a name."""
    rows = session.execute(
        select(Person.slack_user_id, Person.name, Person.initials).where(
            Person.workspace_id == workspace_id, Person.slack_user_id.in_(user_ids)
        )
    )
    return {user_id: name or initials for user_id, name, initials in rows if user_id}


def person_of_initials(session: Session, workspace_id: int, initials: str) -> Person | None:
    """Case does not count."""
    rows = session.execute(select(Person.id, Person.initials).where(Person.workspace_id == workspace_id))
    # Not compared in SQL: "lower" of SQLite knows only English letters, that of PostgreSQL its locale's.
    wanted = initials.lower()
    person_id = next((each_id for each_id, each in rows if each.lower() == wanted), None)
    return session.get(Person, person_id) if person_id is not None else None


def people(session: Session, workspace_id: int) -> Sequence[Person]:
    return session.scalars(
        select(Person).where(Person.workspace_id == workspace_id).order_by(Person.initials)
    ).all()


def people_by_name(everyone: Sequence[Person], name: str) -> list[Person]:
    """By initials, name, first or last name, or the part of the e-mail address before the @; case does not
    count.
    """
    wanted = name.lower()
    found = [each for each in everyone if wanted in _names_of(each)]
    return found or [each for each in everyone if wanted in each.name.lower().replace(".", " ").split()]


def _names_of(person: Person) -> tuple[str, ...]:
    mailbox = (person.email or "").rpartition("@")[0]
    return person.initials.lower(), person.name.lower(), mailbox.lower()


def is_plan_manager() -> ColumnElement[bool]:
    """For a query of people: whether they manage a plan, or those that are still to come."""
    managed = exists().where(PlanRole.person_id == Person.id, PlanRole.role == PersonRole.PLAN_MANAGER)
    return or_(Person.role == PersonRole.PLAN_MANAGER, managed)


def plan_managers(session: Session, workspace_id: int) -> Sequence[Person]:
    return session.scalars(
        select(Person).where(Person.workspace_id == workspace_id, is_plan_manager()).order_by(Person.initials)
    ).all()


def initials_of_managers(session: Session, workspace_id: int) -> tuple[str, ...]:
    """Of the plan managers, for a sentence that names who has the right."""
    return tuple(person.initials for person in plan_managers(session, workspace_id))


def unlinked_owners(
    session: Session, workspace_id: int, board_id: int | None = None
) -> tuple[tuple[str, int], ...]:
    """Initials of owners no chat account is linked to, and how many actions still in the plan they own."""
    query = (
        select(Person.initials, func.count(Action.id))
        .join(ActionOwner, ActionOwner.person_id == Person.id)
        .join(Action, Action.id == ActionOwner.action_id)
        .where(Person.workspace_id == workspace_id, Person.slack_user_id.is_(None), Action.gone_at.is_(None))
        .group_by(Person.id)
        .order_by(Person.initials)
    )
    if board_id is not None:
        query = query.join(Plan, Plan.id == Action.plan_id).where(Plan.board_id == board_id)
    return tuple((initials, count) for initials, count in session.execute(query))


def people_without_account(session: Session, workspace_id: int) -> Sequence[Person]:
    """People with an e-mail address but no chat account yet: worth looking up."""
    return session.scalars(
        select(Person).where(
            Person.workspace_id == workspace_id, Person.slack_user_id.is_(None), Person.email.is_not(None)
        )
    ).all()


def count_owned_actions(session: Session, person_id: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(ActionOwner)
            .join(Action, Action.id == ActionOwner.action_id)
            .where(ActionOwner.person_id == person_id, Action.gone_at.is_(None))
        )
        or 0
    )


def count_actions_by_owner(session: Session, workspace_id: int) -> dict[int, int]:
    """Person id to how many actions still in the plan they own; whoever owns none is left out."""
    rows = session.execute(
        select(ActionOwner.person_id, func.count())
        .join(Action, Action.id == ActionOwner.action_id)
        .where(ActionOwner.workspace_id == workspace_id, Action.gone_at.is_(None))
        .group_by(ActionOwner.person_id)
    )
    return dict(list(rows))


def leads_by_project(session: Session, workspace_id: int) -> dict[int, Person]:
    """Project id to the person who leads it."""
    rows = session.execute(
        select(Project.id, Person)
        .join(Person, Person.id == Project.lead_id)
        .where(Project.workspace_id == workspace_id)
    )
    return dict(list(rows))
