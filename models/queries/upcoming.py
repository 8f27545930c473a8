"""What the rows say will come due, for showing what happens next."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.people import Board, Person
from models.plans import Action, ActionOwner, Plan, Project

LOOKED_AT = 300
Due = Row[datetime | None, int, datetime | None, date | None, int]


def prompts_ahead(session: Session) -> list[tuple[datetime, int]]:
    """When people will be prompted, soonest first, and how many of them.

    Those who have no account, or who spoke so lately that they will be passed over, are not counted.
    """
    people: dict[datetime, set[int]] = defaultdict(set)
    for at, person_id, spoke_at, due_on, recent_days in _owners_due(session):
        if at is not None and not _will_be_passed_over(at, spoke_at, due_on, recent_days):
            people[at].add(person_id)
    for at, person_id in _leads_due(session):
        if at is not None:
            people[at].add(person_id)
    return [(at, len(asked)) for at, asked in sorted(people.items())]


def _will_be_passed_over(
    at: datetime, spoke_at: datetime | None, due_on: date | None, recent_days: int
) -> bool:
    late = due_on is not None and due_on < at.date()
    return spoke_at is not None and not late and at - spoke_at < timedelta(days=recent_days)


def _owners_due(session: Session) -> list[Due]:
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
            .limit(LOOKED_AT)
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
            .limit(LOOKED_AT)
        )
    )
