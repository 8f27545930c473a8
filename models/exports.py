"""Exports people asked for, and the calendars they follow."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WorkspaceScoped


class PlanExport(WorkspaceScoped, Base):
    """One file someone asked for in chat. state: asked -> sent or failed; kept as a record of who got what.

    form: xlsx, csv or json. section_ids: empty for the whole plan. lease_until: until when a sender has it.
    file_id: the platform's id of the last upload that was begun, "" before any was.
    """

    __tablename__ = "plan_export"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    user_id: Mapped[str] = mapped_column(String(32))
    form: Mapped[str] = mapped_column(String(10))
    section_ids: Mapped[list[int]]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    file_id: Mapped[str] = mapped_column(String(32), default="")
    settled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class CalendarFeed(WorkspaceScoped, Base):
    """A calendar someone follows from outside chat. Its address holds a key; only the hash is stored.

    key_hash: sha256 of the key, in hex. person_id: whose dates; board_id: or of which board. user_id: the
    account that asked for it. stopped_at: since when the address is not served any more.
    """

    __tablename__ = "calendar_feed"

    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(String(32), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id"), index=True)
    given_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
