"""Notices to a project's lead or a plan manager about what an owner said, each sent once."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.messages import LeadNotice
from bot.services.outbox import outbox
from models.people import Person

KIND = "lead-notice"


def notify_person(session: Session, person: Person, key: str, notice: LeadNotice, now: datetime) -> None:
    """One direct message; a second notice with the same key to the same person is dropped."""
    planned = outbox.NewDelivery(
        person.workspace_id,
        KIND,
        f"{KIND}:{key}:{person.id}",
        person.slack_user_id or "",
        now,
        person=person,
        facts=asdict(notice),
        reason="" if person.slack_user_id else f"no chat account is linked to {person.initials}",
    )
    outbox.enqueue(session, planned)


def split_reached(people: Sequence[Person]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The initials of those who have a chat account, and of those who have none."""
    return (
        tuple(each.initials for each in people if each.slack_user_id),
        tuple(each.initials for each in people if not each.slack_user_id),
    )


def read_lead_notice(facts: dict[str, Any]) -> LeadNotice:
    return LeadNotice(facts["what"], facts["todo"], tuple(facts["details"]), facts.get("user_id", ""))
