"""What the rows say will come due, for showing what happens next."""

from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from models.plans import Action, ActionOwner, Project


def people_asked_at(session: Session, moment: datetime) -> int:
    """How many people have a prompt or an escalation due by then."""
    owners = select(ActionOwner.person_id).where(ActionOwner.prompt_at <= moment)
    leads = (
        select(Project.lead_id)
        .join(Action, Action.project_id == Project.id)
        .where(Action.escalate_at <= moment, Project.lead_id.is_not(None))
    )
    return session.scalar(select(func.count()).select_from(union(owners, leads).subquery())) or 0
