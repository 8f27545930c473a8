"""Files people asked for, and calendars they follow."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.exports import CalendarFeed, PlanExport
from models.people import Workspace


def waiting_exports(session: Session, workspace_id: int, user_id: str) -> Sequence[PlanExport]:
    """What someone asked for and has not got yet."""
    return session.scalars(
        select(PlanExport).where(
            PlanExport.workspace_id == workspace_id,
            PlanExport.user_id == user_id,
            PlanExport.state == "asked",
        )
    ).all()


def export_to_send(session: Session, team_id: str, now: datetime) -> PlanExport | None:
    """The team's that waits longest and that nobody is sending, held until the transaction ends."""
    return session.scalar(
        select(PlanExport)
        .join(Workspace, Workspace.id == PlanExport.workspace_id)
        .where(
            Workspace.team_id == team_id,
            PlanExport.state == "asked",
            or_(PlanExport.lease_until.is_(None), PlanExport.lease_until <= now),
        )
        .order_by(PlanExport.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=PlanExport)
    )


def calendars_of(session: Session, workspace_id: int, user_id: str) -> Sequence[CalendarFeed]:
    """The calendars an account follows, those stopped left out."""
    return session.scalars(
        select(CalendarFeed)
        .where(
            CalendarFeed.workspace_id == workspace_id,
            CalendarFeed.user_id == user_id,
            CalendarFeed.stopped_at.is_(None),
        )
        .order_by(CalendarFeed.id)
    ).all()


def calendar_with(session: Session, key_hash: str) -> CalendarFeed | None:
    """The calendar behind a key. One that was stopped is not there, like one that never was."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.key_hash == key_hash, CalendarFeed.stopped_at.is_(None))
    )
