"""Requests already taken, by which the same one is known again."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.operations import Heartbeat
from models.outbox import InboundRequest
from models.people import Workspace
from models.queries import people
from models.sql_fastpath import MultiSelect, param

_WORKSPACE_ID = select(Workspace.id).where(Workspace.team_id == param("team_id")).scalar_subquery()
_PREVIOUS_REQUESTS = select(InboundRequest.signature, InboundRequest.answer).where(
    or_(
        and_(InboundRequest.workspace_id == _WORKSPACE_ID, InboundRequest.key == param("key")),
        InboundRequest.signature == param("signature"),
    )
)
# Every request begins with both.
_USER_CONTEXT_AND_PREVIOUS = MultiSelect(people.SELECT_USER_CONTEXT, _PREVIOUS_REQUESTS)


def previous_requests(
    session: Session, team_id: str, user_id: str, key: str, signature: str | None
) -> list[tuple[str | None, dict[str, Any]]]:
    """Signature and answer of every request taken before that has this key, or this very signature. Who asks
    is looked up on the same journey, and known to people.asking from then on.
    """
    facts = {"team_id": team_id, "user_id": user_id, "key": key, "signature": signature}
    asking, like = _USER_CONTEXT_AND_PREVIOUS.run(session, facts)
    people.cache_user_context(session, team_id, user_id, asking)
    return [(before, answer) for before, answer in like]


def delete_requests(session: Session, before: datetime) -> None:
    session.execute(delete(InboundRequest).where(InboundRequest.received_at < before))


def lock_heartbeat(session: Session, workspace_id: int, now: datetime) -> Heartbeat:
    """The workspace's row, held until the transaction ends; made, as of now, if it is not there yet."""
    query = select(Heartbeat).where(Heartbeat.workspace_id == workspace_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is not None:
        return found
    made = Heartbeat(workspace_id=workspace_id, heard_until=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return lock_heartbeat(session, workspace_id, now)
    return made
