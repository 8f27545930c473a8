"""Who is due to be asked, or sent an escalation as a lead: found by the indexes on those moments."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, Row, bindparam, exists, func, select, union_all, update
from sqlalchemy.orm import Session

from models.in_list_statement import InListStatement
from models.people import Board, Person
from models.plans import Action, ActionOwner, Plan, Project
from models.queries.actions import OPEN_STATUSES
from models.sql_fastpath import param

_due = union_all(
    select(ActionOwner.person_id.label("person_id"), ActionOwner.prompt_at.label("at")).where(
        ActionOwner.prompt_at <= bindparam("now"),
        ActionOwner.workspace_id.in_(bindparam("workspaces", expanding=True)),
    ),
    select(Project.lead_id, Action.escalate_at)
    .join(Action, Action.project_id == Project.id)
    .where(
        Action.escalate_at <= bindparam("now"),
        Action.workspace_id.in_(bindparam("workspaces", expanding=True)),
        Project.lead_id.is_not(None),
    ),
).subquery()
# Built once: building them costs more than running them.
_PEOPLE = (
    select(_due.c.person_id)
    .group_by(_due.c.person_id)
    .order_by(func.min(_due.c.at), _due.c.person_id)
    .limit(bindparam("limit", type_=Integer))
)
_ACTIONS_TO_ASK = InListStatement(
    lambda people: select(ActionOwner.action_id).where(
        ActionOwner.prompt_at <= param("now"), ActionOwner.person_id.in_(people)
    )
)
_ACTIONS_TO_ESCALATE = InListStatement(
    lambda people: (
        select(Action.id)
        .join(Project, Project.id == Action.project_id)
        .where(Action.escalate_at <= param("now"), Project.lead_id.in_(people))
    )
)
_REMINDER_DAYS = select(Board.id, Board.prompt_days, Board.ladder)
_NEXT = select(
    select(func.min(ActionOwner.prompt_at)).scalar_subquery(),
    select(func.min(Action.escalate_at)).scalar_subquery(),
)


def people_to_prompt(
    session: Session, now: datetime, workspace_ids: Collection[int], limit: int
) -> Sequence[int]:
    """Ids of those due to be asked, or sent an escalation as a lead, longest due first."""
    return session.scalars(_PEOPLE, {"now": now, "workspaces": workspace_ids, "limit": limit}).all()


def actions_to_ask_about(session: Session, now: datetime, people: Collection[int]) -> set[int]:
    """Ids of the actions that these people are due to be asked about, or sent as escalations."""
    asked = _ACTIONS_TO_ASK.run(session, people, {"now": now})
    escalated = _ACTIONS_TO_ESCALATE.run(session, people, {"now": now})
    return {action for (action,) in (*asked, *escalated)}


def boards_with_changed_reminders(session: Session) -> list[int]:
    """Ids of the boards whose reminder days were changed since its prompts were planned."""
    # Not compared in SQL: the same list may be stored with other spaces.
    return [each.id for each in session.execute(_REMINDER_DAYS) if each.prompt_days != each.ladder]


def boards_to_replan(session: Session) -> list[Board]:
    """Boards whose reminder days were changed, locked; those that somebody else replans are left out."""
    changed = boards_with_changed_reminders(session)
    if not changed:
        return []
    boards = session.scalars(
        select(Board)
        .where(Board.id.in_(changed))
        .order_by(Board.id)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [board for board in boards if board.prompt_days != board.ladder]


def open_actions(session: Session, board_id: int) -> set[int]:
    return set(
        session.scalars(
            select(Action.id)
            .join(Plan, Plan.id == Action.plan_id)
            .where(Plan.board_id == board_id, Action.gone_at.is_(None), Action.status.in_(OPEN_STATUSES))
        )
    )


def actions_waiting_for(session: Session, person_id: int) -> set[int]:
    """Ids of the actions about which this person is to be asked, or sent an escalation as a lead."""
    asked = select(ActionOwner.action_id).where(
        ActionOwner.person_id == person_id, ActionOwner.prompt_at.is_not(None)
    )
    escalated = (
        select(Action.id)
        .join(Project, Project.id == Action.project_id)
        .where(Project.lead_id == person_id, Action.escalate_at.is_not(None))
    )
    return {*session.scalars(asked), *session.scalars(escalated)}


def clear_leadless_escalations(session: Session, now: datetime) -> None:
    """Cancel what is due to be escalated in projects that have no lead any more."""
    lead = exists().where(Project.id == Action.project_id, Project.lead_id.is_not(None))
    session.execute(
        update(Action)
        .where(Action.escalate_at <= now, ~lead)
        .values(escalate_at=None)
        .execution_options(synchronize_session=False)
    )


def next_prompt_at(session: Session) -> datetime | None:
    """When the next prompt or escalation comes due, whoever it is for; None when there is none."""
    return min((moment for moment in session.execute(_NEXT).one() if moment is not None), default=None)


MAX_ROWS = 300
OwnerDueRow = Row[datetime | None, int, datetime | None, date | None, int]


def upcoming_prompts(session: Session) -> list[tuple[datetime, int]]:
    """When people will be prompted, soonest first, and how many of them.

    Those who have no account, or whose last update is so recent that they will be skipped, are not counted.
    """
    people: dict[datetime, set[int]] = defaultdict(set)
    for at, person_id, last_update_at, due_on, recent_days in _owners_due(session):
        if at is not None and not _is_skipped(at, last_update_at, due_on, recent_days):
            people[at].add(person_id)
    for at, person_id in _leads_due(session):
        if at is not None:
            people[at].add(person_id)
    return [(at, len(asked)) for at, asked in sorted(people.items())]


def _is_skipped(at: datetime, last_update_at: datetime | None, due_on: date | None, recent_days: int) -> bool:
    late = due_on is not None and due_on < at.date()
    return last_update_at is not None and not late and at - last_update_at < timedelta(days=recent_days)


def _owners_due(session: Session) -> list[OwnerDueRow]:
    return list(
        session.execute(
            select(
                ActionOwner.prompt_at,
                ActionOwner.person_id,
                Action.last_word_at,
                Action.next_due_on,
                Board.recent_days,
            )
            .join(Action, Action.id == ActionOwner.action_id)
            .join(Plan, Plan.id == Action.plan_id)
            .join(Board, Board.id == Plan.board_id)
            .join(Person, Person.id == ActionOwner.person_id)
            .where(ActionOwner.prompt_at.is_not(None), Person.slack_user_id.is_not(None))
            .order_by(ActionOwner.prompt_at)
            .limit(MAX_ROWS)
        )
    )


def _leads_due(session: Session) -> list[Row[datetime | None, int]]:
    return list(
        session.execute(
            select(Action.escalate_at, Person.id)
            .join(Project, Project.id == Action.project_id)
            .join(Person, Person.id == Project.lead_id)
            .where(Action.escalate_at.is_not(None), Person.slack_user_id.is_not(None))
            .order_by(Action.escalate_at)
            .limit(MAX_ROWS)
        )
    )
