"""What plan managers are told once, when the bot cannot do what it is for."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import DeliveryError
from bot.messages import Notice
from bot.services.outbox import outbox
from models.outbox import Delivery
from models.people import Board
from models.queries import people as query


def notify_managers(session: Session, workspace_id: int, key: str, notice: Notice, now: datetime) -> int:
    """One message to each plan manager; the same key is never told twice. Returns how many are told."""
    count = 0
    for manager in query.plan_managers(session, workspace_id):
        planned = outbox.NewDelivery(
            workspace_id,
            "notice",
            f"notice:{key}:{manager.id}",
            manager.slack_user_id or "",
            now,
            person=manager,
            facts=asdict(notice),
            reason="" if manager.slack_user_id else f"no chat account is linked to {manager.initials}",
        )
        count += outbox.enqueue(session, planned) is not None
    return count


def read_notice(facts: dict[str, Any]) -> Notice:
    return Notice(facts["what"], facts["todo"], tuple(facts["details"]))


def notify_undelivered(session: Session, row: Delivery, error: DeliveryError, now: datetime) -> None:
    """Tell plan managers, once per place and cause, that something could not be delivered for good."""
    if row.kind in {"notice", "prompt-update"}:
        return
    where = _describe_target(session, row)
    notice = Notice(
        f"{_describe_kind(row)} could not be delivered to {where}. {error.sentence}",
        _suggest_remedy(error.code, where),
    )
    notify_managers(session, row.workspace_id, f"{error.code}:{row.target}", notice, now)


def describe_delivery(session: Session, row: Delivery) -> str:
    """A message of the ledger in a few words: "A prompt to SS"."""
    return f"{_describe_kind(row)} to {_describe_target(session, row)}"


def _describe_kind(row: Delivery) -> str:
    names = {
        "prompt": "A prompt",
        "prompt-update": "The rewriting of a prompt",
        "digest": "The weekly digest",
        "digest-part": "Part of the weekly digest",
        "reply": "An answer",
        "notice": "A notice",
    }
    return names.get(row.kind, "A message")


def _describe_target(session: Session, row: Delivery) -> str:
    if row.person is not None:
        return row.person.initials
    if row.target.startswith("D"):
        return "a direct message"
    board = session.get(Board, row.board_id) if row.board_id else None
    names = {channel.channel_id: channel.name for channel in board.channels} if board else {}
    return f"#{names.get(row.target, row.target.lstrip('#'))}"


def _suggest_remedy(code: str, where: str) -> str:
    todo = {
        "channel_not_found": "Check the channel's name. If it is private, invite the bot there with /invite.",
        "not_in_channel": f"Open {where} and type /invite followed by the bot's name.",
        "is_archived": "Take the channel out of the archive, or name another with app.py import --board.",
        "user_disabled": "Link the initials to someone else: /cip link INITIALS @person.",
        "user_not_found": "Link the initials to the right account: /cip link INITIALS @person.",
    }
    token = "Ask whoever looks after the bot to install it again and set SLACK_BOT_TOKEN."  # noqa: S105 - a sentence
    return todo.get(
        code, token if "token" in code or "auth" in code or "account" in code else "See the bot's log."
    )
