"""Until when the bot was there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.operations import Presence


def held(session: Session, workspace_id: int, now: datetime) -> Presence:
    """The workspace's row, held until the transaction ends; made, as of now, if it is not there yet."""
    query = select(Presence).where(Presence.workspace_id == workspace_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is not None:
        return found
    made = Presence(workspace_id=workspace_id, heard_until=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return held(session, workspace_id, now)
    return made
