"""Plans sent in chat."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.imports import PlanUpload
from models.people import Workspace


def keyed(session: Session, workspace_id: int, key: str) -> PlanUpload | None:
    query = select(PlanUpload).where(PlanUpload.workspace_id == workspace_id, PlanUpload.key == key)
    return session.scalar(query)


def first_in(session: Session, team_id: str, state: str) -> PlanUpload | None:
    """The team's that has been in this state longest."""
    query = select(PlanUpload).join(Workspace, Workspace.id == PlanUpload.workspace_id)
    query = query.where(Workspace.team_id == team_id, PlanUpload.state == state)
    return session.scalar(query.order_by(PlanUpload.id).limit(1))


def locked(session: Session, upload_id: int) -> PlanUpload | None:
    """The row, held until the transaction ends, so that two people cannot both decide."""
    query = select(PlanUpload).where(PlanUpload.id == upload_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))
