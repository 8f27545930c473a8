"""Answers to what people write to the bot in a direct message. They go through the ledger, so that a
redelivered message is answered once.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.services import ledger, workspaces
from models.base import DeliveryState
from models.queries import ledger as query

SEEN = "it was shown where it was asked"


def plan_reply(
    session: Session,
    team_id: str,
    channel_id: str,
    key: str,
    worded: dict[str, Any],
    now: datetime,
    *,
    updates_id: int | None = None,
    parent_id: int | None = None,
) -> int | None:
    """worded: {"text", "blocks"}, as the platform takes them. updates_id: the reply it takes the place of.
    parent_id: the message it stands in the thread of.

    Returns the id of its row in the ledger, None when this reply was planned before.
    """
    workspace = workspaces.of_team(session, team_id)
    planned = ledger.Planned(
        workspace.id,
        "reply",
        f"reply:{key}",
        channel_id,
        now,
        facts=worded,
        updates_id=updates_id,
        parent_id=parent_id,
    )
    row = ledger.plan(session, planned)
    return row.id if row else None


def withdraw(session: Session, team_id: str, key: str) -> None:
    """It need not be sent any more, if it was not yet."""
    row = query.keyed(session, workspaces.of_team(session, team_id).id, f"reply:{key}")
    if row is not None and query.held(session, row.id).state is DeliveryState.PLANNED:
        ledger.skipped(session, row.id, SEEN)
