"""Answers to what people write to the bot in a direct message. They go through the ledger, so that a
redelivered message is answered once.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.services import ledger, workspaces


def plan_reply(
    session: Session, team_id: str, channel_id: str, key: str, worded: dict[str, Any], now: datetime
) -> None:
    """worded: {"text", "blocks"}, as the platform takes them."""
    workspace = workspaces.of_team(session, team_id)
    ledger.plan(session, ledger.Planned(workspace.id, "reply", f"reply:{key}", channel_id, now, facts=worded))
